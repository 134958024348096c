"""The administrator's pages: they find things, hide secrets, and cost the same however much there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from audit.services import record
from notifications.models import Message
from notifications.services import queue
from office.models import OfficeSettings
from pcc_grants.lib import clock
from tests import factories

State = Message.State


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def make_people(number):
    for _ in range(number):
        factories.person("officer")


def make_messages(number):
    for _ in range(number):
        message(factories.person("applicant"))


def make_events(number):
    person = factories.person("applicant")
    for _ in range(number):
        record("test.done", person, "Something was done.", by=person)


def make_settings(number):
    start = OfficeSettings.objects.count()
    for year in range(start, start + number):
        factories.office_settings(None, factories.date(2000 + year, 1, 1))


def message(to, **facts) -> Message:
    key = f"test:{Message.objects.count()}"
    return queue(key=key, to=to, **{"template": "accounts/use_code", "context": {}} | facts)


@pytest.mark.parametrize(
    ("page", "make"),
    [
        ("people", make_people),
        ("outbox", make_messages),
        ("audit", make_events),
        ("office_settings", make_settings),
        ("manage_home", make_messages),
    ],
)
def test_a_list_costs_the_same_at_1_3_and_60_rows(login, administrator, page, make):
    client = login(administrator)
    client.get(reverse(page))
    counts = []
    for number in (1, 2, 57):
        make(number)
        counts.append(queries(client, reverse(page)))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize("page", ["people", "outbox", "audit", "office_settings"])
@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=9999999999999999999999", "page=x", "page=%00", "state=king", "role=king",
        "words=%00%01", "words=" + "x" * 3000, "words=%25_%5C", "kind=no.such", "since_day=31&since_month=2",
        "since_day=31&since_month=2&since_year=2019", "before=x", "before=-5", "before=" + "9" * 40,
        "before=%00", "address=%00", "person=%F0%9F", "unknown=1",
    ],
)  # fmt: skip
def test_no_filter_breaks_a_list(login, administrator, page, query):
    assert login(administrator).get(f"{reverse(page)}?{query}").status_code == 200


def test_people_are_found_by_name_role_and_account(login, administrator, officer, finance, stranger):
    finance.is_active = False
    finance.save()
    client = login(administrator)
    address = reverse("people")

    def found(query):
        page = text(client.get(f"{address}?{query}"))
        return {
            person.email for person in (administrator, officer, finance, stranger) if person.email in page
        }

    assert found("words=officer") == {officer.email}
    assert found(f"words={stranger.email}") == {stranger.email}
    assert found("role=finance") == {finance.email}
    assert found("state=closed") == {finance.email}
    assert found("state=unused") == {officer.email, stranger.email}


def test_emails_are_found_by_state_and_address(login, administrator, officer, finance):
    message(officer)
    message(finance)
    Message.objects.filter(to=finance.email).update(state=State.FAILED)
    client = login(administrator)
    page = text(client.get(reverse("outbox") + "?state=failed"))
    assert finance.email in page
    assert officer.email not in page
    page = text(client.get(reverse("outbox") + f"?address={officer.email}"))
    assert finance.email not in page
    assert officer.email in page


def test_an_email_can_be_read(login, auditor, officer):
    page = text(login(auditor).get(reverse("message", args=[message(officer).pk])))
    assert "You asked to choose a new password" in page
    assert "Send again" not in page


def test_a_secret_email_is_shown_to_nobody(login, administrator, officer):
    found = message(officer, secret=True)
    page = text(login(administrator).get(reverse("message", args=[found.pk])))
    assert "Its text is shown to nobody" in page
    assert "You asked to choose a new password" not in page


def test_an_email_that_failed_is_sent_again_from_its_page(login, administrator, officer):
    found = message(officer)
    Message.objects.update(state=State.FAILED, last_error="SMTPDataError: full")
    client = login(administrator)
    address = reverse("message", args=[found.pk])
    assert "SMTPDataError: full" in text(client.get(address))
    assert "Send again" in text(client.get(address))
    assert client.post(address).url == address
    found.refresh_from_db()
    assert found.state == State.QUEUED
    assert Event.objects.about(found).first().actor_id == administrator.pk


def test_an_email_that_was_sent_is_not_sent_again(login, administrator, officer):
    found = message(officer)
    Message.objects.update(state=State.SENT, sent_at=clock.now())
    response = login(administrator).post(reverse("message", args=[found.pk]))
    assert response.status_code == 422
    assert "Only an email that failed can be sent again" in text(response)


def test_events_are_found_by_words_person_record_and_dates(login, auditor, officer, finance):
    with clock.at(factories.date(2019, 6, 12)):
        record("test.one", officer, "The first thing was done.", by=finance)
    with clock.at(factories.date(2019, 6, 13)):
        record("test.two", finance, "The second thing was done.", by=officer)
    client = login(auditor)

    def found(query):
        page = text(client.get(f"{reverse('audit')}?{query}"))
        return [name for name in ("first", "second") if f"The {name} thing was done." in page]

    assert found("") == ["first", "second"]
    assert found("words=first+thing") == ["first"]
    assert found(f"person={finance.name.replace(' ', '+')}") == ["first"]
    assert found("kind=accounts.user") == ["first", "second"]
    assert found("kind=funds.fund") == []
    assert found("since_day=13&since_month=6&since_year=2019") == ["second"]
    assert found("until_day=12&until_month=June&until_year=2019") == ["first"]


def test_the_trail_is_read_page_by_page_without_gaps(login, auditor):
    make_events(60)
    client = login(auditor)
    seen, address = [], reverse("audit")
    while address:
        response = client.get(address)
        seen += [event.pk for event in response.context["events"]]
        older = response.context["older"]
        address = f"{reverse('audit')}?before={older}" if older else None
    assert seen == list(Event.objects.values_list("pk", flat=True))


def test_service_health_counts_what_is_wrong(login, administrator, officer, finance):
    message(officer)
    message(finance)
    Message.objects.filter(to=finance.email).update(state=State.FAILED)
    client = login(administrator)
    response = client.get(reverse("manage_home"))
    assert (response.context["emails"]["failed"], response.context["emails"]["waiting"]) == (1, 1)
    assert response.context["people"] == {"open": 3, "unused": 2}
    assert not response.context["is_stuck"]
    assert "The office's settings have not been entered" in text(response).replace("&#x27;", "'")
    Message.objects.update(queued_at=clock.now() - timedelta(minutes=11))
    assert "The background worker may have stopped" in text(client.get(reverse("manage_home")))


# -- Office settings ---------------------------------------------------------------------------------------


def office_facts(**changes) -> dict:
    facts = {
        name: value
        for name, value in OfficeSettings.objects.values().get().items()
        if name not in ("id", "effective_from", "created_at", "created_by_id_id", "created_by_id")
    }
    date_typed = {"effective_from_day": "1", "effective_from_month": "July", "effective_from_year": "2030"}
    return facts | date_typed | changes


def test_a_new_version_starts_from_the_latest_and_leaves_it_as_it_was(login, administrator, office):
    client = login(administrator)
    assert 'value="The Example Plan"' in text(client.get(reverse("office_settings_new")))
    response = client.post(reverse("office_settings_new"), office_facts(plan_title="The next plan"))
    assert response.url == reverse("office_settings")
    old, new = OfficeSettings.objects.order_by("effective_from")
    assert (old.plan_title, new.plan_title) == ("The Example Plan", "The next plan")
    assert new.effective_from == factories.date(2030, 7, 1)
    assert OfficeSettings.objects.current() == old
    assert Event.objects.about(new).get().actor_id == administrator.pk
    page = text(client.get(reverse("office_settings_version", args=[new.pk])))
    assert "The next plan" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"effective_from_year": ""}, "The date must include a year"),
        ({"office_name": ""}, "Enter the name of the office"),
        ({"plan_url": "plan"}, "Enter the web address of the plan in full, like https://www.example.org/plan"),
        ({"plan_url": "javascript:alert(1)"}, "in full, like https://www.example.org/plan"),
        ({"plan_allocations_page": "0"}, "Page of the plan must be 1 or more"),
        ({"contact_email": "x"}, "Enter an email address in the correct format"),
        ({"office_name": "x" * 201}, "Name of the office must be 200 characters or fewer"),
        (
            {"effective_from_day": "1", "effective_from_month": "1", "effective_from_year": "2015"},
            "There are already settings from 1 January 2015",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_new_settings_is_said(login, administrator, office, changes, sentence):
    response = login(administrator).post(reverse("office_settings_new"), office_facts(**changes))
    assert response.status_code == 422
    assert sentence in text(response)
    assert OfficeSettings.objects.count() == 1


def test_the_first_settings_are_entered_on_the_page(login, administrator):
    assert login(administrator).get(reverse("office_settings_new")).status_code == 200
    assert "No settings have been entered yet" in text(login(administrator).get(reverse("office_settings")))
