"""The office's pages: the list and its filters, asking, reviewing, another date, no longer needed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from awards.services import end_early
from monitoring import services
from pcc_grants.lib import clock

from .conftest import send

READERS = ["officer", "approver", "auditor"]
OTHERS = ["applicant", "stranger", "finance", "panel_officer", "assessor", "administrator"]


def page(award_return, name="office_return"):
    return reverse(name, args=[award_return.reference])


def parts(name, day):
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


@pytest.fixture
def as_officer(login, officer):
    return login(officer)


@pytest.fixture
def sent_return(open_return, applicant):
    return send(open_return, applicant)


def listed(as_officer, **filters):
    response = as_officer.get(reverse("office_returns"), filters)
    assert response.status_code == 200
    return [award_return.reference for award_return in response.context["page_obj"]]


class TestTheList:
    def test_shows_reference_organisation_due_date_and_status(self, as_officer, open_return):
        html = as_officer.get(reverse("office_returns")).content.decode()
        for text in (open_return.reference, "Example Youth Project", "(in 20 days)", "Open"):
            assert text in html

    def test_is_filtered_by_status(self, as_officer, open_return, running):
        overdue = running(due_on=clock.today() - timedelta(days=3))
        soon = running(due_on=clock.today() + timedelta(days=3), title="Example visits")
        services.open_due()
        assert listed(as_officer) == [overdue.reference, soon.reference, open_return.reference]
        assert listed(as_officer, status="overdue") == [overdue.reference]
        assert listed(as_officer, status="due_soon") == [soon.reference]
        assert len(listed(as_officer, status="open")) == 3
        assert listed(as_officer, status="submitted") == []
        assert len(listed(as_officer, status="all")) == 3

    def test_leaves_out_what_an_ended_grant_no_longer_owes(
        self, as_officer, open_return, active_award, officer
    ):
        end_early(by=officer, award=active_award, reason="The project stopped.")
        assert listed(as_officer) == []
        assert listed(as_officer, status="all") == [open_return.reference]
        assert (
            "No longer needed"
            in as_officer.get(reverse("office_returns"), {"status": "all"}).content.decode()
        )

    def test_is_filtered_by_fund_and_words(self, as_officer, open_return, running, fund):
        other = running(due_on=clock.today() + timedelta(days=3), title="Example visits")
        assert listed(as_officer, fund=fund.pk) == [open_return.reference]
        assert listed(as_officer, search="visits") == [other.reference]
        assert listed(as_officer, search=open_return.reference.lower()) == [open_return.reference]
        assert len(listed(as_officer, search="youth project")) == 2

    @pytest.mark.parametrize(
        "filters",
        [
            {"status": "nonsense"},
            {"fund": "x"},
            {"fund": "99999999999999999999"},
            {"search": "x" * 5000},
            {"search": "\x00%_\\"},
        ],
    )
    def test_a_filter_that_cannot_be_lists_nothing(self, as_officer, open_return, filters):
        assert listed(as_officer, **filters) == []

    @pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
    def test_a_page_that_is_not_there_shows_another(self, as_officer, open_return, number):
        assert listed(as_officer, page=number) == [open_return.reference]

    def test_says_so_when_it_is_empty(self, as_officer):
        assert "No returns match" in as_officer.get(reverse("office_returns")).content.decode()

    def test_costs_the_same_at_one_and_three_rows(
        self, as_officer, running, django_assert_num_queries, django_assert_max_num_queries
    ):
        running(due_on=clock.today() + timedelta(days=3))
        listed(as_officer)
        with django_assert_max_num_queries(15) as counted:
            listed(as_officer)
        for title in ("Example visits", "Example tours"):
            running(due_on=clock.today() + timedelta(days=3), title=title)
        with django_assert_num_queries(len(counted)):
            assert len(listed(as_officer)) == 3


class TestReviewing:
    def test_shows_the_last_return_beside_this_one(self, as_officer, sent_return, officer, applicant):
        services.accept(by=officer, award_return=sent_return, feedback="Good.")
        following = services.schedule(
            by=officer,
            award=sent_return.award,
            kind="end_of_year",
            period_start=sent_return.period_end + timedelta(days=1),
            period_end=sent_return.period_end + timedelta(days=180),
            due_on=clock.today() + timedelta(days=10),
        )
        services.save(
            by=applicant,
            award_return=following,
            progress="at_risk",
            narrative="We held 5.",
            sessions=5,
            people=60,
            spent=0,
        )
        services.submit(by=applicant, award_return=following, signed_name="The Chair", signed_role="Chair")
        html = as_officer.get(page(following)).content.decode()
        for text in (f"Last: {sent_return.reference}", "We held 12 workshops.", "We held 5.", "At risk"):
            assert text in html

    def test_the_first_return_has_none_beside_it(self, as_officer, sent_return):
        assert "There is none" in as_officer.get(page(sent_return)).content.decode()

    def test_a_return_that_was_not_sent_cannot_be_reviewed(self, as_officer, open_return):
        html = as_officer.get(page(open_return)).content.decode()
        assert "It has not been sent yet." in html and "Your decision" not in html

    def test_accepting_offers_to_release_the_instalment(self, as_officer, sent_return):
        instalment = sent_return.condition.instalment
        response = as_officer.post(page(sent_return), {"outcome": "accept", "feedback": "Good."}, follow=True)
        html = response.content.decode()
        assert "You have accepted the return" in html
        assert "Release instalment 2 of £5,000" in html
        assert reverse("office_instalment_approve", args=[instalment.pk]) in html

    def test_before_that_it_says_what_the_instalment_waits_for(self, as_officer, sent_return):
        html = as_officer.get(page(sent_return)).content.decode()
        assert "Waiting for the mid-year return" in html and "Release instalment" not in html

    @pytest.mark.parametrize(
        ("outcome", "status"), [("changes", "changes_requested"), ("unsatisfactory", "unsatisfactory")]
    )
    def test_the_other_judgements(self, as_officer, sent_return, outcome, status):
        response = as_officer.post(page(sent_return), {"outcome": outcome, "feedback": "Say more."})
        assert response.status_code == 302
        sent_return.refresh_from_db()
        assert (sent_return.status, sent_return.feedback) == (status, "Say more.")

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"feedback": "Good."}, "Select a decision"),
            ({"outcome": "nonsense", "feedback": "Good."}, "Select a decision"),
            ({"outcome": "accept"}, "Enter your feedback, which the organisation will read"),
            (
                {"outcome": "accept", "feedback": "\x00"},
                "Enter your feedback, which the organisation will read",
            ),
        ],
    )
    def test_mistakes_are_named_and_nothing_changes(self, as_officer, sent_return, typed, sentence):
        response = as_officer.post(page(sent_return), typed)
        html = response.content.decode()
        assert response.status_code == 422
        assert sentence in html and "<title>Error: " in html
        sent_return.refresh_from_db()
        assert sent_return.status == "submitted"

    def test_a_return_judged_meanwhile_says_so(self, as_officer, sent_return, officer_2):
        services.accept(by=officer_2, award_return=sent_return, feedback="Good.")
        response = as_officer.post(page(sent_return), {"outcome": "changes", "feedback": "More."})
        assert response.status_code == 422
        assert "nothing to review" in response.content.decode()

    def test_reminders_are_listed_with_their_state(self, as_officer, running):
        award_return = running(due_on=date(2019, 10, 31))
        services.chase(date(2019, 10, 3))
        services.chase(date(2019, 12, 10))
        html = as_officer.get(page(award_return)).content.decode()
        assert "Open: 4 weeks before" in html and "Waiting to be sent" in html
        assert "28 working days overdue: decide" in html and "None: for the office to do" in html

    def test_the_page_costs_the_same_with_more_reminders(
        self, as_officer, running, django_assert_num_queries, django_assert_max_num_queries
    ):
        award_return = running(due_on=date(2019, 10, 31))
        services.chase(date(2019, 10, 3))
        as_officer.get(page(award_return))
        with django_assert_max_num_queries(20) as counted:
            as_officer.get(page(award_return))
        services.chase(date(2019, 10, 24))
        services.chase(date(2019, 10, 31))
        with django_assert_num_queries(len(counted)):
            html = as_officer.get(page(award_return)).content.decode()
        assert html.count("Due today") == 1


class TestAskingForAReturn:
    def address(self, award):
        return reverse("office_return_new", args=[award.reference])

    def typed(self, **changes):
        today = clock.today()
        return {
            "kind": "end_of_year",
            **parts("period_start", today),
            **parts("period_end", today + timedelta(days=180)),
            **parts("due_on", today + timedelta(days=210)),
            "opens_on_day": "",
            "opens_on_month": "",
            "opens_on_year": "",
        } | changes

    def test_is_proposed_and_made(self, as_officer, active_award):
        html = as_officer.get(self.address(active_award)).content.decode()
        assert "Ask for this return" in html
        response = as_officer.post(self.address(active_award), self.typed(), follow=True)
        assert f"{active_award.reference}-M2 has been asked for" in response.content.decode()

    def test_names_the_instalments_that_still_wait(self, as_officer, prepared_award, officer):
        services.cancel(by=officer, award_return=prepared_award.returns.get(), reason="Another instead.")
        address = self.address(prepared_award)
        assert "Instalment 2 of £5,000" in as_officer.get(address).content.decode()
        condition = prepared_award.instalments.get(number=2).conditions.get(kind="return")
        as_officer.post(address, self.typed(condition=str(condition.pk)))
        assert prepared_award.returns.get(number=2).condition == condition

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"kind": ""}, "Select what kind of return it is"),
            ({"due_on_month": "13"}, "Due date must be a real date"),
            ({"due_on_day": "", "due_on_month": "", "due_on_year": ""}, "Enter the due date"),
            ({"period_end_year": "2001"}, "The end of the period must be on or after"),
        ],
    )
    def test_mistakes_are_named(self, as_officer, active_award, changes, sentence):
        response = as_officer.post(self.address(active_award), self.typed(**changes))
        assert response.status_code == 422
        assert sentence in response.content.decode()

    def test_a_page_for_an_award_that_is_over_says_so(self, as_officer, active_award, officer):
        end_early(by=officer, award=active_award, reason="The project stopped.")
        html = as_officer.get(self.address(active_award)).content.decode()
        assert "No return can be asked for here" in html and "Ask for this return" not in html
        assert as_officer.post(self.address(active_award), self.typed()).status_code == 422


class TestAnotherDueDate:
    def test_moves_it(self, as_officer, open_return):
        day = clock.today() + timedelta(days=60)
        typed = parts("due_on", day) | {"reason": "They asked for more time."}
        response = as_officer.post(page(open_return, "office_return_due_date"), typed, follow=True)
        assert f"is now due on {clock.format_date(day)}" in response.content.decode()
        open_return.refresh_from_db()
        assert open_return.due_on == day

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({}, "Enter the new due date"),
            (parts("due_on", clock.today() - timedelta(days=1)) | {"reason": "x"}, "today or later"),
            (parts("due_on", clock.today()), "Enter the reason for the new date"),
        ],
    )
    def test_mistakes_are_named(self, as_officer, open_return, typed, sentence):
        response = as_officer.post(page(open_return, "office_return_due_date"), typed)
        assert response.status_code == 422
        assert sentence in response.content.decode()

    def test_not_once_it_was_sent(self, as_officer, sent_return):
        assert (
            "The date cannot be changed"
            in as_officer.get(page(sent_return, "office_return_due_date")).content.decode()
        )
        typed = parts("due_on", clock.today() + timedelta(days=60)) | {"reason": "x"}
        assert as_officer.post(page(sent_return, "office_return_due_date"), typed).status_code == 422


class TestCancelling:
    def test_asks_first_and_then_does_it(self, as_officer, open_return):
        assert (
            "Cancel this return?"
            in as_officer.get(page(open_return, "office_return_cancel")).content.decode()
        )
        response = as_officer.post(
            page(open_return, "office_return_cancel"), {"reason": "Not needed."}, follow=True
        )
        assert "is no longer needed" in response.content.decode()
        open_return.refresh_from_db()
        assert open_return.status == "cancelled"

    def test_needs_a_reason(self, as_officer, open_return):
        response = as_officer.post(page(open_return, "office_return_cancel"), {"reason": " "})
        assert response.status_code == 422
        assert "Enter the reason why it is no longer needed" in response.content.decode()

    def test_not_once_it_was_sent(self, as_officer, sent_return):
        response = as_officer.post(page(sent_return, "office_return_cancel"), {"reason": "x"})
        assert response.status_code == 422


PAGES = ["office_return", "office_return_due_date", "office_return_cancel"]
FIELDS = {
    "office_return": {"outcome": "accept", "feedback": "Good."},
    "office_return_due_date": parts("due_on", clock.today() + timedelta(days=90)) | {"reason": "x"},
    "office_return_cancel": {"reason": "x"},
}


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("name", PAGES)
def test_the_office_reads(login, request, open_return, role, name):
    assert login(request.getfixturevalue(role)).get(page(open_return, name)).status_code == 200


@pytest.mark.parametrize("role", ["approver", "auditor"])
@pytest.mark.parametrize("name", PAGES)
def test_readers_change_nothing_and_see_no_buttons(login, request, sent_return, role, name):
    as_officer = login(request.getfixturevalue(role))
    html = as_officer.get(page(sent_return, name)).content.decode()
    assert "data-send-once" not in html.partition("<main")[2]
    assert as_officer.post(page(sent_return, name), FIELDS[name]).status_code == 403
    sent_return.refresh_from_db()
    assert sent_return.status == "submitted"


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_comes_in(login, request, open_return, role, name, method):
    as_officer = login(request.getfixturevalue(role))
    assert getattr(as_officer, method)(page(open_return, name)).status_code == 403


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_the_list_or_asks(login, request, active_award, role):
    as_officer = login(request.getfixturevalue(role))
    assert as_officer.get(reverse("office_returns")).status_code == 403
    assert as_officer.get(reverse("office_return_new", args=[active_award.reference])).status_code == 403


def test_a_return_that_is_not_there_is_not_found(as_officer):
    for name in PAGES:
        assert as_officer.get(reverse(name, args=["TST-0000-M1"])).status_code == 404
    assert as_officer.get(reverse("office_return_new", args=["TST-0000"])).status_code == 404
