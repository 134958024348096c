"""Money of partnerships' overlapping projects that the office keeps, to fund the provider directly.

Proposed, nothing moves: the projects stay what they are, but are not decided on their own. Approved, in one
transaction: the partnerships' allocations give the money back, the projects are marked, and the direct award
takes it from the same budget (domain.md section 3, CRG). Refused, the overlaps are open again.

Locks: this award, the partnerships' awards, their business cases and projects by primary key, the overlaps,
what the allocations hold; then the counter, the budgets and the audit trail, as in `applications`. Nothing is
therefore recorded before the decision has been.
"""

from collections import defaultdict
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError, Q

from accounts.permissions import Permission
from applications import services as applications
from applications.models import BusinessCase, Decision, Overlap, Project
from audit.services import record
from awards.models import Award, DirectGround, Retention, Status
from funds.models import LegalPower
from notifications.services import queue
from organisations.services import members_of, refuse_tie
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from .interests import retained_from
from .locking import locked_award
from .preparing import propose_direct_award
from .standing import join

RETAINABLE = (Project.Status.SUBMITTED, Project.Status.RECOMMENDED, Project.Status.DEFERRED)


# -- The proposal --------------------------------------------------------------------------------------------


@transaction.atomic
def propose_retained_award(
    *,
    by,
    projects,
    organisation,
    title,
    purpose,
    reasons,
    starts_on,
    ends_on,
    amount=None,
    direct_reason="",
    special_conditions="",
    agreed_outcomes="",
) -> Award:
    """Propose to keep the money of overlapping projects and fund their provider with one direct award.

    `amount` in pounds: at most what the projects ask for, which is the default; the partnerships give up the
    whole of it either way. The projects are of one fund and year, sent and not decided. The same proposal
    again gives the first. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    projects = _locked_projects(projects)
    total = sum((project.amount for project in projects), Decimal(0))
    amount = total if amount is None else amount
    if amount > total:
        raise RuleBroken(
            f"The projects ask for {format_money(total)}. The award can be for that or less, "
            f"not {format_money(amount)}."
        )
    direct_reason = clean(direct_reason) or retained_reason(projects)
    same = {
        "organisation": organisation,
        "proposed_by": by,
        "title": clean_line(title),
        "purpose": applications.clean_purpose(clean(purpose)),
        "reasons": clean(reasons),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "amount": amount,
        "direct_reason": direct_reason,
        "special_conditions": clean(special_conditions),
        "agreed_outcomes": clean(agreed_outcomes),
    }
    if existing := _same_proposal(projects, same):
        return existing
    for project in projects:
        _require_retainable(project)
    round = _one_round_year(projects)
    if organisation.pk in {project.business_case.organisation_id for project in projects}:
        raise RuleBroken(f"{organisation} is one of the partnerships. Choose the provider.")
    refuse_tie(by, retained_from(projects), what_to_do="Someone else must propose the award.")
    applications.settle_as_retained(
        by=by, projects=projects, note=f"It is proposed to fund {organisation} directly."
    )
    fund = round.fund
    is_contract = fund.legal_power == LegalPower.CONTRACT
    award = propose_direct_award(
        by=by,
        kind=Award.Kind.CONTRACT if is_contract else Award.Kind.GRANT,
        legal_power=fund.legal_power,
        fund=fund,
        organisation=organisation,
        title=title,
        purpose=purpose,
        reasons=reasons,
        amount=amount,
        starts_on=starts_on,
        ends_on=ends_on,
        start_year=round.start_year,
        direct_ground=DirectGround.RETAINED,
        direct_reason=direct_reason,
        special_conditions=special_conditions,
        agreed_outcomes=agreed_outcomes,
        districts={district for project in projects for district in project.districts.all()},
    )
    Retention.objects.bulk_create(
        Retention(award=award, project=project, amount=project.amount) for project in projects
    )
    for case in {one.business_case_id: one.business_case for one in projects}.values():
        applications.require_retainable(case, proposed=True)
    record(
        "award.retention_proposed",
        award,
        f"{by} proposed to keep {format_money(total)} of {_names(projects)} for this award.",
        by=by,
        changes={"projects": {str(project.pk): project.amount for project in projects}},
    )
    return award


def retained_reason(projects) -> str:
    """Why an award from these projects' money is not competed for: a first wording, to be edited."""
    parts = [
        f"“{project.title}” ({project.business_case.organisation}, {format_money(project.amount)})"
        for project in projects
    ]
    if len(parts) == 1:
        return (
            f"The project {parts[0]} overlaps with one of another partnership. One award to the provider "
            "covers the work once, under one agreement."
        )
    return (
        f"The projects {join(parts)} overlap. One award to the provider instead of {len(parts)} covers the "
        "work once, under one agreement."
    )


def retainable(overlap: Overlap) -> list[Project]:
    """What may be retained with an overlap, of `overlapping`: what is not decided or proposed already."""
    return list(overlapping(overlap).filter(status__in=RETAINABLE, retention=None))


def overlapping(overlap: Overlap):
    """The two projects of an overlap, and those that overlap with either of them, whatever their state."""
    pair = (overlap.first_id, overlap.second_id)
    others = Overlap.objects.filter(Q(first__in=pair) | Q(second__in=pair))
    others = others.exclude(status=Overlap.Status.DIFFERENT).values_list("first", "second")
    keys = {*pair, *(key for both in others for key in both)}
    return (
        Project.objects.filter(pk__in=keys)
        .select_related(
            "business_case__organisation", "business_case__application", "business_case__round__fund"
        )
        .order_by("pk")
    )


def _same_proposal(projects, facts) -> Award | None:
    """The proposal that this person has made of just these projects, with just these facts."""
    award = Award.objects.filter(retentions__project=projects[0], status=Status.PROPOSED, **facts).first()
    if award is None:
        return None
    kept = set(award.retentions.values_list("project", flat=True))
    return award if kept == {project.pk for project in projects} else None


def _locked_projects(projects) -> list[Project]:
    keys = [project.pk for project in projects]
    if not keys:
        raise RuleBroken("Select the projects whose money is kept.")
    cases = Project.objects.filter(pk__in=keys).values("business_case")
    list(BusinessCase.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk"))
    list(Project.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    related = ("business_case__organisation", "business_case__application", "business_case__decision")
    found = Project.objects.filter(pk__in=keys).select_related(*related, "business_case__round__fund")
    return list(found.prefetch_related("districts").order_by("pk"))


def _one_round_year(projects):
    """A round of the projects, when all are paid from the same fund and year. Raises RuleBroken."""
    rounds = {project.business_case.round.pk: project.business_case.round for project in projects}
    if len({(one.fund_id, one.start_year) for one in rounds.values()}) > 1:
        raise RuleBroken(
            "These projects are paid from different funds or years. Retain them one fund at a time."
        )
    return next(iter(rounds.values()))


def _require_retainable(project: Project) -> None:
    """Sent, not decided, with an overlap, of an allocation that was approved and not offered yet."""
    case = project.business_case
    retention = Retention.objects.filter(project=project).select_related("award").first()
    if retention:
        raise RuleBroken(f"The money of “{project.title}” is in award {retention.award.reference} already.")
    _require_undecided(project)
    overlaps = Overlap.objects.filter(Q(first=project) | Q(second=project))
    if not overlaps.exclude(status=Overlap.Status.DIFFERENT).exists():
        raise RuleBroken(f"“{project.title}” does not overlap with another project, so its money stays.")
    decision = getattr(case, "decision", None)
    if decision is None or decision.outcome != Decision.Outcome.APPROVED:
        raise RuleBroken(f"The allocation of {case.organisation} has not been approved yet.")
    for award in _awards_of([case]):
        _require_not_offered(award, case)


def _require_undecided(project: Project) -> None:
    if project.status not in RETAINABLE:
        raise RuleBroken(
            f"“{project.title}” is: {project.get_status_display().lower()}. Only the money of a project that "
            "was sent and is not decided can be retained."
        )


def _require_not_offered(award: Award, case: BusinessCase) -> None:
    if award.status != Status.PREPARED:
        raise RuleBroken(
            f"The award of {case.organisation} ({award.reference}) has been offered. Its money can no longer "
            "be retained."
        )


def _awards_of(cases):
    """The partnerships' own awards from their allocations."""
    keys = [case.pk for case in cases]
    return Award.objects.filter(
        Q(application__business_case__in=keys) | Q(decision__business_case__in=keys)
    ).order_by("pk")


# -- The decision: called by `deciding`, inside its transaction ----------------------------------------------


def release(award: Award) -> list[Retention]:
    """Before an approval: the partnerships give the money back, their awards shrink. Raises RuleBroken."""
    retentions = list(award.retentions.order_by("project"))
    if not retentions:
        return []
    keys = BusinessCase.objects.filter(projects__retention__award=award).values_list("pk", flat=True)
    cases = [BusinessCase(pk=pk) for pk in sorted(set(keys))]
    theirs = [locked_award(one) for one in _awards_of(cases)]
    projects = {one.pk: one for one in _locked_projects([one.project for one in retentions])}
    if {one.pk for one in _awards_of(cases)} != {one.pk for one in theirs}:
        raise RuleBroken("A partnership’s award was prepared meanwhile. Look at this award again.")  # noqa: RUF001
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    for retention in retentions:
        project = retention.project = projects[retention.project_id]
        _require_undecided(project)
        amounts[project.business_case_id] += retention.amount
    for case in {one.business_case_id: one.business_case for one in projects.values()}.values():
        for other in theirs:
            if case.pk in _cases_of(other):
                _require_not_offered(other, case)
                _shrink(other, amounts[case.pk])
    applications.mark_retained(projects=projects.values())
    for case in {one.business_case_id: one.business_case for one in projects.values()}.values():
        applications.require_retainable(case)
        applications.release_commitments(case.decision, amount=amounts[case.pk], recorded=False)
    return retentions


def _cases_of(award: Award) -> set[int]:
    found = BusinessCase.objects.filter(Q(application__award=award) | Q(decision__award=award))
    return set(found.values_list("pk", flat=True))


def _shrink(award: Award, amount: Decimal) -> None:
    """Take money out of an award that is being prepared: from the last of its instalments backwards."""
    if award.amount - amount < PENNY:
        raise RuleBroken(f"Nothing would be left of {award.reference}, the award of {award.organisation}.")
    award.amount -= amount
    award.save(update_fields=["amount"])
    left = amount
    for instalment in award.instalments.order_by("-number"):
        part = min(left, instalment.amount)
        left -= part
        if part == instalment.amount:
            _take_away(award, instalment)
        elif part:
            instalment.amount -= part
            instalment.save(update_fields=["amount"])


def _take_away(award: Award, instalment) -> None:
    try:
        with transaction.atomic():
            instalment.delete()
    except ProtectedError as error:
        raise RuleBroken(
            f"A return is tied to instalment {instalment.number} of {award.reference}, which would go. "
            "Plan the instalments of that award again first."
        ) from error


def give_up(award: Award) -> list[Retention]:
    """Before a refusal: the projects are free again, and their overlaps open."""
    retentions = list(award.retentions.order_by("project"))
    if not retentions:
        return []
    projects = {one.pk: one for one in _locked_projects([one.project for one in retentions])}
    for retention in retentions:
        retention.project = projects[retention.project_id]
    award.retentions.all().delete()
    applications.open_again(projects=projects.values())
    return retentions


def tell(award: Award, retentions: list[Retention], *, by) -> None:
    """After the decision: it stands in the history of each project, and each partnership is told."""
    for retention in retentions:
        _record(award, retention, by)
    if award.status != Status.PREPARED:
        return
    cases = {one.project.business_case_id: one.project.business_case for one in retentions}
    for case in cases.values():
        for member in members_of(case.organisation):
            queue(
                key=f"award:{award.pk}:retained:{case.pk}:{member.pk}",
                to=member,
                template="awards/project_retained",
                context={"case": case},
                about=case.application or award,
            )


def _record(award: Award, retention: Retention, by) -> None:
    project, case = retention.project, retention.project.business_case
    amount = format_money(retention.amount)
    if award.status != Status.PREPARED:
        sentence = (
            f"The money of “{project.title}” stays with {case.organisation}: {award.reference} was refused."
        )
        record("project.retention_refused", project, sentence, by=by, changes={"award": award.reference})
        return
    record(
        "project.retained",
        project,
        f"{amount} of {case.organisation} for “{project.title}” was kept, to fund {award.organisation} "
        f"directly ({award.reference}).",
        by=by,
        changes={"award": award.reference, "amount": retention.amount},
    )
    record(
        "decision.money_released",
        case.decision,
        f"{amount} of decision {case.decision.number} went back to the {case.decision.fund}: "
        f"retained for {award.reference}.",
        by=by,
        changes={"amount": retention.amount, "award": award.reference},
    )


def _names(projects) -> str:
    return join([f"“{project.title}” ({project.business_case.organisation})" for project in projects])
