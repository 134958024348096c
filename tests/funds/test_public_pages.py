"""Find funding, a fund and a round: everything an applicant needs to know, without signing in."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import services
from pcc_grants.lib import clock
from tests import factories
from tests.page_text import text_of
from tests.pages.reading import Page

CLOSING = clock.london(date(2019, 5, 17), time(17))


@pytest.fixture
def may_2019(officer):
    """A round of £35,000 a year for three years, with unequal weights, that closes on 17 May 2019."""
    with clock.at(date(2019, 4, 10)):
        fund = factories.fund(
            officer,
            code="VRF",
            name="Violence Reduction Fund",
            who_can_apply="Charities\nSocial enterprises",
            not_funded="Buildings\nCosts already spent",
            monitoring_terms="An update and a year-end report.",
            criteria=[
                {"name": "Need", "question": "Why?", "weight": 2, "guidance": "Say for whom\nSay where"},
                {"name": "Outcomes", "question": "What will change?", "word_limit": 250},
            ],
        )
        round = factories.open_round(
            officer,
            fund,
            name="Round 1, 2019/20",
            maximum=Decimal("35000"),
            years=3,
            closes_at=CLOSING,
            decision_expected_on=date(2019, 7, 5),
        )
        yield round


def test_a_round_says_all_that_matters_and_lets_people_apply(client, may_2019):
    response = client.get("/funding/violence-reduction-fund/round-1-2019-20/")
    text = text_of(response)
    for words in (
        "Closes 5pm on Friday 17 May 2019.",
        "£35,000 a year, for up to 3 years.",
        "Charities",
        "Costs already spent",
        "Prevention",
        "Need (weight 2 of 3)",
        "We expect to decide by 5 July 2019.",
        "in the 15 minutes after the closing time is accepted",
        "An update and a year-end report.",
        "Spend the money on the project.",
        "We ask for your bank details and a bank statement only if we fund your project.",
        "Check if you can apply",
    ):
        assert words in text
    assert 'href="/funding/violence-reduction-fund/round-1-2019-20/check/1/"' in response.content.decode()
    assert text.index("Closes 5pm") < text.index("The most you can ask for")


def test_a_round_names_its_types_of_organisation_its_themes_and_its_documents(client, officer, fund):
    round = factories.open_round(officer, fund, published=False, brief_form=False)
    services.set_who_may_apply(by=officer, round=round, kinds=["charity", "school"])
    services.set_themes(by=officer, round=round, themes=[fund.themes.get(name="Prevention")])
    services.update_document(
        by=officer, round=round, document=services.documents_of(round).get(key="accounts"), required=False
    )
    services.publish_round(by=officer, round=round)
    text = text_of(client.get(reverse("round_page", args=[fund.slug, round.slug])))
    for words in (
        "from these types of organisation: charity school or college",
        "Your governing document",
        "Your latest accounts (optional)",
        "Your safeguarding policy, depending on your answer to “Will you work with children",
        "Prevention",
    ):
        assert words in text
    assert "Rehabilitation" not in text


def test_a_round_without_a_check_is_applied_to_at_once(client, officer, fund):
    round = factories.open_round(officer, fund, published=False)
    round.eligibility_questions.all().delete()
    services.publish_round(by=officer, round=round)
    html = client.get(reverse("round_page", args=[fund.slug, round.slug])).content.decode()
    assert f'href="/applications/start/{round.pk}/"' in html
    assert "/check/" not in html


@pytest.mark.parametrize(
    ("moment", "state", "sentence", "may_check"),
    [
        (clock.london(date(2019, 3, 30)), "Opening soon", "Opens 9am on Sunday 31 March 2019.", True),
        (CLOSING, "Open now", "Closes 5pm on Friday 17 May 2019.", True),
        (
            CLOSING + timedelta(seconds=1),
            "Closed",
            "This fund closed at 5pm on Friday 17 May 2019.",
            False,
        ),
    ],
)
def test_the_list_and_the_page_agree_on_what_is_open(client, may_2019, moment, state, sentence, may_check):
    with clock.at(moment):
        listed = client.get(reverse("funding"))
        page = client.get(reverse("round_page", args=[may_2019.fund.slug, may_2019.slug]))
    assert state in [element.text for element in Page(listed).all("h2")]
    assert sentence in text_of(page)
    assert ("/check/1/" in page.content.decode()) == may_check


def test_every_question_is_shown_before_sign_in(client, may_2019, office):
    factories.district("Ashford")
    text = text_of(client.get(reverse("round_questions", args=[may_2019.fund.slug, may_2019.slug])))
    for words in (
        "What is the name of your project?",
        "100 words or fewer.",
        "Ashford",
        "Say where",
        "Scored from 0 to 5 for Outcomes (weight 1 of 3).",
        "250 words or fewer.",
        "The information in this application is correct and complete",
        "The most you can ask for: £35,000 for each of up to 3 years",
    ):
        assert words in text


def test_a_fund_shows_its_rounds_and_its_end(client, may_2019, officer):
    with clock.at(date(2019, 6, 1)):
        services.end_fund(
            by=officer, fund=may_2019.fund, ended_on=date(2019, 6, 30), ending_notice="Plan ahead."
        )
        text = text_of(client.get(reverse("fund_page", args=[may_2019.fund.slug])))
    assert "This fund ends on 30 June 2019." in text
    assert "Plan ahead." in text
    assert "Round 1, 2019/20: closed at 5pm on Friday 17 May 2019" in text


def test_the_last_round_tells_how_many_applied_and_were_funded(client, approved_application, officer):
    earlier = approved_application.round
    later = factories.open_round(officer, earlier.fund, closes_at=clock.now() + timedelta(days=30))
    text = text_of(client.get(reverse("round_page", args=[later.fund.slug, later.slug])))
    assert f"{earlier.name}: 1 applied, 1 funded." in text


def test_what_is_not_published_is_shown_to_the_office_only(client, login, fund, officer, applicant):
    hidden = factories.open_round(officer, fund, published=False)
    pages = [
        reverse("round_page", args=[fund.slug, hidden.slug]),
        reverse("round_questions", args=[fund.slug, hidden.slug]),
        reverse("fund_page", args=[fund.slug]),
    ]
    for url in pages:
        assert client.get(url).status_code == 404
        assert login(applicant).get(url).status_code == 404
        assert login(officer).get(url).status_code == 200
    assert hidden.name not in client.get(reverse("funding")).content.decode()


def test_an_empty_list_says_so(client):
    assert "No fund is open" in text_of(client.get(reverse("funding")))


def test_the_office_is_not_offered_to_apply(login, open_round, officer):
    url = reverse("round_page", args=[open_round.fund.slug, open_round.slug])
    html = login(officer).get(url).content.decode()
    assert "/applications/start/" not in html
    assert "/check/" not in html


@pytest.mark.parametrize("name", ["funding", "fund_page"])
def test_lists_cost_the_same_at_one_and_three_rounds(client, officer, fund, name):
    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(name, args=[] if name == "funding" else [fund.slug]))
        return len(captured)

    factories.open_round(officer, fund)
    one = count()
    factories.open_round(officer, fund), factories.open_round(officer, fund)
    assert count() == one


def test_the_list_is_paged(client, officer, fund):
    for _ in range(26):
        factories.open_round(officer, fund)
    first, second = (client.get(reverse("funding"), {"page": page}) for page in (1, 2))
    assert first.content.decode().count("govuk-summary-card__title-wrapper") == 25
    assert second.content.decode().count("govuk-summary-card__title-wrapper") == 1
