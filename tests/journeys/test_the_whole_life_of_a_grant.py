"""From an open fund to a downloaded Panel paper, through the pages, as each person would walk it."""

import io
import re
from datetime import date

from django.core import mail
from django.core.management import call_command
from pypdf import PdfReader

from applications.models import Application, Decision
from applications.services import make_copies
from audit.models import Event
from awards.models import Award
from funds.models import Fund, Round
from monitoring.models import Return
from monitoring.tasks import chase
from notifications.models import Message
from notifications.tasks import send_due_messages
from organisations.models import Organisation
from pcc_grants.lib import clock
from reports.models import Paper, Publication

from . import books, contracting, granting, reporting
from .visitor import Visitor, squeeze

HEADER = [
    "From: The Commissioner, Example Police and Crime Commissioner",
    "To: Example Police and Crime Panel",
    "Subject: Update on expenditure to support the Police and Crime Plan",
    "Date: 12 June 2019",
]
SELECTION = (
    "4. For information, the first two items were selected by Panel Officers on behalf of Members and "
    "relate to 2018/19 expenditure. The last item was selected by the OPCC and relates to 2019/20 "
    "expenditure."
)
HEADINGS = [
    "14 NOVEMBER 2018 - REFORM RESTORE RESPECT, £5,000",
    "14 MARCH 2019 - REFORM RESTORE RESPECT, £5,000",
    "25 APRIL 2019 - ISVA AND CISVA SERVICES, QUARTER 1 2019-20, £112,422.87",
]


def test_a_grant_lives_from_an_open_fund_to_a_published_paper(cast):
    reference = from_the_fund_to_the_first_payment(cast)
    direct = a_contract_is_awarded_and_paid_beside_it(cast, reference)
    the_money_is_published(direct)
    pdf, page = a_paper_is_made_of_it(cast)
    the_pdf_reads_like_the_page(pdf, page)
    everybody_can_read_the_paper()
    every_step_left_its_event(reference, direct)
    every_message_is_in_the_outbox_and_leaves_once(cast, reference)
    books.assert_in_order()


def from_the_fund_to_the_first_payment(cast) -> str:
    granting.set_up_the_fund(cast.officer)
    granting.publish_the_round(cast.officer)
    reference = granting.apply(cast.applicant)
    granting.check(cast.officer, reference)
    assessors = [cast.assessor, cast.assessor_2]
    granting.ask_two_assessors(cast.officer, assessors)
    granting.score(cast.assessor, (5, 4, 4, 3))
    granting.score(cast.assessor_2, (4, 4, 5, 4))
    granting.look_into_the_organisation(cast.officer, reference)
    granting.recommend(cast.officer, reference)
    secrets = [
        *(one.name for one in assessors),
        granting.SCORE_REASON,
        granting.RECOMMENDATION,
        "Recommended",
    ]
    granting.learn_nothing_of_the_assessment(cast.applicant, reference, secrets)
    assert not [m for m in Message.objects.filter(to=cast.applicant.email) for s in secrets if s in m.body]
    granting.decide(cast.approver, reference)
    granting.release_the_outcomes(cast.officer)
    granting.read_the_decision(cast.applicant, assessors)
    granting.prepare_and_offer(cast.officer)
    granting.sign(cast.applicant, reference)
    granting.countersign(cast.officer)
    granting.release(cast.officer, 1, granting.RELEASED_1)
    granting.pay(cast.finance, 1, granting.PAID_1, "2018-01114")
    return reference


def a_contract_is_awarded_and_paid_beside_it(cast, reference: str) -> str:
    """The days of both lives as they came: the contract is signed while the first return is still to open."""
    contracting.set_up_the_fund(cast.officer)
    direct = contracting.propose(cast.officer)
    reporting.publish_month(cast.finance, "November 2018", date(2018, 12, 7))
    contracting.approve(cast.approver, direct)
    contracting.offer(cast.officer, direct)
    contracting.record_the_signature(cast.officer, direct)
    contracting.countersign(cast.officer_2, direct)

    the_return_is_chased(reference)
    granting.report(cast.applicant, reference)
    granting.accept_the_return(cast.officer)
    granting.release(cast.officer, 2, granting.ACCEPTED)
    granting.pay(cast.finance, 2, granting.PAID_2, "2019-00314")

    reporting.publish_month(cast.finance, "March 2019", date(2019, 4, 5))
    contracting.release(cast.officer, direct)
    contracting.pay_less_than_planned(cast.finance, direct)
    reporting.publish_month(cast.finance, "April 2019", date(2019, 5, 7))
    return direct


def the_return_is_chased(reference: str) -> None:
    """By the operator's command on the day it opens; by the scheduled task when it is overdue; once each."""
    for sent, opened in ((1, 1), (0, 0)):
        said = io.StringIO()
        with clock.at(granting.RETURN_OPENS):
            call_command("chase", "--on", granting.RETURN_OPENS.isoformat(), stdout=said)
        assert f"sent: {sent}\n" in said.getvalue()
        assert f"opened: {opened}\n" in said.getvalue()
    with clock.at(granting.CHASED):
        chase()
        chase()
    about = Message.objects.filter(template="monitoring/reminder").order_by("id")
    assert [message.subject for message in about] == [
        "Your mid-year return is open: due 28 February 2019",
        "Overdue: mid-year return for I Didn't Know That!",
    ]
    assert all(f"/grants/{reference}/returns/1/" in message.body for message in about)


def the_money_is_published(direct: str) -> None:
    for month, paid_on, number in (
        ("November 2018", "2018-11-14", "2018-01114"),
        ("March 2019", "2019-03-14", "2019-00314"),
    ):
        page, rows = reporting.spending_as_the_public_reads_it(month)
        page.sees("Reform Restore Respect", "£5,000.00", granting.PURPOSE[1:], granting.REASONS)
        assert len(rows) == 1
        assert rows[0]["payment_date"] == paid_on
        assert rows[0]["transaction_ref"] == number
        assert rows[0]["supplier"] == "Reform Restore Respect"
        assert rows[0]["amount"] == "5000.00"
        assert rows[0]["fund"] == "Safer in Kent Fund"
        assert rows[0]["is_grant"] == "true"
        assert rows[0]["reason"] == granting.REASONS
    page, rows = reporting.spending_as_the_public_reads_it("April 2019")
    page.sees("Family Matters", "£112,422.87", contracting.REASONS)
    assert (rows[0]["amount"], rows[0]["is_grant"]) == ("112422.87", "false")
    Visitor(on=reporting.PLANNED).visit("/what-we-fund/").sees(granting.PURPOSE[1:], "£10,000.00")


def a_paper_is_made_of_it(cast) -> tuple[bytes, Visitor]:
    reporting.plan(cast.officer)
    reporting.choose(cast.panel_officer)
    reporting.add_an_item(cast.officer)
    reporting.write(cast.officer)
    reporting.approve(cast.approver)
    reporting.publish(cast.officer)
    return reporting.download(cast.panel_officer)


def the_pdf_reads_like_the_page(pdf: bytes, page: Visitor) -> None:
    document = PdfReader(io.BytesIO(pdf))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert document.trailer["/Root"]["/Lang"] == "en-GB"
    assert (
        document.metadata.title == "Update on expenditure to support the Police and Crime Plan, 12 June 2019"
    )

    text = "\n".join(sheet.extract_text() for sheet in document.pages)
    lines = [line for line in text.splitlines() if not re.fullmatch(r"Page \d+ of \d+", line)]
    assert lines[:4] == HEADER
    assert lines[4] == "INTRODUCTION:"
    assert [line for line in lines if line in HEADINGS] == HEADINGS
    numbers = [int(found) for found in re.findall(r"^(\d+)\. ", "\n".join(lines), re.MULTILINE)]
    assert numbers == list(range(1, numbers[-1] + 1))
    running = squeeze(" ".join(lines)).replace("• ", "")
    assert SELECTION in running
    assert running.index("5. Reform Restore Respect applied") > running.index(HEADINGS[1])

    start = page.page.text.index(HEADER[0])
    assert page.page.text[start:].startswith(running)
    assert f'href="{granting.WEBSITE}"' in page.body.decode()
    assert Paper.objects.get().versions.get().data["total"] == "122422.87"


def everybody_can_read_the_paper() -> None:
    visitor = Visitor(on=reporting.READ).visit("/").follow("Panel papers").sees("3", "£122,422.87")
    visitor.follow("Update on expenditure").sees(SELECTION, *HEADINGS)


def verbs(record) -> list[str]:
    """The events of one record, each kind in a row named once, in the order in which they happened.

    Saving answers and saying that a section is complete are one kind here: writing.
    """
    found: list[str] = []
    for verb in Event.objects.about(record).order_by("id").values_list("verb", flat=True):
        verb = "application.saved" if verb == "application.section_completed" else verb
        if not found or found[-1] != verb:
            found.append(verb)
    return found


def every_step_left_its_event(reference: str, direct: str) -> None:
    application = Application.objects.get(reference=reference)
    expected = {
        Fund.objects.get(code="SIK"): "created theme_added criterion_added budget_set",
        Round.objects.get(): "created published outcomes_released",
        Organisation.objects.get(name="Reform Restore Respect"): "registered member_added diligence_recorded",
        application: "application.started application.saved "
        "application.submitted application.checklist_answered application.checked "
        "assessment.assigned assessment.declared assessment.scored assessment.submitted "
        "assessment.declared assessment.scored assessment.submitted application.assessed "
        "application.recommended application.approved",
        Decision.objects.get(application=application): "made",
        Award.objects.get(reference=reference): "award.prepared award.instalments_planned award.offered "
        "agreement.signed agreement.countersigned instalment.released payment.recorded "
        "condition.met instalment.released payment.recorded",
        Return.objects.get(): "scheduled opened chased saved submitted satisfactory",
        Award.objects.get(
            reference=direct
        ): "award.proposed award.approved award.instalments_planned award.offered "
        "agreement.signed_on_paper agreement.countersigned instalment.released payment.recorded",
        Paper.objects.get(): "planned chosen asked selection_sent item_added item_grouped item_written "
        "sent_for_approval approved published",
    }
    for record, story in expected.items():
        assert [verb.removeprefix(f"{record._meta.model_name}.") for verb in verbs(record)] == [
            verb.removeprefix(f"{record._meta.model_name}.") for verb in story.split()
        ]
    assert [verbs(one) for one in Publication.objects.all()] == [["spending.published"]] * 3
    assert not Event.objects.filter(actor_name="").exists()


def every_message_is_in_the_outbox_and_leaves_once(cast, reference: str) -> None:
    to_applicant = [
        f"Received on 20 September 2018: your application {reference}",
        f"There is a decision on your application {reference}",
        f"Sign by 9 November 2018: agreement {reference}",
        f"Agreement {reference} is signed by both of us",
        f"Paid on 14 November 2018: instalment 1 of {reference}",
        "Your mid-year return is open: due 28 February 2019",
        "Overdue: mid-year return for I Didn't Know That!",
        f"Received on 5 March 2019: your mid-year return {reference}-M1",
        f"Accepted: your mid-year return {reference}-M1",
        f"Paid on 14 March 2019: instalment 2 of {reference}",
    ]
    selection_sent = "Selection sent for the Panel paper of 12 June 2019"
    expected = {
        cast.applicant: to_applicant,
        cast.assessor: [f"Score application {reference} by 8 October 2018"],
        cast.assessor_2: [f"Score application {reference} by 8 October 2018"],
        cast.officer: [
            f"A decision has been made on {reference}",
            f"Countersign agreement {reference}",
            selection_sent,
        ],
        cast.officer_2: [selection_sent],
        cast.approver: ["Approve the Panel paper of 12 June 2019 by 4 June 2019"],
        cast.panel_officer: [
            "Choose items for the Panel paper by 13 May 2019",
            selection_sent,
            "The Panel paper of 12 June 2019 is ready",
        ],
    }
    messages = Message.objects.order_by("id")
    for person, subjects in expected.items():
        assert [message.subject for message in messages if message.to == person.email] == subjects, person
    assert {message.to for message in messages} == {person.email for person in expected}
    make_copies()  # the receipt waits for its attachment
    send_due_messages()
    send_due_messages()
    assert set(messages.values_list("state", flat=True)) == {Message.State.SENT}
    assert sorted((letter.to, letter.subject) for letter in mail.outbox) == sorted(
        ([message.to], message.subject) for message in messages
    )
