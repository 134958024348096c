"""Two partnerships fund one provider for similar projects: found, shown, kept, and funded directly.

The balances hold to the penny on all three sides (domain.md section 3, CRG).
"""

from decimal import Decimal

from django.db.models import F, Sum

from applications.models import Project
from applications.services import find_overlaps_of, money_left, refuse_open_overlap
from awards.models import Award, Retention, Status
from awards.verify import violations
from organisations.models import Alias
from tests import factories
from tests.applications import overlapping as making

from .visitor import Visitor

ALLOCATION, BUDGET = Decimal("61000.01"), Decimal("190000")
FIRST, SECOND, KEPT_BY_NORTH = Decimal("12333.34"), Decimal("9999.99"), Decimal("5000")


def held(decision) -> Decimal:
    return decision.commitments.aggregate(held=Sum(F("amount") - F("released")))["held"]


def test_an_overlap_is_retained_and_its_provider_funded_directly(cast):
    round = making.allocated_round(cast.officer, budget=BUDGET)
    north, south, west = (
        making.partnership(cast, round, f"Example {side} Partnership", amount=ALLOCATION)
        for side in ("North", "South", "West")
    )
    mentors = factories.organisation(factories.person("applicant"), "Example Mentors Ltd")
    Alias.objects.create(organisation=mentors, name="Straight Talk")
    first = making.project(north, amount=FIRST, provider_name="Example Mentors")
    making.project(
        north, title="Rural watch", provider_name="Example Farm Watch", aims=making.OTHER_AIMS,
        amount=KEPT_BY_NORTH,
    )  # fmt: skip
    second = making.project(
        south, title="Knife workshops for pupils", provider_name="Straight Talk", amount=SECOND
    )
    making.project(
        west, title="Lights", provider_name="Example Lamps", aims="Brighter streets", outcomes="Light"
    )
    for project in Project.objects.all():
        find_overlaps_of(project)

    # The officer is shown it on the home page, side by side with why, and links both providers.
    officer = Visitor(cast.officer).home().follow("Settle: Knife crime workshops")
    officer.sees(
        "Their providers are the same organisation", "are alike", "£12,333.34", "£9,999.99", "Straight Talk"
    )
    for title in ("Knife crime workshops in schools", "Knife workshops for pupils"):
        officer.follow(f"Link the provider to the register: {title}").choose("Example Mentors Ltd")
        officer.press("Save").sees("The provider has been linked")
    officer.sees("The same organisation provides both: Example Mentors Ltd.")

    # It is proposed to keep the money of both.
    left = money_left(round.fund, round.start_year)
    officer.follow("Retain the money").sees("£12,333.34", "£9,999.99")
    officer.fill("Purpose", "deliver workshops about knives in the north and the south")
    officer.fill("Reasons", "Young people learn what carrying a knife leads to.").press("Propose this award")
    officer.sees(
        "An approver decides on it", "£22,333.33", "Money retained from overlapping projects", "overlap."
    )
    reference = officer.part(2)

    # The approver sees both sides and approves.
    approver = Visitor(cast.approver).home().follow(f"Decide: {reference}")
    approver.sees("Example North Partnership", north.decision.number, south.decision.number, "£12,333.34")
    approver.choose("Approve").fill("Reasons", "One award covers the work once.").press("Record the decision")

    # To the penny: what the partnerships gave up is what the provider has.
    award = Award.objects.get(reference=reference)
    assert (award.status, award.amount, award.organisation) == (Status.PREPARED, FIRST + SECOND, mentors)
    assert held(north.decision) == ALLOCATION - FIRST
    assert held(south.decision) == ALLOCATION - SECOND
    assert held(west.decision) == ALLOCATION
    assert held(award.decision) == FIRST + SECOND
    assert money_left(round.fund, round.start_year) == left == BUDGET - 3 * ALLOCATION
    assert sum(Retention.objects.values_list("amount", flat=True)) == award.amount
    for party, retained in ((north, FIRST), (south, SECOND), (west, Decimal(0))):
        projects = party.case.projects.exclude(status=Project.Status.RETAINED)
        rest = held(party.decision) - projects.total()
        assert retained + projects.total() + rest == ALLOCATION
    assert set(Project.objects.filter(status="retained")) == {first, second}
    refuse_open_overlap(north.case.projects.get(title="Rural watch"))

    # Both sides lead to one another, and the partnerships are told.
    officer.visit(f"/office/awards/{reference}/").sees("Kept", "Example South Partnership")
    officer.follow("Overlap, ").sees("was kept, to fund Example Mentors Ltd directly").follow(reference)
    officer.sees("Example North Partnership").follow(south.decision.number).sees("£9,999.99")
    from notifications.models import Message

    told = Message.objects.filter(template="awards/project_retained").values_list("to", flat=True)
    assert set(told) == {north.lead.email, south.lead.email}
    assert list(violations()) == []
