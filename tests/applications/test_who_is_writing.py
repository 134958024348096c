"""The office's list of drafts of a round: whose they are and how far, never a word of what they say."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Application, Extension, Part, Participant
from pcc_grants.lib import clock
from questionnaires.models import Section
from tests import factories
from tests.page_text import text_of


@pytest.fixture
def url(open_round):
    return reverse("office_round_drafts", args=[open_round.pk])


def test_it_shows_who_writes_and_how_far_they_are_but_nothing_they_wrote(
    login, officer, url, draft, applicant, colleague
):
    section = Section.objects.filter(questionnaire=draft.round.questionnaire_id).first()
    services.tick_section(by=applicant, application=draft, section=section, complete=True)
    text = text_of(login(officer).get(url))
    total = Section.objects.filter(questionnaire=draft.round.questionnaire_id).count()
    for expected in (
        "Example Youth Project", draft.reference, f"1 of {total}", applicant.email, colleague.email,
    ):  # fmt: skip
        assert expected in text
    for written in (draft.title, draft.summary, "10,000", "Our answer about"):
        assert written not in text


def test_submitted_and_deleted_applications_are_not_listed(
    login, officer, url, draft, applicant, organisation
):
    deleted = factories.draft(applicant, draft.round, organisation)
    services.withdraw(by=applicant, application=deleted)
    factories.submitted(applicant, draft)
    assert "Nobody is writing an application to this round." in text_of(login(officer).get(url))


def test_the_office_finds_who_is_stuck(login, officer, url, draft, applicant, stranger, other_organisation):
    browser = login(officer)
    Application.objects.filter(pk=draft.pk).update(
        signature_asked_of=applicant, signature_asked_by=applicant, signature_asked_at=clock.now()
    )
    with clock.at(clock.now() + timedelta(days=8)):
        other = factories.draft(stranger, draft.round, other_organisation)
        for show, expected in (
            ("all", {draft.reference, other.reference}),
            ("quiet", {draft.reference}),
            ("signature", {draft.reference}),
            ("missed", set()),
            ("nonsense", {draft.reference, other.reference}),
        ):
            text = text_of(browser.get(url, {"show": show}))
            assert {one for one in (draft.reference, other.reference) if one in text} == expected
        assert "No draft of this round matches." in text_of(browser.get(url, {"show": "missed"}))
        assert "Waiting for Sample applicant to sign" in text_of(browser.get(url))
    with clock.at(draft.round.closes_at + timedelta(hours=1)):
        services.close_rounds()
        assert draft.reference in text_of(browser.get(url, {"show": "missed"}))


def test_people_with_a_part_are_listed_once_and_closed_accounts_are_not(
    login, officer, url, draft, applicant, colleague, stranger
):
    Participant.objects.create(application=draft, user=stranger, part=Part.SIGNATORY, added_by=applicant)
    Participant.objects.create(application=draft, user=colleague, part=Part.READER, added_by=applicant)
    applicant.is_active = False
    applicant.save()
    text = text_of(login(officer).get(url))
    assert text.count(colleague.email) == 1
    assert stranger.email in text
    assert applicant.email not in text
    assert services.people_of(draft) == sorted([colleague, stranger], key=lambda user: user.pk)


@pytest.mark.parametrize("role", ["assessor", "finance", "panel_officer", "administrator", "applicant"])
def test_nobody_outside_the_office_opens_it(login, url, role, request):
    assert login(request.getfixturevalue(role)).get(url).status_code == 403


def test_who_may_only_read_is_offered_no_more_time(login, auditor, url, draft):
    assert "Propose more time" not in text_of(login(auditor).get(url))


def test_a_round_that_is_not_published_has_no_drafts(login, officer, fund):
    hidden = factories.open_round(officer, fund, published=False)
    assert login(officer).get(reverse("office_round_drafts", args=[hidden.pk])).status_code == 404


@pytest.mark.parametrize("name", ["office_round_drafts", "office_more_times"])
def test_lists_cost_the_same_at_one_and_at_three_rows(login, officer, draft, name):
    browser = login(officer)
    args = [draft.round_id] if name == "office_round_drafts" else []
    until = draft.round.closes_at + timedelta(days=1)
    browser.get(reverse(name, args=args))  # the first page of a session writes to it
    counts = []
    for rows in (1, 3):
        while draft.round.applications.count() < rows:
            lead = factories.person("applicant")
            factories.draft(lead, draft.round, factories.organisation(lead))
        for application in draft.round.applications.filter(extensions=None):
            services.propose_extension(
                by=officer, application=application, until=until, reason="other", explanation="Agreed."
            )
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse(name, args=args)).status_code == 200
        counts.append(len(queries))
    assert Extension.objects.count() == 3
    assert counts[0] == counts[1]
