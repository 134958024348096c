"""Awards before they are offered: from an approved application, or proposed directly."""

from django.db import transaction

from accounts.permissions import Permission
from applications.models import Application, Decision
from applications.models import Status as ApplicationStatus
from applications.services import allocation_to_award, clean_purpose, refuse_conflict
from audit.services import record
from awards.models import Award, DirectGround, Status
from funds.models import LegalPower
from office.services import next_number
from organisations.models import Organisation
from organisations.services import refuse_tie
from pcc_grants.lib import clock, references
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.locking import locked
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from .amounts import is_amount
from .continuing import award_before


@transaction.atomic
def prepare_award(
    *, by, application, starts_on=None, ends_on=None, special_conditions="", agreed_outcomes=""
) -> Award:
    """An award from an approved application: amount, purpose and reasons are those of the decision.

    It keeps the application's reference. A second time returns the award that is there. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    application = locked(Application.objects.select_related("round__fund", "organisation"), application.pk)
    existing = Award.objects.filter(application=application).first()
    if existing:
        return existing
    decision, amount = to_award(application)
    if application.status != ApplicationStatus.APPROVED or decision is None:
        raise RuleBroken("An award is prepared once the application has been approved.")
    refuse_conflict(application, by, what_to_do="Someone else must prepare the award.")
    starts_on, ends_on = starts_on or application.starts_on, ends_on or application.ends_on
    _check_dates(starts_on, ends_on)
    before = award_before(application)
    if before and starts_on <= before.starts_on:
        raise RuleBroken(
            f"It goes on from {before.reference}, so it must start after "
            f"{clock.format_date(before.starts_on)}, when that one started."
        )
    is_contract = application.fund.legal_power == LegalPower.CONTRACT
    award = Award.objects.create(
        reference=application.reference,
        kind=Award.Kind.CONTRACT if is_contract else Award.Kind.GRANT,
        legal_power=application.fund.legal_power,
        fund=application.fund,
        application=application,
        decision=decision,
        organisation=application.organisation,
        status=Status.PREPARED,
        responsible_officer=by,
        title=application.title,
        purpose=decision.purpose,
        reasons=decision.reasons,
        amount=amount,
        # The round's amount is for one year; later years are decisions of their own (domain.md section 3).
        start_year=application.round.start_year,
        years=1,
        starts_on=starts_on,
        ends_on=ends_on,
        special_conditions=clean(special_conditions),
        agreed_outcomes=clean(agreed_outcomes),
        publish_location=application.organisation.publish_location,
        continues=before,
    )
    award.partners.set(application.partners.all())
    award.districts.set(application.districts.all())
    record(
        "award.prepared",
        award,
        f"{by} prepared the award of {format_money(award.amount)} to {award.organisation}.",
        by=by,
        changes={"decision": decision.number, "amount": award.amount},
    )
    return award


@transaction.atomic
def to_award(application) -> tuple:
    """The decision that an award of this application carries, and its pounds; (None, None) without one.

    Raises RuleBroken when nothing is left of an allocation.
    """
    if application.round.is_allocated and application.status == ApplicationStatus.APPROVED:
        return allocation_to_award(application)
    decision = application.decisions.filter(outcome=Decision.Outcome.APPROVED).first()
    return decision, decision and decision.amount


def _check_dates(starts_on, ends_on) -> None:
    if not starts_on or not ends_on:
        raise RuleBroken("Enter the dates on which the award starts and ends.")
    if ends_on < starts_on:
        raise RuleBroken(f"The award must end on or after {clock.format_date(starts_on)}, when it starts.")


@transaction.atomic
def propose_direct_award(
    *,
    by,
    kind,
    legal_power,
    fund,
    organisation,
    title,
    purpose,
    reasons,
    amount,
    starts_on,
    ends_on,
    direct_reason,
    direct_ground=DirectGround.OTHER,
    start_year=None,
    years=1,
    partners=(),
    districts=(),
    special_conditions="",
    agreed_outcomes="",
    delivery_standards="",
    annual_value=None,
    publish_location=True,
    service_name="",
    heading_purpose="",
) -> Award:
    """Propose an award that was not competed for, on what ground and why; an approver decides (GovS 015).

    `amount` in pounds is for the whole award; it is paid from the budgets of `years` financial years from
    `start_year` (default: the one in which it starts). Money retained from overlapping projects is proposed
    by `propose_retained_award`, which names the projects. The same proposal by the same person again gives
    the one that waits; one that differs in anything but its organisation, title, amount and dates is refused.
    Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    words = check_direct_award(
        kind=kind,
        legal_power=legal_power,
        fund=fund,
        title=title,
        purpose=purpose,
        reasons=reasons,
        amount=amount,
        starts_on=starts_on,
        ends_on=ends_on,
        direct_ground=direct_ground,
        direct_reason=direct_reason,
        years=years,
    )
    refuse_tie(by, [organisation, *partners], what_to_do="Someone else must propose the award.")
    locked(Organisation.objects.all(), organisation.pk)  # so that the same proposal twice meets itself
    facts = {
        "kind": kind,
        "legal_power": legal_power,
        "fund": fund,
        "organisation": organisation,
        "amount": amount,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "start_year": start_year or FinancialYear.containing(starts_on).start_year,
        "years": years,
        "direct_ground": direct_ground,
        "special_conditions": clean(special_conditions),
        "agreed_outcomes": clean(agreed_outcomes),
        "delivery_standards": clean(delivery_standards),
        "annual_value": annual_value,
        "publish_location": publish_location and organisation.publish_location,
        "service_name": clean_line(service_name),
        "heading_purpose": clean_line(heading_purpose),
        "proposed_by": by,
        **words,
    }
    partners, districts = set(partners), set(districts)
    if existing := _same_proposal(facts, partners, districts):
        return existing
    prefix = f"{fund.code}-00{clock.today().year % 100:02}"
    award = Award.objects.create(
        reference=references.build(prefix, next_number(prefix)),
        status=Status.PROPOSED,
        responsible_officer=by,
        proposed_at=clock.now(),
        **facts,
    )
    award.partners.set(partners)
    award.districts.set(districts)
    record(
        "award.proposed",
        award,
        f"{by} proposed a direct award of {format_money(amount)} to {organisation}.",
        by=by,
        changes={
            "amount": amount,
            "direct_ground": direct_ground,
            "direct_reason": award.direct_reason,
        },
    )
    return award


def _same_proposal(facts: dict, partners: set, districts: set) -> Award | None:
    """The award that waits with just these facts. Raises RuleBroken for one that is nearly the same."""
    like = ("organisation", "title", "amount", "starts_on", "ends_on", "proposed_by")
    waiting = list(
        Award.objects.filter(status=Status.PROPOSED, **{name: facts[name] for name in like}).order_by("pk")
    )
    for award in waiting:
        is_same = all(getattr(award, name) == fact for name, fact in facts.items())
        if is_same and set(award.partners.all()) == partners and set(award.districts.all()) == districts:
            return award
    if waiting:
        raise RuleBroken(
            f"You have proposed an award with this title, amount and dates to {facts['organisation']} "
            f"already: {waiting[0].reference}. It waits for a decision. Give another award another title."
        )
    return None


def check_direct_award(
    *,
    kind,
    legal_power,
    fund,
    title,
    purpose,
    reasons,
    amount,
    starts_on,
    ends_on,
    direct_reason,
    direct_ground=DirectGround.OTHER,
    years=1,
    **others,
) -> dict[str, str]:
    """What must hold of a direct award before it is proposed; gives its words as they are kept.

    Takes what `propose_direct_award` takes; `others` can be anything. Raises RuleBroken.
    """
    if direct_ground not in DirectGround.values:
        raise RuleBroken("Select why the award is not competed for.")
    _check_dates(starts_on, ends_on)
    _check_kind(kind, legal_power)
    _check_amount(amount)
    if fund.ended_on and fund.ended_on < clock.today():
        raise RuleBroken(f"The {fund} ended on {clock.format_date(fund.ended_on)}. Choose another fund.")
    if years < 1:
        raise RuleBroken("An award is paid from the budgets of one financial year or more.")
    words = {
        "title": clean_line(title),
        "purpose": clean_purpose(clean(purpose)),
        "reasons": clean(reasons),
        "direct_reason": clean(direct_reason),
    }
    if not all(words.values()):
        raise RuleBroken("Enter a title, the reasons for the award, and why it was not competed for.")
    return words


def _check_kind(kind, legal_power) -> None:
    if kind not in Award.Kind.values:
        raise RuleBroken("Select what kind of award it is.")
    if legal_power not in LegalPower.values:
        raise RuleBroken("Select the legal power.")
    if kind == Award.Kind.CONTRACT and legal_power != LegalPower.CONTRACT:
        raise RuleBroken("A contract's legal power is: contract for services.")
    if kind == Award.Kind.GRANT and legal_power == LegalPower.CONTRACT:
        raise RuleBroken("A grant is not given under a contract. Select another legal power.")


def _check_amount(amount) -> None:
    if not is_amount(amount):
        raise RuleBroken("The amount must be more than £0, in pounds and pence.")
