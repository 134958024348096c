"""Any member of the organisation starts and writes a draft; anything shaped right is kept, however wrong."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from applications import services
from applications.models import Application, Status
from audit.models import Event
from funds.services import add_theme
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

STAFF = ["officer", "assessor", "approver", "finance", "panel_officer", "auditor", "administrator"]
PAST_DRAFT = [status for status in Status.values if status != Status.DRAFT]


def project(application, **facts):
    return {
        "application": application,
        "title": "Example workshops",
        "summary": "Workshops.",
        "theme": None,
        "districts": [],
        "starts_on": None,
        "ends_on": None,
        "amount_asked": None,
    } | facts


def set_status(application, status):
    """Put an application into a state directly, to see what the state refuses."""
    facts = {"status": status, "submitted_at": clock.now(), "submitted_by": application.created_by}
    Application.objects.filter(pk=application.pk).update(**facts)


def test_a_member_starts_an_application_with_a_reference_of_the_round(open_round, organisation, colleague):
    made = services.start(by=colleague, round=open_round, organisation=organisation)
    assert made.reference.startswith(f"{open_round.reference_prefix}-")
    assert (made.status, made.created_by) == (Status.DRAFT, colleague)
    assert Event.objects.about(made).get().verb == "application.started"


def test_starting_again_before_writing_gives_the_same_draft(open_round, organisation, applicant, colleague):
    first = services.start(by=applicant, round=open_round, organisation=organisation)
    assert services.start(by=applicant, round=open_round, organisation=organisation) == first
    assert services.start(by=colleague, round=open_round, organisation=organisation) != first
    services.save_project(by=applicant, **project(first))
    second = services.start(by=applicant, round=open_round, organisation=organisation)
    assert second != first
    assert second.reference != first.reference


@pytest.mark.parametrize("role", [*STAFF, "stranger"])
def test_only_members_start_and_save(open_round, organisation, draft, other_organisation, role, request):
    by = request.getfixturevalue(role)
    for attempt in (
        lambda: services.start(by=by, round=open_round, organisation=organisation),
        lambda: services.save_project(by=by, **project(draft, title="Mine")),
        lambda: services.save_answer(
            by=by, application=draft, criterion=draft.fund.criteria.first(), text="Mine"
        ),
    ):
        with pytest.raises(RuleBroken):
            attempt()
    draft.refresh_from_db()
    assert draft.title == "Example workshops"
    assert not draft.answers.filter(text="Mine").exists()


def test_someone_who_left_the_organisation_no_longer_saves(draft, organisation, applicant, colleague):
    from organisations.services import end_membership

    end_membership(by=applicant, membership=organisation.memberships.get(user=colleague))
    with pytest.raises(RuleBroken):
        services.save_project(by=colleague, **project(draft))


def test_a_round_that_is_not_published_or_not_open_takes_no_start(officer, fund, organisation, applicant):
    hidden = factories.open_round(officer, fund, published=False)
    later = factories.open_round(officer, fund, opens_at=clock.now() + timedelta(hours=1))
    for round, sentence in ((hidden, "not published"), (later, "opens at")):
        with pytest.raises(RuleBroken, match=sentence):
            services.start(by=applicant, round=round, organisation=organisation)


def test_no_application_starts_in_the_grace_but_a_draft_is_saved_until_its_end(
    draft, applicant, organisation
):
    closes_at = draft.round.closes_at
    with clock.at(closes_at):
        services.start(by=applicant, round=draft.round, organisation=organisation)
    with clock.at(closes_at + timedelta(seconds=1)):
        with pytest.raises(RuleBroken, match="This fund closed at 5pm on"):
            services.start(by=applicant, round=draft.round, organisation=organisation)
        services.save_project(by=applicant, **project(draft, title="In the grace"))
    with clock.at(closes_at + timedelta(minutes=15, seconds=1)):
        with pytest.raises(RuleBroken, match="This fund closed at 5pm on"):
            services.save_project(by=applicant, **project(draft, title="Too late"))
        with pytest.raises(RuleBroken, match="This fund closed at 5pm on"):
            services.save_answer(
                by=applicant, application=draft, criterion=draft.fund.criteria.first(), text="Too late"
            )
    draft.refresh_from_db()
    assert draft.title == "In the grace"


@pytest.mark.parametrize("status", PAST_DRAFT)
def test_nothing_but_a_draft_is_saved(draft, applicant, status):
    set_status(draft, status)
    with pytest.raises(RuleBroken, match="cannot be changed"):
        services.save_project(by=applicant, **project(draft, title="Late"))
    with pytest.raises(RuleBroken, match="cannot be changed"):
        services.save_answer(
            by=applicant, application=draft, criterion=draft.fund.criteria.first(), text="Late"
        )


@pytest.mark.parametrize(
    ("status", "minutes", "sentence"),
    [
        ("submitted", 0, "This application has been submitted, so it cannot be changed. Reopen it"),
        ("submitted", 1, "This application has been submitted, so it cannot be changed. Contact us."),
        ("eligible", 0, "This application has been submitted, so it cannot be changed. Contact us."),
        ("withdrawn", 0, "This application was withdrawn, so it cannot be changed. Start a new one."),
        ("not_submitted", 1, "The application was not submitted and cannot be changed."),
    ],
)
def test_what_cannot_be_changed_says_why_and_what_to_do(draft, applicant, status, minutes, sentence):
    set_status(draft, status)
    at = draft.round.closes_at + timedelta(minutes=minutes)
    with clock.at(at), pytest.raises(RuleBroken, match=sentence):
        services.save_project(by=applicant, **project(draft, title="Late"))


def test_facts_against_the_rounds_rules_are_kept(draft, applicant):
    services.save_project(
        by=applicant,
        **project(
            draft,
            summary="word " * 500,
            starts_on=date(1999, 1, 1),
            ends_on=date(1998, 1, 1),
            amount_asked=Decimal("999999"),
        ),
    )
    draft.refresh_from_db()
    assert (draft.amount_asked, draft.starts_on) == (Decimal("999999"), date(1999, 1, 1))
    assert draft.summary.count("word") == 500


def test_an_over_long_answer_is_kept_whole(draft, applicant):
    need = draft.fund.criteria.first()
    text = "Zwölf Boxkämpfer 🎉\nline " * 300
    services.save_answer(by=applicant, application=draft, criterion=need, text=text)
    assert draft.answers.get(criterion=need).text == text.strip()


def test_a_whole_book_is_refused(draft, applicant):
    with pytest.raises(RuleBroken, match="100,000 characters"):
        services.save_answer(
            by=applicant, application=draft, criterion=draft.fund.criteria.first(), text="x" * 100_001
        )
    with pytest.raises(RuleBroken, match="100,000 characters"):
        services.save_project(by=applicant, **project(draft, summary="x" * 100_001))


def test_a_theme_or_question_of_another_fund_is_refused(draft, applicant, officer):
    other = factories.fund(officer, code="OTH", name="Other Example Fund")
    with pytest.raises(RuleBroken, match="type of project"):
        services.save_project(
            by=applicant, **project(draft, theme=add_theme(by=officer, fund=other, name="Else"))
        )
    with pytest.raises(RuleBroken, match="another fund"):
        services.save_answer(by=applicant, application=draft, criterion=other.criteria.first(), text="Hm")


def test_saving_the_same_again_records_nothing(draft, applicant):
    events = Event.objects.about(draft).count()
    need = draft.fund.criteria.first()
    services.save_answer(by=applicant, application=draft, criterion=need, text=draft.answers.first().text)
    services.save_project(
        by=applicant,
        **project(
            draft,
            title=draft.title,
            summary=draft.summary,
            theme=draft.theme,
            districts=list(draft.districts.all()),
            starts_on=draft.starts_on,
            ends_on=draft.ends_on,
            amount_asked=draft.amount_asked,
        ),
    )
    assert Event.objects.about(draft).count() == events


def test_partners_are_kept_unless_they_are_named(draft, applicant, other_organisation):
    services.save_project(by=applicant, **project(draft, partners=[other_organisation]))
    services.save_project(by=applicant, **project(draft, title="Again"))
    assert list(draft.partners.all()) == [other_organisation]
    services.save_project(by=applicant, **project(draft, partners=[]))
    assert not draft.partners.exists()
