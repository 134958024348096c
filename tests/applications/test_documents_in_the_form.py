"""The page of a document: uploaded on saving, offered again, promised for later, replaced, taken off."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import Participant, Status
from organisations.models import Document, Membership
from pcc_grants.lib import clock
from questionnaires.models import AnswerVersion
from tests import factories
from tests.applications.form_pages import answer, page, revisions, url
from tests.applications.test_starting_and_saving import set_status
from tests.organisations import files
from tests.organisations.files import sent
from tests.page_text import refused, text_of

HERE = ("documents", "accounts")
NOTHING = {"document": None, "later": ""}
LATER = {"later": "yes"}


@pytest.fixture
def full_round(fund, officer):
    return factories.open_round(officer, fund, brief_form=False)


@pytest.fixture
def application(full_round, organisation, applicant):
    """A draft in which nothing has been written."""
    return services.start(by=applicant, round=full_round, organisation=organisation)


@pytest.fixture
def at(application):
    """The address of the page."""
    return page(application, *HERE)


def typed(application, *, upload=None, chosen="", later="", **more):
    data = {"q-accounts-chosen": chosen, "q-accounts-later": later}
    if upload is not None:
        data["q-accounts"] = upload
    return data | revisions(application, "accounts") | more


def accounts(title=""):
    return sent(files.pdf(title=title), "accounts.pdf")


def test_the_page_says_why_we_ask_and_what_we_take(login, applicant, at):
    response = login(applicant).get(at)
    text = text_of(response)
    assert "They tell us that you can look after the money." in text
    assert "PDF, Word, Excel, ODT, ODS, JPG or PNG, smaller than 20MB" in text
    assert "A photo taken with a phone is fine." in text
    assert b'enctype="multipart/form-data"' in response.content
    assert b'id="id_q-accounts"' in response.content
    assert "Use the" not in text


def test_an_upload_is_stored_on_saving_and_shown_with_all_that_can_be_done(
    login, application, applicant, colleague, at
):
    browser = login(applicant)
    response = browser.post(at, typed(application, upload=accounts()))
    assert response.url == at
    document = Document.objects.get()
    assert (document.kind, document.organisation) == ("accounts", application.organisation)
    assert answer(application, "accounts") == {"document": document.pk, "later": ""}
    text = text_of(browser.get(at))
    for words in (
        "accounts.pdf has been uploaded",
        "Download accounts.pdf (PDF, 1KB)",
        "Not scanned for viruses",
        f"by {applicant}",
        "Remove",
        "Replace it with another file",
    ):
        assert words in text
    assert "If you do not have it yet" not in text
    assert "Download accounts.pdf" in text_of(login(colleague).get(at))


def test_saving_again_goes_on_to_the_next_page(login, application, applicant, at):
    browser = login(applicant)
    browser.post(at, typed(application, upload=accounts()))
    assert browser.post(at, typed(application)).url == url("application_section", application, "documents")


def test_coming_from_the_check_the_way_back_there_is_kept(login, application, applicant, at):
    browser = login(applicant)
    response = browser.post(at + "?next=submit", typed(application, upload=accounts()))
    assert response.url == at + "?next=submit"
    assert browser.post(response.url, typed(application)).url == url("application_submit", application)


def test_an_upload_sent_twice_is_one_document(login, application, applicant, at):
    browser = login(applicant)
    content = files.pdf()
    for _ in range(2):
        sent_form = typed(application, upload=sent(content, "accounts.pdf"))
        assert browser.post(at, sent_form | {"revision-accounts": 0}).status_code == 302
    assert Document.objects.count() == 1
    assert AnswerVersion.objects.filter(question__key="accounts").count() == 1


# -- Wrong files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", [{}, LATER])
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "accounts.pdf", "The selected file is empty"),
        (b"MZ program", "a.exe", "The selected file must be a PDF, Word, Excel, ODT, ODS, JPG or PNG"),
        (files.pdf("secret"), "a.pdf", "The selected file is password protected"),
        (files.pdf()[:-30], "a.pdf", "The selected file could not be uploaded - try again"),
        (bytes(25 * 1024 * 1024), "a.pdf", "The selected file must be smaller than 20MB"),
    ],
)
def test_a_wrong_file_gets_its_sentence_beside_it_and_the_rest_is_kept(
    login, application, applicant, at, content, name, sentence, button
):
    typed_form = typed(application, upload=sent(content, name), later="In June") | button
    html = refused(login(applicant).post(at, typed_form), sentence)
    assert 'href="#id_q-accounts"' in html
    assert "id_q-accounts-error" in html
    assert 'value="In June"' in html
    assert answer(application, "accounts") == {"document": None, "later": "In June"}
    assert not Document.objects.exists()


def test_a_wrong_file_in_place_of_a_good_one_leaves_the_good_one(login, application, applicant, at):
    browser = login(applicant)
    browser.post(at, typed(application, upload=accounts()))
    before = answer(application, "accounts")
    refused(browser.post(at, typed(application, upload=sent(b"", "a.pdf"))), "The selected file is empty")
    assert answer(application, "accounts") == before


def test_a_file_beyond_all_bounds_is_not_kept_on_the_way(login, application, applicant, at):
    enormous = sent(bytes(60 * 1024 * 1024), "a.pdf")
    refused(
        login(applicant).post(at, typed(application, upload=enormous)),
        "The selected file must be smaller than 20MB",
    )


def test_nothing_at_all_gets_the_sentence_of_the_question(login, application, applicant, at):
    refused(login(applicant).post(at, typed(application)), "Select your latest accounts")
    assert answer(application, "accounts") is None


def test_saving_for_later_asks_for_nothing(login, application, applicant, at):
    response = login(applicant).post(at, typed(application) | LATER)
    assert response.url == url("application", application)


@pytest.mark.parametrize(
    "hostile",
    [
        {"q-accounts": "text instead of a file"},
        {"q-accounts-chosen": "999999"},
        {"q-accounts-chosen": "x" * 5000},
        {"q-accounts-chosen": "-1"},
        {"q-accounts-chosen": "another"},
        {"q-accounts-later": "\x00\u202e\u200b"},
        {"revision-accounts": "many"},
    ],
)
def test_hostile_values_are_no_answer(login, application, applicant, at, hostile):
    refused(login(applicant).post(at, typed(application) | hostile), "Select your latest accounts")
    assert answer(application, "accounts") in (None, NOTHING)


def test_a_very_long_file_name_is_shortened(login, application, applicant, at):
    login(applicant).post(at, typed(application, upload=sent(files.pdf(), "é" * 250 + ".pdf")))
    name = Document.objects.get().name
    assert len(name) == 150
    assert name.endswith(".pdf")


# -- Not yet -----------------------------------------------------------------------------------------------


def test_they_can_say_when_they_will_have_it(login, application, applicant, at):
    browser = login(applicant)
    response = browser.post(at, typed(application, later="After our meeting  in June"))
    assert response.url == url("application_section", application, "documents")
    assert "Not yet: After our meeting in June" in text_of(browser.get(response.url))
    assert 'value="After our meeting in June"' in browser.get(at).content.decode()
    browser.post(at, typed(application, upload=accounts(), later="After our meeting in June"))
    assert answer(application, "accounts")["later"] == ""


def test_too_much_about_when_is_kept_and_said(login, application, applicant, at):
    sentence = "When you will have it must be 300 characters or fewer"
    html = refused(login(applicant).post(at, typed(application, later="x" * 301)), sentence)
    assert "x" * 301 in html
    assert answer(application, "accounts")["later"] == "x" * 301


# -- Choosing again ----------------------------------------------------------------------------------------


@pytest.fixture
def earlier(applicant, organisation):
    """The accounts, uploaded two months ago."""
    with clock.at(clock.now() - timedelta(days=60)):
        return factories.document(applicant, organisation)


def test_the_accounts_uploaded_before_are_offered_and_chosen(login, application, applicant, earlier, at):
    browser = login(applicant)
    when = clock.format_date(earlier.uploaded_at).replace("\xa0", " ")
    text = text_of(browser.get(at))
    assert f"Use the latest accounts you uploaded on {when}?" in text
    assert "Yes, use accounts.pdf (PDF, 1KB)" in text
    response = browser.post(at, typed(application, chosen=earlier.pk))
    assert response.url == url("application_section", application, "documents")
    assert answer(application, "accounts") == {"document": earlier.pk, "later": ""}


def test_several_are_offered_by_name_and_date(login, application, applicant, organisation, earlier, at):
    factories.document(applicant, organisation, name="newer.pdf")
    text = text_of(login(applicant).get(at))
    assert "Use a file that you uploaded before?" in text
    assert text.index("newer.pdf") < text.index("accounts.pdf")


def test_what_cannot_be_chosen_is_not_offered(login, application, applicant, organisation, stranger, at):
    from organisations import documents

    removed = factories.document(applicant, organisation)
    documents.remove(by=applicant, document=removed)
    infected = factories.document(applicant, organisation)
    Document.objects.filter(pk=infected.pk).update(scan=Document.Scan.INFECTED)
    other_kind = factories.document(applicant, organisation, kind="other")
    elsewhere = factories.document(stranger, factories.organisation(stranger))
    browser = login(applicant)
    assert "Use the" not in text_of(browser.get(at))
    for document in (removed, infected, other_kind, elsewhere):
        refused(browser.post(at, typed(application, chosen=document.pk)), "Select your latest accounts")


def test_a_new_file_wins_over_one_that_is_chosen(login, application, applicant, earlier, at):
    login(applicant).post(at, typed(application, upload=accounts("new"), chosen=earlier.pk))
    assert answer(application, "accounts")["document"] != earlier.pk


def test_a_wrong_file_and_a_choice_keep_the_choice(login, application, applicant, earlier, at):
    bad = typed(application, upload=sent(b"", "a.pdf"), chosen=earlier.pk)
    refused(login(applicant).post(at, bad), "The selected file is empty")
    assert answer(application, "accounts") == {"document": earlier.pk, "later": ""}


def test_somebody_from_outside_the_organisation_is_not_offered_its_other_documents(
    login, application, stranger, applicant, earlier, at
):
    Participant.objects.create(application=application, user=stranger, part="contributor", added_by=applicant)
    browser = login(stranger)
    assert "accounts.pdf" not in text_of(browser.get(at))
    browser.post(at, typed(application, upload=accounts("from outside")))
    document = Document.objects.get(uploaded_by=stranger)
    assert answer(application, "accounts") == {"document": document.pk, "later": ""}
    assert browser.get(url("application_document", application, document.pk)).status_code == 200
    assert browser.get(url("application_document", application, earlier.pk)).status_code == 404


# -- Removing and replacing ----------------------------------------------------------------------------------


def test_a_file_is_taken_off_after_a_question_and_can_be_chosen_again(login, application, applicant, at):
    browser = login(applicant)
    browser.post(at, typed(application, upload=accounts()))
    document = Document.objects.get()
    remove = url("application_document_remove", application, *HERE)
    assert "you can choose it again" in text_of(browser.get(remove))
    assert answer(application, "accounts")["document"] == document.pk
    assert browser.post(remove, revisions(application, "accounts")).url == at
    assert answer(application, "accounts") == NOTHING
    assert "The file has been removed. You can choose it again." in text_of(browser.get(at))
    assert browser.get(remove).url == at
    browser.post(at, typed(application, chosen=document.pk))
    assert answer(application, "accounts")["document"] == document.pk


def test_removing_what_a_colleague_has_just_replaced_shows_both(login, application, applicant, colleague, at):
    browser = login(applicant)
    browser.post(at, typed(application, upload=accounts()))
    opened = revisions(application, "accounts")
    login(colleague).post(at, typed(application, upload=accounts("newer")))
    response = browser.post(url("application_document_remove", application, *HERE), opened)
    assert "/conflict/" in response.url
    assert answer(application, "accounts")["document"] == Document.objects.first().pk


def test_a_replaced_file_stays_in_the_history_and_can_be_restored(login, application, applicant, at):
    browser = login(applicant)
    browser.post(at, typed(application, upload=accounts()))
    first = Document.objects.get()
    browser.post(at, typed(application, upload=sent(files.docx(), "newer.docx")))
    history = url("application_history", application, *HERE)
    text = text_of(browser.get(history))
    assert "Download newer.docx (Word, 1KB)" in text
    assert "Download accounts.pdf (PDF, 1KB)" in text
    version = AnswerVersion.objects.filter(question__key="accounts").last()
    browser.post(history, {"version": version.pk})
    assert answer(application, "accounts")["document"] == first.pk


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_people_upload_at_once_and_choose(login, application, applicant, colleague, at, choice):
    opened = typed(application, upload=sent(files.docx(), "mine.docx"))
    login(colleague).post(at, typed(application, upload=sent(files.pdf(), "theirs.pdf")))
    browser = login(applicant)
    response = browser.post(at, opened)
    text = text_of(browser.get(response.url))
    assert "Download mine.docx" in text
    assert "Download theirs.pdf" in text
    assert "Edit a combined answer" not in text
    looked_at = revisions(application, "accounts")
    assert browser.post(response.url, looked_at | {"choice": choice}).url == at
    chosen = Document.objects.get(pk=answer(application, "accounts")["document"])
    assert chosen.name.startswith(choice)


# -- Who, and when -------------------------------------------------------------------------------------------


def test_a_stranger_finds_nothing_and_stores_nothing(login, application, stranger, at):
    browser = login(stranger)
    assert browser.get(at).status_code == 404
    assert browser.post(at, typed(application, upload=accounts())).status_code == 404
    assert not Document.objects.exists()


def test_a_reader_uploads_nothing(login, application, colleague, at):
    Participant.objects.create(application=application, user=colleague, part="reader", added_by=colleague)
    browser = login(colleague)
    assert browser.get(at).url == url("application_section", application, "documents")
    response = browser.post(at, typed(application, upload=accounts()))
    refused(response, "You can read this application, but not change it.")
    assert not Document.objects.exists()
    remove = url("application_document_remove", application, *HERE)
    assert browser.get(remove).url == url("application_section", application, "documents")


@pytest.mark.parametrize("status", [s for s in Status.values if s not in ("draft", "clarification")])
def test_after_the_draft_nothing_is_uploaded(login, application, applicant, at, status):
    set_status(application, status)
    response = login(applicant).post(at, typed(application, upload=accounts()))
    assert response.status_code == 422
    assert not Document.objects.exists()
    remove = url("application_document_remove", application, *HERE)
    assert login(applicant).post(remove, revisions(application, "accounts")).status_code in (302, 422)
    assert answer(application, "accounts") is None


def test_a_file_with_a_virus_stops_submission_and_the_page_asks_for_another(
    login, application, applicant, at
):
    browser = login(applicant)
    browser.post(at, typed(application, upload=accounts()))
    Document.objects.update(scan=Document.Scan.INFECTED, scanned_at=clock.now())
    text = text_of(browser.get(at))
    assert "Contains a virus" in text
    assert "Upload a clean copy." in text
    assert "Download accounts.pdf" not in text
    gaps = [gap.message for gap in services.gaps_of(services.reading_of(application))]
    assert "The selected file contains a virus. Select another one" in gaps
    browser.post(at, typed(application, upload=sent(files.docx(), "clean.docx")))
    assert "Download clean.docx" in text_of(browser.get(at))


def test_a_file_that_waits_for_its_scan_stops_nothing(login, application, applicant, at):
    browser = login(applicant)
    browser.post(at, typed(application, upload=accounts()))
    Document.objects.update(scan=Document.Scan.PENDING)
    assert "We are checking this file" in text_of(browser.get(at))
    gaps = [gap.entry.question.key for gap in services.gaps_of(services.reading_of(application))]
    assert "accounts" not in gaps


def test_a_file_is_not_saved_while_typing(login, application, applicant):
    data = "section=documents&question=accounts&q-accounts=text"
    response = login(applicant).patch(url("application_autosave", application), data)
    assert response.status_code == 404
    assert answer(application, "accounts") is None


@pytest.mark.parametrize("stored", ["text", ["a"], 5, {"document": [1]}, {"document": "1", "later": 5}])
def test_an_answer_of_another_shape_breaks_no_page(login, application, applicant, stored, at):
    services.save_answers(by=applicant, application=application, values={"accounts": {"later": "x"}})
    application.response.answers.update(value=stored)
    for address in (
        at,
        url("application_section", application, "documents"),
        url("application", application),
    ):
        assert login(applicant).get(address).status_code == 200


def test_a_member_who_left_is_offered_nothing(login, application, applicant, colleague, organisation, at):
    Membership.objects.filter(user=colleague).update(ended_at=clock.now())
    assert login(colleague).get(at).status_code == 404


def test_a_document_that_is_asked_for_anew_each_time_is_offered_only_where_it_was(
    application, applicant, organisation, earlier
):
    question = application.response.questionnaire.questions.get(key="accounts")
    question.is_offered_again = False
    Document.objects.update(uploaded_by=factories.person("applicant"))
    assert services.offered_documents(applicant, application, question) == []
    value = {"document": earlier.pk, "later": ""}
    services.save_answers(by=applicant, application=application, values={"accounts": value})
    services.save_answers(by=applicant, application=application, values={"accounts": NOTHING})
    assert services.offered_documents(applicant, application, question) == [earlier]


def test_an_empty_upload_field_of_a_browser_is_no_file(login, application, applicant, at):
    body = (
        '--x\r\nContent-Disposition: form-data; name="q-accounts"; filename=""\r\n'
        "Content-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n"
    )
    response = login(applicant).generic("POST", at, body, content_type="multipart/form-data; boundary=x")
    refused(response, "Select your latest accounts")
