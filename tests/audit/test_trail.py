"""The audit trail: written with what it records, never changed, and unbroken."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit.models import Event
from audit.services import Entry, record, record_all
from audit.verify import violations
from pcc_grants.lib import clock
from tests import factories


def write(target, count=3):
    return [
        record("test.done", target, f"Step {number}.", changes={"step": number}) for number in range(count)
    ]


def tamper(sql, *parameters):
    """Change the trail as someone with the database's own password could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute(sql, parameters)
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
        # The test database lets the trail be emptied between tests (tests/conftest.py).
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_truncate")


def found() -> list[str]:
    return [violation.sentence for violation in violations()]


def test_an_event_says_who_did_what_to_which_record_and_when(officer, organisation):
    with clock.at(factories.date(2019, 6, 12)):
        event = record("test.done", organisation, "It was done.", by=officer, changes={"amount": 5})
    event.refresh_from_db()
    assert (event.actor_id, event.actor_name) == (officer.pk, officer.name)
    assert (event.target_type, event.target_id) == ("organisations.organisation", str(organisation.pk))
    assert event.target_name == organisation.name
    assert event.at == clock.london(factories.date(2019, 6, 12), factories.time(10))
    assert event.recorded_at.year > 2019
    assert event.changes == {"amount": 5}


def test_events_written_at_once_follow_on_from_one_another(organisation, officer, django_assert_num_queries):
    before = write(organisation)[-1]
    steps = [Entry("test.done", organisation, f"Step {n}.", officer, {"step": n}) for n in range(5)]
    with django_assert_num_queries(3):
        events = record_all(steps)
    after = write(organisation)[0]
    chain = [before, *events, after]
    assert [one.previous_hash for one in chain[1:]] == [one.hash for one in chain[:-1]]
    assert [
        one.sentence for one in Event.objects.filter(actor_id=officer.pk, verb="test.done").order_by("id")
    ] == [one.sentence for one in steps]
    assert found() == []


def test_the_system_acts_in_its_own_name(organisation):
    assert record("test.done", organisation, "It was done.").actor_name == "The system"


def test_the_events_of_a_record_are_its_own_newest_first(organisation, other_organisation):
    write(other_organisation)
    events = write(organisation)
    assert list(Event.objects.about(organisation))[:3] == list(reversed(events))


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_what_it_records(organisation):
    with pytest.raises(RuntimeError):
        record("test.done", organisation, "It was done.")


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_when_what_it_records_is_rolled_back(organisation):
    before = Event.objects.count()
    with pytest.raises(ValueError, match="stop"), transaction.atomic():
        write(organisation)
        raise ValueError("stop")
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_event SET sentence = 'Something else.'",
        "UPDATE audit_event SET actor_name = actor_name",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)",
    ],
)
def test_the_database_itself_refuses_changes(organisation, sql):
    write(organisation)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_database_itself_refuses_to_empty_the_trail(organisation):
    write(organisation)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_no_truncate")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_event")


@pytest.mark.parametrize("change", ["update", "delete", "save"])
def test_the_models_own_ways_to_change_are_refused_too(organisation, change):
    event = write(organisation)[0]
    event.sentence = "Something else."
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if change == "update":
            Event.objects.filter(pk=event.pk).update(sentence="Something else.")
        elif change == "delete":
            event.delete()
        else:
            event.save()


def test_an_untouched_trail_is_unbroken(organisation):
    write(organisation)
    assert found() == []


@pytest.mark.parametrize("column", ["sentence", "actor_name", "verb", "target_id", "target_name"])
def test_a_changed_event_is_named(organisation, column):
    event = write(organisation)[1]
    tamper(f"UPDATE audit_event SET {column} = 'x' WHERE id = %s", event.pk)
    assert found() == [f"Event {event.pk} was altered after it was written."]


@pytest.mark.parametrize(
    "value", ["at = at + interval '1 hour'", "changes = '{\"step\": 9}'", "actor_id = 12345"]
)
def test_a_changed_time_person_or_amount_is_named(organisation, value):
    event = write(organisation)[1]
    tamper(f"UPDATE audit_event SET {value} WHERE id = %s", event.pk)
    assert found() == [f"Event {event.pk} was altered after it was written."]


def test_a_removed_event_is_named_by_the_one_after_it(organisation):
    events = write(organisation)
    tamper("DELETE FROM audit_event WHERE id = %s", events[1].pk)
    assert found() == [
        f"Event {events[2].pk} does not follow on from the event before it: one was removed or added."
    ]


def test_an_added_event_is_named(organisation):
    last = write(organisation)[-1]
    tamper(
        "INSERT INTO audit_event (at, actor_name, verb, sentence, target_type, target_id, target_name,"
        " changes, previous_hash, hash) SELECT at, actor_name, verb, sentence, target_type, target_id,"
        " target_name, changes, 'x', 'y' FROM audit_event WHERE id = %s",
        last.pk,
    )
    assert len(found()) == 2


def test_the_verify_command_fails_on_a_broken_trail_and_names_it(organisation, capsys):
    event = write(organisation)[1]
    tamper("UPDATE audit_event SET sentence = 'x' WHERE id = %s", event.pk)
    with pytest.raises(SystemExit):
        call_command("verify")
    assert f"Event {event.pk} was altered" in "".join(capsys.readouterr())


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_chain(organisation):
    from concurrent.futures import ThreadPoolExecutor

    def work(number):
        try:
            with transaction.atomic():
                record("test.done", organisation, f"Writer {number}.")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(work, range(12)))
    assert found() == []
    assert Event.objects.filter(verb="test.done").count() == 12
