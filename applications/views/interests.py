"""Pages about interests: an assessor's in a round, an approver's in an application, and the register."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, IntegerField, OuterRef, Q, Value
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications import services
from applications.forms.checking import EndInterestForm, HandOnForm, InterestFilter, RoundInterestsForm
from applications.models import Application, Assessment
from funds.models import Round
from organisations.models import DeclaredInterest
from organisations.services import end_interest, others_who_decide
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .allocations import find_round, heading_of
from .recommend import posted, status_of

PAGE = 25
DECLARED, ASIDE = 1, 2  # what a row of the register is


# -- The assessor ------------------------------------------------------------------------------------------


@requires(Permission.READ_ASSESSMENTS, write=Permission.ASSESS)
def assess_interests(request, pk):
    """In which organisations of a round the assessor has an interest: asked once, before any answer."""
    own = Assessment.objects.filter(assessor=request.user)  # those stepped aside from, too
    rounds = Round.objects.filter(Exists(own.filter(application__round=OuterRef("pk"))))
    round = get_object_or_404(rounds.select_related("fund"), pk=pk)
    assessments = list(services.open_assessments(request.user, round))
    left = services.assessments_left(request.user, round) if request.method == "POST" else []
    bodies = services.bodies_to_declare([*assessments, *left])
    form = RoundInterestsForm(posted(request), bodies=bodies)
    if request.method == "POST" and not assessments:
        messages.success(request, "You have declared your interests in this round already.")
        return redirect("assess_home")
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            aside = services.declare_for_round(
                by=request.user,
                round=round,
                bodies=chosen["bodies"] if chosen["has_interest"] == "yes" else (),
                interest=chosen["interest"],
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return _declared(request, aside)
    context = {
        "heading": "Declare your interests",
        "round": round,
        "assessments": assessments,
        "bodies": bodies,
        "form": form,
        "back_url": reverse("assess_home"),
    }
    return render(request, "applications/assess/interests.html", context, status=status_of(form))


def _declared(request, aside):
    if aside:
        names = ", ".join(one.application.reference for one in aside)
        messages.success(
            request,
            f"You have declared your interests. You will not score {names}, and the office has been told.",
        )
    else:
        messages.success(request, "You have declared that you have no interest in these organisations.")
    return redirect("assess_home")


# -- The approver ------------------------------------------------------------------------------------------


@requires(Permission.READ_DECISIONS, write=Permission.DECIDE)
def decide_interest(request, ref):
    """The approver has an interest: what it is, and who decides instead."""
    applications = Application.objects.visible_to(request.user).select_related(
        "round__fund", "organisation", "recommended_by"
    )
    application = get_object_or_404(applications, reference=ref)
    others = services.others_for(request.user, application)
    form = HandOnForm(posted(request), organisations=services.bodies_to_decide(application), others=others)
    page = "decide_projects" if application.round.is_allocated else "decide_application"
    back = reverse(page, args=[ref])
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_decision_on(by=request.user, application=application, **form.facts())
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your interest is on the register. You take no part in this decision.")
            return redirect(back)
    context = {
        "heading": "Hand this decision on",
        "caption": application.reference,
        "name": application.title,
        "is_open": services.waits_for_approver(application) and request.user.may(Permission.DECIDE),
        "has_others": "handed_to" in form.fields,
        "form": form,
        "crumbs": [
            ("Waiting for your decision", reverse("decide_home")),
            (application.reference, back),
        ],
    }
    return render(request, "applications/decide/interest.html", context, status=status_of(form))


@requires(Permission.READ_DECISIONS, write=Permission.DECIDE)
def decide_allocations_interest(request, pk):
    """The approver has an interest in organisations whose allocation waits, and who decides instead."""
    round = find_round(request, pk)
    organisations = [case.organisation for case in services.undecided_cases(round)]
    form = HandOnForm(
        posted(request), organisations=organisations, others=others_who_decide(request.user, [])
    )
    back = reverse("decide_allocations", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_allocations_on(by=request.user, round=round, **form.facts())
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your interest is on the register. You take no part in this decision.")
            return redirect(back)
    context = {
        "heading": "Hand this decision on",
        "caption": heading_of(round),
        "name": str(round),
        "is_open": bool(organisations) and request.user.may(Permission.DECIDE),
        "has_others": "handed_to" in form.fields,
        "form": form,
        "crumbs": [("Waiting for your decision", reverse("decide_home")), (heading_of(round), back)],
    }
    return render(request, "applications/decide/interest.html", context, status=status_of(form))


# -- The register ------------------------------------------------------------------------------------------


@requires(Permission.READ_APPLICATIONS)
def office_interests(request):
    """The register of interests: declared in an organisation, and assessors who stepped aside."""
    filters = InterestFilter(request.GET or None)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    page = Paginator(_register(request.user, wanted), PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Register of interests",
        "filter_form": filters,
        "page_obj": page,
        "rows": _rows(page),
        "may_end": request.user.may(Permission.MANAGE_ORGANISATIONS),
    }
    return render(request, "applications/office/interests.html", context)


def _register(user, wanted):
    """(what it is, pk, when) of every row, the latest first: one query, whatever the number of rows."""
    declared = DeclaredInterest.objects.visible_to(user)
    aside = Assessment.objects.visible_to(user).filter(status=Assessment.Status.RECUSED)
    partners = Application.partners.through.objects
    if words := wanted.get("q"):
        declared = declared.filter(Q(organisation__name__icontains=words) | Q(user__name__icontains=words))
        partner = partners.filter(application=OuterRef("application"), organisation__name__icontains=words)
        aside = aside.filter(
            Q(application__organisation__name__icontains=words)
            | Q(assessor__name__icontains=words)
            | Exists(partner)
        )
    if round := wanted.get("round"):
        of_round = Application.objects.filter(round=round).exclude(submitted_at=None)
        declared = declared.filter(
            Q(organisation__in=of_round.values("organisation"))
            | Q(organisation__in=partners.filter(application__in=of_round).values("organisation"))
        )
        aside = aside.filter(application__round=round)
    if state := wanted.get("state"):
        declared = declared.filter(ended_at__isnull=state == "current")
        aside = aside if state == "current" else aside.none()
    return (
        _as_rows(declared, DECLARED, "declared_at")
        .union(_as_rows(aside, ASIDE, "declared_at"), all=True)
        .order_by("-at", "-what", "-pk")
    )


def _as_rows(queryset, what, moment):
    return (
        queryset.order_by()
        .annotate(what=Value(what, output_field=IntegerField()), at=F(moment))
        .values_list("what", "pk", "at")
    )


def _rows(page) -> list[dict]:
    """What each row of a page says, in its order."""
    keys = list(page)
    declared = DeclaredInterest.objects.filter(pk__in=[pk for what, pk, _ in keys if what == DECLARED])
    aside = Assessment.objects.filter(pk__in=[pk for what, pk, _ in keys if what == ASIDE])
    declared = declared.select_related("user", "organisation", "handed_to", "ended_by")
    found = {(DECLARED, one.pk): one for one in declared}
    found |= {(ASIDE, one.pk): one for one in aside.select_related("assessor", "application__organisation")}
    return [{"at": at, "is_declared": what == DECLARED, "one": found[(what, pk)]} for what, pk, at in keys]


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_ORGANISATIONS)
def office_interest_end(request, pk):
    """One interest, and the record that it has ended: by a colleague, with the reason."""
    interests = DeclaredInterest.objects.visible_to(request.user).select_related(
        "user", "organisation", "handed_to", "ended_by"
    )
    interest = get_object_or_404(interests, pk=pk)
    form = EndInterestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            end_interest(by=request.user, interest=interest, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The interest has ended. It stays on the register.")
            return redirect("office_interests")
    context = {
        "heading": f"Interest of {interest.user}",
        "interest": interest,
        "may_end": interest.ended_at is None
        and interest.user_id != request.user.pk
        and request.user.may(Permission.MANAGE_ORGANISATIONS),
        "form": form,
        "crumbs": [("Register of interests", reverse("office_interests"))],
    }
    return render(request, "applications/office/interest_end.html", context, status=status_of(form))
