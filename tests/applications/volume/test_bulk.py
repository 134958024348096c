"""One thing done with all of a list: what was looked at is done, once, and one that fails stops nobody."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import BulkAction, BulkItem, Status
from applications.services.finding import find
from applications.tasks import run_bulk_actions
from audit.models import Event
from funds.models import CheckItem
from notifications.models import Message
from organisations.models import DeclaredInterest, Membership
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import copies, of


def due(days=7):
    return (clock.today() + timedelta(days=days)).isoformat()


def prepared(by, action, query="", **options):
    return services.prepare_bulk(by=by, action=action, query=query, options=options)


def look(by, bulk):
    return services.preview_bulk(by, bulk, find(by, of(bulk.query)))


def confirm(by, bulk, fingerprint=None, reason="The panel asked for it."):
    found = find(by, of(bulk.query))
    fingerprint = fingerprint or look(by, bulk).fingerprint
    return services.confirm_bulk(by=by, bulk=bulk, found=found, fingerprint=fingerprint, reason=reason)


def done(by, action, query="", **options):
    bulk = confirm(by, prepared(by, action, query, **options))
    assert services.run_bulk(bulk.pk)
    bulk.refresh_from_db()
    return bulk


def outcomes(bulk):
    return {
        item.application.reference: item.sentence or item.outcome
        for item in bulk.items.select_related("application")
    }


def test_assessors_are_spread_evenly_and_never_over_a_conflict(
    make, officer, assessor, assessor_2, stranger, other_organisation, organisation
):
    third = factories.person("assessor", name="third")
    four = [factories.eligible(officer, make()) for _ in range(4)]
    theirs = factories.eligible(officer, make(by=stranger, body=other_organisation))
    Membership.objects.create(organisation=other_organisation, user=assessor, role="member")
    DeclaredInterest.objects.create(organisation=other_organisation, user=assessor_2, interest="A friend.")
    waiting = make()
    full = factories.eligible(officer, make())
    for person in (assessor, assessor_2):
        services.assign(
            by=officer, application=full, assessor=person, due_on=clock.today() + timedelta(days=3)
        )
    people = sorted([assessor.pk, assessor_2.pk, third.pk])
    bulk = prepared(officer, "assign", assessors=people, each=2, due_on=due())
    seen = look(officer, bulk)
    assert {v.application.reference: v.sentence for v in seen.left_out} == {
        theirs.reference: "It needs 2 more assessors. Only 1 of those you chose can be asked; others have an "
        "interest.",
        waiting.reference: "Assessors are assigned while it is being assessed. It is now: submitted.",
        full.reference: "It has 2 assessors already.",
    }
    bulk = confirm(officer, bulk)
    assert services.run_bulk(bulk.pk)
    loads = sorted(person.assessments.count() for person in (assessor, assessor_2, third))
    assert loads == [3, 3, 4]  # ten in all, two of them from before
    assert all(one.assessments.count() == 2 for one in four)
    assert not theirs.assessments.exists()
    assert not organisation.memberships.filter(user=third).exists()


def test_the_date_moves_for_those_who_have_not_finished_and_each_gets_one_email(
    make, officer, assessor, assessor_2
):
    three = [factories.eligible(officer, make()) for _ in range(3)]
    for one in three[:2]:
        services.assign(
            by=officer, application=one, assessor=assessor, due_on=clock.today() + timedelta(days=3)
        )
    factories.assessed(officer, three[2], [assessor, assessor_2])
    bulk = done(officer, "due", due_on=due(20))
    assert outcomes(bulk)[three[2].reference] == "It is not being scored. It is now: assessed."
    assert {a.due_on.isoformat() for one in three[:2] for a in one.assessments.all()} == {due(20)}
    mail = Message.objects.get(template="applications/scores_due_moved")
    assert mail.recipient_id == assessor.pk
    assert "and others" in mail.subject
    again = look(officer, prepared(officer, "due", due_on=due(20)))
    assert not again.changed
    with pytest.raises(RuleBroken, match="Nothing in this list would change"):
        confirm(officer, prepared(officer, "due", due_on=due(20)))


def test_assessors_who_have_not_finished_are_reminded_once(make, officer, assessor):
    two = [factories.eligible(officer, make()) for _ in range(2)]
    for one in two:
        services.assign(
            by=officer, application=one, assessor=assessor, due_on=clock.today() + timedelta(days=3)
        )
    nobody = factories.eligible(officer, make())
    bulk = done(officer, "remind")
    assert outcomes(bulk)[nobody.reference] == "No assessor has still to score it."
    mail = Message.objects.get(template="applications/scores_wanted")
    assert "You have still to score 2 applications." in mail.body
    assert Event.objects.filter(verb="assessment.reminded").count() == 2


def test_all_applicants_are_written_to_about_their_own_application(
    make, officer, stranger, other_organisation, applicant, colleague, office
):
    first, second = make(), make(by=stranger, body=other_organisation)
    gone = make(by=stranger, body=factories.organisation(stranger, "Example Sports Club"))
    gone.organisation.memberships.update(ended_at=clock.now())
    bulk = done(officer, "write", message="The panel meets a week later.\n\nNothing else changes.")
    assert outcomes(bulk)[gone.reference] == "Nobody who takes part in it can be written to."
    mail = Message.objects.filter(template="applications/message_from_us")
    assert set(mail.values_list("recipient_id", "about_id")) == {
        (applicant.pk, str(first.pk)),
        (colleague.pk, str(first.pk)),
        (stranger.pk, str(second.pk)),
    }
    assert "The panel meets a week later.\n\nNothing else changes." in mail.first().body
    assert services.run_bulk(bulk.pk)
    assert mail.count() == 3


def test_only_what_lacks_nothing_and_needs_no_checklist_is_recorded_as_eligible(
    make, officer, open_round, fund, applicant, organisation
):
    fine, checked = make(), factories.eligible(officer, make())
    listed_round = factories.open_round(officer, fund)
    CheckItem.objects.create(round=listed_round, position=1, about="eligibility", text="May we fund it?")
    listed = factories.submitted(applicant, factories.draft(applicant, listed_round, organisation))
    moved = make()
    full = factories.open_round(
        officer, factories.fund(officer, code="OTH", name="Other Fund", budget=None), brief_form=False
    )
    full.check_items.all().delete()
    services.transfer(by=officer, application=moved, to_round=full, reason="It fits.", message="We moved it.")
    moved.refresh_from_db()
    bulk = done(officer, "eligible", notes="All complete.")
    said = outcomes(bulk)
    assert said[fine.reference] == "done"
    assert said[checked.reference] == "It does not wait for its check. It is now: being assessed."
    assert said[listed.reference].startswith("Its round has a checklist.")
    assert said[moved.reference].startswith("Something is missing: ")
    fine.refresh_from_db()
    assert (fine.status, fine.checked_by, fine.check_notes) == (Status.ELIGIBLE, officer, "All complete.")
    assert Event.objects.about(fine).filter(verb="application.checked").exists()
    assert "1 application; 3 left out" in Event.objects.get(verb="bulk.done").sentence
    assert Event.objects.get(verb="bulk.confirmed").changes["reason"] == "The panel asked for it."


def test_a_list_that_changed_in_between_is_shown_again(make, officer):
    make()
    bulk = prepared(officer, "eligible", notes="All complete.")
    seen = look(officer, bulk).fingerprint
    late = make()
    with pytest.raises(RuleBroken, match="The list has changed since you looked at it"):
        confirm(officer, bulk, seen)
    seen = look(officer, bulk).fingerprint
    factories.eligible(officer, late)
    with pytest.raises(RuleBroken, match="The list has changed since you looked at it"):
        confirm(officer, bulk, seen)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.items.count()) == (BulkAction.State.PREPARED, 0)


def test_confirming_and_carrying_out_twice_changes_nothing_the_second_time(make, officer, officer_2):
    make()
    bulk = prepared(officer, "eligible", notes="All complete.")
    assert prepared(officer, "eligible", notes="All complete.") == bulk
    with pytest.raises(RuleBroken, match="Enter why you are doing this"):
        confirm(officer, bulk, reason=" ")
    with pytest.raises(RuleBroken, match="Only the person who prepared this"):
        confirm(officer_2, bulk)
    for _ in range(2):
        confirm(officer, bulk, "whatever" if bulk.items.exists() else None)
        assert services.run_bulk(bulk.pk)
    assert Event.objects.filter(verb="application.checked").count() == 1
    assert Event.objects.filter(verb__startswith="bulk.").count() == 2
    with pytest.raises(RuleBroken, match="confirmed already"):
        services.discard_bulk(by=officer, bulk=bulk)


def test_one_application_that_fails_does_not_stop_the_rest(make, officer, assessor):
    first, second, third = (factories.eligible(officer, make()) for _ in range(3))
    bulk = confirm(officer, prepared(officer, "assign", assessors=[assessor.pk], each=1, due_on=due()))
    services.withdraw(by=second.submitted_by, application=second, reason="We have no rooms.")
    bulk.items.filter(application=third).update(plan=[assessor.pk, 0])  # an account that is not there
    assert services.run_bulk(bulk.pk)
    said = outcomes(bulk)
    assert said[first.reference] == "done"
    assert said[second.reference].startswith("Assessors are assigned after an application has been found")
    assert said[third.reference] == "Something went wrong, and it was not changed. Try it on its own page."
    assert [one.assessments.count() for one in (first, second, third)] == [1, 0, 0]


def test_a_long_list_is_done_in_the_background_and_the_sweep_finds_what_was_lost(
    make, officer, django_capture_on_commit_callbacks
):
    copies(make(), 201)
    with django_capture_on_commit_callbacks() as later:
        bulk = confirm(officer, prepared(officer, "eligible", notes="All complete."))
    assert len(later) == 1
    assert not services.is_small(bulk)
    assert BulkItem.objects.filter(bulk=bulk, outcome="waiting").count() == 202
    assert not services.run_bulk(bulk.pk, seconds=0.01)
    bulk.refresh_from_db()
    assert bulk.state == BulkAction.State.RUNNING
    assert bulk.items.filter(outcome="done").exists()
    bulk.items.filter(outcome="waiting").update(outcome="left_out", sentence="x", done_at=clock.now())
    assert run_bulk_actions() == 1
    assert run_bulk_actions() == 0


@pytest.mark.parametrize("who", ["auditor", "approver", "assessor", "applicant"])
def test_only_officers_do_so(who, request, make, officer):
    person = request.getfixturevalue(who)
    with pytest.raises(RuleBroken, match="Your account does not allow this"):
        prepared(person, "remind")
    bulk = prepared(officer, "remind")
    for service in (services.confirm_bulk, services.discard_bulk):
        facts = {"found": None, "fingerprint": "", "reason": ""} if service is services.confirm_bulk else {}
        with pytest.raises(RuleBroken, match="Your account does not allow this"):
            service(by=person, bulk=bulk, **facts)


def test_judging_costs_the_same_for_one_and_for_many(make, officer, assessor, django_assert_max_num_queries):
    copies(factories.eligible(officer, make()), 60)
    for action, options in (
        ("assign", {"assessors": [assessor.pk], "each": 1, "due_on": due()}),
        ("due", {"due_on": due()}),
        ("remind", {}),
        ("write", {"message": "x"}),
        ("eligible", {"notes": "x"}),
    ):
        bulk = prepared(officer, action, **options)
        with django_assert_max_num_queries(8):
            assert len(look(officer, bulk).verdicts) == 61
