"""Every question before sign-in, as a page, a tagged PDF and a Word document, numbered alike."""

import io
import re

import docx
import pikepdf
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pcc_grants.lib.word import WordDocument
from questionnaires.models import Question
from tests import factories
from tests.page_text import text_of
from tests.pages.reading import Page

Kind = Question.Kind
NUMBERED = re.compile(r"^\d+(\.\d+|\.) ")


@pytest.fixture
def round(office, officer, fund):
    """The full form of a round of three years; a question depends on one before it in a list of its own."""
    factories.district("Ashford")
    return factories.open_round(officer, fund, brief_form=False, years=3)


def get(client, round, name="round_questions"):
    response = client.get(reverse(name, args=[round.fund.slug, round.slug]))
    assert response.status_code == 200
    return response


def words_of(document) -> str:
    """Everything in a Word document, with single spaces."""
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return " ".join(" ".join([*(p.text for p in document.paragraphs), *cells]).replace("\xa0", " ").split())


@pytest.fixture
def word(client, round):
    return docx.Document(io.BytesIO(get(client, round, "round_questions_docx").content))


@pytest.fixture
def pdf(client, round):
    return get(client, round, "round_questions_pdf").content


def test_the_page_shows_all_that_an_applicant_plans_with(client, round):
    text = text_of(get(client, round))
    for words in (
        "1.1 What does your organisation do? 100 words or fewer.",
        "4.1 What is the name of your project? 150 characters or fewer.",
        "Ashford",
        "Prevention",
        "Asked if you answer “Yes” to question 8.1, “Will you work with children or with adults at risk?”",
        "A good answer covers: what happens, step by step",
        "Scored from 0 to 5 for Need. 300 words or fewer.",
        "Up to 15 costs. For each cost: What is it for? Type of cost: Staff,",
        "Has it been agreed? Secured or Waiting to hear",
        "Charity or company number (optional)",
        "You do not have to answer this question.",
        "10.1 Your governing document",
        "A file to upload. PDF, Word, Excel, ODT, ODS, JPG or PNG, smaller than 20MB.",
        "We will tell you if we are offered other funding for this project",
        "The most you can ask for: £10,000 for each of up to 3 years",
    ):
        assert words in text
    assert len(Page(get(client, round)).all("h1")) == 1


def test_links_to_it_stand_on_the_page_of_the_round(client, round):
    html = client.get(reverse("round_page", args=[round.fund.slug, round.slug])).content.decode()
    for name in ("round_questions", "round_questions_pdf", "round_questions_docx"):
        assert f'href="{reverse(name, args=[round.fund.slug, round.slug])}"' in html
    for words in ("See all the questions", "Download the questions (Word)", "Download the questions (PDF)"):
        assert words in html


def headings_of(client, round):
    return [
        heading.text.replace("\xa0", " ")
        for level in ("h2", "h3")
        for heading in Page(get(client, round)).all(level)
        if NUMBERED.match(heading.text)
    ]


def test_numbers_and_questions_are_the_same_in_all_three(client, round, word, pdf):
    headings = headings_of(client, round)
    assert len(headings) == round.questionnaire.questions.count() + round.questionnaire.sections.count()
    in_word = [p.text for p in word.paragraphs if p.style.name in ("Heading 2", "Heading 3")]
    assert sorted(in_word) == sorted([*headings, "Declaration"])
    read = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
    for heading in headings:
        assert heading.replace(" ", "") in read.replace(" ", "")
    text = words_of(word)
    for words in (
        "Scored from 0 to 5 for Need.",
        "Asked if you answer “Yes” to question 8.1",
        "300 words or fewer.",
        "Up to 15 costs. For each cost:",
        "☐ Prevention",
        "☐ We agree to the terms of the grant",
        "The most you can ask for: £10,000 for each of up to 3 years",
    ):
        assert words in text
        assert words.removeprefix("☐ ").replace(" ", "") in read.replace("\xa0", "").replace(" ", "")


def test_the_pdf_is_tagged_and_has_language_and_title(pdf, round):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "en-GB"
        assert opened.Root.MarkInfo.Marked
        assert str(opened.docinfo["/Title"]) == f"All the questions: {round}"
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        found = set()

        def walk(element):
            if isinstance(element, pikepdf.Array):
                for child in element:
                    walk(child)
            elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
                found.add(str(element.S))
                if "/K" in element:
                    walk(element.K)

        walk(opened.Root.StructTreeRoot.K)
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/LI"} <= found


def test_the_word_document_has_language_title_headings_and_room_to_type(word, round):
    properties = word.core_properties
    assert (properties.title, properties.language) == (f"All the questions: {round}", "en-GB")
    assert properties.author == "Office of the Example Police and Crime Commissioner"
    languages = {
        node.get(docx.oxml.ns.qn("w:val")) for node in word.styles.element.iter(docx.oxml.ns.qn("w:lang"))
    }
    assert languages == {"en-GB"}
    assert word.paragraphs[0].style.name == "Heading 1"
    boxes = [table for table in word.tables if len(table.rows) == 1]
    tables = [table for table in word.tables if len(table.rows) > 1]
    asked = round.questionnaire.questions
    in_rows = asked.filter(kind__in=["costs", "match", "outcomes", "partners"]).count()
    chosen = asked.filter(kind__in=["yes_no", "one_of", "many_of"]).count()
    assert len(tables) == in_rows
    assert len(boxes) == asked.count() - in_rows - chosen + 2  # and the signature
    assert all(table.rows[0]._tr.trPr is not None for table in tables)


def test_files_are_named_so_that_people_find_them_again(client, round):
    for name, ending in (("round_questions_pdf", "pdf"), ("round_questions_docx", "docx")):
        assert get(client, round, name)["Content-Disposition"] == (
            f'attachment; filename="{round.fund.slug} {round.slug} questions.{ending}"'
        )


@pytest.mark.parametrize("name", ["round_questions", "round_questions_pdf", "round_questions_docx"])
def test_what_is_not_published_is_shown_to_the_office_only(client, login, officer, applicant, fund, name):
    hidden = factories.open_round(officer, fund, published=False)
    address = reverse(name, args=[fund.slug, hidden.slug])
    assert client.get(address).status_code == 404
    assert login(applicant).get(address).status_code == 404
    assert login(officer).get(address).status_code == 200
    hidden.questionnaire = None
    hidden.save()
    assert login(officer).get(address).status_code == 404
    assert login(officer).get(reverse("round_page", args=[fund.slug, hidden.slug])).status_code == 200


def test_the_page_costs_the_same_for_short_and_long_forms(client, officer, fund):
    def queries(**facts):
        round = factories.open_round(officer, fund, **facts)
        with CaptureQueriesContext(connection) as captured:
            get(client, round)
        return len(captured)

    assert queries() == queries(brief_form=False, years=3)


def test_whatever_an_officer_typed_all_three_can_be_read(
    client, officer, login, questionnaire, section, ask, preparing_round
):
    hostile = "“50%” {n} <b>\ufffe\uffff & \u202e🎉"
    from questionnaires import services

    services.change_section(by=officer, section=section, title=hostile, introduction=hostile)
    first = ask(
        hostile, Kind.ONE_OF, options=[hostile, "Other"], hint=hostile, guidance=f"{hostile}\n\n{hostile}"
    )
    ask("Then?", Kind.TABLE, columns=[(hostile, "text")], depends_on=first, shown_if=[first.options[0][0]])
    browser = login(officer)
    html = get(browser, preparing_round).content.decode()
    assert "<b>" not in html and "&lt;b&gt;" in html
    assert get(browser, preparing_round, "round_questions_pdf").content.startswith(b"%PDF")
    content = get(browser, preparing_round, "round_questions_docx").content
    assert "“50%” {n} <b> & 🎉" in words_of(docx.Document(io.BytesIO(content)))


def test_a_word_document_holds_what_xml_cannot():
    word = WordDocument("A\x00B\ufffe", author="\x0b")
    word.heading("\x01Heading", 1)
    word.paragraph("one\ntwo\ud800")
    word.bullets(["\x02first"])
    word.table(["A", "B"], [["\x03", "2"]])
    opened = docx.Document(io.BytesIO(word.content()))
    assert [p.text for p in opened.paragraphs][:3] == ["Heading", "one\ntwo", "first"]
    assert opened.core_properties.title == "AB"
