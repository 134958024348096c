"""`violations()` finds nothing in what the services made, and names each thing that was put wrong."""

from datetime import timedelta

import pytest

from applications import services, verify
from applications.models import Answer, Application, Status, Transfer
from funds import verify as funds_verify
from funds.models import Criterion, Fund, Round
from organisations import verify as organisations_verify
from organisations.models import Alias, Membership, Organisation
from organisations.services import add_alias
from pcc_grants.lib import clock
from tests import factories


def sentences():
    found = [*verify.violations(), *funds_verify.violations(), *organisations_verify.violations()]
    return [violation.sentence for violation in found]


def test_what_the_services_made_holds(approved_application, draft, applicant, officer, organisation):
    moved = factories.submitted(applicant, factories.draft(applicant, draft.round, organisation))
    other = factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))
    services.transfer(by=officer, application=moved, to_round=other, reason="It fits.", message="Moved.")
    withdrawn = factories.draft(applicant, draft.round, organisation)
    services.withdraw(by=applicant, application=withdrawn)
    add_alias(by=officer, organisation=organisation, name="EYP")
    late = factories.draft(applicant, other, organisation)
    with clock.at(other.submissions_end_at):
        factories.submitted(applicant, late)
    with clock.at(other.submissions_end_at + timedelta(minutes=2)):
        services.close_rounds()
    assert sentences() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"status": Status.NOT_SUBMITTED}, "was never sent, but has a time of it"),
        ({"signed_name": ""}, "was submitted without a signature"),
        ({"title": ""}, "was submitted incomplete"),
        ({"amount_asked": None}, "was submitted incomplete"),
        ({"status": Status.ELIGIBLE}, "went on without a check"),
        ({"status": Status.WITHDRAWN}, "was withdrawn by nobody"),
        ({"reference": "TST-0118-22"}, "is not a reference of"),
        ({"created_at": clock.london(clock.today() + timedelta(days=90))}, "submitted before it was started"),
    ],
)
def test_a_state_against_its_stamps_is_named(submitted_application, wrong, sentence):
    Application.objects.update(**wrong)
    assert sentence in " ".join(sentences())


def test_a_check_out_of_order_is_named(submitted_application, officer):
    before = submitted_application.submitted_at - timedelta(days=1)
    Application.objects.update(checked_at=before, checked_by=officer)
    assert "waits for its check, but has been checked" in " ".join(sentences())
    Application.objects.update(status=Status.INELIGIBLE)
    assert "nobody said why" in " ".join(sentences())
    assert "was checked before it was submitted" in " ".join(sentences())


def test_a_withdrawn_application_that_goes_on_is_named(submitted_application, applicant):
    Application.objects.update(withdrawn_at=clock.now(), withdrawn_by=applicant)
    assert "goes on though it was withdrawn" in " ".join(sentences())


@pytest.mark.parametrize(
    ("late_by", "sentence"),
    [
        (timedelta(seconds=1), "had closed, and is not marked so"),
        (timedelta(minutes=15, seconds=1), "after the grace of its round"),
    ],
)
def test_what_was_received_late_unnoticed_is_named(submitted_application, late_by, sentence):
    Application.objects.update(submitted_at=submitted_application.round.closes_at + late_by)
    assert sentence in " ".join(sentences())


def test_a_sweep_that_does_not_run_is_named(draft):
    with clock.at(draft.round.submissions_end_at + timedelta(hours=23)):
        assert sentences() == []
    with clock.at(draft.round.submissions_end_at + timedelta(days=2)):
        assert "Does the scheduler run?" in " ".join(sentences())


def test_a_submission_without_an_answer_is_named(submitted_application):
    Answer.objects.filter(criterion__name="Need").update(text="")
    assert "without an answer to every criterion" in " ".join(sentences())


def test_what_belongs_to_another_fund_is_named(submitted_application, officer):
    other = factories.fund(officer, code="OTH", name="Other Fund")
    Application.objects.update(theme=other.themes.first())
    Answer.objects.create(
        application=submitted_application, criterion=other.criteria.first(), text="From elsewhere"
    )
    assert " ".join(sentences()).count("of another fund") == 1


def test_a_move_that_leads_elsewhere_is_named(submitted_application, officer):
    other = factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))
    Transfer.objects.create(
        application=submitted_application, from_round=submitted_application.round, to_round=other,
        old_reference="TST-0118-22", reason="It fits.", moved_by=officer,
    )  # fmt: skip
    assert "its last move names" in " ".join(sentences())


def test_a_round_without_what_applicants_rely_on_is_named(open_round):
    Round.objects.update(terms="", published_at=open_round.closes_at + timedelta(days=1))
    Criterion.objects.all().delete()
    Fund.objects.update(ended_on="2019-03-31", ending_notice="Over.")
    found = " ".join(sentences())
    for sentence in (
        "without terms",
        "without a criterion",
        "opened after the fund ended",
        "after it had closed",
    ):
        assert sentence in found


def test_faults_of_organisations_are_named(organisation, other_organisation):
    Alias.objects.create(organisation=organisation, name="example community ASSOCIATION")
    Organisation.objects.filter(pk=organisation.pk).update(charity_number="12", company_number="1234567")
    Membership.objects.filter(organisation=organisation).update(role=Membership.Role.MEMBER)
    Membership.objects.filter(organisation=other_organisation).update(
        ended_at=clock.now() - timedelta(days=1)
    )
    found = " ".join(sentences())
    for sentence in (
        "and the name of an organisation",
        "12 is not a charity number",
        "1234567 is not a company number",
        "none of them leads it",
        "ended before it began",
    ):
        assert sentence in found
