"""An assessor compares their own scores with the others', and is reminded once of what is due."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services, tasks
from applications.models import AssessmentReminder
from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories
from tests.page_text import text_of

from .conftest import due, score_all


def test_own_scores_stand_beside_the_others(login, assessment, second_assessment, assessor, officer):
    url = reverse("assess_calibration", args=[assessment.application.round_id])
    score_all(second_assessment, [1, 3])
    services.submit_scores(by=second_assessment.assessor, assessment=second_assessment)
    score_all(assessment, [4, 3])
    page = text_of(login(assessor).get(url))
    assert "You have not submitted scores of this round yet" in page and "1.0" not in page
    services.submit_scores(by=assessor, assessment=assessment)
    need, outcomes = services.calibration(user=assessor, round=assessment.application.round)
    assert (need.own_mean, need.others_mean, need.higher, need.lower) == (
        Decimal("4.0"),
        Decimal("1.0"),
        1,
        0,
    )
    assert (outcomes.same, outcomes.compared, outcomes.own_spread) == (1, 1, 0)
    assert "1 of 1" in text_of(login(assessor).get(url))
    assert url in login(assessor).get(reverse("assess_home")).content.decode()
    assert login(factories.person("assessor")).get(url).status_code == 404
    assert login(officer).get(url).status_code == 403
    services.reopen_assessment(by=officer, assessment=assessment, reason="Look again.", due_on=due())
    assert [row.own for row in services.calibration(user=assessor, round=assessment.application.round)] == [
        [],
        [],
    ]


def test_nothing_is_compared_of_an_application_still_to_score(
    assessed_application, applicant, organisation, officer, assessor, assessor_2
):
    round = assessed_application.round
    other = factories.submitted(applicant, factories.draft(applicant, round, organisation))
    factories.eligible(officer, other)
    theirs = services.assign(by=officer, application=other, assessor=assessor_2, due_on=due())
    services.assign(by=officer, application=other, assessor=assessor, due_on=due())
    score_all(theirs, [0, 0])
    services.submit_scores(by=assessor_2, assessment=theirs)
    assert [row.others for row in services.calibration(user=assessor, round=round)] == [[4], [3]]


def at(day, hour):
    return clock.at(factories.london(day, hour))


def reminders():
    return list(Message.objects.filter(template="applications/assessment_reminder").order_by("pk"))


def test_an_assessor_is_reminded_3_days_before_and_on_the_day_once_each(assessment):
    day = assessment.due_on
    for when, hour, sent in ((day - timedelta(days=4), 12, 0), (day - timedelta(days=3), 8, 0)):
        with at(when, hour):
            assert tasks.remind_assessors() == sent
    for when in (day - timedelta(days=3), day):
        with at(when, 9):
            assert tasks.remind_assessors() == 1
            assert tasks.remind_assessors() == 0
    assert [one.stage for one in AssessmentReminder.objects.order_by("pk")] == ["three_days", "due"]
    assert "(in 3 days)" in reminders()[0].body and "(today)" in reminders()[1].body


def test_after_a_week_without_the_schedule_one_late_reminder_goes(assessment):
    with at(assessment.due_on + timedelta(days=5), 10):
        assert tasks.remind_assessors() == 1
        assert tasks.remind_assessors() == 0
    [message] = reminders()
    assert "were due on" in message.subject and "were due on" in message.body


def test_what_was_known_is_not_reminded_of_and_a_new_date_is(assessment, assessor, officer):
    day = assessment.due_on
    with at(day, 10):
        late = services.assign(
            by=officer, application=assessment.application, assessor=factories.person("assessor"), due_on=day
        )
        assert tasks.remind_assessors() == 1  # the other assessor, who was asked a week ago
        assert not late.reminders.exists()
        score_all(assessment, [4, 3])
        services.submit_scores(by=assessor, assessment=assessment)
        services.reopen_assessment(
            by=officer, assessment=assessment, reason="Look again.", due_on=day + timedelta(days=10)
        )
    with at(day + timedelta(days=7), 9):
        tasks.remind_assessors()
    assert assessment.reminders.filter(stage="three_days", due_on=day + timedelta(days=10)).exists()


@pytest.mark.parametrize("done", ["submitted", "withdrawn"])
def test_what_is_done_is_not_reminded_of(assessment, assessor, applicant, done):
    if done == "submitted":
        score_all(assessment, [4, 3])
        services.submit_scores(by=assessor, assessment=assessment)
    else:
        services.withdraw(by=applicant, application=assessment.application, reason="Other money.")
    with at(assessment.due_on, 12):
        assert tasks.remind_assessors() == 0


def test_the_home_names_the_next_due_date(login, assessment, assessor):
    page = text_of(login(assessor).get(reverse("assess_home")))
    assert "You have scored 0 of 1 application. The next is due on" in page
