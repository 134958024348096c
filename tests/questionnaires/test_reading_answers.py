"""A form read whole: which questions are asked, on which pages, and how far each section is."""

import pytest

from questionnaires import reading
from questionnaires.kinds import Asking
from questionnaires.models import CompletedSection, Question, Response
from questionnaires.reading import read_questions, read_response, read_typed
from questionnaires.services import draw_up, save

Kind = Question.Kind


def _question(key, kind=Kind.SHORT_TEXT, **facts):
    return {"key": key, "kind": kind, "text": f"What is {key}?", "name": key} | facts


@pytest.fixture
def form(officer):
    """Two short ones, a deciding one, two that depend on it, a long one; and a section that may not apply."""
    asked = [
        _question("one"),
        _question("two"),
        _question("more", Kind.YES_NO),
        _question("three", depends_on="more", shown_if=["yes"]),
        _question(
            "four", Kind.MANY_OF, options=[["a", "A"], ["b", "B"]], depends_on="more", shown_if=["yes"]
        ),
        _question("long", Kind.LONG_TEXT, word_limit=300),
        _question("last", Kind.LONG_TEXT, word_limit=100),
        _question("end"),
    ]
    extra = [_question("five", depends_on="four", shown_if=["b"])]
    return draw_up(
        by=officer,
        family="sample",
        name="Sample",
        purpose="application",
        sections=[
            {"key": "first", "title": "First", "group": "You", "questions": asked},
            {"key": "second", "title": "Second", "group": "You", "questions": extra},
            {"key": "third", "title": "Third", "group": "Papers", "questions": []},
        ],
    )


@pytest.fixture
def response(form, organisation):
    return Response.objects.create(questionnaire=form, organisation=organisation)


def pages(part):
    return [[entry.question.key for entry in page] for page in part.pages()]


def test_short_questions_share_a_page_and_a_dependent_one_starts_a_new_one(form):
    first, second, third = read_questions(form, Asking()).parts
    assert pages(first) == [["one", "two", "more"], ["three", "four"], ["long"], ["last", "end"]]
    assert pages(second) == [["five"]]
    assert pages(third) == []


def test_a_page_holds_no_more_than_eight_questions(officer):
    asked = [_question(f"question-{number}") for number in range(1, 11)]
    many = draw_up(
        by=officer, family="many", name="Many", purpose="return",
        sections=[{"key": "only", "title": "Only", "questions": asked}],
    )  # fmt: skip
    [part] = read_questions(many, Asking()).parts
    assert [len(page) for page in part.pages()] == [8, 2]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({}, set()),
        ({"more": "no", "four": ["b"]}, set()),
        ({"more": "yes"}, {"three", "four"}),
        ({"more": "yes", "four": ["a", "b"]}, {"three", "four", "five"}),
        ({"more": "yes", "four": ["a"]}, {"three", "four"}),
        ({"more": {"yes": 1}}, set()),
    ],
)
def test_a_question_is_asked_after_the_answers_that_lead_to_it(form, typed, asked):
    found = read_typed(form, Asking(), typed)
    always = {"one", "two", "more", "long", "last", "end"}
    assert {entry.question.key for entry in found.asked} == always | asked


def test_one_page_leads_to_the_next_and_back(form):
    part = read_typed(form, Asking(), {"more": "no"}).part("first")
    assert pages(part) == [["one", "two", "more"], ["long"], ["last", "end"]]
    first, second, third = part.pages()
    assert [part.key_before(page) for page in (first, second, third)] == ["", "one", "long"]
    assert [part.key_after(page) for page in (first, second, third)] == ["long", "last", ""]
    assert part.page_of("three") is None
    assert part.page_of("end") == third


def test_a_section_says_how_far_it_is(form, response, applicant):
    def states():
        return [part.state for part in read_response(response, Asking()).parts]

    assert states() == [reading.NOT_STARTED, reading.NOT_NEEDED, reading.NOT_NEEDED]
    save(by=applicant, response=response, values={"one": "1"})
    assert states()[0] == reading.IN_PROGRESS
    tick = {"response": response, "section": form.sections.get(key="first"), "by": applicant}
    CompletedSection.objects.create(**tick)
    assert states()[0] == reading.IN_PROGRESS
    save(
        by=applicant,
        response=response,
        values=dict.fromkeys(["two", "long", "last", "end"], "x") | {"more": "no"},
    )
    assert states()[0] == reading.COMPLETED


def test_a_response_costs_the_same_whatever_was_answered(
    form, response, applicant, django_assert_num_queries
):
    with django_assert_num_queries(4):
        read_response(response, Asking())
    save(by=applicant, response=response, values={"one": "1", "more": "yes", "four": ["b"], "five": "5"})
    with django_assert_num_queries(4):
        found = read_response(response, Asking())
    assert found.part("second").asked[0].value == "5"
    assert [heading for heading, _ in found.groups] == ["You", "Papers"]


def test_trying_out_stores_nothing(form, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = read_typed(form, Asking(), {"one": "1", "no such question": "x"})
    assert found.by_key["one"].typed == "1"
    assert Response.objects.count() == 0
