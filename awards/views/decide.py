"""The approver's pages: a proposed direct award, and a contract's extension."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.permissions import Permission
from applications.forms.checking import HandOnForm
from applications.services import money_left
from awards import services
from awards.forms.decide import DecisionPointForm, DirectDecisionForm, ExtensionDecisionForm
from awards.models import Award, ExtensionOption, Status
from office.services import pre_election_warning
from organisations.models import DeclaredInterest
from organisations.services import ties
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires

from .steps import award_crumbs, award_url, posted, step


@requires(Permission.READ_AWARDS, write=Permission.DECIDE)
def decide_award(request, ref):
    awards = Award.objects.visible_to(request.user).exclude(proposed_at=None)
    award = get_object_or_404(
        awards.select_related("organisation", "fund", "proposed_by", "decision__decided_by"), reference=ref
    )
    shares = services.shares(award.fund, award.amount, award.start_year, award.years)
    retentions = award.retentions.select_related(
        "project__business_case__organisation", "project__business_case__decision"
    ).prefetch_related("project__overlaps_as_first", "project__overlaps_as_second")
    bodies = services.bodies_of_award(award)
    is_open = award.status == Status.PROPOSED
    return step(
        request,
        form=DirectDecisionForm(posted(request), initial={"reasons": award.reasons}),
        act=lambda form: _decide(request.user, award, **form.cleaned_data),
        back=award_url(award),
        done="Your decision has been recorded",
        template="awards/decide_award.html",
        page={
            "award": award,
            "retentions": retentions,
            "shares": shares if is_open else [],
            "warnings": services.warnings(award.fund, shares, award.starts_on, award.ends_on)
            if is_open and not retentions
            else [],
            "publication": services.publication(award.kind, award.legal_power, award.amount),
            "may_read_overlaps": request.user.may(Permission.READ_APPLICATIONS),
            "partners": list(award.partners.all()),
            **_interests(request.user, bodies),
            "may_decide": is_open and request.user.may(Permission.DECIDE),
            "is_own": award.proposed_by_id == request.user.pk,
            "pre_election": pre_election_warning(clock.today()),
            "heading": f"Decide on {award.title}",
            "button": "Record the decision",
            "crumbs": _crumbs(request.user, award),
        },
    )


def _interests(user, bodies) -> dict:
    """Why the user may not decide on what concerns these organisations, and what was handed on to them."""
    interests = DeclaredInterest.objects.current().filter(organisation__in=bodies)
    interests = list(interests.select_related("user", "organisation", "handed_to"))
    return {
        "own_tie": ties([user], bodies).get(user.pk, ""),
        "own_interests": [one for one in interests if one.user_id == user.pk],
        "handed_on": [one for one in interests if one.handed_to_id == user.pk],
    }


def _decide(by, award, *, approve: str, **words):
    if approve == "later":
        return services.defer_direct_award(by=by, award=award, **words)
    return services.decide_direct_award(by=by, award=award, approve=approve == "yes", **words)


@requires(Permission.READ_DECISIONS, write=Permission.DECIDE)
def decide_award_interest(request, ref):
    """The approver has an interest in a direct award or an extension: what it is, and who decides instead."""
    awards = Award.objects.visible_to(request.user).filter(
        Q(proposed_at__isnull=False) | Q(pk__in=ExtensionOption.objects.values("award"))
    )
    award = get_object_or_404(awards.select_related("organisation", "fund", "proposed_by"), reference=ref)
    form = HandOnForm(
        posted(request),
        organisations=services.bodies_of_award(award),
        others=services.others_for_award(request.user, award),
    )
    option = services.extension_to_decide(award)
    if option is None and award.proposed_at is None:  # decided meanwhile
        option = award.extension_options.last()
    here = reverse("office_extension", args=[option.pk]) if option else reverse("decide_award", args=[ref])
    return step(
        request,
        form=form,
        act=lambda form: services.hand_award_on(by=request.user, award=award, **form.facts()),
        back=here,
        done="Your interest is on the register. You take no part in this decision.",
        template="applications/decide/interest.html",
        page={
            "heading": "Hand this decision on",
            "caption": award.reference,
            "name": award.title,
            "is_open": request.user.may(Permission.DECIDE)
            and (award.status == Status.PROPOSED or services.extension_to_decide(award) is not None),
            "has_others": "handed_to" in form.fields,
            "crumbs": [("Waiting for your decision", reverse("decide_home")), (award.reference, here)],
        },
    )


@requires(Permission.READ_AWARDS, write=Permission.DECIDE)
def office_extension(request, pk):
    options = ExtensionOption.objects.visible_to(request.user)
    option = get_object_or_404(
        options.select_related(
            "award__organisation",
            "award__fund",
            "award__decision",
            "decided_by",
            "added_by",
            "decision",
            "reapply_in",
        ),
        pk=pk,
    )
    award = option.award
    return step(
        request,
        form=_extension_form(request, option),
        act=lambda form: services.decide_extension(
            by=request.user,
            option=option,
            grant=form.cleaned_data["grant"] == "yes",
            reason=form.cleaned_data["reason"],
            reapply_in=form.cleaned_data.get("reapply_in"),
            withheld=form.cleaned_data.get("withheld", ""),
        ),
        back=award_url(award),
        done="Your decision has been recorded",
        template="awards/extension.html",
        page={
            "award": award,
            "option": option,
            "may_decide": option.status == ExtensionOption.Status.AVAILABLE
            and not option.is_past_its_date
            and request.user.may(Permission.DECIDE),
            "may_hand_on": option == services.extension_to_decide(award),
            "may_remove": request.user.may(Permission.MANAGE_AWARDS) and not services.why_it_stays(option),
            **_interests(request.user, services.bodies_of_award(award)),
            "left": money_left(award.fund, option.start_year) if option.amount is not None else None,
            "pre_election": pre_election_warning(clock.today()),
            "heading": f"Extension {option.number}: {clock.format_date(option.starts_on)} "
            f"to {clock.format_date(option.ends_on)}",
            "button": "Record the decision",
            "crumbs": _crumbs(request.user, award),
        },
    )


def _extension_form(request, option):
    if option.amount is None:
        return ExtensionDecisionForm(posted(request))
    decision = option.award.decision
    return DecisionPointForm(
        posted(request),
        rounds=services.rounds_to_go_on_in(option.award.fund),
        initial={"withheld": decision.withheld if decision else ""},
    )


def _crumbs(user, award):
    if user.may(Permission.DECIDE):
        return [("Waiting for your decision", reverse("decide_home"))]
    return award_crumbs(award)
