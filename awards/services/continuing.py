"""Going on with an award: a business case for its next year, or its next half, is asked for (domain.md 3).

The next year is an application of its own. It is approved only once nothing is owed for the award before:
`BusinessCase.waits_for` says what is, and `monitoring.services.refresh_gates` keeps it current.
"""

from decimal import Decimal

from django.db import transaction

from accounts.permissions import Permission
from applications.models import FINAL, BusinessCase
from applications.models import Status as ApplicationStatus
from applications.services import invite_case
from audit.services import record
from awards.models import IN_FORCE, Award, Continuation, Status
from funds.models import Round, Route
from organisations.models import Organisation
from organisations.services import refuse_tie
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken

from .interests import bodies_of_award
from .locking import locked_award

# Decided, or out of the running: what is owed no longer matters to them.
SETTLED = (*FINAL, ApplicationStatus.INELIGIBLE, ApplicationStatus.WITHDRAWN, ApplicationStatus.NOT_SUBMITTED)


def rounds_to_go_on_in(fund):
    """The fund's rounds of invited business cases that can still be written for, the first to close first."""
    return (
        fund.rounds.published()
        .filter(route=Route.INVITED, closes_at__gte=clock.now())
        .select_related("fund")
        .order_by("closes_at", "pk")
    )


def usual_amount(award: Award, round: Round) -> Decimal:
    """What the award asked for the round's year when it applied; else as much as now. Never above the round's
    maximum."""
    asked = award.amount
    before = award
    while before is not None:
        if before.application_id:
            year = round.start_year - before.application.round.start_year
            amounts = before.application.amounts
            if 0 < year < len(amounts):
                asked = amounts[year]
                break
        before = before.continues
    return min(asked, round.maximum)


@transaction.atomic
def ask_to_continue(*, by, award, round, amount, message="") -> Continuation:
    """Ask the recipient of an award for a business case to go on with it, in an invited round of its fund.

    The same again returns the first. It waits until `refresh_gates` has looked at the award's returns.
    Raises RuleBroken for an award that is not in force, another fund's round, a second business case for
    the same year, and whoever has an interest in one of the organisations.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    refuse_tie(by, bodies_of_award(award), what_to_do="Someone else must ask for the business case.")
    locked(
        Organisation.objects.all(), award.organisation_id
    )  # one business case a round, also for two awards
    round = Round.objects.select_related("fund").get(pk=round.pk)
    existing = award.continuations.select_related("business_case").filter(business_case__round=round).first()
    if existing and existing.business_case.ended_at is None and existing.business_case.amount == amount:
        return existing
    _check_may_go_on(award, round)
    case = BusinessCase.objects.filter(round=round, organisation=award.organisation).first()
    if case and hasattr(case, "continuation") and case.continuation.award_id != award.pk:
        raise RuleBroken(
            f"{award.organisation} is asked for a business case in {round.name} already, to go on with "
            f"{case.continuation.award.reference}."
        )
    case = invite_case(by=by, round=round, organisation=award.organisation, amount=amount, message=message)
    if case.application_id and case.application.status in SETTLED:
        raise RuleBroken(f"The business case of {award.organisation} in {round.name} is settled already.")
    case.waits_for = why_it_waits(award) or f"The returns of {award.reference} have not been looked at yet."
    case.save(update_fields=["waits_for"])
    made = Continuation.objects.create(award=award, business_case=case, created_by=by, created_at=clock.now())
    record(
        "award.asked_to_continue",
        award,
        f"{by} asked {award.organisation} for a business case to go on in {round.name}.",
        by=by,
        changes={"round": round.pk, "amount": amount},
    )
    return made


def _check_may_go_on(award: Award, round: Round) -> None:
    if award.status not in IN_FORCE:
        raise RuleBroken(
            f"Only an award in force goes on. {award.reference} is: {award.get_status_display().lower()}."
        )
    if round.fund_id != award.fund_id:
        raise RuleBroken(f"{round.name} is a round of the {round.fund}. Choose one of the {award.fund}.")
    if award.application_id and award.application.round_id == round.pk:
        raise RuleBroken(f"{award.reference} was awarded in {round.name}. Choose the round of the next year.")
    if round.start_year < award.start_year:
        raise RuleBroken(f"{round.name} is for {FinancialYear(round.start_year)}, before this award began.")
    same_year = award.continuations.filter(
        business_case__round__start_year=round.start_year, business_case__ended_at=None
    )
    other = same_year.select_related("business_case__round").first()
    if other:
        raise RuleBroken(
            f"A business case for {FinancialYear(round.start_year)} is asked for already, in "
            f"{other.business_case.round.name}."
        )


def award_before(application) -> Award | None:
    """The award that an approved business case goes on from, if it does."""
    found = (
        Continuation.objects.filter(business_case__application=application).select_related("award").first()
    )
    return found.award if found else None


# -- Why the next year waits ---------------------------------------------------------------------------------


def why_it_waits(award: Award) -> str:
    """Why nothing that goes on from the award can be approved, by the award alone; empty when it can."""
    if award.status in (Status.ENDED_EARLY, Status.DECLINED, Status.REFUSED):
        return f"The award before, {award.reference}, was {award.get_status_display().lower()}."
    if award.status == Status.SUSPENDED:
        return f"Payments of the award before, {award.reference}, are on hold."
    return ""


def undecided_continuations(award: Award | None = None):
    """Continuations on which a decision is still to come: of one award, or all."""
    found = (
        Continuation.objects.filter(business_case__ended_at=None)
        .exclude(business_case__application__status__in=SETTLED)
        .select_related("award", "business_case__round")
    )
    return found.filter(award=award) if award else found


def push_gate(continuation: Continuation, sentence: str) -> bool:
    """Write why the next year waits, or that it no longer does (empty). Says whether that is news."""
    changed = BusinessCase.objects.filter(pk=continuation.business_case_id).exclude(waits_for=sentence)
    return bool(changed.update(waits_for=sentence))


def hold_back(award: Award) -> None:
    """Inside a move of the award: what goes on from it waits at once, if the award itself is the reason."""
    sentence = why_it_waits(award)
    if sentence:
        for continuation in undecided_continuations(award):
            push_gate(continuation, sentence)
