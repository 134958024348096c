"""The outcome letter and the decision notice as plain data: rendered as a page and a PDF alike."""

from decimal import Decimal

from django.template.loader import render_to_string

from funds.models import LegalPower, Round, Route
from office.models import OfficeSettings
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.frozen import frozen
from pcc_grants.lib.money import format_money
from pcc_grants.lib.pdf import render_pdf

from .models import Application, Decision, Status
from .services.balances import balance_of

LAYOUT = 1  # the version of this layout of data, so that letters of an older one can still be rendered
NEUTRAL_OFFICE = "Office of the Police and Crime Commissioner"
NEUTRAL_TITLE = "Police and Crime Commissioner"
MOST_ROUNDS = 5
WITHHELD = "Not published"
DIRECT = "We are funding your projects directly"


# -- The letter ----------------------------------------------------------------------------------------------


def letter_of(application: Application, decision: Decision | None, results, numbers: dict | None) -> dict:
    """What an applicant is told, as JSON-ready data (screens.md 3.15).

    `decision` is None for what was found not eligible. `results` are those of `services.results_of`;
    `numbers`: how many `applied`, were `funded` and are still `open`; None before the round has closed.
    """
    office = OfficeSettings.objects.current()
    round = application.round
    is_offer = application.status == Status.APPROVED
    is_scored = application.status != Status.INELIGIBLE
    return frozen(
        {
            "layout": LAYOUT,
            "title": "Decision on your application",
            "outcome": application.status,
            "heading": heading_of(application, decision),
            "is_direct": is_offer and not offer_of(application, decision),
            "office": office.office_name if office else NEUTRAL_OFFICE,
            "contact": _contact(office),
            "reference": application.reference,
            "project": application.title,
            "organisation": application.organisation.name,
            "date": clock.format_date(clock.today()),
            "facts": _letter_facts(application, decision),
            "conditions": _lines(decision.conditions) if is_offer else [],
            "reasons": decision.reasons if decision else application.check_notes,
            "highest": round.highest_score,
            "scale": list(enumerate(round.score_descriptions)),
            "scores": [_score(one) for one in results] if is_scored and _any(results) else [],
            "numbers": numbers_in_words(numbers) if numbers else "",
            "rounds": [] if is_offer else rounds_in_words(application),
        }
    )


def heading_of(application: Application, decision: Decision | None) -> str:
    if application.status == Status.APPROVED:
        if not (offer := offer_of(application, decision)):
            return DIRECT
        return f"We are offering you {format_money(offer)}"
    return "We are not able to fund this project"


def offer_of(application: Application, decision: Decision) -> Decimal:
    """What is offered, in pounds: of an allocation only what was not retained to fund providers directly."""
    if not application.round.is_allocated:
        return decision.amount
    return decision.amount - balance_of(application.business_case).retained


def _letter_facts(application, decision) -> list[tuple[str, str]]:
    facts = [("Fund", str(application.round))]
    if application.amount_asked:
        facts.append(("You asked for", format_money(application.amount_asked)))
    if application.status == Status.APPROVED:
        offer = offer_of(application, decision)
        if offer:
            facts.append(("We offer", format_money(offer)))
        if offer < decision.amount:
            facts.append(("Funded directly", format_money(decision.amount - offer)))
        facts.append(("The money is to", decision.purpose))
    if decision:
        facts.append(("Decision", f"{decision.number}, {clock.format_date(decision.decided_at)}"))
    return facts


def _score(result) -> dict:
    if result.passed is not None:
        score = "Passed" if result.passed else "Not passed"
    else:
        score = "" if result.score is None else str(result.score)
    return {
        "criterion": result.criterion.name,
        "score": score,
        "is_number": result.score is not None,
        "feedback": result.feedback,
    }


def _any(results) -> bool:
    return any(one.score is not None or one.passed is not None for one in results)


def numbers_in_words(numbers: dict) -> str:
    """'38 organisations applied in this round, and 9 were funded.'"""
    applied, funded, still_open = numbers["applied"], numbers["funded"], numbers["open"]
    said = f"{applied} application{'' if applied == 1 else 's'} came in for this round"
    if still_open:
        waiting = f"{still_open} {'is' if still_open == 1 else 'are'} still to be decided or announced"
        return f"{said}. {funded} {'is' if funded == 1 else 'are'} funded so far, and {waiting}."
    return f"{said}, and {funded} {'is' if funded == 1 else 'are'} funded."


def other_rounds(application: Application):
    """Rounds that are open or announced: where the applicant may try again."""
    return (
        Round.objects.published()
        .filter(closes_at__gt=clock.now(), route=Route.OPEN)
        .exclude(pk=application.round_id)
        .select_related("fund")
        .order_by("closes_at", "pk")[:MOST_ROUNDS]
    )


def rounds_in_words(application: Application) -> list[str]:
    return [
        f"{round}: open until {clock.format_deadline(round.closes_at)}"
        if round.is_open
        else f"{round}: opens at {clock.format_deadline(round.opens_at)}"
        for round in other_rounds(application)
    ]


def _contact(office) -> list[str]:
    if office is None:
        return []
    return [one for one in (office.contact_email, office.contact_phone, office.contact_hours) if one]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def letter_pdf(content: dict) -> bytes:
    """The letter as tagged PDF."""
    return render_pdf(render_to_string("papers/outcome_letter.html", {"letter": content}))


# -- The notice ----------------------------------------------------------------------------------------------


def titles():
    """A function that says which office decided on a date, in one query for however many dates."""
    versions = list(OfficeSettings.objects.order_by("effective_from"))

    def title_on(day) -> str:
        held = [version for version in versions if version.effective_from <= day] or versions[:1]
        return held[-1].commissioner_title if held else NEUTRAL_TITLE

    return title_on


def award_of(decision: Decision):
    """The award that was decided on or extended, when there is one (a reverse relation)."""
    option = getattr(decision, "extension_option", None)
    return option.award if option else getattr(decision, "award", None)


def legal_power_of(decision: Decision) -> str:
    award = award_of(decision)
    return LegalPower(award.legal_power if award else decision.fund.legal_power).label


def place_of(decision: Decision) -> str | None:
    """The districts; "" when it is not limited to any; None when the place is not published."""
    award = award_of(decision)
    if not decision.organisation.publish_location or (award and not award.publish_location):
        return None
    about = decision.project or award or decision.application
    return ", ".join(district.name for district in about.districts.all()) if about else ""


def notice_of(decision: Decision, *, for_public: bool) -> dict:
    """The decision notice as data. For the public nothing of what is withheld, nor a place kept secret."""
    office = OfficeSettings.objects.as_at(clock.london_date(decision.decided_at))
    day = clock.london_date(decision.decided_at)
    is_approved = decision.outcome == Decision.Outcome.APPROVED
    hides = for_public and bool(decision.withheld)
    facts = [
        ("Decision", decision.number),
        ("Date", clock.format_date(day)),
        ("Financial year", str(FinancialYear.containing(day))),
        ("Decided by", office.commissioner_title if office else NEUTRAL_TITLE),
        ("Outcome", decision.get_outcome_display()),
        ("Fund", decision.fund.name),
    ]
    if not hides:
        facts.append(("Recipient", decision.organisation.name))
        if partners := _partners(decision):
            facts.append(("Together with", partners))
        place = place_of(decision)
        if place or place is None:
            facts.append(("Where", WITHHELD if place is None else place))
    if is_approved:
        facts.append(("Amount", format_money(decision.amount)))
    if not hides and is_approved and decision.purpose:
        facts.append(("Purpose", f"They were awarded {format_money(decision.amount)} to {decision.purpose}."))
    facts.append(("Legal power", legal_power_of(decision)))
    if decision.withheld:
        facts.append(
            ("Why the recipient and the purpose are not published", decision.withheld)
            if hides
            else ("Why the register does not name the recipient", decision.withheld)
        )
    return frozen(
        {
            "layout": LAYOUT,
            "title": f"Decision {decision.number}",
            "office": office.office_name if office else NEUTRAL_OFFICE,
            "number": decision.number,
            "facts": facts,
            "reasons": "" if hides else decision.reasons,
            "conditions": [] if hides else _lines(decision.conditions),
            "exception": "" if hides else _exception(decision),
        }
    )


def _partners(decision) -> str:
    about = award_of(decision) or decision.application
    return ", ".join(partner.name for partner in about.partners.all()) if about else ""


def _exception(decision) -> str:
    if not decision.exception_reason:
        return ""
    if decision.application is None:
        return decision.exception_reason
    maximum = format_money(decision.application.round.maximum)
    return (
        f"{format_money(decision.amount)} is above {maximum}, the most one application could receive in the "
        f"round. {decision.exception_reason}"
    )


def notice_pdf(notice: dict) -> bytes:
    """The notice as tagged PDF."""
    return render_pdf(render_to_string("papers/decision_notice.html", {"notice": notice}))
