"""Any member of the organisation starts and writes a draft; what was typed is kept, however wrong."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Application, Part, Status
from audit.models import Event
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

STAFF = ["officer", "assessor", "approver", "finance", "panel_officer", "auditor", "administrator"]
# A question of ours opens chosen sections: test_clarifying.py.
PAST_DRAFT = [s for s in Status.values if s not in (Status.DRAFT, Status.CLARIFICATION)]


def save(by, application, **values):
    """Save answers by question key, with underscores for hyphens."""
    return services.save_answers(
        by=by,
        application=application,
        values={key.replace("_", "-"): value for key, value in values.items()},
    )


def set_status(application, status):
    """Put an application into a state directly, to see what the state refuses."""
    facts = {"status": status, "submitted_at": clock.now(), "submitted_by": application.created_by}
    if status == Status.WITHDRAWN:
        facts |= {"withdrawn_at": clock.now(), "withdrawn_by": application.created_by}
    Application.objects.filter(pk=application.pk).update(**facts)


def said(application, key):
    """The present answer to a question, as it was typed."""
    return application.response.answers.get(question__key=key).value


def test_a_member_starts_an_application_with_a_reference_of_the_round(open_round, organisation, colleague):
    made = services.start(by=colleague, round=open_round, organisation=organisation)
    assert made.reference.startswith(f"{open_round.reference_prefix}-")
    assert (made.status, made.created_by) == (Status.DRAFT, colleague)
    assert made.response.questionnaire == open_round.questionnaire
    assert services.part_of(colleague, made) == Part.LEAD
    assert Event.objects.about(made).get().verb == "application.started"


def test_starting_again_before_writing_gives_the_same_draft(open_round, organisation, applicant, colleague):
    first = services.start(by=applicant, round=open_round, organisation=organisation)
    assert services.start(by=applicant, round=open_round, organisation=organisation) == first
    assert services.start(by=colleague, round=open_round, organisation=organisation) != first
    save(applicant, first, title="Example workshops")
    second = services.start(by=applicant, round=open_round, organisation=organisation)
    assert second != first
    assert second.reference != first.reference


def test_what_was_told_before_applying_is_kept_with_the_draft(open_round, organisation, applicant):
    checked = {"works-with-children": "yes", "in-area": "unsure"}
    made = services.start(by=applicant, round=open_round, organisation=organisation, eligibility=checked)
    assert made.eligibility == checked


@pytest.mark.parametrize("kind", ["charity", "council"])
def test_a_type_of_organisation_that_the_round_does_not_take_is_refused(
    open_round, organisation, applicant, kind
):
    open_round.who_may_apply = [kind]
    open_round.save()
    if kind == organisation.kind:
        services.start(by=applicant, round=open_round, organisation=organisation)
    else:
        with pytest.raises(RuleBroken, match="charity"):
            services.start(by=applicant, round=open_round, organisation=organisation)


@pytest.mark.parametrize("role", [*STAFF, "stranger"])
def test_only_members_start_and_save(open_round, organisation, draft, other_organisation, role, request):
    by = request.getfixturevalue(role)
    section = draft.response.questionnaire.sections.first()
    for attempt in (
        lambda: services.start(by=by, round=open_round, organisation=organisation),
        lambda: save(by, draft, title="Mine"),
        lambda: services.tick_section(by=by, application=draft, section=section, complete=True),
        lambda: services.add_comment(by=by, application=draft, section=section, text="Mine"),
        lambda: services.restore_answer(
            by=by, application=draft, version=draft.response.versions.latest("pk")
        ),
    ):
        with pytest.raises(RuleBroken):
            attempt()
    draft.refresh_from_db()
    assert (draft.title, said(draft, "title")) == ("Example workshops", "Example workshops")
    assert not draft.response.comments.exists()


def test_someone_who_left_the_organisation_no_longer_saves(draft, organisation, applicant, colleague):
    from organisations.services import end_membership

    end_membership(by=applicant, membership=organisation.memberships.get(user=colleague))
    with pytest.raises(RuleBroken):
        save(colleague, draft, title="Mine")


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
        save(applicant, draft, title="In the grace")
    with (
        clock.at(closes_at + timedelta(minutes=15, seconds=1)),
        pytest.raises(RuleBroken, match="This fund closed at 5pm on"),
    ):
        save(applicant, draft, title="Too late")
    draft.refresh_from_db()
    assert draft.title == "In the grace"


@pytest.mark.parametrize("status", PAST_DRAFT)
def test_nothing_but_a_draft_is_saved(draft, applicant, status):
    set_status(draft, status)
    section = draft.response.questionnaire.sections.first()
    with pytest.raises(RuleBroken, match="cannot be changed"):
        save(applicant, draft, title="Late")
    with pytest.raises(RuleBroken, match="cannot be changed"):
        services.tick_section(by=applicant, application=draft, section=section, complete=True)


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
        save(applicant, draft, title="Late")


def test_answers_against_the_rounds_rules_are_kept_and_told(draft, applicant):
    save(
        applicant,
        draft,
        summary="word " * 500,
        starts_on={"day": "1", "month": "1", "year": "1999"},
        costs=[{"what": "Everything", "type": "other", "amount": "999,999"}],
    )
    draft.refresh_from_db()
    assert (draft.amount_asked, draft.amounts) == (Decimal("999999"), [Decimal("999999")])
    assert draft.starts_on.year == 1999
    assert draft.summary.count("word") == 500


def test_what_has_not_the_shape_of_its_field_is_kept_as_typed_and_tells_nothing(draft, applicant):
    typed = {"day": "31", "month": "June", "year": "20"}
    rows = [{"what": "Hall", "type": "", "amount": "about £5k"}]
    save(applicant, draft, starts_on=typed, costs=rows, title="T" * 200)
    draft.refresh_from_db()
    assert (said(draft, "starts-on"), said(draft, "costs")) == (typed, rows)
    assert (draft.starts_on, draft.amount_asked, draft.amounts, draft.title) == (None, None, [], "")


def test_costs_that_add_up_to_more_than_any_fund_are_kept_as_they_were_typed(login, draft, applicant):
    rows = [{"what": f"Cost {n}", "type": "staff", "amount": "9999999999.99"} for n in range(15)]
    save(applicant, draft, costs=rows)
    assert draft.response.answers.get(question__key="costs").value == rows
    draft.refresh_from_db()
    assert (draft.amount_asked, draft.amounts) == (None, [0])
    page = login(applicant).get(reverse("application_submit", args=[draft.reference]))
    assert "It is £149,999,999,999.85" in page.content.decode()


def test_an_over_long_answer_is_kept_whole(draft, applicant):
    text = ("Zwölf Boxkämpfer 🎉\nline " * 300).strip()
    save(applicant, draft, about_need=text)
    assert said(draft, "about-need") == text


@pytest.mark.parametrize("key", ["about-need", "title", "costs"])
def test_a_whole_book_is_refused(draft, applicant, key):
    text = "x" * 100_001
    value = [{"what": text, "type": "", "amount": ""}] if key == "costs" else text
    with pytest.raises(RuleBroken, match="100,000 characters"):
        services.save_answers(by=applicant, application=draft, values={key: value})


def test_a_question_of_another_form_is_not_answered(draft, applicant):
    save(applicant, draft, no_such_question="Hm")
    assert not draft.response.answers.filter(value="Hm").exists()


def test_saving_the_same_again_leaves_the_answers_as_they_are(draft, applicant):
    before = list(draft.response.answers.order_by("pk").values())
    versions = draft.response.versions.count()
    save(applicant, draft, title=said(draft, "title"), about_need=said(draft, "about-need"))
    assert list(draft.response.answers.order_by("pk").values()) == before
    assert draft.response.versions.count() == versions


@pytest.mark.parametrize("years", [1, 3])
def test_each_year_of_the_budget_counts_on_its_own(officer, fund, organisation, applicant, years):
    round = factories.open_round(officer, fund, years=years)
    made = factories.draft(applicant, round, organisation, amount=[Decimal("9000.50"), Decimal("100")])
    made.refresh_from_db()
    assert made.amount_asked == Decimal("9000.50")
    assert made.amounts == [Decimal("9000.50"), Decimal("100")][:years]
