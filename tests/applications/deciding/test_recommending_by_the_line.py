"""One officer draws a line through the ranked list, and every application is recommended at once."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Status
from audit.models import Event
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

from .conftest import due


def wanted(above, reserve, **facts):
    return services.Wanted(above=above, reserve=reserve, recommendation="By the scores.", **facts)


def standing(applications):
    for application in applications:
        application.refresh_from_db()
    return [(application.status, application.recommended_amount) for application in applications]


def recommendations():
    return Event.objects.filter(verb="application.recommended").count()


def test_the_first_are_recommended_the_next_kept_and_the_rest_not(bids, officer):
    best, second, third, last = applications = bids(4000, 3000, 2000, 1000)
    line = wanted(
        2,
        1,
        amounts={second.pk: Decimal("2500.50")},
        purposes={best.pk: "run the club.", third.pk: "run the choir"},
        reasons_above="It is well evidenced.",
        reasons_below="Others scored higher.",
    )
    made = services.recommend_by_line(by=officer, round=best.round, wanted=line)
    assert made == applications
    assert standing(applications) == [
        (Status.RECOMMENDED, Decimal("4000")),
        (Status.RECOMMENDED, Decimal("2500.50")),
        (Status.RESERVE, Decimal("2000")),
        (Status.NOT_RECOMMENDED, None),
    ]
    assert [one.proposed_purpose for one in applications] == ["run the club", "", "run the choir", ""]
    assert (best.proposed_reasons, last.proposed_reasons) == (
        "It is well evidenced.",
        "Others scored higher.",
    )
    ranking = services.ranking(best.round, seen_by=officer)
    assert [row.application for row in ranking.reserve] == [third]
    assert [row.first_not_recommended for row in ranking.rows] == [False, False, True, False]
    assert services.recommend_by_line(by=officer, round=best.round, wanted=line) == []
    assert recommendations() == 4


def test_an_own_recommendation_stays_unless_it_is_ticked(bids, officer, officer_2):
    best, second = bids(4000, 3000)
    factories.recommended(officer_2, second, amount=Decimal("1000"))
    services.recommend_by_line(by=officer, round=best.round, wanted=wanted(1, 0))
    assert standing([best, second]) == [
        (Status.RECOMMENDED, Decimal("4000")),
        (Status.RECOMMENDED, Decimal("1000")),
    ]
    assert second.recommended_by == officer_2
    ticked = wanted(1, 0, replace=frozenset({second.pk}))
    assert services.recommend_by_line(by=officer, round=best.round, wanted=ticked) == [second]
    assert standing([second]) == [(Status.NOT_RECOMMENDED, None)]


def test_one_that_cannot_be_recommended_is_named_and_nothing_is_done(bids, officer):
    best, second = bids(4000, 3000)
    too_much = wanted(2, 0, amounts={second.pk: Decimal("3000.01")})
    with pytest.raises(RuleBroken, match=f"{second.reference}, .*£3,000 or less"):
        services.recommend_by_line(by=officer, round=best.round, wanted=too_much)
    with pytest.raises(RuleBroken, match=f"{best.reference}, .*verb in lower case"):
        services.draw_line(best.round, wanted(1, 0, purposes={best.pk: "Run the club"}), by=officer)
    assert recommendations() == 0
    assert [status for status, _ in standing([best, second])] == [Status.ASSESSED] * 2


@pytest.mark.parametrize(("above", "reserve"), [(2, 0), (1, 1), (0, 9), (-1, 0), (0, -1)])
def test_the_line_is_drawn_within_the_list(bids, officer, above, reserve):
    (only,) = bids(1000)
    with pytest.raises(RuleBroken, match="1 applications can be recommended"):
        services.recommend_by_line(by=officer, round=only.round, wanted=wanted(above, reserve))


def test_a_list_that_has_changed_since_the_preview_is_looked_at_again(bids, officer, officer_2):
    best, second = bids(4000, 3000)
    seen = services.draw_line(best.round, wanted(1, 0), by=officer).fingerprint
    factories.recommended(officer_2, second)
    with pytest.raises(RuleBroken, match="Something has changed"):
        services.recommend_by_line(by=officer, round=best.round, wanted=wanted(1, 0), seen=seen)
    assert standing([best]) == [(Status.ASSESSED, None)]


def test_scores_that_were_agreed_since_the_preview_are_looked_at_again(bids, officer):
    best, second = bids(4000, 3000)
    seen = services.draw_line(best.round, wanted(1, 0), by=officer).fingerprint
    criterion = best.round.criteria.first()
    services.agree_score(by=officer, application=second, criterion=criterion, score=0, reason="After all.")
    with pytest.raises(RuleBroken, match="Something has changed"):
        services.recommend_by_line(by=officer, round=best.round, wanted=wanted(1, 0), seen=seen)


def test_it_is_previewed_and_then_saved_through_the_pages(login, bids, officer, approver):
    best, second, third = bids(4000, 3000, 2500)
    best.round.fund.budgets.update(amount=Decimal("7500"))
    factories.recommended(officer, third, amount=Decimal("2500"))
    browser, url = login(officer), reverse("office_round_line", args=[best.round_id])
    ranked = reverse("office_round_recommend", args=[best.round_id])
    assert url in browser.get(ranked).content.decode()
    assert "Has its own recommendation" in text_of(browser.get(url))
    posted = {
        "above": "2",
        "reserve": "0",
        "recommendation": "By the scores.",
        "reasons_above": "",
        "reasons_below": "",
        f"amount-{best.pk}": "£3,500",
        f"purpose-{best.pk}": "run the club",
        f"amount-{second.pk}": "",
    }
    preview = browser.post(url, posted)
    text = text_of(preview)
    assert preview.status_code == 200 and recommendations() == 1
    for words in ("2 recommendations would be saved", "1 application would keep its own", "£3,500.00"):
        assert words in text
    assert "Missing £1,500.00" in text and "does not hold enough" in text
    again = browser.post(url, posted | {"change": "yes"})
    assert again.status_code == 200 and 'value="£3,500"' in again.content.decode()
    for _ in range(2):
        assert browser.post(url, posted | {"confirm": "yes"}).headers["Location"] == ranked
    assert recommendations() == 3
    assert standing([best]) == [(Status.RECOMMENDED, Decimal("3500"))]
    reading = text_of(login(approver).get(ranked))
    assert "The money left runs out here" in reading and "Nothing is on the reserve list" in reading
    assert login(approver).post(url, posted).status_code == 403


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"above": ""}, "Enter how many applications are above the line"),
        ({"above": "many"}, "must be a whole number"),
        ({"above": "3"}, "must be 2 or fewer"),
        ({"above": "2", "reserve": "1"}, "you want 3 together"),
        ({"recommendation": "\x00"}, "Enter your recommendation"),
        ({"amount-BEST": "4,001"}, "must be £4,000 or less"),
        ({"purpose-BEST": "To run"}, "leave out “to”"),
    ],
)
def test_the_page_says_what_is_wrong(login, bids, officer, changed, sentence):
    best, second = bids(4000, 3000)
    posted = {"above": "1", "reserve": "0", "recommendation": "By the scores.", "confirm": "yes"}
    posted |= {name.replace("BEST", str(best.pk)): value for name, value in changed.items()}
    refused(login(officer).post(reverse("office_round_line", args=[best.round_id]), posted), sentence)
    assert recommendations() == 0


def test_a_round_without_scores_has_nothing_to_recommend(login, officer, open_round):
    url = reverse("office_round_line", args=[open_round.pk])
    assert "No application of this round can be recommended now" in text_of(login(officer).get(url))
    refused(login(officer).post(url, {"confirm": "yes"}), "Enter your recommendation")


def test_what_does_not_pass_a_criterion_comes_last_and_is_not_recommended(
    officer, applicant, organisation, assessor
):
    criteria = [
        {"name": "Need", "question": "Why?", "word_limit": 300},
        {"name": "Safeguarding", "question": "How?", "word_limit": 300, "is_pass_fail": True},
    ]
    round = factories.open_round(officer, factories.fund(officer, criteria=criteria), assessors_needed=1)
    made = []
    for score, passed in ((5, False), (3, True)):
        draft = factories.draft(applicant, round, organisation, amount=Decimal("4000"))
        application = factories.eligible(officer, factories.submitted(applicant, draft))
        assessment = services.assign(by=officer, application=application, assessor=assessor, due_on=due())
        services.declare(by=assessor, assessment=assessment)
        need, safeguarding = round.criteria.order_by("position")
        given = {"by": assessor, "assessment": assessment, "reason": "The evidence is clear."}
        services.score(**given, criterion=need, score=score)
        services.score(**given, criterion=safeguarding, passed=passed)
        services.submit_scores(by=assessor, assessment=assessment)
        made.append(application)
    failing, passing = made
    ranked = services.ranking(round, seen_by=officer).rows
    assert [(row.application, row.failed) for row in ranked] == [(passing, ()), (failing, ("Safeguarding",))]
    assert ranked[1].running_total == Decimal("4000")
    services.recommend_by_line(by=officer, round=round, wanted=wanted(2, 0))
    assert [status for status, _ in standing([passing, failing])] == ["recommended", "not_recommended"]
