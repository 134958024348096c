"""Questions to change: those of a round that is not published, made through the services."""

import pytest

from questionnaires import services
from questionnaires.models import Question
from tests import factories

Kind = Question.Kind


@pytest.fixture
def preparing_round(officer, fund):
    """A round that is not published, with the brief form."""
    return factories.open_round(officer, fund, published=False)


@pytest.fixture
def questionnaire(preparing_round):
    return preparing_round.questionnaire


@pytest.fixture
def section(officer, questionnaire):
    """A section of our own at the end, without questions."""
    return services.add_section(by=officer, questionnaire=questionnaire, title="More about it")


@pytest.fixture
def ask(officer, section):
    """`ask("Is it new?", kind)` adds a question to the section."""

    def add(text="Is it new?", kind=Kind.YES_NO, **facts):
        facts = {"name": text.rstrip("?"), "word_limit": 100} | facts
        if kind in (Kind.ONE_OF, Kind.MANY_OF) and "source" not in facts:
            facts.setdefault("options", ["North", "South", "East"])
        if kind == Kind.TABLE:
            facts.setdefault("columns", [("Day", "text"), ("People", "number")])
        return services.add_question(
            by=officer, section=facts.pop("section", section), kind=kind, text=text, **facts
        )

    return add


@pytest.fixture
def frozen(open_round):
    """Questions in use."""
    return open_round.questionnaire
