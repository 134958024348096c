"""The copy of an application: its words at once, its PDF once, and receipts with it or in the end without."""

import hashlib
import io
from datetime import timedelta

import pikepdf
import pytest
from django.db import transaction

from applications import services
from applications.models import Copy
from applications.services import copying
from applications.tasks import make_copies
from funds.models import Round
from notifications.models import Attachment, Message
from notifications.services import deliver_due
from pcc_grants.lib import clock
from tests import factories
from tests.applications import form_pages as form
from tests.page_text import text_of

pytestmark = pytest.mark.usefixtures("office")
UNMADE = {"made_at": None, "content": None}


def words_of(content: bytes) -> str:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_receipt_waits_for_its_pdf_and_then_leaves_with_it(draft, applicant, colleague, mailoutbox):
    factories.submitted(applicant, draft)
    deliver_due()
    receipts = Message.objects.filter(template="applications/submitted")
    assert {message.state for message in receipts} == {"queued"}
    assert make_copies() == 1
    assert make_copies() == 0
    deliver_due()
    sent = [mail for mail in mailoutbox if mail.subject.startswith("Received on")]
    assert {mail.to[0] for mail in sent} == {applicant.email, colleague.email}
    for mail in sent:
        [(name, content, kind)] = mail.attachments
        assert (name, kind) == (f"{draft.reference} application as submitted.pdf", "application/pdf")
        assert content.startswith(b"%PDF-")
        assert "A copy of your application is attached as a PDF" in mail.body
        assert form.url("application_submitted", draft) in mail.body
    attachment = Attachment.objects.get()
    assert attachment.sha256 == hashlib.sha256(bytes(attachment.content)).hexdigest()


def test_what_was_made_is_never_made_again(submitted_application):
    make_copies()
    before = Attachment.objects.get().made_at
    copy = submitted_application.copies.get()
    with clock.at(clock.now() + timedelta(days=1)):
        assert services.content_of(copy) == bytes(Attachment.objects.get().content)
        make_copies()
    assert Attachment.objects.get().made_at == before


def test_someone_who_does_not_wait_gets_it_at_once(submitted_application):
    content = services.content_of(submitted_application.copies.get())
    assert content.startswith(b"%PDF-")
    assert make_copies() == 1  # what is kept is made in the background, whoever looked before


def test_one_that_cannot_be_made_is_said_in_a_sentence(login, submitted_application, applicant):
    Copy.objects.update(data={"title": "", "facts": 5, "sections": 5})
    response = login(applicant).get(form.url("application_copy", submitted_application), follow=True)
    assert response.status_code == 200
    assert "We could not make the PDF. Contact us if you need it." in text_of(response)


def test_a_copy_that_cannot_be_made_is_tried_five_times_and_then_the_mail_leaves_without_it(
    submitted_application, mailoutbox
):
    Copy.objects.update(data={"layout": 1})
    Copy.objects.update(data={"layout": 1, "title": "No sections", "facts": 5, "sections": 5})
    for attempt in range(1, 6):
        assert Attachment.objects.get().given_up_at is None
        assert make_copies() == 0
        assert Attachment.objects.get().attempts == attempt
    assert Attachment.objects.get().given_up_at
    assert make_copies() == 0
    deliver_due()
    receipts = [mail for mail in mailoutbox if mail.subject.startswith("Received on")]
    assert [mail.attachments for mail in receipts] == [[], []]
    assert "If it is missing, you can download it here" in receipts[0].body


def test_one_that_cannot_be_made_does_not_keep_the_others_waiting(
    submitted_application, applicant, organisation
):
    bad = submitted_application.copies.get()
    Copy.objects.filter(pk=bad.pk).update(data={"title": "", "facts": 5, "sections": 5})
    factories.submitted(applicant, factories.draft(applicant, Round.objects.get(), organisation))
    assert make_copies() == 1


def test_a_copy_that_ends_its_process_each_time_is_given_up(submitted_application):
    Attachment.objects.update(attempts=5)  # five attempts were begun, and none came to an end
    assert make_copies() == 0
    assert Attachment.objects.get().given_up_at


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_another_process_makes_is_passed_over(submitted_application):
    from threading import Thread

    from django.db import connection

    made = []

    def other():
        made.append(make_copies())
        connection.close()

    Attachment.objects.update(**UNMADE)
    with transaction.atomic():
        assert copying._owed().count() == 1
        list(copying._owed())  # under lock now
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert made == [0]
    assert Attachment.objects.get().attempts == 0
    assert make_copies() == 1


def test_the_pdf_is_tagged_and_says_what_was_submitted(draft, applicant):
    factories.submitted(applicant, draft)
    content = services.content_of(draft.copies.get())
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Title"]) == "Example workshops"
    words = words_of(content)
    for expected in (
        draft.reference, "Example Youth Project", "Signed by The Chair, Chair", "£10,000",
        "Our answer about Need.", "Page 1 of",
    ):  # fmt: skip
        assert expected in words


def test_long_and_hostile_answers_and_fifteen_costs_are_all_in_it(draft, applicant):
    rows = [
        {"what": f"Cost number {n} & <b>more</b>", "type": "staff", "amount": "100"} for n in range(1, 16)
    ]
    hostile = "first line\nsecond line\t<script>\u202eabc\u202c \ufffe \U0001f600 " + "x" * 400 + " end"
    services.save_answers(
        by=applicant,
        application=draft,
        values={"costs": rows, "about-need": hostile, "about-outcomes": "word " * 299},
    )
    factories.submitted(applicant, draft)
    words = words_of(services.content_of(draft.copies.get()))
    for n in range(1, 16):
        assert f"Cost number {n} & <b>more</b>" in words
    assert "first line second line" in words
    assert "<script>" in words
    assert words.count("word") >= 299


def test_the_copy_of_a_draft_says_that_it_was_not_submitted(draft):
    with clock.at(draft.round.closes_at + timedelta(hours=1)):
        services.close_rounds()
    words = words_of(services.content_of(draft.copies.get()))
    assert "This application was not submitted." in words
    assert "Signed by" not in words
    assert "Closed At 5pm on" in words
