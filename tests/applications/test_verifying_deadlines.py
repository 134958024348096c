"""`violations()` of deadlines finds nothing in what the services made, and names what was put wrong."""

from datetime import timedelta

import pytest

from applications import services, verify_deadlines
from applications.models import Application, DraftReminder, Extension, Status
from funds.models import Round, RoundExtension
from notifications.models import Attachment
from pcc_grants.lib import clock
from tests import factories

DAY = timedelta(days=1)


def sentences() -> str:
    return " ".join(violation.sentence for violation in verify_deadlines.violations())


@pytest.fixture
def extension(draft, officer, officer_2):
    proposed = services.propose_extension(
        by=officer,
        application=draft,
        until=draft.round.closes_at + 2 * DAY,
        reason="other",
        explanation="Agreed.",
    )
    return services.confirm_extension(by=officer_2, extension=proposed)


def test_what_the_services_made_holds(draft, extension, officer, applicant, organisation):
    closes = draft.round.closes_at
    late = factories.draft(applicant, draft.round, organisation)
    missed = factories.draft(applicant, draft.round, organisation)
    with clock.at(closes - timedelta(hours=5)):
        services.remind_drafts()
    with clock.at(closes + timedelta(minutes=10)):
        factories.submitted(applicant, late)
        services.extend_for_everyone(
            by=officer, round=draft.round, closes_at=closes + DAY, reason="Outage.", is_outage=True
        )
        services.tell_of_new_closing_time()
    with clock.at(extension.until):
        factories.submitted(applicant, draft)
    with clock.at(closes + 3 * DAY):
        services.close_rounds()
        services.make_copies()
    missed.refresh_from_db()
    assert missed.status == Status.NOT_SUBMITTED
    with clock.at(closes + 10 * DAY):
        assert sentences() == ""


@pytest.mark.parametrize(
    ("late_by", "flagged", "sentence"),
    [
        (timedelta(seconds=1), False, "had closed, and is not marked so"),
        (timedelta(minutes=15, seconds=1), True, "after the grace of its round"),
        (timedelta(0), True, "was received in time, but is marked as late"),
    ],
)
def test_what_was_received_late_unnoticed_is_named(submitted_application, late_by, flagged, sentence):
    closes = submitted_application.round.closes_at
    Application.objects.update(submitted_at=closes + late_by, received_in_grace=flagged)
    assert sentence in sentences()


def test_a_sweep_that_does_not_run_is_named(draft):
    with clock.at(draft.round.submissions_end_at + timedelta(hours=23)):
        assert sentences() == ""
    with clock.at(draft.round.submissions_end_at + 2 * DAY):
        assert "is still a draft after its round closed" in sentences()


def test_one_that_should_have_come_back_is_named(draft, extension):
    Application.objects.update(status=Status.NOT_SUBMITTED)
    with clock.at(clock.now() + 2 * DAY):
        assert "counts as not submitted, though its time is not over" in sentences()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"explanation": ""}, "does not say what happened"),
        ({"until": clock.now() - 100 * DAY}, "was confirmed when its time had passed"),
        ({"confirmed_at": clock.now() - 100 * DAY}, "was confirmed before it was proposed"),
        ({"proposed_at": clock.now() + 100 * DAY}, "was proposed for a time that had passed"),
    ],
)
def test_more_time_against_its_rules_is_named(extension, wrong, sentence):
    Extension.objects.update(**wrong)
    assert sentence in sentences()


def test_a_round_that_does_not_close_when_it_was_said_is_named(open_round, officer):
    closes = open_round.closes_at
    services.extend_for_everyone(by=officer, round=open_round, closes_at=closes + DAY, reason="Slow.")
    services.extend_for_everyone(by=officer, round=open_round, closes_at=closes + 2 * DAY, reason="Slow.")
    assert sentences() == ""
    Round.objects.update(closes_at=closes + 5 * DAY)
    assert "does not close when its last extension says" in sentences()
    RoundExtension.objects.update(at=closes + 3 * DAY, reason="")
    first = RoundExtension.objects.first()
    RoundExtension.objects.filter(pk=first.pk).update(closes_at=closes + timedelta(hours=1))
    for sentence in (
        "was extended more than 24 hours after it had closed",
        "nobody said why",
        "from a closing time that it did not have",
    ):
        assert sentence in sentences()


def test_a_reminder_too_many_is_named(submitted_application):
    closes = submitted_application.round.closes_at
    reminder = DraftReminder.objects.create(
        application=submitted_application,
        stage="morning",
        closes_at=closes,
        created_at=closes - timedelta(hours=8),
    )
    assert "was reminded after it had been submitted" in sentences()
    DraftReminder.objects.filter(pk=reminder.pk).update(created_at=closes + DAY)
    assert "was reminded after its closing time" in sentences()


def test_a_copy_that_waits_or_is_another_one_is_named(submitted_application):
    with clock.at(clock.now() + 2 * DAY):
        assert "has waited a day for its PDF" in sentences()
    services.make_copies()
    assert sentences() == ""
    Attachment.objects.update(content=b"%PDF-another")
    assert "is not the PDF that was made" in sentences()
