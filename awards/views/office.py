"""The office's register of awards, and everything about one award on one page."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from audit.models import Event
from awards import services
from awards.forms.office import AwardFilter
from awards.models import Award, EndingNotice, Instalment, Status
from notifications.models import Message
from organisations.models import Alias
from pcc_grants.lib.access import requires

from .steps import agreement_download, award_crumbs, timeline

EVENTS_SHOWN = 50
# Awards that can be given an option to run longer.
EXTENDED = (Award.Kind.CONTRACT, Award.Kind.GRANT)


@requires(Permission.READ_AWARDS)
@require_safe
def office_awards(request):
    form = AwardFilter(request.GET or None)
    awards = (
        _filtered(Award.objects.visible_to(request.user), form)
        .with_paid()
        .select_related("organisation", "fund")
        .order_by("-created_at", "-pk")
    )
    context = {
        "page_obj": Paginator(awards, 25).get_page(request.GET.get("page")),
        "filter_form": form,
        "may_manage": request.user.may(Permission.MANAGE_AWARDS),
        "heading": "Awards",
    }
    return render(request, "awards/office/awards.html", context)


def _filtered(awards, form):
    if not form.is_bound:
        return awards
    if not form.is_valid():
        return awards.none()
    asked = form.cleaned_data
    for word in asked["words"].split()[:10]:
        awards = awards.filter(
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(organisation__in=_known_as(word))
        )
    if asked["fund"]:
        awards = awards.filter(fund=asked["fund"])
    for name in ("kind", "status"):
        if asked[name]:
            awards = awards.filter(**{name: asked[name]})
    if asked["year"]:
        awards = awards.filter(start_year=int(asked["year"]))
    return awards


def _known_as(word):
    return Alias.objects.filter(name__icontains=word).values("organisation")


@requires(Permission.READ_AWARDS)
@require_safe
def office_award(request, ref):
    award = get_object_or_404(
        Award.objects.visible_to(request.user)
        .with_paid()
        .select_related(
            "organisation",
            "fund",
            "application",
            "decision__decided_by",
            "decision__proposed_by",
            "responsible_officer",
            "proposed_by",
            "agreement__countersigned_by",
            "agreement__signed_by",
            "continues",
        ),
        reference=ref,
    )
    lines = [_line(instalment, request.user) for instalment in _instalments(award)]
    context = {
        "award": award,
        "lines": lines,
        "planned_total": sum(line["instalment"].amount for line in lines),
        "partners": award.partners.all(),
        "districts": award.districts.all(),
        "retentions": award.retentions.select_related(
            "project__business_case__organisation", "project__business_case__decision"
        ).prefetch_related("project__overlaps_as_first", "project__overlaps_as_second"),
        "may_read_overlaps": request.user.may(Permission.READ_APPLICATIONS),
        "options": award.extension_options.select_related("decided_by", "decision", "reapply_in"),
        **_going_on(award),
        "agreement": getattr(award, "agreement", None),
        "next_step": next_step(award, bool(lines)),
        "actions": actions(award, request.user, bool(lines)),
        "timeline": timeline(Event.objects.about(award)[:EVENTS_SHOWN]),
        "letters": _messages(award),
        "heading": award.title,
        "crumbs": award_crumbs(),
    }
    return render(request, "awards/office/award.html", context)


def _going_on(award) -> dict:
    """What came before, what is asked to go on from it, and whether its fund ends."""
    continuations = list(award.continuations.with_case())
    years = award.chain()
    notice = EndingNotice.objects.filter(award=award).first()
    return {
        "years": years,
        "continuations": continuations,
        "notice": notice,
        "goes_on": bool(continuations or notice or len(years) > 1 or (award.is_grant and award.is_in_force)),
    }


def _instalments(award):
    return award.instalments.with_standing().prefetch_related("conditions__met_by").order_by("number")


def _line(instalment: Instalment, user) -> dict:
    """An instalment with its standing, and what this person may do with it."""
    standing = services.standing(instalment)
    manages = user.may(Permission.MANAGE_AWARDS) and not instalment.award.is_over
    return {
        "instalment": instalment,
        "standing": standing,
        "may_release": standing.label == "Ready to release" and user.may(Permission.APPROVE_PAYMENTS),
        "may_pay": instalment.status == Instalment.Status.APPROVED and user.may(Permission.PAY),
        "may_hold": manages
        and instalment.award.is_in_force
        and instalment.status in (Instalment.Status.PLANNED, Instalment.Status.APPROVED),
        "may_resume": manages and instalment.status == Instalment.Status.ON_HOLD,
        "may_meet": manages,
    }


def _messages(award):
    return Message.objects.filter(about_type=award._meta.label_lower, about_id=str(award.pk))[:EVENTS_SHOWN]


NEXT_STEPS = {
    Status.PROPOSED: "An approver decides on this award.",
    Status.PREPARED: "Make the offer.",
    Status.OFFERED: "The organisation reads and signs the agreement.",
    Status.ACCEPTED: "Countersign the agreement.",
    Status.SUSPENDED: "Let payments go on, or end the award early.",
}


def next_step(award: Award, is_planned: bool) -> str:
    """What happens next with an award, in a sentence; nothing for one that runs or is over."""
    if award.status == Status.PREPARED and not is_planned:
        return "Plan the instalments, then make the offer."
    if award.offer_has_expired:
        return "The offer has ended without an answer. Withdraw it, or record an agreement signed on paper."
    return NEXT_STEPS.get(award.status, "")


def actions(award: Award, user, is_planned: bool) -> list[dict]:
    """The buttons of the award's page: what this person may do with it now; the next step in green."""
    if award.status == Status.PROPOSED:
        return (
            [_action("decide_award", award, "Decide on this award", is_next=True)]
            if user.may(Permission.DECIDE)
            else []
        )
    if not user.may(Permission.MANAGE_AWARDS):
        return []
    offered = {
        Status.PREPARED: [
            *([_action("office_offer", award, "Make the offer", is_next=True)] if is_planned else []),
            _action("office_instalments", award, "Plan the instalments", is_next=not is_planned),
        ],
        Status.OFFERED: [
            _action("office_paper_agreement", award, "Record an agreement signed on paper"),
            _action("office_offer_withdraw", award, "Withdraw the offer"),
        ],
        Status.ACCEPTED: [_action("office_countersign", award, "Countersign the agreement", is_next=True)],
        Status.ACTIVE: [
            _action("office_award_close", award, "Close the award"),
            _action("office_award_hold", award, "Put payments on hold"),
            _action("office_award_end", award, "End the award early"),
        ],
        Status.SUSPENDED: [
            _action("office_award_resume", award, "Let payments go on"),
            _action("office_award_end", award, "End the award early"),
        ],
    }.get(award.status, [])
    if award.kind in EXTENDED and award.status in (Status.PREPARED, Status.ACTIVE):
        offered.append(_action("office_extension_new", award, "Add an extension option"))
    if award.is_grant and award.is_in_force:
        offered.append(_action("office_award_continue", award, "Ask for a business case"))
    return offered


def _action(url_name: str, award: Award, text: str, *, is_next: bool = False) -> dict:
    url = reverse(url_name, args=[award.reference])
    return {"url": url, "text": text, "kind": "" if is_next else "secondary"}


@requires(Permission.READ_AWARDS)
@require_safe
def office_agreement(request, ref):
    agreed = _agreed(request, ref)
    context = {
        "award": agreed.award,
        "agreement": agreed,
        "text": agreed.text,
        "crumbs": award_crumbs(agreed.award),
    }
    return render(request, "awards/office/agreement.html", context)


@requires(Permission.READ_AWARDS)
@require_safe
def office_agreement_pdf(request, ref):
    return agreement_download(_agreed(request, ref))


def _agreed(request, ref):
    award = get_object_or_404(
        Award.objects.visible_to(request.user)
        .filter(agreement__isnull=False)
        .select_related("organisation", "agreement__countersigned_by"),
        reference=ref,
    )
    return award.agreement
