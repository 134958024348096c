"""The closing time of a round moves later for everyone: published, told once, and drafts come back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import services
from applications.models import Application, DraftReminder, Status
from applications.tasks import tell_of_new_closing_time
from audit.models import Event
from funds.models import Round, RoundExtension
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

MOVED = "applications/closing_moved"
NOT_MANAGERS = ["assessor", "approver", "finance", "panel_officer", "auditor", "administrator", "applicant"]


def extend(by, round, **facts):
    given = {"closes_at": round.closes_at + timedelta(days=1), "reason": "The service was slow."}
    return services.extend_for_everyone(by=by, round=round, **(given | facts))


def test_everyone_who_writes_is_told_once_however_often_the_task_runs(
    draft, officer, applicant, colleague, stranger, other_organisation
):
    factories.draft(stranger, draft.round, other_organisation)
    extension = extend(officer, draft.round)
    assert tell_of_new_closing_time() == 2
    assert tell_of_new_closing_time() == 0
    messages = Message.objects.filter(template=MOVED)
    assert {message.to for message in messages} == {applicant.email, colleague.email, stranger.email}
    assert f"{extension.closes_at:%A}" in messages[0].subject
    assert "The service was slow." in messages[0].body
    draft.refresh_from_db()
    assert services.closes_at(draft) == extension.closes_at
    event = Event.objects.filter(verb="round.extended").get()
    assert event.changes["reason"] == "The service was slow."


def test_a_second_new_closing_time_is_told_as_well(draft, officer, applicant):
    extend(officer, draft.round)
    tell_of_new_closing_time()
    draft.round.refresh_from_db()
    extend(officer, draft.round, reason="Still slow.")
    assert tell_of_new_closing_time() == 1
    assert Message.objects.filter(template=MOVED, to=applicant.email).count() == 2


def test_submitted_deleted_and_later_drafts_are_not_told(draft, officer, applicant, organisation):
    factories.submitted(applicant, draft)
    deleted = factories.draft(applicant, draft.round, organisation)
    services.withdraw(by=applicant, application=deleted)
    extend(officer, draft.round)
    with clock.at(clock.now() + timedelta(minutes=1)):
        factories.draft(applicant, Round.objects.get(), organisation)
        assert tell_of_new_closing_time() == 0


def test_one_with_a_later_time_of_its_own_keeps_it(draft, officer, officer_2):
    until = draft.round.closes_at + timedelta(days=5)
    extension = services.propose_extension(
        by=officer, application=draft, until=until, reason="other", explanation="It was agreed."
    )
    services.confirm_extension(by=officer_2, extension=extension)
    extend(officer, draft.round)
    tell_of_new_closing_time()
    draft.refresh_from_db()
    assert services.closes_at(draft) == until
    assert "You still have until" in Message.objects.filter(template=MOVED).first().body


def test_after_an_outage_drafts_that_were_not_submitted_come_back(draft, officer, applicant):
    closed = draft.round.closes_at
    with clock.at(closed + timedelta(hours=2)):
        services.close_rounds()
        extend(officer, draft.round, is_outage=True)
        assert tell_of_new_closing_time() == 1
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT
        assert services.close_rounds() == 0
        factories.submitted(applicant, draft)
    assert not draft.received_in_grace
    assert "is a draft again" in Message.objects.filter(template=MOVED).first().body
    assert Event.objects.filter(verb="application.came_back").count() == 1


def test_what_was_marked_late_is_in_time_after_all(draft, officer, applicant):
    closed = draft.round.closes_at
    with clock.at(closed + timedelta(minutes=5)):
        factories.submitted(applicant, draft)
        assert draft.received_in_grace
        extend(officer, draft.round, is_outage=True)
    draft.refresh_from_db()
    assert not draft.received_in_grace


@pytest.mark.parametrize(
    ("after", "is_outage", "sentence"),
    [
        (timedelta(seconds=1), False, "only be extended because the service was not working"),
        (timedelta(hours=23), False, "only be extended because the service was not working"),
        (timedelta(hours=24, seconds=1), True, "closed more than 24 hours ago"),
    ],
)
def test_after_closing_it_takes_an_outage_and_not_more_than_a_day(
    open_round, officer, after, is_outage, sentence
):
    with clock.at(open_round.closes_at + after), pytest.raises(RuleBroken, match=sentence):
        extend(officer, open_round, closes_at=open_round.closes_at + timedelta(days=3), is_outage=is_outage)
    with clock.at(open_round.closes_at + timedelta(hours=24)):
        extend(officer, open_round, closes_at=open_round.closes_at + timedelta(days=3), is_outage=True)


def test_it_only_moves_later_ahead_and_within_reason(open_round, officer):
    for closes_at, sentence in (
        (open_round.closes_at, "can only move later"),
        (open_round.closes_at - timedelta(days=1), "can only move later"),
        (clock.london(open_round.projects_end_on), "before .* the last day of projects"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            extend(officer, open_round, closes_at=closes_at)
    with clock.at(open_round.closes_at + timedelta(hours=3)), pytest.raises(RuleBroken, match="has passed"):
        extend(officer, open_round, closes_at=open_round.closes_at + timedelta(hours=1), is_outage=True)
    with pytest.raises(RuleBroken, match="Enter the reason"):
        extend(officer, open_round, reason=" ")
    assert not RoundExtension.objects.exists()


def test_an_unpublished_round_is_changed_instead(fund, officer):
    with pytest.raises(RuleBroken, match="not published"):
        extend(officer, factories.open_round(officer, fund, published=False))


@pytest.mark.parametrize("role", NOT_MANAGERS)
def test_nobody_else_extends(open_round, role, request):
    with pytest.raises(RuleBroken):
        extend(request.getfixturevalue(role), open_round)


def test_a_form_sent_twice_extends_once(open_round, officer, officer_2):
    closes_at = open_round.closes_at + timedelta(days=1)
    assert extend(officer, open_round, closes_at=closes_at) == extend(
        officer, open_round, closes_at=closes_at
    )
    with pytest.raises(RuleBroken, match="can only move later"):
        extend(officer_2, open_round, closes_at=closes_at)
    assert Event.objects.filter(verb="round.extended").count() == 1


def test_one_draft_in_trouble_does_not_keep_the_others_from_hearing(
    draft, officer, stranger, other_organisation, caplog
):
    factories.draft(stranger, draft.round, other_organisation)
    extension = extend(officer, draft.round)
    # A message of the same key that is about something else: the database refuses nothing, the draft is told.
    DraftReminder.objects.create(
        application=draft, stage=DraftReminder.Stage.MOVED, closes_at=extension.closes_at
    )
    assert tell_of_new_closing_time() == 1


# -- The pages -----------------------------------------------------------------------------------------------


def typed(closes_at, **more):
    day = clock.london_date(closes_at)
    return {
        "closes_on_day": day.day,
        "closes_on_month": day.month,
        "closes_on_year": day.year,
        "closes_time": "5pm",
        "cause": "other",
        "reason": "The post was late.",
    } | more


def test_an_officer_extends_and_the_fund_page_says_so(login, client, draft, officer):
    round, browser = draft.round, login(officer)
    url = reverse("office_round_extend", args=[round.pk])
    assert url in browser.get(reverse("office_round", args=[round.pk])).content.decode()
    assert "Being written: 1." in text_of(browser.get(url))
    before, after = round.closes_at, round.closes_at + timedelta(days=2)
    response = browser.post(url, typed(after))
    assert response.url == reverse("office_round", args=[round.pk])
    sentence = (
        f"The closing time was moved from {clock.format_deadline(before)} to {clock.format_deadline(after)}."
    ).replace("\xa0", " ")
    for name, args in (("round_page", [round.fund.slug, round.slug]), ("fund_page", [round.fund.slug])):
        text = text_of(client.get(reverse(name, args=args)))
        assert sentence in text
        assert "The post was late." in text
    assert sentence in text_of(browser.get(response.url))


def test_a_faulty_form_comes_back_as_typed(login, open_round, officer):
    url = reverse("office_round_extend", args=[open_round.pk])
    browser = login(officer)
    html = refused(
        browser.post(
            url,
            typed(open_round.closes_at, closes_on_year="19", closes_time="late", cause="", reason=""),
        ),
        "Select why the closing time moves",
        "Enter the reason, which will be published",
    )
    assert 'value="late"' in html
    refused(browser.post(url, typed(open_round.closes_at - timedelta(days=1))), "can only move later")
    refused(browser.post(url, typed(open_round.closes_at, reason="word " * 1000)), "Reason must be")


def test_a_round_that_closed_long_ago_offers_nothing_to_fill_in(login, open_round, officer):
    url = reverse("office_round_extend", args=[open_round.pk])
    with clock.at(open_round.closes_at + timedelta(days=2)):
        text = text_of(login(officer).get(url))
        assert "closed more than 24 hours ago" in text
        assert url not in login(officer).get(reverse("office_round", args=[open_round.pk])).content.decode()
        refused(
            login(officer).post(url, typed(open_round.closes_at + timedelta(days=9), cause="outage")),
            "closed more than 24 hours ago",
        )
    assert Application.objects.count() == 0
