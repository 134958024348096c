"""What each kind of question takes: right, wrong, empty and hostile answers, with the exact sentences."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcc_grants.forms import GovukForm
from questionnaires import kinds
from questionnaires.kinds import Asking, asking_with, read, show
from questionnaires.models import Question
from tests import factories

Kind = Question.Kind
ASKING = Asking(options={"themes": [("7", "Prevention")], "districts": []})
OPTIONS = [["north", "North"], ["south", "South"]]
COLUMNS = [["day", "Day", "text"], ["people", "People", "number"], ["cost", "Cost", "money"]]
NAMES = {
    Kind.LONG_TEXT: "Why the project is needed",
    Kind.DATE: "Project start date",
    Kind.MONEY: "Income",
    Kind.NUMBER: "Number of people",
    Kind.FILE: "Governing document",
}
EMPTIES = {
    Kind.SHORT_TEXT: "Enter the name of your project",
    Kind.DATE: "Enter the date your project will start",
    Kind.MANY_OF: "Select at least one priority your project supports",
}


def question(kind, **facts) -> Question:
    facts = {"text": "Is it?", "name": NAMES.get(kind, "The answer"), "empty": EMPTIES.get(kind, "")} | facts
    if kind in (Kind.ONE_OF, Kind.MANY_OF):
        facts.setdefault("options", OPTIONS)
    if kind == Kind.TABLE:
        facts.setdefault("columns", COLUMNS)
    return Question(key="it", kind=kind, **facts)


def a_date(day="", month="", year=""):
    return {"day": day, "month": month, "year": year}


def cost(what="Venue hire", type="venue", amount="250"):
    return {"what": what, "type": type, "amount": amount}


def match(who="Gravesham Borough Council", form="cash", amount="100", standing="secured"):
    return {"who": who, "form": form, "amount": amount, "standing": standing}


RIGHT = [
    (Kind.SHORT_TEXT, " Example  project ", "Example project"),
    (Kind.LONG_TEXT, "Because.\nIt is.", "Because.\nIt is."),
    (Kind.NUMBER, "1,250", 1250),
    (Kind.MONEY, "£1,250.50", Decimal("1250.50")),
    (Kind.MONEY, "0", Decimal("0.00")),
    (Kind.DATE, a_date("6", "June", "2019"), date(2019, 6, 6)),
    (Kind.YES_NO, "no", "no"),
    (Kind.ONE_OF, "north", "north"),
    (Kind.MANY_OF, ["north", "south"], ["north", "south"]),
    (Kind.EMAIL, "Name@Example.com", "name@example.com"),
    (Kind.PHONE, "+44 (0)1632 960 001", "+44 (0)1632 960 001"),
    (Kind.WEBSITE, "www.example.org/about", "https://www.example.org/about"),
    (
        Kind.TABLE,
        [{"day": "Monday", "people": "12", "cost": "3.50"}],
        [{"day": "Monday", "people": 12, "cost": Decimal("3.50")}],
    ),
    (Kind.COSTS, [cost()], [cost(amount=Decimal("250.00"))]),
    (Kind.MATCH, [match()], [match(amount=Decimal("100.00"))]),
    (
        Kind.OUTCOMES,
        [{"outcome": "Fewer fights", "measure": "Reports", "baseline": "", "target": "5"}],
        [{"outcome": "Fewer fights", "measure": "Reports", "baseline": None, "target": 5}],
    ),
    (
        Kind.PARTNERS,
        [{"name": "Example Youth Project", "number": "", "part": "Runs workshops"}],
        [{"name": "Example Youth Project", "number": "", "part": "Runs workshops"}],
    ),
]


@pytest.mark.parametrize(("kind", "value", "typed"), RIGHT)
def test_a_right_answer_is_read(kind, value, typed):
    assert read(question(kind), value, ASKING) == (typed, [])


WRONG = [
    (Kind.SHORT_TEXT, "x" * 201, "The answer must be 200 characters or fewer", ""),
    (
        Kind.LONG_TEXT,
        "word " * 341,
        "Why the project is needed must be 300 words or fewer. You have used 341",
        "",
    ),
    (Kind.NUMBER, "twelve", "Number of people must be a whole number, like 25", ""),
    (Kind.NUMBER, "1.5", "Number of people must be a whole number, like 25", ""),
    (Kind.NUMBER, "9" * 30, "Number of people must be a whole number, like 25", ""),
    (Kind.MONEY, "lots", "Income must be a number, like 250 or 250.50", ""),
    (Kind.MONEY, "1.234", "Income must be a number, like 250 or 250.50", ""),
    (Kind.DATE, a_date("6", "6"), "Project start date must include a year", "_year"),
    (Kind.DATE, a_date("31", "2", "2019"), "Project start date must be a real date", "_day"),
    (Kind.DATE, a_date("6", "6", "19"), "Year must include 4 numbers", "_year"),
    (Kind.ONE_OF, "west", "Select the answer", "_0"),
    (Kind.MANY_OF, ["west"], "Select at least one priority your project supports", "_0"),
    (
        Kind.EMAIL,
        "name at example",
        "Enter an email address in the correct format, like name@example.com",
        "",
    ),
    (Kind.PHONE, "0800 CALL", "The answer must be a phone number, like 01632 960 001", ""),
    (Kind.WEBSITE, "no web", "The answer must be a web address, like https://www.example.org", ""),
    (Kind.TABLE, [{"day": "Monday", "cost": "1"}], "Enter people for row 1", "-0-people"),
    (
        Kind.TABLE,
        [{"day": "Monday", "people": "few", "cost": "1"}],
        "People for row 1 must be a whole number, like 25",
        "-0-people",
    ),
    (
        Kind.COSTS,
        [cost(amount="ten")],
        "Cost of Venue hire must be a number, like 250 or 250.50",
        "-0-amount",
    ),
    (Kind.COSTS, [cost(amount="0")], "Cost of Venue hire must be more than £0", "-0-amount"),
    (
        Kind.COSTS,
        [cost(what="50% of the rent", amount="0")],
        "Cost of 50% of the rent must be more than £0",
        "-0-amount",
    ),
    (Kind.COSTS, [cost(), cost(), cost(amount="")], "Enter an amount for cost 3", "-2-amount"),
    (Kind.COSTS, [cost()] * 16, "You can enter up to 15 costs. You have entered 16", "-15-what"),
    (Kind.COSTS, [cost(type="bribe")], "Select the type of cost 1", "-0-type"),
    (
        Kind.MATCH,
        [match(amount="")],
        "Enter how much Gravesham Borough Council is giving",
        "-0-amount",
    ),
    (
        Kind.MATCH,
        [match(who="{n} {amount}%s", amount="")],
        "Enter how much {n} {amount}%s is giving",
        "-0-amount",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "sentence", "cell"), WRONG)
def test_a_wrong_answer_gets_the_exact_sentence_and_its_place(kind, value, sentence, cell):
    typed, problems = read(question(kind, word_limit=300), value, ASKING)
    assert typed is None
    assert [(problem.message, problem.cell) for problem in problems] == [(sentence, cell)]


EMPTY = [
    (Kind.SHORT_TEXT, "", "Enter the name of your project"),
    (Kind.LONG_TEXT, "", "Enter your answer about Why the project is needed"),
    (Kind.NUMBER, "", "Enter number of people"),
    (Kind.MONEY, "", "Enter income"),
    (Kind.DATE, a_date(), "Enter the date your project will start"),
    (Kind.YES_NO, "", "Select the answer"),
    (Kind.ONE_OF, "", "Select the answer"),
    (Kind.MANY_OF, [], "Select at least one priority your project supports"),
    (Kind.EMAIL, "", "Enter the answer"),
    (Kind.PHONE, "", "Enter the answer"),
    (Kind.WEBSITE, "", "Enter the answer"),
    (Kind.TABLE, [], "Enter the answer"),
    (Kind.FILE, {}, "Select your governing document"),
    (Kind.COSTS, [], "Enter at least one cost"),
    (Kind.MATCH, [], "Enter who else is paying towards this project"),
    (Kind.OUTCOMES, [], "Enter at least one outcome"),
    (Kind.PARTNERS, [], "Enter at least one partner"),
]


@pytest.mark.parametrize(("kind", "value", "sentence"), EMPTY)
def test_nothing_is_asked_for_in_the_words_of_the_question(kind, value, sentence):
    asked = question(kind)
    _, problems = read(asked, value, ASKING)
    assert [problem.message for problem in problems] == [sentence]
    _, problems = read(asked, None, ASKING)
    assert [problem.message for problem in problems] == [sentence]
    assert show(asked, value, ASKING).is_empty


@pytest.mark.parametrize("kind", Kind.values)
def test_what_need_not_be_answered_may_be_empty(kind):
    _, problems = read(question(kind, required=False), None, ASKING)
    assert problems == []


def test_every_kind_is_tried_here():
    assert {kind for kind, *_ in EMPTY} == set(Kind.values)
    assert {kind for kind, *_ in RIGHT} == set(Kind.values) - {Kind.FILE}


def test_a_list_from_elsewhere_takes_what_is_in_it(fund):
    factories.district("Ashford")
    asking = asking_with(themes=fund.themes.all())
    theme = fund.themes.first()
    asked = question(Kind.ONE_OF, options=[], source=Question.Source.THEMES)
    assert read(asked, str(theme.pk), asking) == (str(theme.pk), [])
    assert show(asked, str(theme.pk), asking).text == theme.name
    assert [label for _, label in asking.options["districts"]] == ["Ashford", "Example district"]
    assert read(asked, "0", asking)[1]


SHOWN = [
    (Kind.MONEY, "1250", "£1,250"),
    (Kind.MONEY, "lots", "lots"),
    (Kind.DATE, a_date("6", "june", "2019"), "6 June 2019"),
    (Kind.DATE, a_date("6", "", "2019"), "6  2019"),
    (Kind.YES_NO, "yes", "Yes"),
    (Kind.MANY_OF, ["north", "gone"], "North\ngone"),
    (Kind.COSTS, "not rows", "not rows"),
]


@pytest.mark.parametrize(("kind", "value", "text"), SHOWN)
def test_an_answer_is_shown_as_it_is_read_or_as_it_was_typed(kind, value, text):
    assert show(question(kind), value, ASKING).text.replace("\xa0", " ") == text


def test_rows_are_shown_as_a_table():
    shown = show(question(Kind.COSTS), [cost(), cost(amount="ten", type="new")], ASKING)
    assert shown.headers == ("What is it for?", "Type of cost", "Amount in pounds")
    assert shown.rows == [["Venue hire", "Venue", "£250"], ["Venue hire", "new", "ten"]]
    assert shown.numeric == (2,)


def test_the_name_of_a_project_is_shorter():
    asked = question(Kind.SHORT_TEXT, fact="title")
    assert read(asked, "x" * 151, ASKING)[1][0].message == "The answer must be 150 characters or fewer"


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["day", "month", "year", "what", "type", "amount", "who", "document", "later", "people"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(Kind.values), value=json, required=st.booleans(), label=st.text(max_size=10))
def test_no_stored_value_is_too_strange_to_be_judged_and_shown(kind, value, required, label):
    asked = question(kind, required=required, columns=[["day", label, "text"], ["people", label, "money"]])
    typed, problems = read(asked, value, ASKING)
    assert typed is None or problems == []
    assert all(isinstance(problem.message, str) and problem.message for problem in problems)
    shown = show(asked, value, ASKING)
    assert isinstance(shown.text, str)
    assert all(isinstance(cell, str) for row in shown.rows for cell in row)
    kinds.is_blank(value)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.text(max_size=30), typed=st.text(max_size=30))
def test_no_word_of_an_officer_or_an_applicant_breaks_a_table(label, typed):
    """Braces and percent signs stand in sentences as they were written."""
    asked = question(Kind.TABLE, columns=[["day", label, "number"], ["cost", label, "money"]])
    form = GovukForm({"it-0-day": typed, "it-0-cost": "x"})
    form.fields["it"] = kinds.field_for(asked, ASKING)
    form.is_valid()
    for sentence, _ in form.error_items():
        assert isinstance(sentence, str)
