"""Paid and published items for tests about what is made of them: each made in its own month, in one call."""

from datetime import date
from decimal import Decimal
from itertools import count

from accounts.models import User
from accounts.permissions import Role
from applications.models import Decision
from awards.models import Award, Instalment, Payment
from awards.models import Status as AwardStatus
from funds.models import Fund, LegalPower, Route
from organisations.models import Organisation
from pcc_grants.lib import clock
from reports import papers, services
from reports.models import PaperStatus, PaperVersion, PublishedItem
from reports.papers.approval import sha256
from tests import factories

_numbers = count(1)

# The items of two papers (domain.md section 4): payee, paid on, amount, and what else their headings need.
NOVEMBER_2017 = [
    ("Amelix Ltd", date(2017, 7, 14), "31335.00", {}),
    ("Magnate Generation CIC", date(2017, 8, 15), "10000.00", {"known_as": "Magnate Generation"}),
    ("Shepway Chariots", date(2017, 9, 5), "500.00", {}),
    ("PCC for North Yorkshire", date(2017, 8, 1), "2000.00", {"kind": Award.Kind.SUBSCRIPTION}),
]
JUNE_2019 = [
    ("Gravesham Network Development CIC", date(2018, 11, 9), "10000", {"fund": "Safer in Kent Fund"}),
    ("Reform Restore Respect", date(2018, 11, 14), "10000", {"fund": "Safer in Kent Fund"}),
    (
        "i-Three Analytics",
        date(2019, 1, 30),
        "20000",
        {"kind": Award.Kind.PURCHASE, "heading_purpose": "big data analysis"},
    ),
    (
        "Family Matters",
        date(2019, 4, 25),
        "112422.87",
        {
            "kind": Award.Kind.CONTRACT,
            "service_name": "ISVA and CISVA services",
            "period": "quarter 1 2019-20",
        },
    ),
]

POWER_OF = {
    Award.Kind.GRANT: LegalPower.CRIME_AND_DISORDER,
    Award.Kind.CONTRACT: LegalPower.CONTRACT,
    Award.Kind.SUBSCRIPTION: LegalPower.OTHER,
    Award.Kind.PURCHASE: LegalPower.OTHER,
}


def closed_account(number: int) -> User:
    """Somebody who did their part of the record and has left: no mail goes to them."""
    made, _ = User.objects.get_or_create(
        email=f"left-{number}@example.org",
        defaults={"name": "A former colleague", "roles": [Role.OFFICER], "is_active": False},
    )
    return made


def fund(name: str = "Example Fund") -> Fund:
    number = Fund.objects.count() + 1
    made, _ = Fund.objects.get_or_create(
        name=name,
        defaults={
            "code": f"X{number}",
            "slug": f"fund-{number}",
            "purpose": "It prevents crime in the example area.",
            "route": Route.OPEN,
            "legal_power": LegalPower.CRIME_AND_DISORDER,
        },
    )
    return made


def organisation(name: str, **facts) -> Organisation:
    made, _ = Organisation.objects.get_or_create(
        name=name,
        defaults={"reference": f"ORG-0{next(_numbers)}", "kind": Organisation.Kind.CHARITY} | facts,
    )
    return made


def award(recipient="Example Youth Project", amount="10000", *, kind=Award.Kind.GRANT, **facts) -> Award:
    """An active award of one kind, decided and in force."""
    officer, approver = closed_account(1), closed_account(2)
    amount, number = Decimal(amount), next(_numbers)
    body = organisation(recipient, known_as=facts.pop("known_as", ""), website=facts.pop("website", ""))
    paid_from = fund(facts.pop("fund", "Example Fund"))
    purpose = facts.pop("purpose", "run workshops for young people")
    decision = Decision.objects.create(
        number=f"T-{number}",
        fund=paid_from,
        organisation=body,
        outcome=Decision.Outcome.APPROVED,
        amount=amount,
        purpose=purpose,
        reasons="It keeps young people away from crime.",
        proposed_by=officer,
        decided_by=approver,
        published_at=clock.now(),
    )
    return Award.objects.create(
        **{
            "reference": f"TST-{number}",
            "kind": kind,
            "legal_power": POWER_OF[kind],
            "fund": paid_from,
            "decision": decision,
            "organisation": body,
            "status": AwardStatus.ACTIVE,
            "responsible_officer": officer,
            "title": "Example project",
            "purpose": purpose,
            "reasons": "It keeps young people away from crime.",
            "amount": amount,
            "start_year": 2018,
            "starts_on": date(2018, 10, 1),
            "ends_on": date(2019, 9, 30),
            "direct_reason": "The only provider.",
            "proposed_by": officer,
            "proposed_at": clock.now(),
            "offered_by": officer,
            "offered_at": clock.now(),
            "accept_by": clock.today(),
        }
        | facts
    )


def payment(recipient="Example Youth Project", paid_on=date(2018, 11, 9), amount="10000", **facts) -> Payment:
    """Money paid on an award of its own, in one instalment."""
    period = facts.pop("period", "")
    made = award(recipient, amount, **facts)
    return pay(made, Decimal(amount), paid_on, period=period)


def pay(made: Award, amount: Decimal, paid_on: date, *, number: int = 1, period: str = "") -> Payment:
    instalment = Instalment.objects.create(
        award=made,
        number=number,
        amount=amount,
        due_on=paid_on,
        period=period,
        status=Instalment.Status.PAID,
        approved_by=made.responsible_officer,
        approved_at=clock.now(),
    )
    return Payment.objects.create(
        instalment=instalment,
        amount=amount,
        paid_on=paid_on,
        finance_reference=f"PAY-{next(_numbers)}",
        paid_by=closed_account(3),
    )


def publish(*payments: Payment) -> list[PublishedItem]:
    """Publish the payments' months; the items in the order of the payments."""
    finance = factories.person("finance")
    for month in {services.first_of(one.paid_on) for one in payments}:
        services.publish_month(by=finance, month=month)
    items = PublishedItem.objects.in_bulk([one.pk for one in payments], field_name="payment_id")
    return [items[one.pk] for one in payments]


def published(recipient="Example Youth Project", paid_on=date(2018, 11, 9), amount="10000", **facts):
    return publish(payment(recipient, paid_on, amount, **facts))[0]


def published_list(rows) -> list[PublishedItem]:
    """Rows such as JUNE_2019, published."""
    return publish(*(payment(name, day, amount, **facts) for name, day, amount, facts in rows))


def paper(officer=None, *, meeting_on=date(2019, 6, 12), **facts):
    return papers.plan_paper(
        by=officer or factories.person("officer"),
        meeting_on=meeting_on,
        **{"period_start": date(2018, 11, 1), "period_end": date(2019, 4, 30)} | facts,
    )


def drafted_paper(panel_items, office_items=(), *, officer=None, panel_officer=None, **facts):
    """A paper whose selection has been sent, with the office's items added."""
    officer = officer or factories.person("officer")
    panel_officer = panel_officer or factories.person(Role.PANEL)
    made = paper(officer, **facts)
    if panel_items:
        papers.choose(by=panel_officer, paper=made, published_items=panel_items)
        papers.send_selection(by=panel_officer, paper=made)
    else:
        made = after_selection(officer, made)
    for item in office_items:
        papers.add_office_item(by=officer, paper=made, published_item=item)
    made.refresh_from_db()
    return made


def after_selection(officer, made):
    """No selection came: the office goes on without."""
    with clock.at(max(made.meeting_on, clock.today())):
        return papers.start_drafting(by=officer, paper=made)


def checking_paper(panel_items, office_items=(), **facts):
    """A paper that waits for approval."""
    officer = facts.pop("officer", None) or factories.person("officer")
    made = drafted_paper(panel_items, office_items, officer=officer, **facts)
    papers.send_for_approval(by=officer, paper=made)
    made.refresh_from_db()
    return made


def approved_paper(panel_items, office_items=(), **facts):
    made = checking_paper(panel_items, office_items, **facts)
    papers.approve(by=factories.person("approver"), paper=made)
    made.refresh_from_db()
    return made


def as_if_approved(made, *, approver, published_by=None):
    """An approved paper whose documents are stand-ins: for tests that do not read them."""
    html, pdf = "<html><body>As approved</body></html>", b"%PDF-1.7 stand-in"
    PaperVersion.objects.create(
        paper=made,
        number=1,
        data={},
        html=html,
        pdf=pdf,
        html_hash=sha256(html.encode()),
        pdf_hash=sha256(pdf),
        approved_by=approver,
    )
    made.status = PaperStatus.APPROVED
    made.save()
    if published_by:
        papers.publish(by=published_by, paper=made)
        made.refresh_from_db()
    return made
