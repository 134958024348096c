"""Check you can apply: without signing in, one question a page, and "no" is a result with its reasons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services as applications
from applications.models import Application
from funds import services
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of
from tests.pages.reading import Page

GOOD = ["charity", "yes", "yes", "yes", "no", "no"]


def address(round, number=None) -> str:
    if number is None:
        return reverse("round_check_result", args=[round.fund.slug, round.slug])
    return reverse("round_check", args=[round.fund.slug, round.slug, number])


def answer_all(client, round, answers):
    """Answer one page after the other. Gives the last response, followed."""
    url = address(round, 1)
    for answer in answers:
        response = client.post(url, {"answer": answer})
        assert response.status_code == 302
        url = response.url
    return client.get(url)


def kept(client, round) -> dict:
    return client.session.get("eligibility", {}).get(str(round.pk), {})


# -- Yes ---------------------------------------------------------------------------------------------------


def test_a_visitor_finds_out_that_they_can_apply(client, open_round):
    page = client.get(reverse("round_page", args=[open_round.fund.slug, open_round.slug]))
    assert f'href="{address(open_round, 1)}"' in page.content.decode()
    first = client.get(address(open_round, 1))
    assert Page(first).one("h1").text == "What type of organisation are you?"
    assert len(Page(first).all("input", type="radio")) == len(Organisation.Kind.choices)
    result = answer_all(client, open_round, GOOD)
    assert result.wsgi_request.path == address(open_round)
    assert Page(result).one("h1").text == "You can apply to the Example Fund"
    text = text_of(result)
    assert "What type of organisation are you? Charity" in text
    assert "Sign in and start an application" in text
    assert f'href="/applications/start/{open_round.pk}/"' in result.content.decode()


def test_a_question_of_yes_or_no_can_be_left_unsure(client, open_round, office):
    page = Page(client.get(answer_url(client, open_round, ["charity"])))
    assert [label.text for label in page.all("label")] == ["Yes", "No", "Not sure"]
    result = text_of(answer_all(client, open_round, ["charity", "not_sure", "yes", "yes", "no", "no"]))
    assert "You may be able to apply to the Example Fund" in result
    assert "Ask us at grants@example.org" in result
    assert "Sign in and start an application" in result


def answer_url(client, round, answers) -> str:
    answer_all(client, round, answers)
    return address(round, len(answers) + 1)


def test_the_answers_go_into_the_application(login, open_round, organisation, applicant):
    browser = login(applicant)
    result = answer_all(browser, open_round, ["charity", "yes", "yes", "not_sure", "no", "yes", "yes"])
    assert "Start an application" in text_of(result)
    browser.post(reverse("application_start", args=[open_round.pk]))
    assert Application.objects.get().eligibility == {
        "organisation-type": "charity",
        "in-area": "yes",
        "within-maximum": "yes",
        "spent-in-time": "not_sure",
        "already-spent": "no",
        "works-with-children": "yes",
        "safeguarding-policy": "yes",
    }


def test_the_answers_of_a_visitor_last_through_signing_in(client, open_round, applicant):
    answer_all(client, open_round, GOOD)
    client.force_login(applicant)
    assert kept(client, open_round)["in-area"] == "yes"
    page = client.get(reverse("round_page", args=[open_round.fund.slug, open_round.slug]))
    assert "You have checked that you can apply. Apply" in text_of(page)


def test_somebody_who_has_not_checked_or_cannot_apply_is_not_offered_to_apply(login, open_round, applicant):
    browser = login(applicant)
    url = reverse("round_page", args=[open_round.fund.slug, open_round.slug])
    assert "/applications/start/" not in browser.get(url).content.decode()
    answer_all(browser, open_round, ["charity", "no", *GOOD[2:]])
    assert "/applications/start/" not in browser.get(url).content.decode()


def test_an_officer_is_offered_no_start(login, open_round, officer):
    result = answer_all(login(officer), open_round, GOOD)
    assert "/applications/start/" not in result.content.decode()


# -- No ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "answer", "reason", "advice"),
    [
        (2, "no", "your project does not take place in our police area", "of your own area"),
        (3, "no", "you need more than £10,000", "Ask us for part of the cost, and others for the rest"),
        (4, "no", "you cannot spend the money by", "Wait for a later round"),
        (5, "yes", "the money has been spent already", "Apply for what is still to come"),
    ],
)
def test_each_no_has_its_own_reason_and_advice(client, open_round, office, number, answer, reason, advice):
    answers = [*GOOD[: number - 1], answer, *GOOD[number:]]
    response = answer_all(client, open_round, answers)
    assert response.status_code == 200
    assert Page(response).one("h1").text == "You cannot apply to the Example Fund"
    text = text_of(response)
    told = "You cannot apply to the Example Fund for this project. This is because you told us "
    assert told + reason in text
    for words in (advice, "Ask us at grants@example.org"):
        assert words in text
    assert "There is a problem" not in text
    assert "/applications/start/" not in response.content.decode()


def test_every_reason_is_given(client, open_round):
    text = text_of(answer_all(client, open_round, ["charity", "no", "no", "yes", "no", "yes", "no"]))
    assert "This is because you told us: your project does not take place in our police area you need" in text
    assert "you will work with children or adults at risk and have no safeguarding policy" in text


def test_other_open_funds_are_named(client, open_round, officer):
    other = factories.fund(officer, code="OTH", name="Other Fund")
    factories.open_round(officer, other, name="Round 9")
    factories.open_round(officer, other, name="Hidden", published=False)
    text = text_of(answer_all(client, open_round, ["charity", "no", *GOOD[2:]]))
    assert "Other Fund: Round 9, up to £10,000, closes" in text
    assert "Hidden" not in text
    assert "Find other funding" in text


def test_a_type_of_organisation_that_the_round_does_not_take_is_refused(
    client, officer, fund, applicant, organisation
):
    round = factories.open_round(officer, fund, published=False)
    services.set_who_may_apply(by=officer, round=round, kinds=["council", "school"])
    services.publish_round(by=officer, round=round)
    text = text_of(answer_all(client, round, GOOD))
    assert "you told us you are a type of organisation that this round does not fund" in text
    assert "You can apply" in text_of(answer_all(Client(), round, ["school", *GOOD[1:]]))
    with pytest.raises(RuleBroken, match=r"a type of organisation that this round does not fund \(charity\)"):
        applications.start(by=applicant, round=round, organisation=organisation)


# -- The way through ---------------------------------------------------------------------------------------


def test_a_question_is_skipped_that_an_earlier_answer_makes_needless(client, open_round):
    answer_all(client, open_round, GOOD)  # no children: no question 7
    assert client.get(address(open_round, 7)).url == address(open_round)
    assert client.post(address(open_round, 7), {"answer": "no"}).url == address(open_round)
    assert "safeguarding-policy" not in kept(client, open_round)
    response = answer_all(client, open_round, [*GOOD[:5], "yes"])
    assert Page(response).one("h1").text == "Do you have a safeguarding policy?"


def test_a_changed_answer_forgets_what_it_makes_needless(client, open_round):
    answer_all(client, open_round, [*GOOD[:5], "yes", "no"])
    url = address(open_round, 6) + "?change=yes"
    result = text_of(client.get(address(open_round)))
    assert "You cannot apply" in result
    page = client.get(url)
    assert Page(page).one("a", class_="govuk-back-link").attrs["href"] == address(open_round)
    assert client.post(url, {"answer": "no"}).url == address(open_round)
    assert "You can apply" in text_of(client.get(address(open_round)))
    assert "safeguarding-policy" not in kept(client, open_round)


def test_going_back_shows_the_answer_and_lets_it_change(client, open_round):
    response = answer_all(client, open_round, ["charity", "yes", "no"])
    back = Page(response).one("a", class_="govuk-back-link").attrs["href"]
    assert back == address(open_round, 3)
    assert 'value="no" checked' in client.get(back).content.decode()
    client.post(back, {"answer": "yes"})
    assert kept(client, open_round)["within-maximum"] == "yes"
    first = Page(client.get(address(open_round, 1))).one("a", class_="govuk-back-link").attrs["href"]
    assert first == reverse("round_page", args=[open_round.fund.slug, open_round.slug])


def test_an_earlier_question_without_an_answer_comes_first(client, open_round):
    assert client.get(address(open_round, 5)).url == address(open_round, 1)
    assert client.post(address(open_round, 5), {"answer": "yes"}).url == address(open_round, 1)
    assert client.get(address(open_round)).url == address(open_round, 1)
    assert kept(client, open_round) == {}


def test_two_rounds_are_checked_beside_each_other(client, open_round, officer):
    other = factories.open_round(officer, open_round.fund)
    answer_all(client, open_round, GOOD)
    answer_all(client, other, ["school"])
    assert len(kept(client, open_round)) == 6
    assert kept(client, other) == {"organisation-type": "school"}


def test_looking_stores_nothing(client, open_round):
    client.get(address(open_round, 1))
    assert "eligibility" not in client.session


@pytest.mark.parametrize("number", [0, 8, 99, 10**20])
def test_a_number_without_a_question_leads_to_the_next_one(client, open_round, number):
    assert client.get(address(open_round, number)).url == address(open_round, 1)


@pytest.mark.parametrize(
    "answer", ["", "maybe", "Yes", "x" * 100_000, "a\x00b", "\u202eyes", "<script>", "organisation"]
)
def test_an_answer_that_was_not_offered_is_none(client, open_round, answer):
    response = client.post(address(open_round, 1), {"answer": answer})
    refused(response, "Select what type of organisation you are")
    client.post(address(open_round, 1), {"answer": "charity"})
    response = client.post(address(open_round, 2), {"answer": answer})
    refused(response, "Select yes, no or not sure")
    assert kept(client, open_round) == {"organisation-type": "charity"}


@pytest.mark.parametrize(
    "session",
    [
        "text",
        7,
        [],
        {"x": 1},
        {"ROUND": "text"},
        *({"ROUND": {"in-area": odd}} for odd in (5, ["yes"], {"yes": 1})),
    ],
)
def test_a_session_of_another_shape_is_as_good_as_empty(client, open_round, session):
    stored = client.session
    if isinstance(session, dict):
        session = {str(open_round.pk) if key == "ROUND" else key: value for key, value in session.items()}
    stored["eligibility"] = session
    stored.save()
    assert client.get(address(open_round)).url == address(open_round, 1)
    assert "You can apply" in text_of(answer_all(client, open_round, GOOD))


# -- When --------------------------------------------------------------------------------------------------


def test_a_round_that_closed_says_so(client, open_round):
    with clock.at(open_round.closes_at + timedelta(seconds=1)):
        for url in (address(open_round, 1), address(open_round)):
            response = client.get(url)
            assert response.status_code == 200
            assert "This fund closed at" in text_of(response)
            assert not Page(response).all("input", type="radio")
        assert "This fund closed at" in text_of(client.post(address(open_round, 1), {"answer": "charity"}))
    assert kept(client, open_round) == {}


def test_a_round_that_opens_soon_is_checked_and_not_applied_to(client, officer, fund):
    round = factories.open_round(officer, fund, opens_at=clock.now() + timedelta(days=2))
    assert "This fund opens at" in text_of(client.get(address(round, 1)))
    response = answer_all(client, round, GOOD)
    assert "You can check now and apply then." in text_of(response)
    assert "/applications/start/" not in response.content.decode()


def test_a_round_that_is_not_published_is_checked_by_the_office_only(client, login, officer, applicant, fund):
    round = factories.open_round(officer, fund, published=False)
    for url in (address(round, 1), address(round)):
        assert client.get(url).status_code == 404
        assert login(applicant).post(url, {"answer": "charity"}).status_code == 404
    assert "Only the office sees this page" in text_of(login(officer).get(address(round, 1)))


def test_a_round_without_a_check_leads_to_its_page(client, officer, fund):
    round = factories.open_round(officer, fund, published=False)
    round.eligibility_questions.all().delete()
    services.publish_round(by=officer, round=round)
    page = reverse("round_page", args=[fund.slug, round.slug])
    assert client.get(address(round, 1)).url == page
    assert client.get(address(round)).url == page


def test_the_result_costs_the_same_with_one_and_three_other_rounds(client, open_round, officer):
    answer_all(client, open_round, ["charity", "no", *GOOD[2:]])

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(open_round)).status_code == 200
        return len(captured)

    other = factories.fund(officer, code="OTH", name="Other Fund")
    factories.open_round(officer, other)
    one = count()
    factories.open_round(officer, other), factories.open_round(officer, other)
    assert count() == one
