"""A document is handed out as a download to those who may read its application, and to nobody else."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.services.documents import erase_removed_documents
from audit.models import Event
from funds import services as funds
from organisations import documents
from organisations.models import Document
from pcc_grants.lib import clock
from questionnaires.models import Question
from tests import factories
from tests.applications.form_pages import url
from tests.organisations import files
from tests.page_text import text_of


@pytest.fixture
def full_round(fund, officer):
    return factories.open_round(officer, fund, brief_form=False)


@pytest.fixture
def with_document(full_round, organisation, applicant):
    return factories.draft_with_document(applicant, full_round, organisation)


@pytest.fixture
def application(with_document):
    return with_document[0]


@pytest.fixture
def document(with_document):
    return with_document[1]


@pytest.fixture
def assessment(application, applicant, officer, assessor):
    factories.eligible(officer, factories.submitted(applicant, application))
    due = clock.today() + timedelta(days=7)
    return services.assign(by=officer, application=application, assessor=assessor, due_on=due)


def of_office(application, document):
    return reverse("office_application_document", args=[application.reference, document.pk])


def of_assessor(assessment, document):
    return reverse("assess_document", args=[assessment.pk, document.pk])


def test_the_file_comes_as_a_download_that_no_browser_shows(login, application, document, applicant):
    response = login(applicant).get(url("application_document", application, document.pk))
    assert response.status_code == 200
    assert response.streaming
    assert b"".join(response.streaming_content) == document.file.read()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="accounts.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert int(response["Content-Length"]) == document.size


@pytest.mark.parametrize("name", ['Café "accounts" ü.pdf', "счета.pdf", "a;b=c\\.pdf"])
def test_any_name_makes_a_header_of_one_line(login, applicant, full_round, organisation, name):
    application = services.start(by=applicant, round=full_round, organisation=organisation)
    made = factories.document(applicant, organisation, name=name)
    value = {"document": made.pk, "later": ""}
    services.save_answers(by=applicant, application=application, values={"accounts": value})
    response = login(applicant).get(url("application_document", application, made.pk))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; ")


def test_owner_colleague_and_office_read_it_and_strangers_find_nothing(
    login, application, document, applicant, colleague, stranger, officer, auditor, finance, assessor
):
    own = url("application_document", application, document.pk)
    for person, status in ((applicant, 200), (colleague, 200), (stranger, 404), (officer, 403)):
        assert login(person).get(own).status_code == status, person
    assert login(officer).get(of_office(application, document)).status_code == 404  # still a draft
    factories.submitted(applicant, application)
    for person, status in ((officer, 200), (auditor, 200), (finance, 403), (assessor, 403), (applicant, 403)):
        assert login(person).get(of_office(application, document)).status_code == status, person


def test_an_assessor_reads_it_once_they_have_declared(
    login, application, document, assessment, assessor, assessor_2, applicant
):
    address = of_assessor(assessment, document)
    assert login(assessor).get(address).status_code == 404
    services.declare(by=assessor, assessment=assessment)
    assert login(assessor).get(address).status_code == 200
    assert login(assessor_2).get(address).status_code == 404
    assert login(applicant).get(address).status_code == 403


def test_an_assessor_with_an_interest_reads_nothing(login, document, assessment, assessor):
    services.declare(by=assessor, assessment=assessment, interest="A trustee is my friend.")
    assert login(assessor).get(of_assessor(assessment, document)).status_code == 404


def test_only_what_the_application_gives_is_handed_out_with_it(
    login, application, document, assessment, applicant, officer, assessor, organisation, stranger
):
    services.declare(by=assessor, assessment=assessment)
    unused = factories.document(applicant, organisation)
    elsewhere = factories.document(stranger, factories.organisation(stranger))
    for other in (unused, elsewhere):
        assert login(applicant).get(url("application_document", application, other.pk)).status_code == 404
        assert login(officer).get(of_office(application, other)).status_code == 404
        assert login(assessor).get(of_assessor(assessment, other)).status_code == 404


def test_a_document_of_others_that_an_answer_names_stays_theirs(
    login, application, applicant, stranger, organisation
):
    elsewhere = factories.document(stranger, factories.organisation(stranger))
    value = {"document": elsewhere.pk, "later": ""}
    services.save_answers(by=applicant, application=application, values={"accounts": value})
    assert login(applicant).get(url("application_document", application, elsewhere.pk)).status_code == 404
    assert services.reading_of(application).by_key["accounts"].shown.document is None


def test_a_replaced_document_is_for_its_writers_only(login, application, document, applicant, officer):
    newer = factories.document(applicant, application.organisation)
    value = {"document": newer.pk, "later": ""}
    services.save_answers(by=applicant, application=application, values={"accounts": value})
    factories.submitted(applicant, application)
    assert login(applicant).get(url("application_document", application, document.pk)).status_code == 200
    assert login(officer).get(of_office(application, document)).status_code == 404
    assert login(officer).get(of_office(application, newer)).status_code == 200


def test_after_a_move_the_documents_of_before_can_still_be_read(
    login, application, document, applicant, officer
):
    factories.submitted(applicant, application)
    other = factories.open_round(officer, factories.fund(officer, code="OTH", name="Other Fund"))
    old_reference = application.reference
    moved = services.transfer(
        by=officer, application=application, to_round=other, reason="It fits better.", message="It moves."
    )
    assert moved.reference != old_reference
    assert login(officer).get(of_office(moved, document)).status_code == 200
    assert login(applicant).get(url("application_document", moved, document.pk)).status_code == 200
    old = reverse("application_document", args=[old_reference, document.pk])
    assert login(applicant).get(old).status_code == 200


def test_an_infected_file_gets_a_page_that_says_so(login, application, document, applicant, officer):
    factories.submitted(applicant, application)
    Document.objects.update(scan=Document.Scan.INFECTED, scanned_at=clock.now())
    for person, address in (
        (applicant, url("application_document", application, document.pk)),
        (officer, of_office(application, document)),
    ):
        response = login(person).get(address)
        assert response.status_code == 410
        assert "This file contains a virus" in text_of(response)


def test_a_file_that_is_lost_gets_a_page_that_says_so(login, application, document, applicant):
    default_storage.delete(document.file.name)
    response = login(applicant).get(url("application_document", application, document.pk))
    assert response.status_code == 404
    assert "We cannot find this file" in text_of(response)


def test_posting_to_a_document_does_nothing(login, application, document, applicant):
    assert login(applicant).post(url("application_document", application, document.pk)).status_code == 405


# -- The pages that lead there -------------------------------------------------------------------------------


def test_every_page_of_the_application_links_to_its_document(
    login, application, document, applicant, officer, assessor
):
    words = "Download accounts.pdf (PDF, 1KB)"

    def leads(person, address, to):
        response = login(person).get(address)
        assert words in text_of(response), address
        assert "Not scanned for viruses" in text_of(response), address
        assert f'href="{to}"' in response.content.decode(), address

    own = url("application_document", application, document.pk)
    leads(applicant, url("application_section", application, "documents"), own)
    leads(applicant, url("application_question", application, "documents", "accounts"), own)
    leads(applicant, url("application_history", application, "documents", "accounts"), own)
    leads(applicant, url("application_submit", application), own)
    factories.submitted(applicant, application)
    leads(applicant, url("application", application), own)
    leads(
        officer, reverse("office_application", args=[application.reference]), of_office(application, document)
    )
    check = reverse("office_application_check", args=[application.reference])
    leads(officer, check, of_office(application, document))


def test_a_criterion_that_is_scored_by_a_document_links_to_it(
    login, fund, officer, applicant, organisation, assessor
):
    round = factories.open_round(officer, fund, brief_form=False, published=False)
    Question.objects.filter(questionnaire=round.questionnaire, key="accounts").update(criterion="need")
    funds.publish_round(by=officer, round=round)
    application, document = factories.draft_with_document(applicant, round, organisation)
    factories.eligible(officer, factories.submitted(applicant, application))
    due = clock.today() + timedelta(days=7)
    assessment = services.assign(by=officer, application=application, assessor=assessor, due_on=due)
    services.declare(by=assessor, assessment=assessment)
    position = round.criteria.get(key="need").position
    response = login(assessor).get(reverse("assess_criterion", args=[assessment.pk, position]))
    assert f'href="{of_assessor(assessment, document)}"' in response.content.decode()


def test_a_document_taken_off_the_list_stays_with_its_application(
    login, application, document, applicant, officer
):
    factories.submitted(applicant, application)
    documents.remove(by=applicant, document=document)
    assert services.reading_of(application).by_key["accounts"].shown.document == document
    assert login(officer).get(of_office(application, document)).status_code == 200


# -- Erasing -------------------------------------------------------------------------------------------------


def test_a_removed_document_is_erased_after_30_days_unless_an_application_has_it(
    application, document, applicant, organisation, django_capture_on_commit_callbacks
):
    unused = factories.document(applicant, organisation)
    kept = factories.document(applicant, organisation)
    for one in (document, unused):
        documents.remove(by=applicant, document=one)
    assert erase_removed_documents() == 0
    with clock.at(clock.now() + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert erase_removed_documents() == 1
        assert erase_removed_documents() == 0
    assert set(Document.objects.all()) == {document, kept}
    assert default_storage.exists(document.file.name)
    assert not default_storage.exists(unused.file.name)
    assert Event.objects.filter(verb="document.erased").get().changes == {"document": unused.pk}


def test_a_document_of_an_earlier_answer_is_not_erased(application, document, applicant):
    nothing = {"document": None, "later": "Soon"}
    services.save_answers(by=applicant, application=application, values={"accounts": nothing})
    documents.remove(by=applicant, document=document)
    with clock.at(clock.now() + timedelta(days=31)):
        assert erase_removed_documents() == 0


def test_the_pages_cost_the_same_however_many_documents_there_are(
    login, application, document, applicant, organisation
):
    browser, address = login(applicant), url("application_question", application, "documents", "accounts")
    browser.get(address)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            browser.get(address)
        counts.append(len(captured))
        for n in range(3):
            factories.document(applicant, organisation, content=files.pdf(title=str(n)))
    assert counts[0] == counts[1]
