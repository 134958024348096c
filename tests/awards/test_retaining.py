"""Money of overlapping projects is kept and funds the provider directly: proposed, decided, traceable."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from applications import services as applications
from applications.models import Overlap, Project
from applications.services import money_left
from audit.models import Event
from awards import services, verify
from awards.models import Award, DirectGround, Retention, Status
from notifications.models import Message
from organisations.models import DeclaredInterest
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications import overlapping as making
from tests.racing import while_it_is_under_way

TOTAL = Decimal("7500.99")


@pytest.fixture
def cast(officer, approver, office):
    return SimpleNamespace(officer=officer, approver=approver)


@pytest.fixture
def pair(cast):
    made = making.overlapping(cast)
    made.provider = factories.organisation(factories.person("applicant"), "Example Mentors")
    return made


def proposal(pair, **facts) -> dict:
    return {
        "projects": [pair.first, pair.second],
        "organisation": pair.provider,
        "title": "Knife crime workshops",
        "purpose": "deliver workshops about knives in both areas",
        "reasons": "They prevent young people from carrying knives.",
        "starts_on": pair.round.projects_start_on,
        "ends_on": pair.round.projects_end_on,
    } | facts


def propose(pair, officer, **facts) -> Award:
    return services.propose_retained_award(by=officer, **proposal(pair, **facts))


def approve(award, approver):
    return services.decide_direct_award(by=approver, award=award, approve=True, reasons="Good value.")


def standing(pair):
    pair.overlap.refresh_from_db()
    return [
        pair.overlap.status,
        *(Project.objects.get(pk=one.pk).status for one in (pair.first, pair.second)),
    ]


def test_proposed_nothing_moves_but_the_projects_wait(pair, officer):
    left = money_left(pair.round.fund, pair.round.start_year)
    award = propose(pair, officer)
    assert (award.status, award.amount, award.direct_ground) == (
        Status.PROPOSED,
        TOTAL,
        DirectGround.RETAINED,
    )
    assert "Example North Partnership, £4,000.50" in award.direct_reason
    assert propose(pair, officer) == award, "the same proposal twice is one"
    assert standing(pair) == ["retained", "submitted", "submitted"]
    assert money_left(pair.round.fund, pair.round.start_year) == left
    with pytest.raises(RuleBroken, match=f"directly .{award.reference}.. Decide on that award first"):
        applications.refuse_open_overlap(Project.objects.get(pk=pair.first.pk))
    with pytest.raises(RuleBroken, match="The direct award settles it"):
        applications.settle_overlap(by=officer, overlap=pair.overlap, status="different", note="No.")
    with pytest.raises(RuleBroken, match="is in award .* already"):
        propose(pair, factories.person("officer"))


def test_approved_the_money_leaves_the_partnerships_and_funds_the_provider(pair, officer, approver):
    left = money_left(pair.round.fund, pair.round.start_year)
    theirs = making.prepared(pair.one)
    services.set_instalments(
        by=officer,
        award=theirs,
        rows=[
            {"amount": Decimal("27000"), "due_on": theirs.starts_on},
            {"amount": Decimal("3000.01"), "due_on": theirs.ends_on},
        ],
    )
    award = propose(pair, officer, amount=Decimal("7000"))
    decision = approve(award, approver)
    assert approve(award, approver) == decision
    assert standing(pair) == ["retained", "retained", "retained"]
    held = [one.commitments.get() for one in (pair.one.decision, pair.two.decision, decision)]
    assert [one.amount - one.released for one in held] == [
        Decimal("30000.01") - Decimal("4000.50"),
        Decimal("30000.01") - Decimal("3500.49"),
        Decimal("7000"),
    ]
    assert money_left(pair.round.fund, pair.round.start_year) == left + TOTAL - 7000
    theirs.refresh_from_db()
    assert theirs.amount == Decimal("25999.51")
    assert [one.amount for one in theirs.instalments.all()] == [Decimal("25999.51")]
    told = Message.objects.filter(template="awards/project_retained")
    assert {one.to for one in told} == {pair.one.lead.email, pair.two.lead.email}
    assert "retained" not in told[0].subject + told[0].body
    assert Event.objects.about(pair.first).get(verb="project.retained").changes["award"] == award.reference
    assert Event.objects.filter(verb="decision.money_released").count() == 2
    assert list(verify.violations()) == []
    with pytest.raises(RuleBroken, match="is in award"):
        propose(pair, factories.person("officer"))


def test_refused_everything_is_as_before_and_may_be_proposed_again(pair, officer, approver):
    award = propose(pair, officer)
    services.decide_direct_award(by=approver, award=award, approve=False, reasons="Not needed.")
    assert standing(pair) == ["found", "submitted", "submitted"]
    assert not Retention.objects.exists()
    assert not Message.objects.filter(template="awards/project_retained").exists()
    assert propose(pair, officer) != award
    assert list(verify.violations()) == []


def test_one_of_the_two_may_be_kept_alone_and_the_other_goes_on(pair, officer, approver):
    approve(propose(pair, officer, projects=[pair.first]), approver)
    assert standing(pair) == ["retained", "retained", "submitted"]
    applications.refuse_open_overlap(Project.objects.get(pk=pair.second.pk))
    look = applications.find_overlaps(by=officer, start_year=pair.round.start_year)
    assert (look.new, look.reopened, look.gone) == (0, 0, 0)


def _offered(pair, officer):
    Award.objects.filter(pk=making.prepared(pair.one).pk).update(
        status=Status.OFFERED,
        offered_by=officer,
        offered_at=pair.overlap.found_at,
        accept_by=date(2100, 1, 1),
    )


def _set(**facts):
    return lambda pair, officer: Project.objects.filter(pk=pair.first.pk).update(**facts)


@pytest.mark.parametrize(
    ("before", "facts", "sentence"),
    [
        (_set(status="approved", approved_amount=Decimal(5)), {}, "is: approved"),
        (_set(status="refused"), {}, "is: not approved"),
        (_set(status="draft"), {}, "is: draft"),
        (lambda p, o: Overlap.objects.update(
            status="different", note="No.", settled_by=o, settled_at=p.overlap.found_at
        ), {}, "does not overlap"),
        (_offered, {}, "has been offered"),
        (None, {"amount": TOTAL + Decimal("0.01")}, "for that or less, not £7,501"),
        (None, {"amount": Decimal(0)}, "more than £0"),
        (None, {"projects": []}, "Select the projects"),
        (None, {"purpose": "To deliver"}, "leave out “to”"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_in_a_sentence(before, facts, sentence, pair, officer):
    if before:
        before(pair, officer)
    with pytest.raises(RuleBroken, match=sentence):
        propose(pair, officer, **facts)
    assert not Retention.objects.exists()


def test_a_partnership_is_not_the_provider_and_funds_are_not_mixed(pair, officer, cast):
    with pytest.raises(RuleBroken, match="is one of the partnerships"):
        propose(pair, officer, organisation=pair.one.organisation)
    fund = factories.fund(officer, "CRT", "Third Parties")
    third = making.partnership(cast, making.allocated_round(officer, fund=fund), "Example Youth Offending")
    other = making.project(third)
    applications.find_overlaps_of(other)
    with pytest.raises(RuleBroken, match="one fund at a time"):
        propose(pair, officer, projects=[pair.first, other])
    with pytest.raises(RuleBroken, match="does not allow"):
        propose(pair, cast.approver)


def test_nothing_is_kept_of_what_was_decided_or_offered_since(pair, officer, approver):
    award = propose(pair, officer)
    Project.objects.filter(pk=pair.second.pk).update(status="withdrawn")
    with pytest.raises(RuleBroken, match="is: withdrawn"):
        approve(award, approver)
    Project.objects.filter(pk=pair.second.pk).update(status="recommended")
    _offered(pair, officer)
    with pytest.raises(RuleBroken, match="has been offered"):
        approve(award, approver)
    award.refresh_from_db()
    assert award.status == Status.PROPOSED
    assert not pair.one.decision.commitments.filter(released__gt=0).exists()


def test_who_proposed_or_has_an_interest_does_not_decide(pair, officer, approver):
    award = propose(pair, officer)
    officer.roles = ["officer", "approver"]
    officer.save()
    officer.__dict__.pop("permissions", None)
    with pytest.raises(RuleBroken, match="Someone else must decide"):
        approve(award, officer)
    DeclaredInterest.objects.create(organisation=pair.provider, user=approver, interest="A trustee")
    with pytest.raises(RuleBroken, match="has declared an interest in Example Mentors"):
        approve(award, approver)


def test_an_interest_in_a_partnership_or_a_provider_bars_too(pair, officer, approver, login, office):
    mentors = factories.organisation(factories.person("applicant"), "Example Other Mentors")
    Project.objects.filter(pk=pair.second.pk).update(provider=mentors)
    award = propose(pair, officer)
    assert propose(pair, officer, purpose="deliver workshops about knives in both areas.") == award
    with pytest.raises(RuleBroken, match="is in award .* already"):
        propose(pair, officer, amount=Decimal("7000"))
    page = login(approver).get(reverse("decide_award_interest", args=[award.reference])).content.decode()
    for body in (pair.provider, pair.one.organisation, pair.two.organisation, mentors):
        assert body.name in page
        DeclaredInterest.objects.all().delete()
        DeclaredInterest.objects.create(organisation=body, user=approver, interest="A friend")
        with pytest.raises(RuleBroken, match=f"has declared an interest in {body}"):
            approve(award, approver)
        with pytest.raises(RuleBroken, match=f"has declared an interest in {body}"):
            services.defer_direct_award(by=approver, award=award, reasons="Later.")
    services.decide_direct_award(by=factories.person("approver"), award=award, approve=False, reasons="No.")
    DeclaredInterest.objects.create(organisation=mentors, user=officer, interest="A friend")
    with pytest.raises(RuleBroken, match="Someone else must propose the award"):
        propose(pair, officer)


@pytest.mark.django_db(transaction=True)
def test_two_proposals_for_one_project_at_once_are_one(pair, officer):
    other = factories.person("officer")
    refused = while_it_is_under_way(
        lambda: propose(pair, officer), lambda: propose(pair, other, projects=[pair.first])
    )
    assert isinstance(refused, RuleBroken)
    assert Retention.objects.count() == 2
    assert Award.objects.count() == 1


def test_what_does_not_hold_is_found_by_verify(pair, officer, approver):
    approve(propose(pair, officer), approver)
    Project.objects.filter(pk=pair.first.pk).update(status="submitted")
    pair.two.decision.commitments.update(released=1)
    rules = {one.rule for one in verify.violations()}
    assert "projects are funded directly when their money was kept" in rules
    assert "money that was kept left the partnership’s allocation" in rules  # noqa: RUF001
