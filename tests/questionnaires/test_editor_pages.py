"""The office's pages of questions: the list, one version, and the forms that change it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questionnaires import services
from questionnaires.models import Question, Questionnaire
from questionnaires.services.drawing_up import IN_USE
from tests import factories
from tests.page_text import refused, text_of
from tests.pages.reading import Page

Kind = Question.Kind
WORDS = {"text": "Why now?", "name": "Why now", "required": "yes"}


def page(name, *args):
    return reverse(f"office_{name}", args=args)


@pytest.fixture
def office(login, officer):
    return login(officer)


def order(section):
    return list(section.questions.order_by("position").values_list("text", flat=True))


# -- Reading -----------------------------------------------------------------------------------------------


def test_the_list_shows_every_version_with_its_rounds_and_is_filtered(office, frozen, questionnaire, officer):
    services.draw_up(by=officer, family="visit", name="Visits", purpose="audit", sections=[])
    text = text_of(office.get(page("questionnaires")))
    for words in (
        f"{frozen} Application 13 {frozen.rounds.get()}",
        f"{questionnaire} Application 13 {questionnaire.rounds.get()} Not in use: can be changed",
        "Visits, version 1 Audit 0 No round",
        "Showing 1 to 3 of 3 sets of questions",
    ):
        assert words in text
    text = text_of(office.get(page("questionnaires"), {"purpose": "audit"}))
    assert "Visits" in text and str(frozen) not in text
    assert "No questions match." in text_of(office.get(page("questionnaires"), {"purpose": "return"}))
    assert "No questions match." in text_of(office.get(page("questionnaires"), {"purpose": "x"}))


def test_an_empty_list_says_where_questions_come_from(office):
    assert "There are no questions yet. Prepare a round" in text_of(office.get(page("questionnaires")))


def test_the_list_is_paged_and_costs_the_same_at_one_and_thirty_versions(office, officer):
    office.get(page("questionnaires"))  # the session is written once

    def queries():
        with CaptureQueriesContext(connection) as captured:
            response = office.get(page("questionnaires"))
        return len(captured), response

    services.draw_up(by=officer, family="sample", name="Sample", purpose="return", sections=[])
    first, _ = queries()
    for _ in range(29):
        services.draw_up(by=officer, family="sample", name="Sample", purpose="return", sections=[])
    then, response = queries()
    assert then == first
    assert "Showing 1 to 25 of 30" in text_of(response)


def test_one_version_shows_its_questions_and_costs_the_same_whatever_it_asks(office, questionnaire, ask):
    office.get(page("questionnaires"))  # the session is written once

    def queries():
        with CaptureQueriesContext(connection) as captured:
            response = office.get(page("questionnaire", questionnaire.pk))
        return len(captured), text_of(response)

    first = ask("First?")
    one, text = queries()
    for number in range(3):
        ask(f"Number {number}?", Kind.LONG_TEXT, depends_on=first, shown_if=["yes"], guidance="Say why")
    many, text = queries()
    assert one == many
    for words in (
        "1.1 What is the name of your project?",
        "It cannot be deleted: lists, assessment and agreements work with its answer",
        "5.2 Number 0?",
        "Asked if you answer “Yes” to question 5.1, “First?”",
        "100 words or fewer.",
        "A good answer covers: Say why",
        "Judged for Need.",
    ):
        assert words in text


def test_questions_in_use_say_since_when_and_offer_a_copy_but_no_change(office, frozen):
    response = office.get(page("questionnaire", frozen.pk))
    text = text_of(response)
    assert "In use since" in text and "Copy to change" in text
    assert "Move up" not in text and "Delete" not in text
    office.post(page("questionnaire_copy", frozen.pk))
    made = frozen.copies.get()
    again = office.post(page("questionnaire_copy", frozen.pk), follow=True)
    assert frozen.copies.count() == 1
    assert again.redirect_chain == [(page("questionnaire", made.pk), 302)]
    assert "Copied from" in text_of(again)
    assert str(made) in text_of(office.get(page("questionnaire", frozen.pk)))


@pytest.mark.parametrize("role", ["approver", "finance", "auditor"])
def test_readers_read_and_are_offered_nothing_to_change(login, request, role, questionnaire, frozen):
    reader = login(request.getfixturevalue(role))
    for one in (questionnaire, frozen):
        text = text_of(reader.get(page("questionnaire", one.pk)))
        assert "What is the name of your project?" in text
        for words in ("Move up", "Change", "Delete", "Add a section", "Copy to change"):
            assert words not in text
    assert reader.get(page("section_new", questionnaire.pk)).status_code == 403
    assert reader.post(page("questionnaire_copy", frozen.pk)).status_code == 403


# -- Sections ----------------------------------------------------------------------------------------------


def test_a_section_is_added_changed_and_deleted(office, questionnaire):
    new = page("section_new", questionnaire.pk)
    refused(office.post(new, {"title": ""}), "Enter the title of the section")
    typed = {"title": "Your team", "group": "About you", "introduction": "Say who."}
    for _ in range(2):
        assert "The section has been added" in text_of(office.post(new, typed, follow=True))
    section = questionnaire.sections.get(key="your-team")
    edit = page("section_edit", questionnaire.pk, section.pk)
    assert 'value="Your team"' in office.get(edit).content.decode()
    office.post(edit, typed | {"title": "Your people"})
    delete = page("section_delete", questionnaire.pk, section.pk)
    text = text_of(office.get(delete))
    assert "Delete the section “Your people”? It has no questions. This cannot be undone." in text
    for _ in range(2):
        assert office.post(delete).status_code == 302
    assert not questionnaire.sections.filter(pk=section.pk).exists()
    assert office.get(delete).status_code == 404


def test_a_section_that_must_stay_says_why(office, questionnaire):
    section = questionnaire.sections.get(key="project")
    delete = page("section_delete", questionnaire.pk, section.pk)
    assert "Its 8 questions go with it." in text_of(office.get(delete))
    refused(office.post(delete), "cannot be deleted: lists, assessment and agreements work with its answer")
    need = page("section_delete", questionnaire.pk, questionnaire.sections.get(key="about-need").pk)
    assert "Its 1 question goes with it." in text_of(office.get(need))


# -- Order -------------------------------------------------------------------------------------------------


def test_sections_and_questions_move_by_buttons_and_a_double_click_moves_once(
    office, questionnaire, section, ask
):
    first, second = ask("First?"), ask("Second?", depends_on=None)
    html = office.get(page("questionnaire", questionnaire.pk))
    values = [
        button.attrs["value"] for button in Page(html).all("button") if button.attrs.get("name") == "question"
    ]
    assert f"{second.pk}:1" in values and f"{first.pk}:2" in values and f"{first.pk}:0" not in values
    move = page("questionnaire_move", questionnaire.pk)
    for _ in range(2):
        response = office.post(move, {"question": f"{second.pk}:1"})
    assert response.url == f"{page('questionnaire', questionnaire.pk)}#question-{second.pk}"
    assert order(section) == ["Second?", "First?"]
    office.post(move, {"section": f"{section.pk}:1"})
    section.refresh_from_db()
    assert section.position == 1


def test_a_move_that_breaks_a_condition_is_refused_in_words(office, questionnaire, section, ask):
    first = ask("First?")
    second = ask("Second?", depends_on=first, shown_if=["yes"])
    response = office.post(
        page("questionnaire_move", questionnaire.pk), {"question": f"{second.pk}:1"}, follow=True
    )
    assert "“Second?” is asked depending on the answer to “First?”" in text_of(response)
    assert order(section) == ["First?", "Second?"]


@pytest.mark.parametrize("button", ["", "x", "1", "1:x", ":", "0:1", "²:1", f"{10**30}:1", "1:-1"])
@pytest.mark.parametrize("kind", ["section", "question", "nothing"])
def test_a_button_of_nothing_moves_nothing(office, questionnaire, kind, button):
    assert office.post(page("questionnaire_move", questionnaire.pk), {kind: button}).status_code == 404


def test_a_question_moves_to_another_section(office, questionnaire, section, ask):
    question = ask()
    place = page("question_place", questionnaire.pk, question.pk)
    refused(office.post(place), "Select the section to move the question to")
    refused(office.post(place, {"section": section.pk}), "Select the section to move the question to")
    project = questionnaire.sections.get(key="project")
    office.post(place, {"section": project.pk})
    assert order(project)[-1] == "Is it new?"


# -- Questions ---------------------------------------------------------------------------------------------


def test_the_kind_is_picked_first_and_then_its_form_is_filled_in(office, questionnaire, section):
    new = page("question_new", questionnaire.pk, section.pk)
    refused(office.post(new), "Select what kind of answer the question takes")
    of_kind = office.post(new, {"kind": "long_text"}).url
    assert "Word limit" in text_of(office.get(of_kind))
    html = refused(office.post(of_kind, WORDS | {"word_limit": "many"}), "Word limit must be a whole number")
    assert 'value="Why now?"' in html
    for _ in range(2):
        office.post(
            of_kind, WORDS | {"word_limit": "250", "guidance": "say when\nsay why", "criterion": "need"}
        )
    question = section.questions.get()
    assert (question.word_limit, question.criterion, question.required) == (250, "need", True)
    assert question.guidance == "say when\nsay why"


def test_a_list_takes_choices_or_says_where_they_come_from(office, questionnaire, section):
    new = page("question_new_of_kind", questionnaire.pk, section.pk, "one_of")
    refused(office.post(new, WORDS), "Select where the choices come from")
    refused(office.post(new, WORDS | {"source": "list"}), "Enter the choices, each on its own line")
    html = refused(
        office.post(new, WORDS | {"source": "list", "options": "North"}), "Enter at least 2 choices"
    )
    assert "North" in html
    office.post(new, WORDS | {"source": "list", "options": "North\r\n\r\n South "})
    assert section.questions.get().options == [["north", "North"], ["south", "South"]]
    office.post(new, WORDS | {"text": "Where?", "source": "districts", "options": "left over"})
    question = section.questions.get(text="Where?")
    assert (question.source, question.options) == ("districts", [])


def test_a_table_gets_its_columns_a_row_more_and_a_row_less_without_scripts(office, questionnaire, section):
    new = page("question_new_of_kind", questionnaire.pk, section.pk, "table")
    refused(office.post(new, WORDS), "Enter at least 1 column of the table")
    typed = WORDS | {"columns-0-label": "50% {day}", "columns-0-kind": "text"}
    response = office.post(new, typed | {"columns-1-label": "People", "add": "columns"})
    assert response.status_code == 200
    html = response.content.decode()
    assert 'name="columns-2-label"' in html and 'value="People"' in html and 'value="Why now?"' in html
    html = office.post(new, typed | {"columns-1-label": "People", "remove": "columns-0"}).content.decode()
    assert "50%" not in html and 'value="People"' in html
    refused(office.post(new, typed | {"columns-1-label": "50% {n}"}), "Select what column 2 takes")
    office.post(new, typed | {"columns-1-label": "People", "columns-1-kind": "number"})
    assert section.questions.get().columns == [
        ["50-day", "50% {day}", "text"],
        ["people", "People", "number"],
    ]


def test_a_condition_is_picked_from_the_answers_to_earlier_questions(office, questionnaire, section, ask):
    first, second = ask("First?"), ask("Where?", Kind.ONE_OF)
    new = page("question_new_of_kind", questionnaire.pk, section.pk, "email")
    text = text_of(office.get(new))
    assert "First? – Yes" in text and "Where? – North" in text
    mixed = {"condition": [f"{first.pk}:yes", f"{second.pk}:north"]}
    refused(office.post(new, WORDS | mixed), "Select answers to one question only")
    refused(office.post(new, WORDS | {"condition": ["1:x"]}), "Select answers to one of the questions above")
    office.post(new, WORDS | {"condition": [f"{second.pk}:north", f"{second.pk}:east"]})
    question = section.questions.get(text="Why now?")
    assert (question.depends_on, question.shown_if) == (second, ["north", "east"])
    edit = page("question_edit", questionnaire.pk, question.pk)
    assert office.get(edit).content.decode().count(" checked") == 3  # with “must be answered”
    office.post(edit, WORDS)
    question.refresh_from_db()
    assert question.depends_on is None


def test_a_question_is_offered_only_what_comes_before_it(office, questionnaire, ask):
    first, second = ask("First?"), ask("Second?")
    assert "Second? – Yes" not in text_of(office.get(page("question_edit", questionnaire.pk, first.pk)))
    assert "First? – Yes" in text_of(office.get(page("question_edit", questionnaire.pk, second.pk)))


def test_a_question_becomes_one_of_another_kind(office, questionnaire, ask):
    question = ask("Is it new?", Kind.SHORT_TEXT)
    kind = page("question_kind", questionnaire.pk, question.pk)
    address = office.post(kind, {"kind": "long_text"}).url
    assert "Word limit" in text_of(office.get(address))
    office.post(address, WORDS | {"word_limit": "50"})
    question.refresh_from_db()
    assert (question.kind, question.word_limit, question.key) == ("long_text", 50, "is-it-new")
    assert office.get(page("question_edit", questionnaire.pk, question.pk) + "?kind=x").status_code == 404


def test_of_a_question_that_is_read_elsewhere_only_the_words_are_asked(office, questionnaire):
    question = questionnaire.questions.get(fact="theme")
    edit = page("question_edit", questionnaire.pk, question.pk)
    text = text_of(office.get(edit))
    for words in ("another kind", "Must it be answered?", "Where do the choices come from?", "Ask it only"):
        assert words not in text
    office.post(edit, {"text": "What sort of project is it?", "name": "The sort"})
    question.refresh_from_db()
    assert (question.text, question.source, question.required) == (
        "What sort of project is it?", "themes", True,
    )  # fmt: skip
    delete = page("question_delete", questionnaire.pk, question.pk)
    refused(office.post(delete), "cannot be deleted: lists, assessment and agreements work with its answer")
    refused(office.post(f"{edit}?kind=email", WORDS), "stays as it is")


def test_a_question_is_deleted_after_a_question(office, questionnaire, ask):
    question = ask()
    delete = page("question_delete", questionnaire.pk, question.pk)
    assert "Delete the question “Is it new?”? This cannot be undone." in text_of(office.get(delete))
    for _ in range(2):
        assert office.post(delete).status_code == 302
    assert office.get(delete).status_code == 404
    assert not questionnaire.questions.filter(pk=question.pk).exists()


def test_pages_of_change_lead_back_once_the_questions_are_in_use(office, frozen):
    section, question = frozen.sections.first(), frozen.questions.get(key="has-match")
    for name, args, typed in (
        ("section_new", [], {"title": "A"}),
        ("section_edit", [section.pk], {"title": "A"}),
        ("section_delete", [section.pk], {}),
        ("question_new_of_kind", [section.pk, "email"], WORDS),
        ("question_edit", [question.pk], WORDS),
        ("question_place", [question.pk], {"section": section.pk}),
        ("question_delete", [question.pk], {}),
    ):
        address = page(name, frozen.pk, *args)
        assert IN_USE in text_of(office.get(address, follow=True)), name
        refused(office.post(address, typed), IN_USE)
    moved = office.post(page("questionnaire_move", frozen.pk), {"question": f"{question.pk}:1"}, follow=True)
    assert IN_USE in text_of(moved)


def test_a_part_of_another_form_is_not_found(office, questionnaire, frozen):
    section, question = frozen.sections.first(), frozen.questions.first()
    for name, args in (
        ("section_edit", [section.pk]),
        ("section_delete", [section.pk]),
        ("question_new", [section.pk]),
        ("question_edit", [question.pk]),
        ("question_kind", [question.pk]),
        ("question_place", [question.pk]),
        ("question_delete", [question.pk]),
    ):
        assert office.get(page(name, questionnaire.pk, *args)).status_code == 404, name
    assert office.get(page("questionnaire", 10**20)).status_code == 404
    kinds = page("question_new_of_kind", questionnaire.pk, questionnaire.sections.first().pk, "no-kind")
    assert office.get(kinds).status_code == 404


HOSTILE = {
    "nothing": "",
    "nul": "a\x00b",
    "right to left": "\u202eevil",
    "long": "x" * 100_000,
    "lines": "line\n" * 10_000,
    "script": "<script>alert(1)</script>",
    "braces": "{n} %s {0.__class__}",
    "number": "9" * 30,
    "half a character": "\ud800".encode("utf-8", "surrogatepass"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_breaks_a_form(office, questionnaire, section, text):
    fields = [
        "title", "group", "introduction", "text", "name", "empty", "hint", "guidance", "word_limit",
        "options", "criterion", "condition", "columns-0-label", "columns-0-kind", "required", "source",
        "kind",
    ]  # fmt: skip
    everything = dict.fromkeys(fields, text)
    right = WORDS | {"source": "list", "options": "A\nB", "word_limit": "5", "columns-0-kind": "text"}
    for kind in Kind.values:
        address = page("question_new_of_kind", questionnaire.pk, section.pk, kind)
        assert office.post(address, everything).status_code in (302, 422)
        assert office.post(address, right | {"columns-0-label": text, "name": text}).status_code in (
            302,
            422,
        )
        assert office.post(address, everything | {"add": "columns", "remove": text}).status_code == 200
    for name, args in (("section_new", []), ("question_new", [section.pk])):
        assert office.post(page(name, questionnaire.pk, *args), everything).status_code in (302, 422)
    for one in Questionnaire.objects.all():
        for name in ("questionnaire", "questionnaire_preview"):
            response = office.get(page(name, one.pk))
            assert response.status_code == 200
            assert "<script>alert" not in response.content.decode()
    assert office.get(page("questionnaires"), {"purpose": text[:500], "page": text[:500]}).status_code == 200


def test_strangers_find_no_page_of_questions(client, login, applicant, questionnaire, frozen):
    assert client.get(page("questionnaire", questionnaire.pk)).status_code == 302
    assert login(applicant).get(page("questionnaire", frozen.pk)).status_code == 403
    assert login(factories.person("panel")).get(page("questionnaires")).status_code == 403
