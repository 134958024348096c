"""The page each role starts at: what waits for whom, with honest empty states and constant queries."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.permissions import Role
from applications import services as applications
from applications.models import Application, Clarification
from awards import services as awards
from awards.models import Award
from funds.models import LegalPower
from monitoring import services as monitoring
from organisations import services as organisations
from pcc_grants.lib import clock
from pcc_grants.lib.working_days import add_working_days
from reports.homes import rows
from reports.models import Paper
from tests import factories

HOMES = ["home", "office_home", "decide_home", "finance_home"]
MAY_OPEN = {
    "home": {"applicant", "stranger"},
    "office_home": {"officer", "approver", "auditor"},
    "decide_home": {"officer", "approver", "auditor"},
    "finance_home": {"officer", "approver", "finance", "auditor"},
}
ROLES = ["applicant", "stranger", "officer", "assessor", "approver", "finance", "panel_officer", "auditor"]


def shown(browser, name, **query) -> str:
    response = browser.get(reverse(name), query)
    assert response.status_code == 200
    return response.content.decode()


def main_of(html) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def part(html, heading) -> str:
    """What stands under a heading, up to the next one."""
    return html.partition(f"{heading}")[2].partition("<h2")[0]


def direct_award(officer, fund, organisation, title="Example visits") -> Award:
    today = clock.today()
    return awards.propose_direct_award(
        by=officer,
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=fund,
        organisation=organisation,
        title=title,
        purpose="deliver visits",
        reasons="It will divert young people from crime.",
        amount=Decimal("2000"),
        starts_on=today,
        ends_on=today + timedelta(days=200),
        direct_reason="No one else offers it.",
    )


def paper(officer, status, **facts) -> Paper:
    today = clock.today()
    return Paper.objects.create(
        **{
            "meeting_on": today + timedelta(days=20),
            "period_start": today - timedelta(days=200),
            "period_end": today - timedelta(days=20),
            "selection_due_on": today + timedelta(days=5),
            "despatch_on": today + timedelta(days=13),
            "status": status,
            "created_by": officer,
        }
        | facts
    )


@pytest.mark.parametrize("name", HOMES)
@pytest.mark.parametrize("role", ROLES)
def test_each_home_opens_for_its_roles_only(login, request, name, role):
    response = login(request.getfixturevalue(role)).get(reverse(name))
    assert response.status_code == (200 if role in MAY_OPEN[name] else 403)


@pytest.mark.parametrize("name", HOMES)
def test_a_visitor_signs_in_first(client, name):
    assert "/sign-in/" in client.get(reverse(name)).url


@pytest.mark.parametrize("name", HOMES)
def test_a_home_has_one_heading_and_changes_nothing_on_post(login, request, name):
    browser = login(request.getfixturevalue("applicant" if name == "home" else "approver"))
    assert shown(browser, name).count("<h1") == 1


class TestTheApplicantsHome:
    def test_is_honest_when_there_is_nothing(self, login, applicant):
        html = shown(login(applicant), "home")
        assert "You have no applications." in html and "Find funding" in html
        assert "Tell us about your organisation" in html

    def test_an_organisation_without_applications_is_sent_to_funding(
        self, login, stranger, other_organisation
    ):
        html = main_of(shown(login(stranger), "home"))
        assert "You have no applications." in html and "To do" not in html

    def test_a_draft_comes_first_with_its_closing_time(self, login, applicant, draft):
        html = shown(login(applicant), "home")
        task = part(html, "To do")
        assert "Finish your application: Example workshops" in task
        closes = clock.format_deadline(draft.round.closes_at).replace(clock.NBSP, " ")
        assert f"Closes {closes} (in 10 days)" in task
        assert reverse("application", args=[draft.reference]) in task
        assert "Drafts" in html

    def test_what_was_submitted_shows_no_more_than_the_applicant_may_know(
        self, login, applicant, recommended_application
    ):
        html = main_of(shown(login(applicant), "home"))
        assert "Being assessed" in html and "ecommended" not in html
        assert "There is nothing for you to do now." in html

    def test_an_offer_is_to_be_accepted(self, login, applicant, offered_award):
        html = shown(login(applicant), "home")
        task = part(html, "To do")
        assert "Accept our offer: Example workshops" in task
        assert "(in 28 days)" in task
        assert "Submitted</caption>" not in html

    def test_a_return_is_to_be_sent_with_its_date(self, login, applicant, open_return):
        html = shown(login(applicant), "home")
        task = part(html, "To do")
        assert "Send your mid-year return: Example workshops" in task
        due = clock.format_date(open_return.due_on).replace(clock.NBSP, " ")
        assert f"Due {due} (in 20 days)" in task
        assert "Grants" in html and "£10,000.00" in html and "£5,000.00" in html

    def test_the_nearest_date_comes_first(self, login, applicant, open_return, organisation):
        round = factories.open_round(
            open_return.award.responsible_officer,
            open_return.award.fund,
            closes_at=clock.london(clock.today() + timedelta(days=2), time(17, 0)),
        )
        factories.draft(applicant, round, organisation, title="Example tours")
        task = part(shown(login(applicant), "home"), "To do")
        assert task.index("Finish your application") < task.index("Send your mid-year return")

    def test_what_is_over_stands_at_the_end(self, login, applicant, open_return, officer, active_award):
        awards.end_early(by=officer, award=active_award, reason="The project stopped.")
        html = shown(login(applicant), "home")
        assert "Past grants" in html and "Send your" not in html
        assert "There is nothing for you to do now." in html

    def test_a_colleague_sees_the_same_and_a_stranger_nothing(self, login, colleague, stranger, open_return):
        assert "Send your mid-year return" in shown(login(colleague), "home")
        assert "Example workshops" not in shown(login(stranger), "home")

    def test_somebody_invited_to_one_application_sees_it(self, login, applicant, stranger, draft):
        factories.participant(applicant, draft, stranger)
        html = main_of(shown(login(stranger), "home"))
        assert "Finish your application: Example workshops" in html
        assert "Tell us about your organisation" not in html

    def test_invitations_are_to_be_answered(self, login, applicant, stranger, draft, organisation):
        applications.invite(
            by=applicant, application=draft, email=stranger.email, name="Stranger", part="signatory"
        )
        organisations.invite(by=applicant, organisation=organisation, email=stranger.email)
        task = part(shown(login(stranger), "home"), "To do")
        assert "Take part: Example workshops" in task and "Join Example Youth Project" in task
        assert reverse("application_join", args=[draft.reference]) in task
        assert reverse("organisation_join", args=[organisation.reference]) in task
        assert "(in 14 days)" in task and "Tell us about your organisation" not in task
        with clock.at(clock.now() + timedelta(days=15)):
            assert "Take part" not in shown(login(stranger), "home")

    def test_whoever_is_asked_to_sign_is_told_so_and_the_others_wait(
        self, login, applicant, colleague, draft
    ):
        applications.ask_signature(by=colleague, application=draft, signatory=applicant)
        task = part(shown(login(applicant), "home"), "To do")
        assert "Sign and submit: Example workshops" in task
        assert reverse("application_submit", args=[draft.reference]) in task
        task = part(shown(login(colleague), "home"), "To do")
        assert "Not submitted yet: Example workshops" in task
        assert "Waiting for Sample applicant to sign" in task

    def test_a_lead_answers_requests_to_join_and_whoever_asks_waits(
        self, login, applicant, colleague, stranger, organisation
    ):
        asked = organisations.ask_to_join(by=stranger, organisation=organisation)
        page = reverse("organisation_request", args=[organisation.reference, asked.pk])
        assert page in part(shown(login(applicant), "home"), "To do")
        assert page not in shown(login(colleague), "home")
        html = shown(login(stranger), "home")
        assert "You asked to join Example Youth Project" in html and page not in html

    def test_our_question_comes_first(self, login, applicant, officer, draft, organisation, open_round):
        asked = factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
        Application.objects.filter(pk=asked.pk).update(status="clarification")
        Clarification.objects.create(
            application=asked,
            question="What does the venue cost?",
            reply_by=clock.today() + timedelta(days=30),
            asked_by=officer,
        )
        html = shown(login(applicant), "home")
        task = part(html, "To do")
        assert task.index("We have a question: Example workshops") < task.index("Finish your application")
        assert "(in 30 days)" in task
        assert "We have a question" in html.partition("Submitted</caption>")[2]

    def test_a_deleted_draft_can_be_restored_by_its_lead_for_30_days(
        self, login, applicant, colleague, draft, organisation, officer, fund
    ):
        applications.withdraw(by=applicant, application=draft)
        restore = reverse("application_restore", args=[draft.reference])
        html = shown(login(applicant), "home")
        assert restore in html.partition("Past applications</caption>")[2]
        assert restore not in shown(login(colleague), "home")
        with clock.at(draft.round.closes_at + timedelta(days=1)):
            assert restore not in shown(login(applicant), "home")

    def test_an_officer_who_also_acts_for_an_organisation_sees_only_its_own(
        self, login, stranger, other_organisation, open_return
    ):
        stranger.roles = [Role.APPLICANT, Role.OFFICER]
        stranger.save()
        html = main_of(shown(login(stranger), "home"))
        assert "Example workshops" not in html and "You have no applications." in html

    def test_costs_the_same_at_one_and_three(
        self, login, applicant, organisation, open_round, open_return, django_assert_num_queries
    ):
        browser = login(applicant)

        def more():
            factories.draft(applicant, open_round, organisation)
            factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
            gone = factories.draft(applicant, open_round, organisation)
            applications.withdraw(by=applicant, application=gone)
            host = factories.person("applicant")
            theirs = factories.organisation(host)
            organisations.invite(by=host, organisation=theirs, email=applicant.email)
            other = factories.draft(host, open_round, theirs)
            facts = {"email": applicant.email, "name": "A person", "part": "reader"}
            applications.invite(by=host, application=other, **facts)
            organisations.ask_to_join(by=host, organisation=organisation)

        more()
        shown(browser, "home")
        with django_assert_num_queries(45, exact=False) as counted:
            shown(browser, "home")
        for _ in range(2):
            more()
        with django_assert_num_queries(len(counted)):
            shown(browser, "home")


class TestToday:
    def test_is_honest_when_there_is_nothing(self, login, officer):
        html = shown(login(officer), "office_home")
        for sentence in (
            "Nothing is overdue.",
            "Nothing waits for you.",
            "Nothing waits for anyone else.",
            "Nothing comes up in the next 14 days.",
        ):
            assert sentence in html

    @pytest.mark.parametrize(
        ("fixture", "section", "verb", "url_name"),
        [
            ("submitted_application", "Waiting for you", "Check the application", "office_application_check"),
            ("eligible_application", "Waiting for you", "Assign assessors", "office_assign"),
            ("assessed_application", "Waiting for you", "Recommend", "office_recommend"),
            ("recommended_application", "Waiting for someone else", "The approver decides", None),
            ("approved_application", "Waiting for you", "Prepare the offer", "office_award_prepare"),
            ("prepared_award", "Waiting for you", "Make the offer", "office_offer"),
            ("offered_award", "Waiting for someone else", "The organisation accepts the offer", None),
        ],
    )
    def test_each_step_waits_where_it_belongs(
        self, login, officer, request, fixture, section, verb, url_name
    ):
        waiting = request.getfixturevalue(fixture)
        html = shown(login(officer), "office_home")
        work = part(html, section)
        assert verb in work and "Example Youth Project" in work and waiting.reference in work
        if url_name:
            assert f'href="{reverse(url_name, args=[waiting.reference])}"' in work

    def test_a_request_to_join_waits_only_where_no_lead_can_answer(
        self, login, officer, organisation, stranger
    ):
        browser = login(officer)
        organisations.ask_to_join(by=stranger, organisation=organisation)
        assert "Answer a request to join" not in shown(browser, "office_home")
        leaderless = organisations.register(by=officer, name="Example Sports Club", kind="charity")
        asked = organisations.ask_to_join(by=stranger, organisation=leaderless)
        work = part(shown(browser, "office_home"), "Waiting for you")
        assert "Answer a request to join" in work and "Example Sports Club" in work
        assert reverse("office_join_request", args=[asked.pk]) in work

    def test_an_accepted_agreement_is_to_be_countersigned(self, login, officer, applicant, offered_award):
        awards.sign(
            by=applicant, award=offered_award, signed_name="The Chair", signed_role="Chair", ip="192.0.2.1"
        )
        work = part(shown(login(officer), "office_home"), "Waiting for you")
        assert "Countersign the agreement" in work
        assert reverse("office_countersign", args=[offered_award.reference]) in work

    def test_an_instalment_is_to_be_released_then_paid(self, login, officer, active_award):
        browser = login(officer)
        work = part(shown(browser, "office_home"), "Waiting for you")
        assert "Release the instalment" in work and "instalment 1 of £5,000" in work
        awards.approve_instalment(by=officer, instalment=active_award.instalments.get(number=1))
        html = shown(browser, "office_home")
        assert "Release the instalment" not in html
        assert "Finance pays" in part(html, "Waiting for someone else")

    def test_assessors_at_work_are_waited_for_and_late_ones_asked(
        self, login, officer, assessor, eligible_application
    ):
        browser = login(officer)
        applications.assign(
            by=officer,
            application=eligible_application,
            assessor=assessor,
            due_on=clock.today() + timedelta(days=3),
        )
        html = shown(browser, "office_home")
        assert "An assessor scores" in part(html, "Waiting for someone else")
        assert "Assign assessors" in part(html, "Waiting for you")
        eligible_application.assessments.update(due_on=clock.today() - timedelta(days=1))
        assert "Ask for the scores" in part(shown(browser, "office_home"), "Overdue or at risk")

    def test_an_offer_not_accepted_in_time_is_at_risk(self, login, officer, offered_award):
        offered_award.accept_by = clock.today() - timedelta(days=1)
        offered_award.save()
        work = part(shown(login(officer), "office_home"), "Overdue or at risk")
        assert "Offer not accepted in time" in work

    def test_a_return_is_coming_up_then_to_review(self, login, officer, applicant, open_return):
        browser = login(officer)
        later = shown(browser, "office_home")
        assert "Return due" not in part(later, "Coming up in 14 days")
        monitoring.move_due_date(
            by=officer,
            award_return=open_return,
            due_on=clock.today() + timedelta(days=14),
            reason="They asked.",
        )
        assert "Return due" in part(shown(browser, "office_home"), "Coming up in 14 days")
        monitoring.save(
            by=applicant,
            award_return=open_return,
            progress="on_track",
            narrative="Done.",
            sessions=1,
            people=9,
            spent=Decimal(0),
        )
        monitoring.submit(
            by=applicant, award_return=open_return, signed_name="The Chair", signed_role="Chair"
        )
        assert "Review the return" in part(shown(browser, "office_home"), "Waiting for you")
        monitoring.request_changes(by=officer, award_return=open_return, feedback="Say more.")
        work = part(shown(browser, "office_home"), "Waiting for someone else")
        assert "The organisation changes its return" in work

    def test_an_overdue_return_becomes_a_call_then_a_decision(self, login, officer, open_return):
        browser = login(officer)
        due_on = add_working_days(clock.today(), -3)
        type(open_return).objects.update(due_on=due_on, opens_on=due_on - timedelta(days=28))
        work = part(shown(browser, "office_home"), "Overdue or at risk")
        assert "Overdue return" in work and "overdue)" in work
        for count, verb, url_name in (
            (14, "Phone Example Youth Project", "office_return_due_date"),
            (28, "Decide about payments", "office_award_hold"),
        ):
            with clock.at(clock.london(add_working_days(due_on, count))):
                monitoring.chase()
                work = part(shown(browser, "office_home"), "Overdue or at risk")
            assert verb in work and f"mid-year return {count} working days overdue" in work
            assert work.startswith(" (1)</h2>")
            reference = open_return.award.reference if count == 28 else open_return.reference
            assert reverse(url_name, args=[reference]) in work

    def test_a_task_goes_when_the_return_arrives(self, login, officer, applicant, open_return):
        due_on = add_working_days(clock.today(), -14)
        type(open_return).objects.update(due_on=due_on, opens_on=due_on - timedelta(days=28))
        with clock.at(clock.london(add_working_days(clock.today(), 1))):
            monitoring.chase()
        browser = login(officer)
        assert "Phone Example Youth Project" in shown(browser, "office_home")
        monitoring.save(
            by=applicant,
            award_return=open_return,
            progress="on_track",
            narrative="Done.",
            sessions=1,
            people=9,
            spent=Decimal(0),
        )
        monitoring.submit(
            by=applicant, award_return=open_return, signed_name="The Chair", signed_role="Chair"
        )
        assert "Phone Example Youth Project" not in shown(browser, "office_home")

    def test_a_round_that_closes_soon_comes_up(self, login, officer, open_round):
        work = part(shown(login(officer), "office_home"), "Coming up in 14 days")
        assert "Round closes" in work and "(in 10 days)" in work

    @pytest.mark.parametrize(
        ("status", "section", "verb"),
        [
            ("drafting", "Waiting for you", "Write the paper"),
            ("choosing", "Waiting for someone else", "The Panel chooses items"),
            ("checking", "Waiting for someone else", "The approver reads the paper"),
            ("approved", "Waiting for you", "Publish the paper"),
        ],
    )
    def test_papers_wait_where_they_are(self, login, officer, status, section, verb):
        paper(officer, status)
        assert verb in part(shown(login(officer), "office_home"), section)

    def test_a_direct_award_waits_for_the_approver(self, login, officer, fund, organisation):
        direct_award(officer, fund, organisation)
        work = part(shown(login(officer), "office_home"), "Waiting for someone else")
        assert "The approver decides" in work and "Example visits" in work

    def test_says_how_long_it_has_waited(self, login, officer, submitted_application):
        with clock.at(clock.now() + timedelta(days=5)):
            assert "5 days, since" in part(shown(login(officer), "office_home"), "Waiting for you")

    def test_an_auditor_sees_the_rows_without_actions(self, login, auditor, submitted_application):
        html = shown(login(auditor), "office_home")
        assert submitted_application.reference in html
        assert reverse("office_application_check", args=[submitted_application.reference]) not in html

    def test_what_does_not_fit_is_counted_and_linked(
        self, login, officer, applicant, organisation, open_round, monkeypatch
    ):
        monkeypatch.setattr(rows, "MOST_OF_A_KIND", 2)
        for _ in range(3):
            factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
        html = part(shown(login(officer), "office_home"), "Waiting for you")
        assert "See all 3 applications to check" in html
        assert html.count("Check the application") == 2

    def test_costs_the_same_at_one_and_three(
        self,
        login,
        officer,
        applicant,
        organisation,
        fund,
        open_round,
        open_return,
        django_assert_num_queries,
    ):
        def more(title):
            factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
            direct_award(officer, fund, organisation, title)

        browser = login(officer)
        more("Example visits")
        shown(browser, "office_home")
        with django_assert_num_queries(60, exact=False) as counted:
            shown(browser, "office_home")
        more("Example tours")
        more("Example talks")
        with django_assert_num_queries(len(counted)):
            shown(browser, "office_home")


class TestWaitingForYourDecision:
    def test_is_honest_when_there_is_nothing(self, login, approver):
        assert "Nothing waits for a decision." in shown(login(approver), "decide_home")

    def test_shows_the_recommendation_and_what_is_left(self, login, approver, recommended_application):
        html = shown(login(approver), "decide_home")
        year = recommended_application.round.start_year
        assert "Recommended: £10,000" in html
        assert f"Left in the Example Fund, {year}/{(year + 1) % 100:02}: £50,000." in html
        assert reverse("decide_application", args=[recommended_application.reference]) in html

    def test_what_was_decided_leaves(self, login, approver, approved_application):
        assert "Nothing waits for a decision." in shown(login(approver), "decide_home")

    def test_shows_direct_awards_and_papers_in_order_of_the_date_needed(
        self, login, approver, officer, fund, organisation
    ):
        award = direct_award(officer, fund, organisation)
        waiting = paper(officer, "checking", sent_for_approval_by=officer, sent_for_approval_at=clock.now())
        html = shown(login(approver), "decide_home")
        assert html.index(reverse("decide_award", args=[award.reference])) < html.index(
            reverse("decide_paper", args=[waiting.meeting_on])
        )
        assert "No one else offers it." in html and "Read and approve" in html

    def test_nobody_is_asked_to_decide_their_own_proposal(self, login, officer, fund, organisation):
        officer.roles = [Role.OFFICER, Role.APPROVER]
        officer.save()
        award = direct_award(officer, fund, organisation)
        html = shown(login(officer), "decide_home")
        assert "a colleague must decide" in html
        assert reverse("decide_award", args=[award.reference]) not in html

    @pytest.mark.parametrize("role", ["officer", "auditor"])
    def test_readers_see_cards_without_buttons(self, login, request, role, recommended_application):
        html = shown(login(request.getfixturevalue(role)), "decide_home")
        assert recommended_application.title in html
        assert reverse("decide_application", args=[recommended_application.reference]) not in html

    def test_costs_the_same_at_one_and_three(
        self, login, approver, officer, fund, organisation, django_assert_num_queries
    ):
        browser = login(approver)
        direct_award(officer, fund, organisation)
        shown(browser, "decide_home")
        with django_assert_num_queries(30, exact=False) as counted:
            shown(browser, "decide_home")
        direct_award(officer, fund, organisation, "Example tours")
        direct_award(officer, fund, organisation, "Example talks")
        with django_assert_num_queries(len(counted)):
            shown(browser, "decide_home")


class TestReadyToPay:
    def test_is_honest_when_there_is_nothing(self, login, finance):
        html = shown(login(finance), "finance_home")
        for sentence in (
            "Nothing is ready to pay.",
            "Nothing that is due is blocked.",
            "Nothing has been paid in",
            "Every month that has ended is published.",
        ):
            assert sentence in html

    def test_what_was_released_is_ready_with_its_total(self, login, finance, officer, active_award):
        instalment = active_award.instalments.get(number=1)
        browser = login(finance)
        html = shown(browser, "finance_home")
        assert "1 instalment waits for an officer to release it." in html
        awards.approve_instalment(by=officer, instalment=instalment)
        html = shown(browser, "finance_home")
        ready = html.partition("Blocked")[0]
        assert reverse("finance_instalment", args=[instalment.pk]) in ready
        assert "Total of all 1" in ready and ready.count("£5,000.00") == 2

    def test_what_is_blocked_says_why(self, login, finance, open_return):
        instalment = open_return.condition.instalment
        type(instalment).objects.filter(pk=instalment.pk).update(due_on=clock.today())
        html = shown(login(finance), "finance_home")
        assert "Waiting for the mid-year return" in part(html, "Blocked")

    def test_what_was_paid_this_month_and_not_before(self, login, finance, paid_award):
        browser = login(finance)
        assert "£5,000.00" in part(shown(browser, "finance_home"), "Paid this month")
        with clock.at(clock.now() + timedelta(days=40)):
            html = shown(browser, "finance_home")
        assert "Nothing has been paid in" in html

    def test_a_month_that_ended_is_to_be_published(self, login, finance, paid_award):
        first = clock.today().replace(day=1)
        browser = login(finance)
        assert reverse("finance_publish", args=[first]) not in shown(browser, "finance_home")
        with clock.at(clock.now() + timedelta(days=32)):
            html = part(shown(browser, "finance_home"), "Months not yet published")
        assert reverse("finance_publish", args=[first]) in html
        assert "1 payment of £5,000 to publish" in html

    @pytest.mark.parametrize("role", ["officer", "auditor"])
    def test_readers_see_no_actions(self, login, request, role, officer, active_award):
        awards.approve_instalment(by=officer, instalment=active_award.instalments.get(number=1))
        html = shown(login(request.getfixturevalue(role)), "finance_home")
        assert active_award.reference in html and "Mark as paid" not in html

    def test_costs_the_same_at_one_and_three(
        self, login, finance, officer, approver, applicant, fund, organisation, django_assert_num_queries
    ):
        def more(title):
            award = direct_award(officer, fund, organisation, title)
            awards.decide_direct_award(by=approver, award=award, approve=True, reasons="It is needed.")
            awards.set_instalments(
                by=officer,
                award=award,
                rows=[
                    {"amount": Decimal("1000"), "due_on": clock.today()},
                    {"amount": Decimal("500"), "due_on": clock.today(), "other_condition": "a plan"},
                    {"amount": Decimal("500"), "due_on": clock.today()},
                ],
            )
            awards.offer(by=officer, award=award, accept_by=clock.today() + timedelta(days=28))
            award.refresh_from_db()
            factories.active(officer, applicant, award)
            awards.approve_instalment(by=officer, instalment=award.instalments.get(number=3))
            factories.first_instalment_paid(officer, finance, award)

        browser = login(finance)
        more("Example visits")
        shown(browser, "finance_home")
        with django_assert_num_queries(30, exact=False) as counted:
            html = shown(browser, "finance_home")
        assert "Waiting for a plan" in html
        more("Example tours")
        more("Example talks")
        with django_assert_num_queries(len(counted)):
            shown(browser, "finance_home")


@pytest.mark.parametrize("name", HOMES)
@pytest.mark.parametrize("query", [{"page": "x"}, {"page": "-1"}, {"page": "9" * 50}, {"a": "\x00"}])
def test_hostile_addresses_show_the_home(login, request, name, query):
    browser = login(request.getfixturevalue("applicant" if name == "home" else "approver"))
    assert "<h1" in shown(browser, name, **query)


@pytest.mark.parametrize("name", ["office_home", "decide_home", "finance_home"])
def test_a_home_works_on_any_day(login, auditor, name):
    with clock.at(date(2020, 2, 29)):
        assert "<h1" in shown(login(auditor), name)
