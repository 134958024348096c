"""The projects of a business case: added, ordered, counted, sent and opened again with it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import services
from applications.models import Status
from applications.services.balances import most_of_a_pot
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.deciding.conftest import put_in


def titles(application):
    return [(one.number, one.title) for one in application.business_case.projects.order_by("number")]


def sentences(application):
    return [gap.message for gap in services.gaps_of_case(type(application).objects.get(pk=application.pk))]


@pytest.mark.parametrize(
    "allocation, most",
    [("10000", "3333.33"), ("0.02", "0.00"), ("0.03", "0.01"), ("21000.01", "7000.00")],
)  # fmt: skip
def test_a_pot_is_a_third_down_to_the_penny(allocation, most):
    assert most_of_a_pot(Decimal(allocation)) == Decimal(most)


def test_the_pot_is_never_more(case_draft, applicant):
    services.set_tactical_pot(by=applicant, application=case_draft, amount=Decimal("3333.33"))
    with pytest.raises(RuleBroken, match="£3,333.33 or less, a third of your allocation. It is £3,333.34"):
        services.set_tactical_pot(by=applicant, application=case_draft, amount=Decimal("3333.34"))
    with pytest.raises(RuleBroken, match="£0 or more"):
        services.set_tactical_pot(by=applicant, application=case_draft, amount=Decimal("-1"))


def test_parts_must_add_up_to_the_penny(case_draft, applicant):
    assert sentences(case_draft) == []
    services.set_tactical_pot(by=applicant, application=case_draft, amount=Decimal("2999.99"))
    assert sentences(case_draft) == [
        "Your projects and tactical pot come to £9,999.99. Your allocation is £10,000: £0.01 is left over."
    ]
    with pytest.raises(RuleBroken, match="Some parts of your application are missing"):
        factories.submitted(applicant, case_draft)
    services.set_tactical_pot(by=applicant, application=case_draft, amount=Decimal("3000.01"))
    assert "£0.01 is too much" in sentences(case_draft)[0]


def test_what_is_not_written_yet_can_be_saved_and_is_missed(case, applicant):
    draft = factories.case_draft(applicant, case, amounts=[], pot=None)
    assert sentences(draft) == ["Add at least one project"]
    facts = factories.project_facts(amount=Decimal("10000"), evidence="", districts=[])
    project = services.save_project(by=applicant, application=draft, **facts)
    assert services.save_project(by=applicant, application=draft, **facts) == project  # sent twice
    assert sentences(draft) == [
        "Project 1, Example patrols: Enter the evidence of need",
        "Project 1, Example patrols: Select at least one district where it takes place",
    ]
    district = factories.district()
    services.save_project(
        by=applicant,
        application=draft,
        project=project,
        **facts | {"evidence": "It is.", "districts": [district]},
    )
    draft.refresh_from_db()
    assert sentences(draft) == [] and list(draft.districts.all()) == [district]


def test_projects_are_ordered_removed_and_numbered_again(case_draft, applicant):
    first, second = case_draft.business_case.projects.order_by("number")
    services.move_project(by=applicant, application=case_draft, project=second, up=True)
    services.move_project(by=applicant, application=case_draft, project=second, up=True)
    assert titles(case_draft) == [(1, "Example project 2"), (2, "Example project 1")]
    services.remove_project(by=applicant, application=case_draft, project=second)
    services.remove_project(by=applicant, application=case_draft, project=second)
    assert titles(case_draft) == [(1, "Example project 1")]


def test_projects_go_with_the_case_and_come_back_with_it(case_draft, applicant):
    application = factories.submitted(applicant, case_draft)

    def states():
        return set(application.business_case.projects.values_list("status", "submitted_by"))

    assert states() == {("submitted", applicant.pk)}
    with pytest.raises(RuleBroken, match="has been submitted"):
        services.save_project(by=applicant, application=application, **factories.project_facts())
    services.reopen(by=applicant, application=application)
    assert states() == {("draft", None)}
    application.refresh_from_db()
    factories.submitted(applicant, application)
    services.withdraw(by=applicant, application=application)
    assert states() == {("withdrawn", applicant.pk)}


@pytest.mark.parametrize("status", [one for one in Status if one != Status.DRAFT])
def test_projects_are_written_in_a_draft_only(case_draft, applicant, status):
    now = case_draft.created_at
    type(case_draft).objects.filter(pk=case_draft.pk).update(submitted_at=now, submitted_by=applicant)
    put_in(case_draft, status)
    with pytest.raises(RuleBroken):
        services.save_project(by=applicant, application=case_draft, **factories.project_facts("Another"))
    with pytest.raises(RuleBroken):
        services.set_tactical_pot(by=applicant, application=case_draft, amount=Decimal("1"))
    assert len(titles(case_draft)) == 2


def test_who_may_change_the_whole_application_may_change_its_projects(
    case_draft, applicant, colleague, stranger
):
    facts = factories.project_facts("By a colleague", Decimal("1"))
    services.save_project(by=colleague, application=case_draft, **facts)
    section = case_draft.response.questionnaire.sections.first()
    limited, reader = factories.person("applicant"), factories.person("applicant")
    factories.participant(applicant, case_draft, limited, sections=[section])
    factories.participant(applicant, case_draft, reader, part="reader")
    for person in (limited, reader, stranger):
        with pytest.raises(RuleBroken):
            services.save_project(by=person, application=case_draft, **facts | {"title": "Another"})


def test_pages_hold_on_to_what_was_typed_and_refuse_strangers(
    case_draft, login, applicant, stranger, officer
):
    page = f"/applications/{case_draft.reference}/projects/"
    typed = {"title": "=1+1\x00", "provider_name": "", "amount": "ten", "aims": "word " * 400}
    answer = login(applicant).post(page + "new/", typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and 'value="ten"' in text and "=1+1" in text
    assert "Amount of the project must be a number" in text
    assert "What it will do must be 300 words or fewer. You have used 400" in text
    assert login(applicant).post(page, {"pot": "9,999,999"}).status_code == 422
    assert login(applicant).get(page + "99/").status_code == 404
    for address in (page, page + "new/", page + "1/", page + "1/remove/"):
        assert login(stranger).get(address).status_code == 404
        assert login(officer).get(address).status_code == 403


def test_the_list_of_allocations_and_the_projects_cost_the_same(
    round, officer, approver, login, django_assert_max_num_queries
):

    def count(address):
        with CaptureQueriesContext(connection) as captured:
            assert login(officer).get(address).status_code == 200
        return len(captured)

    def another():
        lead = factories.person("applicant")
        case = factories.invited_case(
            officer, approver, round, factories.organisation(lead), amount=Decimal("10000")
        )
        return factories.case_assessed(officer, lead, factories.case_draft(lead, case))

    another()
    pages = [f"/office/rounds/{round.pk}/allocations/", "/office/tactical/", "/office/"]
    before = [count(page) for page in pages]
    another(), another()
    assert [count(page) for page in pages] == before
