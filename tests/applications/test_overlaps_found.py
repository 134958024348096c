"""Overlaps are found once, stay settled unless there is news, and stand in the way of an approval."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import services
from applications.models import Overlap, Project
from audit.models import Event
from organisations.models import Alias, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications import overlapping as making


@pytest.fixture
def cast(officer, approver):
    from types import SimpleNamespace

    return SimpleNamespace(officer=officer, approver=approver)


@pytest.fixture
def pair(cast):
    return making.overlapping(cast)


def look(pair, officer):
    return services.find_overlaps(by=officer, start_year=pair.round.start_year)


def test_a_pair_is_found_once_with_its_reasons(pair, officer):
    assert "same name" in pair.overlap.reasons[0]
    assert pair.overlap.likeness > 80
    assert Event.objects.get(verb="overlaps.found").changes["new"] == [[pair.first.pk, pair.second.pk]]
    assert look(pair, officer) == look(pair, officer)
    assert Overlap.objects.get() == pair.overlap
    assert Event.objects.filter(verb="overlaps.found").count() == 1, "nothing new is not recorded"


@pytest.mark.parametrize("status", ["draft", "refused", "withdrawn"])
def test_what_was_not_sent_or_is_over_does_not_overlap(status, pair, officer):
    Project.objects.filter(pk=pair.second.pk).update(status=status)
    assert look(pair, officer).gone == 1
    assert not Overlap.objects.exists()
    services.settle_overlap(by=officer, overlap=_again(pair, officer), status="different", note="Two areas.")
    Project.objects.filter(pk=pair.second.pk).update(status=status)
    look(pair, officer)
    assert Overlap.objects.get().status == "different", "what was settled stays on the record"


def _again(pair, officer) -> Overlap:
    Project.objects.filter(pk=pair.second.pk).update(status="submitted")
    look(pair, officer)
    return Overlap.objects.get()


def test_projects_of_one_partnership_and_of_another_year_or_route_do_not_overlap(cast, officer):
    round = making.allocated_round(officer)
    one = making.partnership(cast, round, "Example North Partnership")
    two = making.partnership(cast, round, "Example South Partnership")
    making.project(one)
    making.project(one)
    assert services.find_overlaps(by=officer, start_year=round.start_year).new == 0
    later = making.allocated_round(officer, fund=round.fund, start_year=round.start_year + 1)
    two.case.round = later
    two.case.save()
    other = making.project(two)
    assert services.find_overlaps_of(other).new == 0
    later.route = "invited"
    later.has_tactical_pot = False
    later.save()
    assert services.find_overlaps_of(other).new == 0
    later.route, later.start_year = "allocated", round.start_year
    later.save()
    other.refresh_from_db()
    assert services.find_overlaps_of(Project.objects.get(pk=other.pk)).new == 2


def test_a_settled_pair_stays_settled_unless_a_project_is_sent_again(pair, officer):
    settle = {"by": officer, "overlap": pair.overlap, "status": "different", "note": "Two areas."}
    settled = services.settle_overlap(**settle)
    assert services.settle_overlap(**settle).settled_at == settled.settled_at
    assert Event.objects.filter(verb="overlap.settled").count() == 1
    assert look(pair, officer).reopened == 0
    with clock.at(clock.now() + timedelta(hours=1)):
        Project.objects.filter(pk=pair.first.pk).update(submitted_at=clock.now())
        assert services.find_overlaps_of(pair.first).reopened == 1
    overlap = Overlap.objects.get()
    assert (overlap.status, overlap.settled_by, overlap.note) == ("found", None, "")


def test_a_settled_pair_is_opened_again_when_the_office_learns_that_one_body_provides_both(cast, officer):
    round = making.allocated_round(officer)
    first = making.project(
        making.partnership(cast, round, "Example North Partnership"), provider_name="Alpha"
    )
    second = making.project(
        making.partnership(cast, round, "Example South Partnership"), provider_name="Bravo"
    )
    services.find_overlaps(by=officer, start_year=round.start_year)
    overlap = Overlap.objects.get()
    assert "titles and aims" in overlap.reasons[0]
    services.settle_overlap(by=officer, overlap=overlap, status="changed", note="They meet.")
    body = factories.organisation(factories.person("applicant"), "Example Mentors")
    services.link_provider(by=officer, project=first, organisation=body)
    assert Overlap.objects.get().status == "changed"
    linked = services.link_provider(by=officer, project=second, organisation=body)
    assert services.link_provider(by=officer, project=second, organisation=body).provider == linked.provider
    overlap.refresh_from_db()
    assert overlap.status == "found"
    assert overlap.reasons[0] == "The same organisation provides both: Example Mentors."
    assert Event.objects.filter(verb="project.provider_linked").count() == 2


def test_an_alias_and_a_number_of_the_register_tell_that_two_providers_are_one(cast, officer):
    body = factories.organisation(factories.person("applicant"), "Example Mentors")
    Organisation.objects.filter(pk=body.pk).update(charity_number="1101234")
    Alias.objects.create(organisation=body, name="Straight Talk")
    round = making.allocated_round(officer)
    other = {"title": "Rural watch", "aims": making.OTHER_AIMS}
    making.project(
        making.partnership(cast, round, "Example North Partnership"), provider_name="The Straight Talk Ltd"
    )
    second = making.project(
        making.partnership(cast, round, "Example South Partnership"),
        provider_name="EM",
        provider_number="1101234",
        **other,
    )
    services.find_overlaps_of(second)
    assert Overlap.objects.get().reasons == [
        "Their providers are the same organisation: “The Straight Talk Ltd” and “EM” are Example Mentors."
    ]
    assert services.provider_suggestions(second)[0] == (body, "The same registered number")
    named = Project.objects.exclude(pk=second.pk).get()
    assert services.provider_suggestions(named)[0] == (body, "The same name, or another name of it")


def test_nothing_is_approved_while_an_overlap_is_open(pair, officer):
    with pytest.raises(RuleBroken, match="overlaps with another. Settle the overlap"):
        services.refuse_open_overlap(pair.first)
    assert services.overlaps_by_project([pair.first, pair.second])[pair.first.pk] == [pair.overlap]
    Project.objects.filter(pk=pair.second.pk).update(status="refused")
    services.refuse_open_overlap(pair.first)
    Project.objects.filter(pk=pair.second.pk).update(status="submitted")
    services.settle_overlap(by=officer, overlap=pair.overlap, status="different", note="Two areas.")
    services.refuse_open_overlap(pair.first)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"status": "retained"}, "Select what you made"),
        ({"status": "found"}, "Select what you made"),
        ({"status": "x"}, "Select what you made"),
        ({"note": " \x00 "}, "Enter why"),
    ],
)
def test_an_overlap_is_settled_with_a_reason(facts, sentence, pair, officer):
    given = {"by": officer, "overlap": pair.overlap, "status": "different", "note": "Two areas."}
    with pytest.raises(RuleBroken, match=sentence):
        services.settle_overlap(**given | facts)


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "assessor"])
def test_only_an_officer_looks_settles_and_links(role, pair):
    person = factories.person(role)
    for act in (
        lambda: look(pair, person),
        lambda: services.settle_overlap(
            by=person, overlap=pair.overlap, status="different", note="Two areas."
        ),
        lambda: services.link_provider(by=person, project=pair.first, organisation=None),
    ):
        with pytest.raises(RuleBroken, match="does not allow"):
            act()


def test_a_provider_is_not_linked_to_the_partnership_itself_or_after_the_end(pair, officer):
    with pytest.raises(RuleBroken, match="partnership itself"):
        services.link_provider(by=officer, project=pair.first, organisation=pair.one.organisation)
    Project.objects.filter(pk=pair.first.pk).update(status="withdrawn")
    with pytest.raises(RuleBroken, match="This project is: withdrawn"):
        services.link_provider(by=officer, project=pair.first, organisation=pair.two.organisation)


def test_looking_costs_the_same_number_of_queries_for_two_and_for_many(pair, officer):
    def queries():
        Overlap.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            look(pair, officer)
        return len(captured)

    before = queries()
    for number in range(8):
        making.project(pair.one if number % 2 else pair.two, amount=Decimal(number + 1))
    assert queries() == before
    assert Overlap.objects.count() == 25
