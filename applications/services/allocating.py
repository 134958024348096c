"""Who is asked for a business case, and with how much: rolled forward, changed, ended, invited (CRG).

The rules: domain.md section 3. How allocations are decided: `allocations`.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum

from accounts.permissions import Permission
from audit.services import record
from funds.models import Round, Route
from notifications.services import queue
from organisations.models import DeclaredInterest, Membership, Organisation
from organisations.services import members_of, refuse_tie, ties_of
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Application, BusinessCase, Decision, Status
from .assessing import locked_application
from .deciding import IN_FORCE, release_commitments
from .recommending import money_left

NEVER_CAME = (Status.WITHDRAWN, Status.NOT_SUBMITTED, Status.INELIGIBLE, Status.DECLINED)


def cases_of(round: Round):
    """The business cases of a round by name, with all that a list shows: `is_decided`, `has_people`."""
    people = Membership.objects.filter(
        organisation=OuterRef("organisation"), ended_at=None, user__is_active=True
    )
    return (
        BusinessCase.objects.filter(round=round)
        .select_related("organisation", "last_year", "application", "decision", "proposed_by")
        .annotate(has_people=Exists(people))
        .order_by("organisation__name", "pk")
    )


def rounds_with_allocations_to_decide(*, seen_by=None):
    """Allocated rounds with amounts that wait: `undecided`, `undecided_amount`; `undecided_of_others`."""
    waits = Q(business_cases__ended_at=None, business_cases__decision=None)
    others = waits & ~Q(business_cases__proposed_by=seen_by) if seen_by else waits
    return (
        Round.objects.filter(route=Route.ALLOCATED)
        .annotate(
            undecided=Count("business_cases", filter=waits & Q(business_cases__isnull=False)),
            undecided_amount=Sum("business_cases__amount", filter=waits),
            undecided_of_others=Count("business_cases", filter=others),
        )
        .filter(undecided__gt=0)
        .select_related("fund")
        .order_by("decision_expected_on", "closes_at", "pk")
    )


@dataclass(frozen=True)
class YearOfAllocations:
    """The allocations of a round against its fund's money for the year. Pounds."""

    proposed: Decimal
    decided: Decimal
    left: Decimal

    @property
    def total(self) -> Decimal:
        return self.proposed + self.decided

    @property
    def left_after(self) -> Decimal:
        return self.left - self.proposed


def year_of(round: Round) -> YearOfAllocations:
    """What is proposed, what is decided, and what is left of the budgets (without what is decided)."""
    sums = BusinessCase.objects.standing().filter(round=round).aggregate(
        proposed=Sum("amount", filter=Q(decision=None)),
        decided=Sum("amount", filter=Q(decision__outcome=Decision.Outcome.APPROVED)),
    )  # fmt: skip
    return YearOfAllocations(
        proposed=sums["proposed"] or Decimal(0),
        decided=sums["decided"] or Decimal(0),
        left=money_left(round.fund, round.start_year),
    )


# -- Proposing -----------------------------------------------------------------------------------------------


def round_before(round: Round) -> Round | None:
    """The round of the year before, from which allocations are rolled forward: the fund's last with cases."""
    return (
        Round.objects.filter(fund=round.fund_id, start_year__lt=round.start_year)
        .exclude(business_cases=None)
        .distinct()
        .order_by("-start_year", "-number")
        .first()
    )


@transaction.atomic
def roll_forward(*, by, round) -> list[BusinessCase]:
    """Propose for everyone who stood in last year's round the same amount. Gives what was added.

    Who is in this round already stays as they are; who ended this year is not brought back; who is left out
    is told by `left_out`. A second time adds nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    round = _round_for_change(round)
    source = round_before(round)
    if source is None:
        raise RuleBroken(f"There are no business cases in an earlier year of the {round.fund}.")
    wanted = _to_roll(round, source)
    barred = _barred(by, round, wanted)
    made = [
        _make(by, round, case.organisation, case.amount, last_year=case)
        for case in wanted
        if case.organisation_id not in barred
    ]
    if made:
        record(
            "round.rolled_forward",
            round,
            f"{by} rolled {len(made)} allocations forward from {source.name}.",
            by=by,
            changes={"from": source.pk, "cases": [case.pk for case in made]},
        )
    return made


def left_out(user, round: Round) -> list[str]:
    """Why this person does not roll the rest of last year's organisations forward, a sentence each."""
    source = round_before(round)
    return list(_barred(user, round, _to_roll(round, source)).values()) if source else []


def _to_roll(round: Round, source: Round) -> list[BusinessCase]:
    standing = source.business_cases.standing().exclude(decision__outcome=Decision.Outcome.DECLINED)
    standing = standing.exclude(organisation__in=round.business_cases.values("organisation"))
    return list(standing.select_related("organisation").order_by("organisation__name", "pk"))


def _barred(user, round: Round, cases: list[BusinessCase]) -> dict[int, str]:
    """Which organisations this person must leave to someone else or to another page: key → a sentence."""
    names = {case.organisation_id: case.organisation for case in cases}
    going_on = awards_to_go_on_from(round, names)
    found = {pk: _go_on_instead(names[pk], reference) for pk, reference in going_on.items()}
    ties = ties_of(user, names)
    return found | {pk: f"{user} {tie}. Someone else must propose it." for pk, tie in ties.items()}


def awards_to_go_on_from(round: Round, organisations) -> dict[int, str]:
    """The awards in force, by organisation, whose next year a business case in an invited round would be.

    Such a case is asked for from the award, so that it waits for the award's returns (domain.md 3).
    """
    if round.route != Route.INVITED:
        return {}
    found = Organisation.objects.filter(
        pk__in=list(organisations),
        awards__fund=round.fund_id,
        awards__status__in=IN_FORCE,
        awards__start_year__lte=round.start_year,
    )
    return dict(found.values_list("pk", "awards__reference"))


def _go_on_instead(organisation, reference: str) -> str:
    return (
        f"{organisation} has an award in this fund, {reference}. Ask for the next business case on the page "
        "of that award, so that its approval waits for the returns."
    )


def refuse_beside_award(case: BusinessCase) -> None:
    """A next year is asked for from the award it goes on from (`continuation`). Raises RuleBroken."""
    if hasattr(case, "continuation"):
        return
    found = awards_to_go_on_from(case.round, [case.organisation_id])
    if reference := found.get(case.organisation_id):
        raise RuleBroken(_go_on_instead(case.organisation, reference))


def _refuse_to_propose(by, round, organisation) -> None:
    refuse_tie(by, [organisation], what_to_do="Someone else must propose it.")
    refuse_beside_award(BusinessCase(round=round, organisation=organisation))


@transaction.atomic
def propose_case(*, by, round, organisation, amount, reasons="") -> BusinessCase:
    """Ask for a business case of an organisation: with its allocation, or the most it may ask for, in pounds.

    One that ended before it was decided comes back. The same again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    round = _round_for_change(round)
    _refuse_to_propose(by, round, organisation)
    reasons = clean(reasons)
    case = (
        BusinessCase.objects.select_for_update(of=["self"], no_key=True)
        .filter(round=round, organisation=organisation)
        .first()
    )
    if case and not case.ended_at:
        if (case.amount, case.proposed_reasons) == (amount, reasons):
            return case
        raise RuleBroken(f"{organisation} is in this round already. Change its amount instead.")
    if case and decision_of(case):
        raise RuleBroken(f"There is a decision on {organisation} in this round, so it cannot be added again.")
    last_year = _last_year_of(round, organisation)
    if last_year and last_year.amount != amount and not reasons:
        raise RuleBroken(f"Enter why it is not {format_money(last_year.amount)}, as last year")
    if case is None:
        return _make(by, round, organisation, amount, last_year=last_year, reasons=reasons)
    _check_amount(round, amount, organisation)
    case.amount, case.proposed_reasons, case.tactical_pot = amount, reasons, Decimal(0)
    case.proposed_by, case.proposed_at = by, clock.now()
    case.ended_by = case.ended_at = None
    case.invited_by = case.invited_at = case.application = None
    case.ended_reason = ""
    case.save()
    _record_proposal(case, by)
    return case


def _make(by, round, organisation, amount, *, last_year=None, reasons="") -> BusinessCase:
    _check_amount(round, amount, organisation)
    case = BusinessCase.objects.create(
        round=round,
        organisation=organisation,
        amount=amount,
        last_year=last_year,
        proposed_by=by,
        proposed_at=clock.now(),
        proposed_reasons=reasons,
    )
    _record_proposal(case, by)
    return case


def _record_proposal(case: BusinessCase, by) -> None:
    record(
        "business_case.proposed",
        case,
        f"{by} proposed {format_money(case.amount)} for {case.organisation} in {case.round}.",
        by=by,
        changes={"amount": case.amount, "reasons": case.proposed_reasons},
    )


def _last_year_of(round, organisation) -> BusinessCase | None:
    source = round_before(round)
    return source.business_cases.standing().filter(organisation=organisation).first() if source else None


@transaction.atomic
def change_case(*, by, case, amount, reasons) -> BusinessCase:
    """Another amount, with the reason: until it is decided; in an invited round until it is being written.

    Whoever changes it is then its proposer. The same again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    case = lock_case(case)
    reasons = clean(reasons)
    if (case.amount, case.proposed_reasons) == (amount, reasons):
        return case
    _require_standing(case)
    refuse_tie(by, [case.organisation], what_to_do="Someone else must change the amount.")
    if decision := decision_of(case):
        raise RuleBroken(f"This allocation has been decided (decision {decision.number}), so it stays.")
    if case.application_id:
        raise RuleBroken("The business case is being written, so the amount stays.")
    if not reasons:
        raise RuleBroken("Enter why the amount changes")
    _check_amount(case.round, amount, case.organisation)
    before, case.amount, case.proposed_reasons = case.amount, amount, reasons
    case.proposed_by, case.proposed_at = by, clock.now()
    case.save(update_fields=["amount", "proposed_reasons", "proposed_by", "proposed_at"])
    record(
        "business_case.changed",
        case,
        f"{by} changed what {case.organisation} receives in {case.round} from {format_money(before)} to "
        f"{format_money(amount)}."
        if case.round.is_allocated
        else f"{by} changed the most {case.organisation} may ask for in {case.round}.",
        by=by,
        changes={"amount": [before, amount], "reasons": reasons},
    )
    return case


@transaction.atomic
def end_case(*, by, case, reason) -> BusinessCase:
    """Take an organisation out of the round, with the reason: until its business case has been submitted.

    Also what was withdrawn, not submitted or declined. Money that was decided goes back to the budget; who
    was invited is told. A second time changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    if written := Application.objects.filter(business_case=case.pk).first():
        locked_application(written)  # before the case, as everywhere; it cannot be restored meanwhile
    case = lock_case(case)
    if case.ended_at:
        return case
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter the reason")
    if case.application and case.application.status not in NEVER_CAME:
        raise RuleBroken(
            f"The business case {case.application.reference} has been started. "
            "The organisation can withdraw it, and then it can be ended here."
        )
    case.ended_by, case.ended_at, case.ended_reason = by, clock.now(), reason
    case.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    decision = decision_of(case)
    if decision and decision.outcome == Decision.Outcome.APPROVED:
        release_commitments(decision, by=by)
    record(
        "business_case.ended",
        case,
        f"{by} ended the part of {case.organisation} in {case.round}.",
        by=by,
        changes={"reason": reason},
    )
    if case.invited_at and case.application_id is None:
        _write(case, "case_ended", once=f"{case.ended_at:%Y%m%d%H%M%S}")
    return case


# -- Inviting ------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_cases(*, by, round, cases) -> list[BusinessCase]:
    """Ask organisations to write their business case, and mail their people. Gives those invited now.

    An allocation must have been approved. Who is invited already stays so. Raises RuleBroken for any that
    cannot be invited: then nobody is.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    round = Round.objects.select_related("fund").get(pk=round.pk)
    if why := why_no_invitations(round):
        raise RuleBroken(why)
    found = [lock_case(BusinessCase(pk=pk)) for pk in sorted({case.pk for case in cases})]
    if not found:
        raise RuleBroken("Select at least one organisation to invite")
    invited = []
    for case in found:
        if case.round_id != round.pk:
            raise RuleBroken("Select organisations of this round.")
        if case.invited_at and not case.ended_at:
            continue
        if why := why_not_invitable(case):
            raise RuleBroken(why)
        refuse_beside_award(case)
        case.invited_by, case.invited_at = by, clock.now()
        case.save(update_fields=["invited_by", "invited_at"])
        _write(case, "case_invited", once=f"{case.invited_at:%Y%m%d%H%M%S}")
        record(
            "business_case.invited",
            case,
            f"{by} asked {case.organisation} for its business case in {round}.",
            by=by,
        )
        invited.append(case)
    return invited


def why_no_invitations(round: Round) -> str:
    """Why nobody can be invited to this round now; empty when they can."""
    if not round.is_by_invitation:
        return "This round is open to everyone, so nobody is invited to it."
    if round.published_at is None:
        return "Publish the round first. Whoever is invited has to see its questions."
    if round.has_closed:
        return f"This round closed at {clock.format_deadline(round.closes_at)}."
    return ""


def why_not_invitable(case: BusinessCase) -> str:
    """Why this organisation cannot be invited now; empty when it can."""
    decision = decision_of(case)
    if case.ended_at:
        return f"{case.organisation} is no longer in this round."
    if case.round.is_allocated and (decision is None or decision.outcome != Decision.Outcome.APPROVED):
        return f"The allocation of {case.organisation} has not been approved yet."
    if not members_of(case.organisation):
        return f"Nobody can sign in for {case.organisation} yet. Add a person to it first."
    return ""


def _write(case: BusinessCase, template: str, once: str) -> None:
    for person in members_of(case.organisation):
        queue(
            key=f"{template}:{case.pk}:{once}:{person.pk}",
            to=person,
            template=f"applications/{template}",
            context={"case": case, "round": case.round, "user": person},
            about=case,
        )


# -- Within the package --------------------------------------------------------------------------------------


def lock_case(case: BusinessCase) -> BusinessCase:
    """The business case as it stands now, its row locked until the transaction ends."""
    related = BusinessCase.objects.select_related(
        "round__fund", "organisation", "application", "decision", "proposed_by"
    )
    return locked(related, case.pk)


def refuse_interest(organisation, person, what_to_do="Someone else must decide.") -> None:
    """Nobody judges an organisation that they belong to or have an interest in. Raises RuleBroken."""
    belongs = Membership.objects.filter(organisation=organisation, user=person, ended_at=None).exists()
    interest = DeclaredInterest.objects.filter(organisation=organisation, user=person, ended_at=None)
    if belongs or interest.exists():
        raise RuleBroken(
            f"You {'belong to' if belongs else 'have an interest in'} {organisation}. {what_to_do}"
        )


def decision_of(case: BusinessCase) -> Decision | None:
    return getattr(case, "decision", None)


def _require_standing(case: BusinessCase) -> None:
    if case.ended_at:
        raise RuleBroken(f"{case.organisation} is no longer in this round. Add it again first.")


def _round_for_change(round) -> Round:
    round = locked(Round.objects.select_related("fund"), round.pk)
    if not round.is_by_invitation:
        raise RuleBroken("This round is open to everyone, so nobody is allocated money or invited.")
    if round.has_closed:
        raise RuleBroken(f"This round closed at {clock.format_deadline(round.closes_at)}.")
    return round


def _check_amount(round: Round, amount, organisation) -> None:
    if not isinstance(amount, Decimal) or amount < PENNY or amount != amount.quantize(PENNY):
        raise RuleBroken("The amount must be more than £0, in pounds and pence.")
    if amount > round.maximum:
        raise RuleBroken(
            f"The amount must be {format_money(round.maximum)} or less, which is the most in this round. "
            f"For {organisation} it is {format_money(amount)}."
        )
