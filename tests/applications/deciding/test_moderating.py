"""Scores agreed in moderation stand in place of the mean; who has an interest has no part in it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import AgreedScore, ModerationMeeting, Score, Status
from applications.services.recommending import ranking
from applications.verify_deciding import violations
from audit.models import Event
from notifications.models import Message
from organisations.models import DeclaredInterest
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

from .conftest import due, put_in, score_all


@pytest.fixture
def need(open_round):
    return open_round.criteria.get(name="Need")


@pytest.fixture
def meeting(assessed_application, officer, assessor, assessor_2):
    return services.record_meeting(
        by=officer,
        round=assessed_application.round,
        held_on=clock.today(),
        present=[officer, assessor, assessor_2],
        notes="Need was discussed.",
    )


def agree(by, application, criterion, score=1, **facts):
    return services.agree_score(
        by=by,
        application=application,
        criterion=criterion,
        **{"score": score, "reason": "The figures are old."} | facts,
    )


def test_an_agreed_score_counts_instead_of_the_mean_and_each_change_is_on_the_trail(
    assessed_application, need, meeting, officer, officer_2
):
    assert services.totals(assessed_application)["percentage"] == Decimal("70.0")
    agreed = agree(officer, assessed_application, need, meeting=meeting)
    agree(officer, assessed_application, need, meeting=meeting)
    totals = services.totals(assessed_application)
    row = totals["criteria"][0]
    assert (row["mean"], row["scores"], row["agreed"], totals["agreed"]) == (
        Decimal("1.0"),
        [4, 4],
        agreed,
        1,
    )
    assert totals["percentage"] == Decimal("40.0")
    assert ranking(assessed_application.round, seen_by=officer).rows[0].percentage == Decimal("40.0")
    agree(officer_2, assessed_application, need, score=2, meeting=meeting)
    told = list(Event.objects.filter(verb="moderation.agreed").values_list("changes__score", flat=True))
    assert told == [[1, 2], [None, 1]]
    assert AgreedScore.objects.get().agreed_by == officer_2
    services.forget_agreed(by=officer, agreed=AgreedScore.objects.get())
    assert services.totals(assessed_application)["percentage"] == Decimal("70.0")
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"score": 6}, "from 0 to 5"),
        ({"score": None}, "Select a score for Need"),
        ({"score": None, "passed": True}, "from 0 to 5"),
        ({"reason": " "}, "Enter why this was agreed"),
    ],
)
def test_what_cannot_be_agreed_is_refused(assessed_application, need, officer, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        agree(officer, assessed_application, need, **facts)
    assert not AgreedScore.objects.exists()


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ASSESSED}))
def test_scores_are_agreed_between_the_last_score_and_the_recommendation(
    assessed_application, need, officer, status
):
    put_in(assessed_application, status)
    with pytest.raises(RuleBroken, match="Scores are agreed after"):
        agree(officer, assessed_application, need)


def test_who_has_an_interest_agrees_nothing(assessed_application, need, organisation, officer, officer_2):
    DeclaredInterest.objects.create(organisation=organisation, user=officer, interest="My sister.")
    with pytest.raises(RuleBroken, match="declared an interest"):
        agree(officer, assessed_application, need)
    assessed_application.assessments.create(
        assessor=officer_2, assigned_by=officer, due_on=due(), status="recused", interest="A friend."
    )
    with pytest.raises(RuleBroken, match="stepped aside"):
        agree(officer_2, assessed_application, need)


@pytest.mark.parametrize("role", ["assessor", "approver", "auditor", "applicant"])
def test_only_officers_moderate(assessed_application, need, meeting, role):
    person = factories.person(role)
    for act in (
        lambda: agree(person, assessed_application, need),
        lambda: services.record_meeting(
            by=person, round=meeting.round, held_on=meeting.held_on, present=[person]
        ),
        lambda: services.send_moderation_pack(by=person, meeting=meeting),
        lambda: services.write_feedback(by=person, application=assessed_application, texts={need.pk: "x"}),
    ):
        with pytest.raises(RuleBroken):
            act()


def test_a_meeting_is_recorded_once_changed_and_of_its_own_round(
    assessed_application, meeting, need, officer, assessor, fund
):
    facts = {"by": officer, "round": meeting.round, "held_on": meeting.held_on}
    again = services.record_meeting(**facts, present=list(meeting.present.all()), notes="Need was discussed.")
    assert again == meeting and ModerationMeeting.objects.count() == 1
    for more, sentence in (
        ({"present": []}, "Select who was present"),
        ({"present": [factories.person("assessor")]}, "neither an officer nor an assessor"),
        ({"present": [officer], "held_on": clock.today() - timedelta(days=999)}, "or later"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            services.record_meeting(**facts | more)
    services.change_meeting(
        by=officer, meeting=meeting, held_on=meeting.held_on, present=[officer], notes="Nothing else."
    )
    meeting.refresh_from_db()
    assert (list(meeting.present.all()), meeting.notes) == ([officer], "Nothing else.")
    elsewhere = services.record_meeting(
        by=officer, round=factories.open_round(officer, fund), held_on=clock.today(), present=[officer]
    )
    with pytest.raises(RuleBroken, match="not about"):
        agree(officer, assessed_application, need, meeting=elsewhere)


def test_the_pack_goes_to_assessors_and_officers_once_for_each_date(
    login, meeting, officer, officer_2, assessor, assessor_2
):
    browser, url = login(officer), reverse("office_moderation_pack", args=[meeting.round_id, meeting.pk])
    assert browser.get(url).status_code == 405
    assert "4 people have been told" in text_of(browser.post(url, follow=True))
    assert "They had been told before" in text_of(browser.post(url, follow=True))
    sent = Message.objects.filter(template="applications/moderation_pack")
    assert {one.recipient_id for one in sent} == {
        one.pk for one in (officer, officer_2, assessor, assessor_2)
    }
    to_officer, to_assessor = sent.get(recipient_id=officer.pk), sent.get(recipient_id=assessor.pk)
    assert reverse("office_moderation", args=[meeting.round_id]) in to_officer.body
    assert reverse("assess_calibration", args=[meeting.round_id]) in to_assessor.body
    assert "have been told that the scores are ready" in text_of(
        browser.get(reverse("office_moderation", args=[meeting.round_id]))
    )


def test_nobody_is_told_before_there_are_scores(open_round, officer):
    meeting = services.record_meeting(by=officer, round=open_round, held_on=clock.today(), present=[officer])
    with pytest.raises(RuleBroken, match="nothing to moderate yet"):
        services.send_moderation_pack(by=officer, meeting=meeting)


def test_the_round_is_moderated_through_its_pages(
    login, assessed_application, need, meeting, officer, assessor_2
):
    Score.objects.filter(assessment__assessor=assessor_2, criterion=need).update(
        score=1, reason="Old figures."
    )
    browser, ref = login(officer), assessed_application.reference
    page = browser.get(reverse("office_moderation", args=[meeting.round_id]))
    text = text_of(page)
    assert "3 points apart" in text and "7 of 10" in text and "4 of 10" in text and "0 of 2" in text
    assert "Need was discussed." in text and "Nobody has stepped aside" in text
    assert reverse("office_moderate", args=[ref]) in page.content.decode()
    text = text_of(browser.get(reverse("office_moderate", args=[ref])))
    assert "4 out of 5" in text and "1 out of 5" in text and "Old figures." in text
    url = reverse("office_moderate_criterion", args=[ref, need.position])
    refused = browser.post(url, {"score": "9", "reason": ""})
    assert refused.status_code == 422 and "Select the agreed score" in text_of(refused)
    sent = {"score": "2", "reason": "Halfway.", "meeting": meeting.pk}
    for _ in range(2):
        assert browser.post(url, sent).status_code == 302
    text = text_of(browser.get(reverse("office_moderate", args=[ref])))
    assert "Agreed: 2 out of 5" in text and "at the meeting of" in text
    assert "checked" in browser.get(url).content.decode()
    assert "Agreed Halfway." in text_of(browser.get(reverse("office_recommend", args=[ref])))
    take_back = reverse("office_moderate_take_back", args=[ref, need.position])
    assert "What the assessors gave counts again" in text_of(browser.get(take_back))
    browser.post(take_back), browser.post(take_back)
    assert not AgreedScore.objects.exists()
    factories.recommended(officer, assessed_application)
    assert browser.get(url).status_code == 302
    assert browser.post(url, sent).status_code == 422
    assert browser.get(reverse("office_moderate_criterion", args=[ref, 99])).status_code in (302, 404)


def test_meetings_are_recorded_and_changed_on_their_pages(login, assessed_application, officer, assessor):
    round, browser = assessed_application.round, login(officer)
    url = reverse("office_moderation_meeting_new", args=[round.pk])
    refused = browser.post(url, {})
    assert refused.status_code == 422 and "Select who was present at the meeting" in text_of(refused)
    day = clock.today()
    sent = {
        "held_on_day": day.day,
        "held_on_month": day.month,
        "held_on_year": day.year,
        "present": [officer.pk, assessor.pk],
        "notes": "All were heard.",
    }
    browser.post(url, sent), browser.post(url, sent)
    meeting = ModerationMeeting.objects.get()
    url = reverse("office_moderation_meeting", args=[round.pk, meeting.pk])
    assert "All were heard." in browser.get(url).content.decode()
    browser.post(url, sent | {"notes": "All were heard, and agreed."})
    meeting.refresh_from_db()
    assert meeting.notes == "All were heard, and agreed."


def test_who_has_still_to_score_sees_nothing(login, assessment, second_assessment, officer):
    """An officer who scores as well: blind on every page until they have submitted."""
    person = second_assessment.assessor
    person.roles = ["assessor", "officer"]
    person.save()
    score_all(assessment, [1, 1], reason="A reason of someone else.")
    services.submit_scores(by=assessment.assessor, assessment=assessment)
    application = put_in(assessment.application, Status.ASSESSED)
    browser, ref = login(person), application.reference
    text = text_of(browser.get(reverse("office_moderation", args=[application.round_id])))
    assert "You have still to score this application" in text and "2 of 10" not in text
    for name in ("office_moderate", "office_feedback", "office_recommend"):
        text = text_of(browser.get(reverse(name, args=[ref])))
        assert "A reason of someone else." not in text and "1 out of 5" not in text
    for name in ("office_moderate_criterion", "office_moderate_take_back"):
        assert browser.get(reverse(name, args=[ref, 1])).status_code == 302


def test_the_lists_cost_the_same_and_sort_by_links(
    login, applicant, organisation, open_round, officer, assessor, assessor_2
):
    def another(scores):
        application = factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
        return factories.assessed(
            officer, factories.eligible(officer, application), [assessor, assessor_2], scores
        )

    browser = login(officer)
    url = reverse("office_moderation", args=[open_round.pk])
    counts, made = [], [another((5, 5))]
    for more in ([], [(1, 1), (3, 3)]):
        made += [another(scores) for scores in more]
        browser.get(url)  # what is looked up once a process
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(url, {"sort": "percentage"})
        counts.append(len(captured))
    assert counts[0] == counts[1]
    order = [row.application for row in page.context["page_obj"]]
    assert order == [made[0], made[2], made[1]]
    assert browser.get(url, {"sort": "nonsense", "page": "99"}).status_code == 200
