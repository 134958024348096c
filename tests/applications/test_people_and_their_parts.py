"""Lead, contributor, signatory, reader: what each may do, who may change it, and that a lead remains."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Part, Participant
from applications.services import people
from audit.models import Event
from notifications.models import Message
from organisations import services as organisations
from organisations.models import Membership
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

from .form_pages import LATER, NEED, SIGNED, need, url


def section(application, key):
    return application.response.questionnaire.sections.get(key=key)


def takes_part(draft, applicant, part, keys=()):
    user = factories.person("applicant", name=f"helping {part}")
    factories.participant(applicant, draft, user, part, [section(draft, key) for key in keys])
    return user


# -- Who has which part ------------------------------------------------------------------------------------


def test_people_of_the_organisation_take_part_by_that(draft, applicant, colleague, stranger):
    assert services.part_of(applicant, draft) == Part.LEAD
    assert services.part_of(colleague, draft) == Part.CONTRIBUTOR
    assert services.part_of(stranger, draft) is None


def test_a_lead_of_the_organisation_leads_whatever_part_they_were_given(draft, applicant, colleague):
    services.change_part(by=applicant, application=draft, user=colleague, part=Part.READER)
    assert services.part_of(colleague, draft) == Part.READER
    membership = Membership.objects.get(user=colleague)
    organisations.change_role(by=applicant, membership=membership, role="lead")
    assert services.part_of(colleague, draft) == Part.LEAD
    with pytest.raises(RuleBroken, match="leads all its applications"):
        services.change_part(by=applicant, application=draft, user=colleague, part=Part.READER)


def test_who_leaves_the_organisation_leaves_its_applications(
    login, organisation, open_round, applicant, colleague
):
    theirs = factories.draft(colleague, open_round, organisation)
    assert services.part_of(colleague, theirs) == Part.LEAD
    membership = Membership.objects.get(user=colleague)
    organisations.end_membership(by=applicant, membership=membership)
    assert services.part_of(colleague, theirs) is None
    assert colleague not in services.people_of(theirs)
    assert login(colleague).get(url("application", theirs)).status_code == 404
    factories.participant(applicant, theirs, colleague, Part.READER)
    assert services.part_of(colleague, theirs) == Part.READER
    assert login(colleague).get(url("application", theirs)).status_code == 200


def test_costs_the_same_for_one_and_for_many(draft, applicant):
    def counts():
        found = []
        for ask in (
            lambda: services.people_of(draft),
            lambda: services.signers_of(draft),
            lambda: services.standings_of(draft),
        ):
            with CaptureQueriesContext(connection) as captured:
                ask()
            found.append(len(captured))
        return found

    takes_part(draft, applicant, Part.CONTRIBUTOR, ["budget"])
    one = counts()
    assert one[0] == 1
    for part in (Part.SIGNATORY, Part.READER, Part.LEAD):
        takes_part(draft, applicant, part)
    takes_part(draft, applicant, Part.CONTRIBUTOR, ["budget", "project"])
    assert counts() == one


def test_the_page_costs_the_same_at_one_and_three(login, draft, applicant):
    browser = login(applicant)

    def more(number):
        takes_part(draft, applicant, Part.CONTRIBUTOR, ["budget"])
        facts = {"email": f"new-{number}@example.org", "name": "A person", "part": Part.READER}
        services.invite(by=applicant, application=draft, **facts)

    def count():
        with CaptureQueriesContext(connection) as captured:
            browser.get(url("application_people", draft))
        return len(captured)

    more(0)
    count()
    one = count()
    more(1)
    more(2)
    assert count() == one


# -- What each may do --------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [Part.READER, Part.SIGNATORY])
def test_a_reader_and_a_signatory_change_no_answer(login, draft, applicant, part):
    user = takes_part(draft, applicant, part)
    browser = login(user)
    name, arguments = NEED
    page = url(name, draft, *arguments)
    assert browser.get(url("application", draft)).status_code == 200
    assert browser.get(page).url == url("application_section", draft, arguments[0])
    before = list(draft.response.answers.order_by("pk").values())
    for typed in (need(draft, "Another answer."), need(draft, "Another answer.") | LATER):
        refused(browser.post(page, typed), "You can read this application, but not change it.")
    browser.post(url("application_section", draft, "project"), {"complete": "yes"})
    assert list(draft.response.answers.order_by("pk").values()) == before
    services.ask_signature(by=applicant, application=draft, signatory=applicant)
    invitee = {"email": "x@example.org", "name": "X", "part": Part.READER}
    tick = section(draft, "project")
    for act in (
        lambda: services.save_answers(by=user, application=draft, values={"title": "Mine"}),
        lambda: services.ask_signature(by=user, application=draft, signatory=applicant),
        lambda: services.take_back_signature_request(by=user, application=draft),
        lambda: services.tick_section(by=user, application=draft, section=tick, complete=False),
        lambda: services.withdraw(by=user, application=draft),
        lambda: services.invite(by=user, application=draft, **invitee),
        lambda: services.change_part(by=user, application=draft, user=user, part=Part.LEAD),
        lambda: services.remove_person(by=user, application=draft, user=applicant),
    ):
        with pytest.raises(RuleBroken):
            act()


def test_a_reader_does_not_submit_and_a_signatory_does(login, draft, applicant):
    reader, signatory = (takes_part(draft, applicant, part) for part in (Part.READER, Part.SIGNATORY))
    text = text_of(login(reader).get(url("application_submit", draft)))
    assert "Accept and submit" not in text and "Send to sign" not in text
    login(reader).post(url("application_submit", draft), SIGNED)
    draft.refresh_from_db()
    assert draft.submitted_at is None
    assert login(signatory).post(url("application_submit", draft), SIGNED).url == url(
        "application_submitted", draft
    )


def test_a_contributor_limited_to_sections_changes_no_other(login, draft, applicant):
    user = takes_part(draft, applicant, Part.CONTRIBUTOR, ["budget"])
    browser = login(user)
    name, arguments = NEED
    refused(
        browser.post(url(name, draft, *arguments), need(draft, "Another answer.")),
        "You can change other sections of this application, but not this one.",
    )
    assert browser.get(url("application_question", draft, "budget", "costs")).status_code == 200
    assert people.sections_of(user, draft) == {section(draft, "budget").pk}
    assert people.may_write(user, draft)
    services.save_answers(by=user, application=draft, values={"costs": []})
    with pytest.raises(RuleBroken):
        services.save_answers(by=user, application=draft, values={"costs": [], "title": "Mine"})
    with pytest.raises(RuleBroken):
        services.tick_section(by=user, application=draft, section=section(draft, "project"), complete=False)


def test_the_limit_holds_when_the_application_is_moved_to_another_form(draft, applicant, officer):
    user = takes_part(draft, applicant, Part.CONTRIBUTOR, ["budget"])
    factories.submitted(applicant, draft)
    other = factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))
    moved = services.transfer(
        by=officer, application=draft, to_round=other, reason="It fits.", message="Moved."
    )
    assert people.sections_of(user, moved) == {section(moved, "budget").pk}
    assert section(moved, "budget") != section(draft, "budget")
    assert not people.may_write(user, moved, section(moved, "project"))


# -- Changing and removing ---------------------------------------------------------------------------------


def test_a_lead_changes_a_part_in_the_browser(login, draft, applicant, colleague):
    browser = login(applicant)
    assert "Check who should help" in text_of(browser.get(url("application", draft)))
    page = url("application_person", draft, colleague.pk)
    assert "Sample colleague" in text_of(browser.get(page))
    refused(browser.post(page, {}), "Select what they will do")
    budget = section(draft, "budget")
    refused(
        browser.post(page, {"part": "reader", "sections": [budget.pk]}), "Only a contributor can be limited"
    )
    for _ in range(2):
        text = text_of(browser.post(page, {"part": "contributor", "sections": [budget.pk]}, follow=True))
    assert "Can change Budget" in text
    assert Event.objects.filter(verb="application.part_changed").count() == 1
    assert people.sections_of(colleague, draft) == {budget.pk}


def test_a_lead_removes_somebody_invited_and_writes_to_them(login, draft, applicant):
    user = takes_part(draft, applicant, Part.CONTRIBUTOR)
    browser = login(applicant)
    page = url("application_person_remove", draft, user.pk)
    assert "Remove this person?" in text_of(browser.get(page))
    assert "The person no longer takes part" in text_of(browser.post(page, follow=True))
    services.remove_person(by=applicant, application=draft, user=user)
    assert browser.get(page).status_code == 404
    assert login(user).get(url("application", draft)).status_code == 404
    message = Message.objects.get(template="applications/removed")
    assert message.to == user.email


def test_somebody_invited_leaves_at_any_time_and_is_not_written_to(login, draft, applicant):
    user = takes_part(draft, applicant, Part.READER)
    services.withdraw(by=applicant, application=draft)
    browser = login(user)
    page = url("application_person_remove", draft, user.pk)
    assert "Leave this application?" in text_of(browser.get(page))
    assert browser.post(page).url == reverse("home")
    assert services.part_of(user, draft) is None
    assert not Message.objects.filter(template="applications/removed").exists()


def test_people_of_the_organisation_are_not_removed_from_one_application(login, draft, applicant, colleague):
    refused(
        login(applicant).post(url("application_person_remove", draft, colleague.pk)),
        "Make them a reader of this one, or remove them from the organisation.",
    )


def test_the_last_lead_stays(draft, applicant, officer, organisation):
    helper = takes_part(draft, applicant, Part.LEAD)
    organisations.end_membership(by=officer, membership=Membership.objects.get(user=applicant))
    assert [one.user for one in services.standings_of(draft) if one.part == Part.LEAD] == [helper]
    for act in (
        lambda: services.remove_person(by=helper, application=draft, user=helper),
        lambda: services.change_part(by=helper, application=draft, user=helper, part=Part.READER),
    ):
        with pytest.raises(RuleBroken, match="needs a lead"):
            act()
    assert services.part_of(helper, draft) == Part.LEAD


def test_who_takes_part_otherwise_reads_the_people_and_changes_nobody(login, draft, applicant, colleague):
    user = takes_part(draft, applicant, Part.CONTRIBUTOR)
    made = services.invite(
        by=applicant, application=draft, email="new@example.org", name="New", part=Part.READER
    )
    for reader in (colleague, user):
        browser = login(reader)
        text = text_of(browser.get(url("application_people", draft)))
        assert "Sample applicant" in text and "new@example.org" not in text
        for page in (
            url("application_person_new", draft),
            url("application_person", draft, applicant.pk),
            url("application_person_remove", draft, applicant.pk),
            url("application_invitation_cancel", draft, made.pk),
        ):
            assert browser.get(page).status_code == 403
            assert browser.post(page, {"part": "reader"}).status_code == 403
        assert browser.post(url("application_invitation_send", draft, made.pk)).status_code == 403


def test_a_stranger_finds_nothing(login, draft, other_organisation, stranger, applicant):
    browser = login(stranger)
    for name, arguments in (
        ("application_people", []),
        ("application_person_new", []),
        ("application_person", [applicant.pk]),
        ("application_person_remove", [applicant.pk]),
        ("application_join", []),
    ):
        assert browser.get(url(name, draft, *arguments)).status_code == 404
        assert browser.post(url(name, draft, *arguments), {"part": "lead"}).status_code == 404
    assert not Participant.objects.filter(user=stranger).exists()


@pytest.mark.parametrize("text", ["\x00", "\u202eevil", "x" * 100_000, "<script>alert(1)</script>"])
def test_hostile_input_gives_a_sentence(login, draft, applicant, colleague, text):
    browser = login(applicant)
    typed = {"name": text, "email": text, "part": text, "sections": [text]}
    refused(browser.post(url("application_person_new", draft), typed), "Select what they will do")
    refused(browser.post(url("application_person", draft, colleague.pk), typed), "Select what they will do")
