"""Asking to act for an organisation: its leads answer, or the office where none can; nobody is named."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from notifications.models import Message
from organisations import services
from organisations.models import JoinRequest, Membership
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of
from tests.racing import while_it_is_under_way

YES = {"answer": "yes"}


@pytest.fixture
def asked(organisation, stranger):
    return services.ask_to_join(by=stranger, organisation=organisation, message="I am the treasurer.")


@pytest.fixture
def leaderless(officer, stranger):
    """A request to an organisation that nobody leads."""
    made = services.register(by=officer, name="Example Sports Club", kind="charity")
    return services.ask_to_join(by=stranger, organisation=made)


def lead_page(request_to_join):
    return reverse("organisation_request", args=[request_to_join.organisation.reference, request_to_join.pk])


def office_page(request_to_join):
    return reverse("office_join_request", args=[request_to_join.pk])


# -- Asking ------------------------------------------------------------------------------------------------


def test_the_leads_are_written_to_and_nobody_else(organisation, applicant, colleague, asked):
    message = Message.objects.get()
    assert (message.to, message.template) == (applicant.email, "organisations/join_requested")
    assert lead_page(asked) in message.body
    assert "Sample stranger" not in message.subject


def test_asking_twice_finds_the_first(organisation, stranger, asked):
    assert services.ask_to_join(by=stranger, organisation=organisation) == asked
    assert Message.objects.count() == 1


def test_whoever_asks_learns_nobodys_name(login, organisation, applicant, colleague, stranger):
    browser = login(stranger)
    page = reverse("organisation_ask", query={"words": "Example Youth Project"})
    html = browser.get(page).content.decode()
    html += browser.post(page, {"message": "Hello"}, follow=True).content.decode()
    for person in (applicant, colleague):
        assert person.name not in html and person.email not in html
    assert "We have passed on your request." in html
    assert "It has not been answered yet" in html
    assert browser.get(reverse("organisation", args=[organisation.reference])).status_code == 404


def test_a_message_has_a_limit(login, organisation, stranger):
    page = reverse("organisation_ask", query={"words": "Example Youth Project"})
    refused(login(stranger).post(page, {"message": "word " * 101}), "Message must be 100 words or fewer")
    assert not JoinRequest.objects.exists()


def test_a_member_does_not_ask(organisation, colleague):
    with pytest.raises(RuleBroken, match="already act"):
        services.ask_to_join(by=colleague, organisation=organisation)


def test_somebody_who_is_invited_accepts_instead(organisation, applicant, stranger):
    services.invite(by=applicant, organisation=organisation, email=stranger.email)
    with pytest.raises(RuleBroken, match="Accept the invitation instead"):
        services.ask_to_join(by=stranger, organisation=organisation)


@pytest.mark.parametrize("role", ["officer", "assessor", "approver", "finance", "panel_officer", "auditor"])
def test_the_office_does_not_ask(organisation, role, request):
    with pytest.raises(RuleBroken):
        services.ask_to_join(by=request.getfixturevalue(role), organisation=organisation)


# -- The lead answers --------------------------------------------------------------------------------------


def test_a_lead_says_yes(login, organisation, applicant, stranger, asked):
    browser = login(applicant)
    assert (
        reverse("organisation_request", args=[organisation.reference, asked.pk])
        in browser.get(reverse("organisation", args=[organisation.reference])).content.decode()
    )
    text = text_of(browser.get(lead_page(asked)))
    assert "Sample stranger" in text and "I am the treasurer." in text
    refused(browser.post(lead_page(asked), {}), "Select whether this person can act for the organisation")
    for _ in range(2):
        assert browser.post(lead_page(asked), YES).status_code == 302
    assert organisation.memberships.get(user=stranger).role == Membership.Role.MEMBER
    message = Message.objects.get(template="organisations/join_accepted")
    assert message.to == stranger.email
    assert "Accepted by Sample applicant" in text_of(browser.get(lead_page(asked)))


def test_a_lead_says_no(login, organisation, applicant, stranger, asked):
    login(applicant).post(lead_page(asked), {"answer": "no"})
    assert not services.is_member(stranger, organisation)
    message = Message.objects.get(template="organisations/join_declined")
    assert message.to == stranger.email
    assert applicant.name not in message.body and applicant.email not in message.body


def test_an_answer_is_not_turned_round(organisation, applicant, asked):
    services.decide_join_request(by=applicant, join_request=asked, accept=False)
    services.decide_join_request(by=applicant, join_request=asked, accept=False)
    with pytest.raises(RuleBroken, match="already been answered"):
        services.decide_join_request(by=applicant, join_request=asked, accept=True)
    assert Message.objects.filter(template="organisations/join_declined").count() == 1


def test_after_a_refusal_one_asks_again_after_30_days(organisation, applicant, stranger, asked):
    services.decide_join_request(by=applicant, join_request=asked, accept=False)
    asked.refresh_from_db()
    too_early = asked.decided_at + timedelta(days=30) - timedelta(seconds=1)
    with clock.at(too_early), pytest.raises(RuleBroken, match="You can ask again from"):
        services.ask_to_join(by=stranger, organisation=organisation)
    with clock.at(asked.decided_at + timedelta(days=30)):
        assert services.ask_to_join(by=stranger, organisation=organisation) != asked


@pytest.mark.parametrize("role", ["colleague", "stranger", "assessor", "approver", "finance", "auditor"])
def test_nobody_else_answers(organisation, asked, role, request):
    with pytest.raises(RuleBroken):
        services.decide_join_request(by=request.getfixturevalue(role), join_request=asked, accept=True)
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_a_lead_finds_no_request_of_another_organisation(login, organisation, other_organisation, applicant):
    theirs = services.ask_to_join(by=factories.person("applicant"), organisation=other_organisation)
    page = reverse("organisation_request", args=[organisation.reference, theirs.pk])
    assert login(applicant).get(page).status_code == 404
    assert login(applicant).post(page, YES).status_code == 404


def test_an_account_that_was_closed_meanwhile_is_not_added(organisation, applicant, stranger, asked):
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    with pytest.raises(RuleBroken, match="can no longer act"):
        services.decide_join_request(by=applicant, join_request=asked, accept=True)
    services.decide_join_request(by=applicant, join_request=asked, accept=False)


# -- The office answers where no lead can ------------------------------------------------------------------


def test_the_office_answers_where_nobody_leads_and_says_how_it_checked(login, officer, stranger, leaderless):
    browser = login(officer)
    assert "The office" in text_of(browser.get(reverse("office_join_requests")))
    assert "this person leads it" in text_of(browser.get(office_page(leaderless)))
    refused(browser.post(office_page(leaderless), YES), "Enter how you checked this")
    browser.post(office_page(leaderless), YES | {"reason": "Called the number on the register."})
    assert services.is_lead(stranger, leaderless.organisation)
    event = Event.objects.get(verb="organisation.join_request_decided")
    assert event.changes["reason"] == "Called the number on the register."
    assert "No request waits" in text_of(browser.get(reverse("office_join_requests")))
    assert "Accepted by Sample officer" in text_of(browser.get(office_page(leaderless)))


def test_the_office_leaves_to_a_lead_what_a_lead_can_answer(login, officer, asked):
    browser = login(officer)
    assert "Its lead" in text_of(browser.get(reverse("office_join_requests")))
    assert "A lead of the organisation answers this request." in text_of(browser.get(office_page(asked)))
    refused(
        browser.post(office_page(asked), YES | {"reason": "Called them."}),
        "A lead of the organisation answers this request.",
    )


def test_a_closed_account_leads_nothing(organisation, applicant, officer, asked):
    User.objects.filter(pk=applicant.pk).update(is_active=False)
    assert asked in JoinRequest.objects.for_office()
    services.decide_join_request(by=officer, join_request=asked, accept=True, reason="Called them.")
    assert services.is_lead(asked.user, organisation)


def test_after_14_days_without_an_answer_the_office_may(officer, asked):
    with clock.at(asked.requested_at + timedelta(days=13)):
        assert asked not in JoinRequest.objects.for_office()
    with clock.at(asked.requested_at + timedelta(days=15)):
        services.decide_join_request(by=officer, join_request=asked, accept=False, reason="Called them.")
    assert not JoinRequest.objects.waiting().exists()


@pytest.mark.parametrize("role", ["approver", "finance", "auditor"])
def test_readers_see_requests_and_answer_none(login, leaderless, role, request):
    browser = login(request.getfixturevalue(role))
    assert "Sample stranger" in text_of(browser.get(reverse("office_join_requests")))
    page = office_page(leaderless)
    assert "Send answer" not in text_of(browser.get(page))
    assert browser.post(page, YES | {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("role", ["applicant", "assessor", "panel_officer", "administrator"])
def test_others_do_not_open_them(login, leaderless, role, request):
    browser = login(request.getfixturevalue(role))
    assert browser.get(reverse("office_join_requests")).status_code == 403
    assert browser.get(office_page(leaderless)).status_code == 403


def test_nobody_answers_their_own_request(stranger, leaderless):
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.update(decided_by=stranger, decided_at=clock.now(), is_accepted=True)
    Membership.objects.create(organisation=leaderless.organisation, user=stranger, role="lead")
    with pytest.raises(RuleBroken, match="your own request"):
        services.decide_join_request(by=stranger, join_request=leaderless, accept=True)


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_answer_at_the_same_moment_answer_once(organisation, applicant, colleague, stranger):
    services.change_role(by=applicant, membership=organisation.memberships.get(user=colleague), role="lead")
    asked = services.ask_to_join(by=stranger, organisation=organisation)
    refusal = while_it_is_under_way(
        lambda: services.decide_join_request(by=applicant, join_request=asked, accept=True),
        lambda: services.decide_join_request(by=colleague, join_request=asked, accept=False),
    )
    assert "already been answered" in str(refusal)
    assert services.is_member(stranger, organisation)
