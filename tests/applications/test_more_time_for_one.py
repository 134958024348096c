"""More time for one application: proposed by one officer, confirmed by another, told, logged and shown."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from applications import services
from applications.models import Application, Extension, Status
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.test_starting_and_saving import set_status
from tests.page_text import refused, text_of

NOT_MANAGERS = ["assessor", "approver", "finance", "panel_officer", "auditor", "administrator", "applicant"]
NO_DRAFT = [status for status in Status.values if status not in (Status.DRAFT, Status.NOT_SUBMITTED)]


@pytest.fixture
def until(draft):
    return draft.round.closes_at + timedelta(days=2)


def propose(by, application, until, **facts):
    given = {"reason": Extension.Reason.ADJUSTMENT, "explanation": "They asked in time."}
    return services.propose_extension(by=by, application=application, until=until, **(given | facts))


def given(officer, officer_2, application, until):
    return services.confirm_extension(by=officer_2, extension=propose(officer, application, until))


def test_it_counts_only_once_a_second_officer_confirms(
    draft, officer, officer_2, applicant, colleague, until
):
    extension = propose(officer, draft, until)
    assert services.closes_at(draft) == draft.round.closes_at
    assert not Message.objects.filter(template="applications/more_time").exists()
    services.confirm_extension(by=officer_2, extension=extension)
    assert services.closes_at(draft) == until
    messages = Message.objects.filter(template="applications/more_time")
    assert {message.to for message in messages} == {applicant.email, colleague.email}
    assert f"{until:%A}" in messages[0].subject
    events = Event.objects.about(draft)
    assert [event.verb for event in events[:2]] == [
        "application.more_time_given",
        "application.more_time_proposed",
    ]
    assert officer.name in events[0].sentence


def test_four_eyes(draft, officer, until):
    extension = propose(officer, draft, until)
    with pytest.raises(RuleBroken, match="somebody else must confirm"):
        services.confirm_extension(by=officer, extension=extension)
    assert services.closes_at(draft) == draft.round.closes_at


@pytest.mark.parametrize("role", NOT_MANAGERS)
def test_nobody_else_proposes_confirms_or_refuses(draft, officer, until, role, request):
    somebody = request.getfixturevalue(role)
    extension = propose(officer, draft, until)
    for attempt in (
        lambda: propose(somebody, draft, until),
        lambda: services.confirm_extension(by=somebody, extension=extension),
        lambda: services.refuse_extension(by=somebody, extension=extension),
    ):
        with pytest.raises(RuleBroken):
            attempt()
    assert Extension.objects.waiting().count() == 1


@pytest.mark.parametrize("status", NO_DRAFT)
def test_only_a_draft_gets_more_time(draft, officer, officer_2, until, status):
    extension = propose(officer, draft, until)
    set_status(draft, status)
    with pytest.raises(RuleBroken, match="needs no more time"):
        services.confirm_extension(by=officer_2, extension=extension)
    services.refuse_extension(by=officer_2, extension=extension)
    with pytest.raises(RuleBroken, match="needs no more time"):
        propose(officer, draft, until + timedelta(days=1))


def test_the_time_must_lie_ahead_and_be_later_than_what_they_have(draft, officer, officer_2, until):
    with pytest.raises(RuleBroken, match="must be after 5pm on"):
        propose(officer, draft, draft.round.closes_at)
    far = clock.london(draft.round.projects_end_on, time(9))
    with pytest.raises(RuleBroken, match="the last day of projects"):
        propose(officer, draft, far)
    extension = propose(officer, draft, until)
    with clock.at(until), pytest.raises(RuleBroken, match="has passed"):
        services.confirm_extension(by=officer_2, extension=extension)
    with clock.at(until), pytest.raises(RuleBroken, match="has passed"):
        services.refuse_extension(by=officer_2, extension=extension)
        propose(officer, draft, until)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"reason": "holiday"}, "Select why they need more time"),
        ({"reason": ""}, "Select why they need more time"),
        ({"explanation": " \n"}, "Enter what happened"),
    ],
)
def test_a_reason_is_needed(draft, officer, until, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        propose(officer, draft, until, **facts)


def test_everything_twice_is_once(draft, officer, officer_2, until):
    extension = propose(officer, draft, until)
    assert propose(officer, draft, until) == extension
    with pytest.raises(RuleBroken, match="has already proposed more time"):
        propose(officer_2, draft, until)
    for _ in range(2):
        services.confirm_extension(by=officer_2, extension=extension)
    assert Message.objects.filter(template="applications/more_time").count() == 2
    assert Event.objects.filter(verb="application.more_time_given").count() == 1
    with pytest.raises(RuleBroken, match="has already confirmed this"):
        services.refuse_extension(by=officer, extension=extension)


def test_what_was_refused_is_not_confirmed_and_may_be_proposed_again(draft, officer, officer_2, until):
    extension = propose(officer, draft, until)
    for _ in range(2):
        services.refuse_extension(by=officer_2, extension=extension)
    assert Event.objects.filter(verb="application.more_time_refused").count() == 1
    with pytest.raises(RuleBroken, match="has already refused this"):
        services.confirm_extension(by=officer_2, extension=extension)
    assert given(officer, officer_2, draft, until).confirmed_at


def test_who_proposed_it_takes_it_back(draft, officer, until):
    services.refuse_extension(by=officer, extension=propose(officer, draft, until))
    assert "took back" in Event.objects.about(draft).first().sentence


def test_with_more_time_they_submit_after_the_closing_of_others(
    draft, officer, officer_2, applicant, organisation, until
):
    other = factories.draft(applicant, draft.round, organisation)
    given(officer, officer_2, draft, until)
    with clock.at(draft.round.submissions_end_at + timedelta(minutes=2)):
        assert services.close_rounds() == 1
    other.refresh_from_db()
    assert other.status == Status.NOT_SUBMITTED
    with clock.at(until):
        factories.submitted(applicant, draft)
    assert (draft.status, draft.received_in_grace) == (Status.SUBMITTED, False)
    with clock.at(until):
        services.reopen(by=applicant, application=draft)
    with clock.at(until + timedelta(minutes=15)):
        factories.submitted(applicant, draft)
    assert draft.received_in_grace


def test_a_second_after_the_grace_of_their_own_time_it_is_refused(
    draft, officer, officer_2, applicant, until
):
    given(officer, officer_2, draft, until)
    with (
        clock.at(until + timedelta(minutes=15, seconds=1)),
        pytest.raises(RuleBroken, match="You had until 5pm on .* was not submitted"),
    ):
        factories.submitted(applicant, draft)
    with clock.at(until + timedelta(minutes=16, seconds=1)):
        assert services.close_rounds() == 1
    message = Message.objects.filter(template="applications/not_submitted").first()
    assert "You had until" in message.body


def test_what_was_not_submitted_is_a_draft_again(draft, officer, officer_2, applicant, until):
    after = draft.round.submissions_end_at + timedelta(hours=2)
    with clock.at(after):
        services.close_rounds()
        given(officer, officer_2, draft, until)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert "It is a draft again" in Message.objects.filter(template="applications/more_time").first().body
    with clock.at(after + timedelta(hours=1)):
        assert services.close_rounds() == 0
        services.save_answers(by=applicant, application=draft, values={"title": "Better title"})
    with clock.at(until + timedelta(hours=1)):
        assert services.close_rounds() == 1
    # Told of each of the two ends, with a copy each.
    assert Message.objects.filter(template="applications/not_submitted", to=applicant.email).count() == 2
    assert draft.copies.count() == 2


# -- The pages -----------------------------------------------------------------------------------------------


def typed(until, **more):
    day = clock.london_date(until)
    return {
        "until_on_day": day.day,
        "until_on_month": day.month,
        "until_on_year": day.year,
        "until_time": "5pm",
        "reason": "fault",
        "explanation": "The page did not load.",
    } | more


def test_two_officers_give_more_time_through_the_pages(login, draft, officer, officer_2, applicant, until):
    first, second = login(officer), login(officer_2)
    listed = first.get(reverse("office_round_drafts", args=[draft.round_id]))
    new = reverse("office_more_time_new", args=[draft.reference])
    assert new in listed.content.decode()
    response = first.post(new, typed(until))
    extension = Extension.objects.get()
    page = reverse("office_more_time", args=[extension.pk])
    assert response.url == page
    assert "Take it back" in first.get(page).content.decode()
    refused(first.post(page, {"confirm": "yes"}), "somebody else must confirm")
    assert "Confirm or refuse more time" in text_of(second.get(reverse("office_home")))
    assert second.post(page, {"confirm": "yes"}).url == page
    assert "Confirmed" in text_of(first.get(page))
    assert "Confirmed by" in text_of(first.get(reverse("office_more_times")))
    assert "Confirm or refuse more time" not in text_of(second.get(reverse("office_home")))
    task_list = text_of(login(applicant).get(reverse("application", args=[draft.reference])))
    assert f"You have until {clock.format_deadline(until)}".replace("\xa0", " ") in task_list


def test_a_faulty_proposal_comes_back_as_typed(login, draft, officer, until):
    new = reverse("office_more_time_new", args=[draft.reference])
    browser = login(officer)
    html = refused(
        browser.post(new, typed(until, until_on_month="13", until_time="teatime", reason="", explanation="")),
        "must be a real date",
        "Time must be a time, like 5pm or 9:30am",
        "Select why they need more time",
        "Enter what happened",
    )
    assert "teatime" in html
    refused(browser.post(new, typed(clock.now() - timedelta(days=30))), "has passed")
    refused(browser.post(new, typed(until, explanation="x" * 100_000)), "What happened")
    refused(browser.post(reverse("office_more_time", args=[_proposed(officer, draft, until)]), {}), "Select")


def _proposed(officer, draft, until):
    return propose(officer, draft, until).pk


def test_the_office_and_who_decides_see_it_and_assessors_only_until_when(
    login, draft, officer, officer_2, applicant, assessor, approver, until
):
    given(officer, officer_2, draft, until)
    factories.eligible(officer, factories.submitted(applicant, draft))
    page = text_of(login(officer).get(reverse("office_application", args=[draft.reference])))
    assert "More time Until 5pm on" in page
    assert "A reasonable adjustment" in page
    assert "They asked in time." in page
    assessment = services.assign(
        by=officer, application=draft, assessor=assessor, due_on=clock.today() + timedelta(days=7)
    )
    services.declare(by=assessor, assessment=assessment)
    scored = text_of(login(assessor).get(reverse("assessment", args=[assessment.pk])))
    assert "They had until 5pm on" in scored
    assert "adjustment" not in scored
    assert "They asked in time." not in scored
    Application.objects.update(status=Status.ASSESSED)
    factories.recommended(officer, Application.objects.get())
    decided = text_of(login(approver).get(reverse("decide_application", args=[draft.reference])))
    assert "A reasonable adjustment" in decided


def test_it_counts_in_the_round_it_was_given_for_and_not_after_a_move(officer, officer_2, draft):
    until = draft.round.closes_at + timedelta(days=5)
    extension = services.propose_extension(
        by=officer, application=draft, until=until, reason="fault", explanation="The service was down."
    )
    services.confirm_extension(by=officer_2, extension=extension)
    draft.refresh_from_db()
    assert services.closes_at(draft) == until
    draft.round = factories.open_round(officer, factories.fund(officer, code="OTH", name="Other Fund"))
    assert services.closes_at(draft) == draft.round.closes_at
