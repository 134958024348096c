"""The agreement as plain data: made with the offer, frozen with its hash, rendered when it is read."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field

from django.template.loader import render_to_string

from awards.models import Award, Condition
from awards.words import money_in_words
from funds.models import LegalPower
from office.models import OfficeSettings
from pcc_grants.lib.clock import format_date, today
from pcc_grants.lib.money import format_money
from pcc_grants.lib.pdf import render_pdf

# The version of this layout of data, so that agreements of an older one can still be rendered.
LAYOUT = 1

# The terms of awards that no round carries terms for, in templates/papers/standard_terms/.
STANDARD_TERMS = {Award.Kind.GRANT: "grant", Award.Kind.CONTRACT: "contract"}


@dataclass
class Clause:
    """A numbered clause; its points hang under it, unnumbered."""

    number: str
    text: str
    points: list[str] = field(default_factory=list)


@dataclass
class Section:
    number: int
    heading: str
    clauses: list[Clause] = field(default_factory=list)
    has_instalments: bool = False

    def add(self, text: str, points=()) -> None:
        """Append a clause with the next number of this section."""
        self.clauses.append(Clause(f"{self.number}.{len(self.clauses) + 1}", text, list(points)))


@dataclass
class InstalmentLine:
    number: int
    amount: str
    period: str
    due_on: str
    waits_for: list[str]


@dataclass
class AgreementText:
    layout: int
    title: str
    reference: str
    project: str
    made_on: str
    office: str
    commissioner: str
    recipient: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    instalments: list[InstalmentLine]
    total: str


def agreement_text(award: Award) -> dict:
    """The agreement of an award as it stands today, as JSON-ready data. `accept_by` must be set."""
    office = OfficeSettings.objects.current()
    office_name = office.office_name if office else "Office of the Police and Crime Commissioner"
    commissioner = office.commissioner_title if office else "Police and Crime Commissioner"
    instalments = _instalment_lines(award)
    text = AgreementText(
        layout=LAYOUT,
        title="Contract" if award.kind == Award.Kind.CONTRACT else f"{award.get_kind_display()} agreement",
        reference=award.reference,
        project=award.title,
        made_on=format_date(today()),
        office=office_name,
        commissioner=f"{office.commissioner_name}, {commissioner}" if office else commissioner,
        recipient=award.organisation.name,
        facts=_facts(award, office_name),
        sections=_sections(award, office_name, commissioner),
        instalments=instalments,
        total=format_money(award.amount, pence=True),
    )
    return json.loads(json.dumps(asdict(text)))


def document_hash(text: dict) -> str:
    """SHA-256 of the agreement's data in one canonical form of JSON."""
    canonical = json.dumps(text, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _facts(award: Award, office_name: str) -> list[tuple[str, str]]:
    facts = [
        ("Reference", award.reference),
        ("From", office_name),
        ("To", award.organisation.name),
        ("Amount", f"{format_money(award.amount)} ({money_in_words(award.amount)})"),
        ("Starts", format_date(award.starts_on)),
        ("Ends", format_date(award.ends_on)),
    ]
    if award.organisation.charity_number:
        facts.insert(3, ("Charity number", award.organisation.charity_number))
    if award.organisation.company_number:
        facts.insert(3, ("Company number", award.organisation.company_number))
    return facts


def _instalment_lines(award: Award) -> list[InstalmentLine]:
    return [
        InstalmentLine(
            number=instalment.number,
            amount=format_money(instalment.amount, pence=True),
            period=instalment.period,
            due_on=format_date(instalment.due_on),
            waits_for=[_waits_for(condition) for condition in instalment.conditions.all()],
        )
        for instalment in award.instalments.order_by("number").prefetch_related("conditions")
    ]


def _waits_for(condition: Condition) -> str:
    if condition.kind == Condition.Kind.AGREEMENT:
        return "this agreement, signed by you and by us"
    if condition.kind == Condition.Kind.RETURN:
        return f"our acceptance of {condition.waiting_for}"
    return condition.waiting_for


def _sections(award: Award, office_name: str, commissioner: str) -> list[Section]:
    made: list[Section] = []

    def section(heading: str) -> Section:
        made.append(Section(len(made) + 1, heading))
        return made[-1]

    _the_award(section("The award"), award, office_name, commissioner)
    if award.agreed_outcomes or award.delivery_standards:
        _delivery(section("What you will deliver"), award)
    _payment(section("Payment"), award)
    returns = _promised_returns(award)
    if returns or award.fund.monitoring_terms:
        _returns(section("Returns"), award, returns)
    if award.special_conditions:
        _add_terms(section("Special conditions"), award.special_conditions)
    _add_terms(section("Terms"), _terms(award))
    _signing(section("Signing"), award)
    return made


def _the_award(section: Section, award: Award, office_name: str, commissioner: str) -> None:
    section.add(
        f"This agreement is between the {commissioner} ({office_name}), called “we”, "
        f"and {award.organisation.name}, called “you”."
    )
    gives = "award you" if award.is_grant else "pay you"
    section.add(
        f"We {gives} {format_money(award.amount)} ({money_in_words(award.amount)}) to {award.purpose}."
    )
    decision = award.decision
    reasons = f"Decision {decision.number} of {format_date(decision.decided_at)} gives the reasons."
    if award.legal_power in (LegalPower.CRIME_AND_DISORDER, LegalPower.VICTIMS):
        section.add(
            f"The money is given under the {LegalPower(award.legal_power).label}, "
            f"from the {award.fund.name}. {reasons}"
        )
    else:
        section.add(f"The money comes from the {award.fund.name}. {reasons}")
    section.add(
        f"The work is called “{award.title}”. It starts on {format_date(award.starts_on)} "
        f"and ends on {format_date(award.ends_on)}."
    )
    if award.annual_value:
        section.add(f"Its value is {format_money(award.annual_value)} a year.")
    partners = [partner.name for partner in award.partners.all()]
    if partners:
        section.add("You lead the work and answer to us for all of it. You share it with:", points=partners)
    options = [
        f"from {format_date(option.starts_on)} to {format_date(option.ends_on)}, "
        f"decided by {format_date(option.decide_by)}"
        for option in award.extension_options.order_by("number")
    ]
    if options:
        section.add("We may extend this agreement, one step after the other:", points=options)


def _delivery(section: Section, award: Award) -> None:
    if award.agreed_outcomes:
        section.add("You work towards these outcomes:", points=_lines(award.agreed_outcomes))
    if award.delivery_standards:
        section.add("You deliver to these standards:", points=_lines(award.delivery_standards))


def _payment(section: Section, award: Award) -> None:
    count = award.instalments.count()
    how = "one payment" if count == 1 else f"{count} instalments"
    section.add(
        f"We pay in {how}, on or after the date in the table and once what it waits for is done. "
        f"{'It is' if count == 1 else 'Together they are'} {format_money(award.amount)}."
    )
    section.has_instalments = True
    section.add("Nothing is paid before you and we have both signed this agreement.")


def _promised_returns(award: Award) -> list[str]:
    conditions = Condition.objects.filter(instalment__award=award, kind=Condition.Kind.RETURN).order_by(
        "instalment__number"
    )
    return list(dict.fromkeys(condition.waiting_for for condition in conditions))


def _returns(section: Section, award: Award, returns: list[str]) -> None:
    if returns:
        section.add("You send us:", points=returns)
    if award.fund.monitoring_terms:
        _add_terms(section, award.fund.monitoring_terms)


def _signing(section: Section, award: Award) -> None:
    section.add(
        "Typing your name and ticking the boxes on the page is signing, as a name written by hand is."
    )
    section.add(f"You can accept this offer until {format_date(award.accept_by)}, that day included.")
    section.add("This agreement holds from the moment at which you and we have both signed it.")


def _terms(award: Award) -> str:
    if award.application_id and award.application.round.terms.strip():
        return award.application.round.terms
    return render_to_string(f"papers/standard_terms/{STANDARD_TERMS.get(award.kind, 'purchase')}.txt")


def _add_terms(section: Section, text: str) -> None:
    """A clause a paragraph; lines with a bullet hang under it. Numbers that were typed are taken off."""
    blocks = re.split(r"\n\s*\n", text.strip()) if "\n\n" in text.strip() else text.strip().splitlines()
    for block in blocks:
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        words = " ".join(line for line in lines if not _BULLET.match(line))
        points = [_BULLET.sub("", line) for line in lines if _BULLET.match(line)]
        words = _TYPED_NUMBER.sub("", words)
        if points and not words and section.clauses:
            section.clauses[-1].points.extend(points)
        elif words or points:
            section.add(words or points.pop(0), points=points)


_BULLET = re.compile(r"^[-–•*]\s+")
_TYPED_NUMBER = re.compile(r"^\(?\d{1,2}(\.\d{1,2})*[.)]?\s+(?=[A-Z“])")


def _lines(text: str) -> list[str]:
    return [_BULLET.sub("", line.strip()) for line in text.splitlines() if line.strip()]


# -- Rendered ------------------------------------------------------------------------------------------------


def agreement_html(agreement) -> str:
    """The whole page that the PDF is made of."""
    return render_to_string(
        "papers/agreement.html",
        {"agreement": agreement, "text": agreement.text, "award": agreement.award},
    )


def agreement_pdf(agreement) -> bytes:
    """The agreement as tagged PDF, with the signatures it has by now."""
    return render_pdf(agreement_html(agreement))
