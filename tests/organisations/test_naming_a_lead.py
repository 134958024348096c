"""When a lead has left, the office names another one after a check, and everybody concerned hears of it."""

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from notifications.models import Message
from organisations import services
from pcc_grants.lib.rules import RuleBroken
from tests.page_text import refused, text_of

REASON = "The lead has moved away. Called the number on the register."


def page(organisation):
    return reverse("office_organisation_lead", args=[organisation.reference])


def test_the_office_names_another_lead_and_who_left_goes(login, officer, organisation, applicant, colleague):
    old, new = (organisation.memberships.get(user=user) for user in (applicant, colleague))
    browser = login(officer)
    detail = browser.get(reverse("office_organisation", args=[organisation.reference])).content.decode()
    assert page(organisation) in detail
    facts = {"membership": new.pk, "leaving": [old.pk], "reason": REASON}
    assert "The lead has been named." in text_of(browser.post(page(organisation), facts, follow=True))
    assert services.is_lead(colleague, organisation)
    assert not services.is_member(applicant, organisation)
    event = Event.objects.get(verb="organisation.lead_named")
    assert event.changes["reason"] == REASON
    told = Message.objects.filter(template="organisations/lead_named").values_list("to", flat=True)
    assert set(told) == {applicant.email, colleague.email}
    assert Message.objects.get(template="organisations/removed").to == applicant.email


def test_the_former_lead_may_stay(officer, organisation, applicant, colleague):
    new = organisation.memberships.get(user=colleague)
    for _ in range(2):
        services.name_lead(by=officer, organisation=organisation, membership=new, reason=REASON)
    assert services.leads_of(organisation) == [applicant, colleague]
    assert Event.objects.filter(verb="organisation.lead_named").count() == 1


def test_what_is_missing_is_said(login, officer, organisation):
    refused(
        login(officer).post(page(organisation), {}),
        "Select who leads the organisation",
        "Enter the reason, and how you checked it",
    )


def test_the_new_lead_stays_and_can_sign_in(officer, organisation, other_organisation, applicant, colleague):
    old, new = (organisation.memberships.get(user=user) for user in (applicant, colleague))

    def name(membership, leaving=(), reason=REASON):
        return services.name_lead(
            by=officer, organisation=organisation, membership=membership, reason=reason, leaving=leaving
        )

    with pytest.raises(RuleBroken, match="no longer acts"):
        name(old, [old])
    with pytest.raises(RuleBroken, match="Only leads"):
        name(old, [new])
    with pytest.raises(RuleBroken, match="no longer acts"):
        name(other_organisation.memberships.get())
    with pytest.raises(RuleBroken, match="Enter the reason"):
        name(new, reason=" ")
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    with pytest.raises(RuleBroken, match="account of this person is closed"):
        name(new)
    assert services.leads_of(organisation) == [applicant]


@pytest.mark.parametrize(
    "role", ["applicant", "colleague", "assessor", "approver", "finance", "auditor", "administrator"]
)
def test_nobody_else_names_a_lead(login, organisation, colleague, role, request):
    by = request.getfixturevalue(role)
    with pytest.raises(RuleBroken):
        services.name_lead(
            by=by, organisation=organisation, membership=organisation.memberships.last(), reason=REASON
        )
    assert login(by).get(page(organisation)).status_code == 403


def test_an_organisation_without_people_is_given_one_by_invitation(login, officer, applicant):
    made = services.register(by=officer, name="Example Sports Club", kind="charity")
    browser = login(officer)
    assert "whoever accepts first leads it" in text_of(browser.get(page(made)))
    invite = reverse("office_organisation_person_new", args=[made.reference])
    text = text_of(browser.post(invite, {"name": "Sample lead", "email": applicant.email}, follow=True))
    assert f"Invited and not yet accepted: {applicant.email}" in text
    services.accept_invitation(by=applicant, invitation=made.invitations.get())
    assert services.is_lead(applicant, made)
