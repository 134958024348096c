"""The lists of a round in preparation cost the same at 1, 3 and 1,000 rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.models import Criterion, EligibilityQuestion, Round
from questionnaires.models import Question, Section
from tests import factories
from tests.funds.rounds_in_preparation import step_address


@pytest.fixture
def prepared(officer, fund):
    return factories.open_round(officer, fund, published=False, brief_form=False)


def keep_one(rows) -> None:
    first = rows.first()
    rows.exclude(pk=first.pk).delete()


def criteria(round, numbers):
    Criterion.objects.bulk_create(
        Criterion(round=round, key=f"c-{n}", position=n + 10, name=f"Criterion {n}", question="Why?")
        for n in numbers
    )


def check(round, numbers):
    EligibilityQuestion.objects.bulk_create(
        EligibilityQuestion(round=round, key=f"q-{n}", position=n + 10, text=f"Question {n}?")
        for n in numbers
    )


def documents(round, numbers):
    section = round.questionnaire.sections.get(key="documents")
    Question.objects.bulk_create(
        Question(
            questionnaire=round.questionnaire, section=section, key=f"d-{n}", position=n + 10,
            kind="file", text=f"Document {n}", name=f"Document {n}",
        )
        for n in numbers
    )  # fmt: skip


def sections(round, numbers):
    Section.objects.bulk_create(
        Section(questionnaire=round.questionnaire, key=f"s-{n}", position=n + 100, title=f"Section {n}")
        for n in numbers
    )


def rounds(round, numbers):
    facts = {
        field.attname: getattr(round, field.attname)
        for field in Round._meta.concrete_fields
        if not field.primary_key
    }
    Round.objects.bulk_create(
        Round(**facts | {"number": n + 100, "slug": f"r-{n}", "name": f"Round {n}"}) for n in numbers
    )


@pytest.mark.parametrize(
    ("name", "grow"),
    [
        ("office_round_criteria", criteria),
        ("office_round_check", check),
        ("office_round_check_new", check),
        ("office_round_documents", documents),
        ("office_round_questions", sections),
        ("office_round_start_again", rounds),
        ("office_round", criteria),
        ("office_round", check),
        ("office_round", documents),
    ],
)
def test_a_list_costs_the_same_however_long_it_is(login, officer, prepared, name, grow):
    browser = login(officer)
    url = step_address(name, prepared) if name != "office_round" else reverse(name, args=[prepared.pk])

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    if grow is check:
        keep_one(prepared.eligibility_questions)
    elif grow is criteria:
        keep_one(prepared.criteria)
    else:
        grow(prepared, range(1))
    count()
    one = count()
    grow(prepared, range(1, 3))
    assert count() == one
    grow(prepared, range(3, 1000))
    assert count() == one


@pytest.mark.parametrize("grow", [criteria, documents, check])
def test_the_public_page_costs_the_same_however_long_its_lists_are(client, prepared, officer, login, grow):
    url = reverse("round_page", args=[prepared.fund.slug, prepared.slug])
    browser = login(officer)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    count()
    one = count()
    grow(prepared, range(3))
    assert count() == one
