"""Preview as applicant: every page as applicants will see it, with their problems, and nothing stored."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from organisations.models import Document
from questionnaires import services
from questionnaires.models import Answer, Question, Response
from tests import factories
from tests.page_text import refused, text_of

Kind = Question.Kind


@pytest.fixture
def office(login, officer):
    return login(officer)


@pytest.fixture
def preview(questionnaire):
    def address(section=None, question=None):
        if section is None:
            return reverse("office_questionnaire_preview", args=[questionnaire.pk])
        return reverse("office_questionnaire_preview_page", args=[questionnaire.pk, section, question])

    return address


def test_the_task_list_leads_to_the_first_page_of_each_section(office, preview):
    response = office.get(preview())
    assert "Your project What you will do Not yet started Need Not yet started" in text_of(response)
    assert f'href="{preview("project", "title")}"' in response.content.decode()
    text = text_of(office.get(preview("project", "title")))
    assert "What is the name of your project?" in text
    assert "You can enter up to 100 words" in text


def test_a_page_says_what_applicants_would_be_told_and_stores_nothing(office, preview, preparing_round):
    page = preview("project", "title")
    first = preparing_round.projects_start_on
    too_early = {"day": first.day, "month": first.month, "year": first.year - 1}
    typed = {"q-title": "50% more", **{f"q-starts-on_{part}": text for part, text in too_early.items()}}
    html = refused(
        office.post(page, typed),
        "Enter a summary of your project",
        "Select at least one district where your project will take place",
        "Project start date must be on or after",
        "Enter the date your project will end",
    )
    assert 'value="50% more"' in html
    assert 'value="50% more"' in office.get(page).content.decode()
    assert "There is a problem" in text_of(office.get(preview()))
    assert (Response.objects.count(), Answer.objects.count()) == (0, 0)


def test_costs_are_judged_by_the_most_of_the_round(office, preview):
    page = preview("budget", "costs")
    row = {"q-costs-0-what": "50% of rent", "q-costs-0-type": "venue", "q-costs-0-amount": "10,450"}
    refused(office.post(page, row), "The amount you are asking for must be £10,000 or less. It is £10,450")
    refused(office.post(page, row | {"q-costs-0-amount": "0"}), "Cost of 50% of rent must be more than £0")


def test_a_good_page_leads_to_the_next_and_the_last_to_the_task_list(office, preview):
    page = preview("about-need", "about-need")
    assert office.post(page, {"q-about-need": "Because."}).url == preview()
    cost = {"q-costs-0-what": "Rent", "q-costs-0-type": "venue", "q-costs-0-amount": "10"}
    assert office.post(preview("budget", "costs"), cost).url == preview("budget", "has-match")
    assert "In progress" in text_of(office.get(preview()))


def test_conditions_can_be_tried(office, preview):
    page = preview("budget", "match")
    assert office.get(page).url == preview()
    assert office.post(preview("budget", "has-match"), {"q-has-match": "yes"}).url == page
    assert "Who else is paying towards this project?" in text_of(office.get(page))
    assert office.post(preview("budget", "has-match"), {"q-has-match": "no"}).url == preview()
    assert office.get(page).status_code == 302


def test_rows_are_added_and_taken_off_without_scripts(office, preview):
    page = preview("budget", "costs")
    row = {"q-costs-0-what": "Rent", "q-costs-1-what": "Travel"}
    response = office.post(page, row | {"add": "q-costs"}, follow=True)
    assert 'name="q-costs-3-what"' in response.content.decode()
    html = office.post(page, row | {"remove": "q-costs-0"}, follow=True).content.decode()
    assert "Rent" not in html and "Travel" in html


def test_a_document_is_asked_for_and_not_kept(office, preview, questionnaire, ask):
    ask("Your accounts?", Kind.FILE, name="Latest accounts")
    page = preview("more-about-it", "your-accounts")
    refused(office.post(page), "Select your latest accounts")
    for name, content, sentence in (
        ("accounts.pdf", b"", "The selected file is empty"),
        ("accounts.exe", b"MZ", "The selected file must be a PDF, Word, Excel, ODT, ODS, JPG or PNG"),
    ):
        refused(office.post(page, {"q-your-accounts": SimpleUploadedFile(name, content)}), sentence)
    picture = BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    file = SimpleUploadedFile("accounts.png", picture.getvalue())
    assert office.post(page, {"q-your-accounts": file}).url == preview()
    assert office.post(page, {"q-your-accounts-later": "In June"}).url == preview()
    assert 'value="In June"' in office.get(page).content.decode()
    assert not Document.objects.exists()


def test_what_was_typed_is_cleared_and_stays_with_its_form(office, preview, officer, questionnaire, frozen):
    office.post(preview("about-need", "about-need"), {"q-about-need": "Because."})
    other = reverse("office_questionnaire_preview", args=[frozen.pk])
    assert "In progress" not in text_of(office.get(other))
    assert "Clear what you typed" in text_of(office.get(preview()))
    text = text_of(office.post(preview(), follow=True))
    assert "What you typed has been cleared" in text and "In progress" not in text


def test_a_form_without_a_round_shows_types_in_its_place(office, officer, frozen):
    made = services.copy_to_change(by=officer, questionnaire=frozen)
    page = reverse("office_questionnaire_preview_page", args=[made.pk, "project", "theme"])
    assert "The first type of project of the round" in text_of(office.get(page))


@pytest.mark.parametrize("role", ["approver", "finance", "auditor"])
def test_readers_see_every_page_and_try_nothing(login, request, role, preview):
    reader = login(request.getfixturevalue(role))
    assert "You can read every page of it" in text_of(reader.get(preview()))
    text = text_of(reader.get(preview("project", "title")))
    assert "Next page" in text and "Save and continue" not in text
    assert reader.post(preview("project", "title")).status_code == 403


def test_an_answer_longer_than_a_book_is_refused(office, preview):
    page = preview("about-need", "about-need")
    refused(office.post(page, {"q-about-need": "x" * 100_001}), "must be 100,000 characters or fewer")


def test_what_is_not_there_is_not_found(office, preview, login, applicant):
    for address in (preview("project", "none"), preview("none", "title"), preview("budget", "title")):
        assert office.get(address).status_code == 404
    assert office.get(reverse("office_questionnaire_preview", args=[0])).status_code == 404
    assert login(applicant).get(preview()).status_code == 403
    assert login(factories.person("panel")).get(preview()).status_code == 403


def test_every_page_of_the_full_form_can_be_previewed(office, officer, fund):
    round = factories.open_round(officer, fund, published=False, brief_form=False, years=3)
    for question in round.questionnaire.questions.select_related("section"):
        address = reverse(
            "office_questionnaire_preview_page",
            args=[round.questionnaire_id, question.section.key, question.key],
        )
        assert office.get(address).status_code in (200, 302)
        assert office.post(address, {"q-x": "y"}).status_code in (302, 422)
