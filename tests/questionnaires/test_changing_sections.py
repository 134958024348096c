"""Sections are added, changed, moved and deleted until the questions are in use, each change in the trail."""

import pytest

from audit.models import Event
from pcc_grants.lib.rules import RuleBroken
from questionnaires import services
from questionnaires.services.drawing_up import IN_USE, RESERVED


def order(questionnaire):
    return list(questionnaire.sections.order_by("position").values_list("key", flat=True))


def positions(rows):
    return list(rows.order_by("position").values_list("position", flat=True))


def trail(questionnaire):
    events = Event.objects.about(questionnaire).order_by("id")
    return [event.verb.removeprefix("questionnaire.") for event in events]


def test_a_section_is_added_at_the_end_once(officer, questionnaire):
    facts = {"title": " Your  team ", "group": "About you", "introduction": "Say who."}
    section = services.add_section(by=officer, questionnaire=questionnaire, **facts)
    assert (section.key, section.title, section.position) == ("your-team", "Your team", 5)
    assert services.add_section(by=officer, questionnaire=questionnaire, **facts) == section
    assert trail(questionnaire) == ["created", "section_added"]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Budget", "budget-2"),
        ("🎉", "section"),
        ("Année_une", "annee-une"),
        ("Cost hint", "cost-hint-1"),
        ("2019", "section-2019"),
        ("x" * 150, "x" * 50),
        *[(word, f"{word}-2") for word in sorted(RESERVED)],
    ],
)
def test_a_key_comes_from_the_title_and_is_free(officer, questionnaire, title, key):
    assert services.add_section(by=officer, questionnaire=questionnaire, title=title).key == key


def test_its_words_change_and_its_key_stays(officer, section):
    services.change_section(by=officer, section=section, title="Another title")
    section.refresh_from_db()
    assert (section.key, section.title) == ("more-about-it", "Another title")
    services.change_section(by=officer, section=section, title="Another title")
    assert trail(section.questionnaire)[-1:] == ["section_changed"]
    event = Event.objects.about(section.questionnaire).latest("id")
    assert event.changes == {"title": ["More about it", "Another title"]}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"title": ""}, "Enter the title of the section"),
        ({"title": "\u200b"}, "Enter the title of the section"),
        ({"title": "x" * 151}, "Title must be 150 characters or fewer"),
        ({"title": "A", "group": "x" * 101}, "Heading must be 100 characters or fewer"),
    ],
)
def test_a_section_has_a_title_that_fits(officer, questionnaire, section, facts, sentence):
    for change in (
        lambda: services.add_section(by=officer, questionnaire=questionnaire, **facts),
        lambda: services.change_section(by=officer, section=section, **facts),
    ):
        with pytest.raises(RuleBroken) as broken:
            change()
        assert str(broken.value) == sentence


def test_a_section_moves_to_a_place_and_the_same_again_changes_nothing(officer, questionnaire, section):
    services.move_section(by=officer, section=section, to=2)
    assert order(questionnaire) == ["project", "more-about-it", "about-need", "about-outcomes", "budget"]
    services.move_section(by=officer, section=section, to=2)
    assert trail(questionnaire)[-2:] == ["section_added", "section_moved"]
    services.move_section(by=officer, section=section, to=-5)
    assert order(questionnaire)[0] == "more-about-it"
    services.move_section(by=officer, section=section, to=10**9)
    assert order(questionnaire)[-1] == "more-about-it"
    assert positions(questionnaire.sections) == [1, 2, 3, 4, 5]


def test_a_section_cannot_move_above_what_its_questions_depend_on(officer, questionnaire, section, ask):
    ask("Why?", "short_text", depends_on=questionnaire.questions.get(key="has-match"), shown_if=["yes"])
    with pytest.raises(RuleBroken, match="“Why\\?” is asked depending on .* so it must come after"):
        services.move_section(by=officer, section=section, to=1)
    with pytest.raises(RuleBroken, match="it must come after"):
        services.move_section(by=officer, section=questionnaire.sections.get(key="budget"), to=5)
    assert order(questionnaire)[-2:] == ["budget", "more-about-it"]


def test_a_section_is_deleted_with_its_questions_and_the_rest_closes_up(officer, questionnaire, section, ask):
    ask("Why?", "short_text", depends_on=ask(), shown_if=["yes"])
    services.move_section(by=officer, section=section, to=1)
    services.delete_section(by=officer, section=section)
    services.delete_section(by=officer, section=section)
    assert order(questionnaire) == ["project", "about-need", "about-outcomes", "budget"]
    assert positions(questionnaire.sections) == [1, 2, 3, 4]
    assert not questionnaire.questions.filter(text="Why?").exists()
    assert trail(questionnaire)[-2:] == ["section_moved", "section_deleted"]


def test_a_section_stays_while_others_need_what_it_asks(officer, questionnaire, section, ask):
    with pytest.raises(RuleBroken, match="cannot be deleted: lists, assessment and agreements"):
        services.delete_section(by=officer, section=questionnaire.sections.get(key="project"))
    ask("Why?", "short_text", depends_on=questionnaire.questions.get(key="has-match"), shown_if=["yes"])
    with pytest.raises(RuleBroken, match="“Why\\?” is asked depending on"):
        services.delete_section(by=officer, section=questionnaire.sections.get(key="budget"))
    assert questionnaire.sections.count() == 5


def test_a_section_that_is_gone_says_so(officer, section):
    services.delete_section(by=officer, section=section)
    for change in (
        lambda: services.change_section(by=officer, section=section, title="A"),
        lambda: services.move_section(by=officer, section=section, to=1),
        lambda: services.add_question(by=officer, section=section, kind="yes_no", text="Q", name="n"),
    ):
        with pytest.raises(RuleBroken, match="This section has been deleted meanwhile"):
            change()


def test_nothing_changes_once_the_questions_are_in_use(officer, frozen):
    section = frozen.sections.first()
    for change in (
        lambda: services.add_section(by=officer, questionnaire=frozen, title="A"),
        lambda: services.change_section(by=officer, section=section, title="A"),
        lambda: services.move_section(by=officer, section=section, to=2),
        lambda: services.delete_section(by=officer, section=section),
    ):
        with pytest.raises(RuleBroken) as broken:
            change()
        assert str(broken.value) == IN_USE


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "assessor", "administrator"])
def test_only_those_who_manage_funds_change_sections(request, role, section):
    person = request.getfixturevalue(role)
    for change in (
        lambda: services.add_section(by=person, questionnaire=section.questionnaire, title="A"),
        lambda: services.change_section(by=person, section=section, title="A"),
        lambda: services.move_section(by=person, section=section, to=1),
        lambda: services.delete_section(by=person, section=section),
    ):
        with pytest.raises(RuleBroken, match="Your account does not allow this"):
            change()
