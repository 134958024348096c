"""An approver decides on a round as a batch, with the rules of a single decision: all of them, or none."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Commitment, Decision, Status
from applications.verify_deciding import violations
from audit.models import Event
from funds import services as funds
from funds.models import Round
from notifications.models import Message
from organisations import services as organisations
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

from .conftest import at_once


@pytest.fixture
def waiting(bids, officer):
    """`waiting(4000, 3000)` are recommended as asked, with words for publication."""

    def made(*amounts):
        found = bids(*amounts)
        for application in found:
            services.recommend(
                by=officer,
                application=application,
                outcome="recommended",
                amount=application.amount_asked,
                recommendation="It scored well.",
                purpose="run the club",
                reasons="It keeps young people safe.",
                conditions="Agree a policy",
            )
            application.refresh_from_db()
        return found

    return made


def row(application, outcome="approved", **facts):
    given = {"application": application, "outcome": outcome, "reasons": "It keeps young people safe."}
    if outcome == "approved":
        given |= {"amount": application.recommended_amount, "purpose": "run the club"}
    return given | facts


def nothing_was_decided(applications):
    for application in applications:
        application.refresh_from_db()
        assert application.status == Status.RECOMMENDED
    return not (Decision.objects.exists() or Commitment.objects.exists())


def test_each_is_decided_and_the_officer_is_told_once(waiting, officer, approver, applicant):
    first, second, third = waiting(4000, 3000, 2000)
    rows = [
        row(first, conditions="• Agree a policy"),
        row(second, amount=Decimal("2500"), withheld="A refuge."),
        row(third, "declined", reasons="Others scored higher."),
    ]
    made = services.decide_batch(by=approver, round=first.round, rows=rows)
    assert [(one.outcome, one.amount) for one in made] == [
        ("approved", Decimal("4000")),
        ("approved", Decimal("2500")),
        ("declined", None),
    ]
    assert (made[0].conditions, made[1].withheld) == ("Agree a policy", "A refuge.")
    assert services.decide_batch(by=approver, round=first.round, rows=rows) == made
    assert Decision.objects.count() == 3
    (told,) = Message.objects.filter(template="applications/decided")
    assert (told.to, told.subject) == (officer.email, "Decisions have been made on 3 applications")
    assert all(one.number in told.body for one in made)
    assert "2,500" not in told.body and "declined" not in told.body
    assert Message.objects.filter(template="applications/decision_ready", to=applicant.email).count() == 3
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"outcome": "reserve"}, "Select a decision"),
        ({"amount": Decimal("60000"), "exception_reason": "Why not."}, "There is £46,000 left"),
        ({"amount": Decimal("10000.01")}, "£10,000.01 against £10,000"),
        ({"amount": None}, "Enter the amount you approve"),
        ({"purpose": "To run"}, "leave out “to”"),
        ({"reasons": " "}, "Enter the reasons"),
    ],
)
def test_an_error_names_the_application_and_nothing_is_decided(waiting, approver, changed, sentence):
    first, second = applications = waiting(4000, 3000)
    with pytest.raises(RuleBroken) as refusal:
        services.decide_batch(by=approver, round=first.round, rows=[row(first), row(second) | changed])
    assert str(refusal.value).startswith(f"{second.reference}, {second.organisation}: ")
    assert sentence in str(refusal.value)
    assert nothing_was_decided(applications)
    assert not Event.objects.filter(verb="decision.made").exists()


def test_what_is_not_the_approvers_to_decide_is_refused(waiting, officer, approver, open_round, applicant):
    (only,) = waiting(4000)
    batch = {"by": approver, "round": only.round}
    for rows, sentence in (
        ([], "at least one application"),
        ([row(only), row(only)], "only once"),
        ([row(only, seen=only.recommended_at - timedelta(seconds=1))], "has changed since you opened"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            services.decide_batch(**batch, rows=rows)
    with pytest.raises(RuleBroken, match="not an application of this round"):
        services.decide_batch(by=approver, round=open_round, rows=[row(only)])
    with pytest.raises(RuleBroken, match="does not allow"):
        services.decide_batch(by=factories.person("finance"), round=only.round, rows=[row(only)])
    officer.roles = ["approver", "officer"]
    officer.save()
    with pytest.raises(RuleBroken, match="You made the recommendation"):
        services.decide_batch(by=type(officer).objects.get(pk=officer.pk), round=only.round, rows=[row(only)])
    approver.roles = ["applicant", "approver"]
    approver.save()
    approver.__dict__.pop("permissions", None)
    organisations.add_member(by=applicant, organisation=only.organisation, user=approver)
    with pytest.raises(RuleBroken, match="Someone else must decide"):
        services.decide_batch(**batch, rows=[row(only)])
    assert nothing_was_decided([only])


def test_a_row_costs_the_same_in_a_long_batch(waiting, approver):
    applications = waiting(100, 100, 100, 100, 100, 100)
    Round.objects.update(outcomes_together=True)

    def cost(some):
        with CaptureQueriesContext(connection) as captured:
            services.decide_batch(by=approver, round=some[0].round, rows=[row(one) for one in some])
        return len(captured)

    one, two, three = cost(applications[:1]), cost(applications[1:3]), cost(applications[3:])
    assert max(three - two, two - one) <= 60


@pytest.mark.django_db(transaction=True)
def test_batches_and_budgets_at_once_wait_for_each_other(waiting, officer, approver, approver_2):
    first, second = waiting(4000, 3000)
    fund, start_year = first.round.fund, first.round.start_year
    fund.budgets.update(amount=Decimal("7000"))
    source = fund.budgets.first().source
    declined_first = [row(first, "declined"), row(second)]
    other_way = [row(second, "declined"), row(first)]
    results = at_once(
        lambda: services.decide_batch(by=approver, round=first.round, rows=declined_first),
        lambda: services.decide_batch(by=approver_2, round=first.round, rows=other_way),
        *[
            lambda amount=amount: funds.set_budget(
                by=officer, fund=fund, source=source, start_year=start_year, amount=Decimal(amount)
            )
            for amount in (7000, 7500)
        ],
    )
    assert None not in results
    assert sum(isinstance(result, RuleBroken) for result in results) == 1
    assert Decision.objects.count() == 2
    assert list(violations()) == []


class TestThePage:
    @pytest.fixture
    def url(self, waiting):
        self.first, self.second = waiting(4000, 3000)
        return reverse("decide_round", args=[self.first.round_id])

    def posted(self, application, decision, **facts):
        names = {
            "decision": decision,
            "purpose": "run the club",
            "reasons": "It keeps young people safe.",
            "seen": application.recommended_at.isoformat(),
        }
        return {f"a{application.pk}-{name}": value for name, value in (names | facts).items()}

    def test_everything_recommended_is_approved_after_a_preview(self, login, url, approver):
        browser = login(approver)
        home = browser.get(reverse("decide_home")).content.decode()
        assert url in home and "2 to decide" in text_of(browser.get(reverse("decide_home")))
        html = browser.get(url, {"choose": "recommended"}).content.decode()
        assert html.count('<option value="as_recommended" selected>') == 2
        assert "run the club" in html and "Agree a policy" in html
        sent = self.posted(self.first, "as_recommended") | self.posted(
            self.second, "another_amount", amount="2,500"
        )
        preview = text_of(browser.post(url, sent))
        for words in (
            "You are about to make 2 decisions",
            "You approve £6,500.00",
            "£43,500.00",
            "£2,500.00",
        ):
            assert words in preview
        assert not Decision.objects.exists()
        changing = browser.post(url, sent | {"change": "yes"}).content.decode()
        assert 'value="2,500"' in changing
        for _ in range(2):
            assert browser.post(url, sent | {"confirm": "yes"}).headers["Location"] == url
        assert [one.amount for one in Decision.objects.order_by("pk")] == [Decimal("4000"), Decimal("2500")]
        assert "There is nothing on this page that you can decide now" in text_of(browser.get(url))

    @pytest.mark.parametrize(
        ("decision", "facts", "sentence"),
        [
            ("", {}, "Select a decision for at least one application"),
            ("nonsense", {}, "Select a decision on"),
            ("as_recommended", {"reasons": ""}, "which will be published"),
            ("as_recommended", {"purpose": ""}, "to finish the sentence"),
            ("another_amount", {"amount": ""}, "Enter the amount you approve for"),
            ("another_amount", {"amount": "lots"}, "must be a number, like 250 or 250.50"),
            ("another_amount", {"amount": "10,001"}, "Enter the reason for an exception for"),
            ("another_amount", {"amount": "60,000", "exception_reason": "So."}, "£50,000 left"),
            ("declined", {}, "Enter the reasons for your own decision"),
            ("as_recommended", {"seen": "yesterday"}, "has changed since you opened"),
            ("as_recommended", {"purpose": "To run"}, "leave out “to”"),
        ],
    )
    def test_it_says_what_is_wrong_and_keeps_what_was_typed(
        self, login, url, approver, decision, facts, sentence
    ):
        sent = self.posted(self.first, decision, **facts) | {"confirm": "yes"}
        refused(login(approver).post(url, sent), sentence)
        assert not Decision.objects.exists()

    def test_what_another_has_decided_meanwhile_is_not_left_out_in_silence(
        self, login, url, approver, approver_2
    ):
        sent = self.posted(self.first, "as_recommended") | self.posted(self.second, "as_recommended")
        factories.approved(approver_2, self.first)
        html = refused(
            login(approver).post(url, sent | {"confirm": "yes"}), "cannot be decided here any more"
        )
        assert self.first.reference in html
        assert Decision.objects.count() == 1

    def test_own_recommendations_are_shown_and_cannot_be_chosen(self, login, url, officer, approver):
        officer.roles = ["approver", "officer"]
        officer.save()
        browser = login(officer)
        text = text_of(browser.get(url))
        assert text.count("You made this recommendation. Someone else must decide.") == 2
        refused(
            browser.post(url, self.posted(self.first, "as_recommended") | {"confirm": "yes"}),
            "cannot be decided here",
        )
        assert not Decision.objects.exists()

    def test_officers_and_auditors_read_it_and_others_do_not(self, login, url, officer, auditor, finance):
        for person in (officer, auditor):
            html = login(person).get(url).content.decode()
            assert "Running total" in html and "Check your decisions" not in html
            assert login(person).post(url).status_code == 403
        assert login(finance).get(url).status_code == 403

    def test_it_costs_the_same_with_more_rows(self, login, url, approver, bids, officer):
        browser = login(approver)

        def cost():
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(url).status_code == 200
            return len(captured)

        cost()  # the session is written once
        two = cost()
        for application in bids(800, 700):
            factories.recommended(officer, application)
        assert cost() == two


def test_a_single_decision_is_prefilled_with_the_words_proposed(login, waiting, approver, officer):
    (only,) = waiting(4000)
    browser, url = login(approver), reverse("decide_application", args=[only.reference])
    html = browser.get(url).content.decode()
    assert 'value="run the club"' in html and "Agree a policy</textarea>" in html
    sent = {"outcome": "approved", "amount": "4,000", "purpose": "run the club", "reasons": "It is safe."}
    sent |= {"conditions": "Agree a policy\nName a lead", "withheld": "It is a refuge."}
    declined = {"outcome": "declined", "reasons": "It keeps young people safe."}
    refused(browser.post(url, declined), "Enter the reasons for your own decision")
    page = text_of(browser.get(browser.post(url, sent).headers["Location"]))
    assert "Name a lead" in page and "It is a refuge." in page
    (told,) = Message.objects.filter(template="applications/decided")
    assert (told.to, told.subject) == (officer.email, f"A decision has been made on {only.reference}")
