"""The approver's home: what waits for a decision, by the date it is needed, and what is left to give."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Permission
from applications.models import Application, DecisionPack
from applications.models import Status as ApplicationStatus
from applications.services import cases_to_decide, waiting_for_decision
from applications.services.allocating import rounds_with_allocations_to_decide
from applications.services.cases import waiting_projects
from applications.services.deciding import WAITING
from applications.services.recommending import budgets_with_committed
from awards.models import ExtensionOption
from awards.services import proposed_awards
from funds.models import Budget, Round
from organisations.models import DeclaredInterest
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from reports.models import Paper, PaperStatus

MOST_OF_A_KIND = 50
DECIDED_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Card:
    """One decision that is wanted. `needed_on` may be unknown; `is_own`: a colleague must decide.

    `interest`: why the person takes no part in it, and who decides instead; empty when nothing is declared.
    """

    title: str
    about: str
    facts: list[tuple]
    url: str
    action: str
    needed_on: date | None
    is_own: bool = False
    is_paper: bool = False
    interest: str = ""
    money_from: tuple[int, int] | None = None

    @property
    def order(self) -> date:
        return self.needed_on or date.max


@requires(Permission.READ_DECISIONS)
def decide_home(request):
    """Cards only. Whoever may not decide sees them without their buttons."""
    user = request.user
    declared = _declared_by(user)
    kinds = [
        _applications(user, declared),
        _allocations(user),
        _projects(user),
        _direct_awards(user, declared),
        _extensions(user, declared),
        _papers(user),
    ]
    cards = sorted((card for cards, _ in kinds for card in cards), key=lambda card: card.order)
    total = sum(count for _, count in kinds)
    context = {
        "heading": "Waiting for your decision",
        "cards": cards,
        "total": total,
        "hidden": total - len(cards),
        "rounds": rounds_to_decide(),
        "budgets": _money_left({card.money_from for card in cards if card.money_from}),
        "may_decide": user.may(Permission.DECIDE),
        "may_approve_papers": user.may(Permission.APPROVE_PAPERS),
    }
    return render(request, "reports/homes/decide.html", context)


@dataclass(frozen=True)
class RoundToDecide:
    """A round with applications that wait, to be decided together; with its latest pack, if any."""

    round: Round
    waiting: int
    pack: DecisionPack | None

    @property
    def needed_on(self) -> date | None:
        return self.pack.decide_by if self.pack else self.round.decision_expected_on


def rounds_to_decide() -> list[RoundToDecide]:
    """Every round with something to decide, the one needed first leading. Three queries."""
    counts = dict(
        Application.objects.filter(status__in=WAITING)
        .order_by()
        .values_list("round")
        .annotate(waiting=Count("pk"))
    )
    packs: dict[int, DecisionPack] = {}
    for pack in DecisionPack.objects.filter(round__in=counts).order_by("number").defer("content"):
        packs[pack.round_id] = pack
    rounds = Round.objects.filter(pk__in=counts).select_related("fund")
    found = [RoundToDecide(one, counts[one.pk], packs.get(one.pk)) for one in rounds]
    return sorted(found, key=lambda one: (one.needed_on or date.max, one.round.pk))


def _first(queryset) -> tuple[list, int]:
    """The first rows, and how many there are in all."""
    found = list(queryset[: MOST_OF_A_KIND + 1])
    return found[:MOST_OF_A_KIND], len(found) if len(found) <= MOST_OF_A_KIND else queryset.count()


def _declared_by(user) -> dict[int, str]:
    """Organisation pk → that the person has an interest in it, and who decides instead."""
    declared = (
        DeclaredInterest.objects.current().filter(user=user).select_related("organisation", "handed_to")
    )
    return {
        one.organisation_id: f"You have an interest in {one.organisation}. "
        + (f"{one.handed_to} decides instead." if one.handed_to else "Someone else must decide.")
        for one in declared
    }


def _interest(declared, thing) -> str:
    """What stands against deciding on an application or an award, of the lead and the partners."""
    bodies = [thing.organisation_id, *(one.pk for one in thing.partners.all())] if declared else []
    return next((declared[pk] for pk in bodies if pk in declared), "")


def _applications(user, declared) -> tuple[list[Card], int]:
    found, total = _first(waiting_for_decision().prefetch_related("partners"))
    return [_application_card(application, user, declared) for application in found], total


def _application_card(application, user, declared) -> Card:
    round = application.round
    asked = application.recommended_amount or application.amount_asked
    facts = [
        ("Organisation", application.organisation.name),
        ("Fund", round.fund.name),
        ("Asks for", format_money(application.amount_asked)),
        ("Recommendation", _recommended(application)),
        ("Recommended by", str(application.recommended_by)),
    ]
    if asked and asked > round.maximum:
        facts.append(("Over the maximum", f"The round's maximum is {format_money(round.maximum)}"))
    return Card(
        title=application.title,
        about=application.reference,
        facts=facts,
        url=reverse("decide_application", args=[application.reference]),
        action="Decide",
        needed_on=round.decision_expected_on,
        is_own=application.recommended_by_id == user.pk,
        interest=_interest(declared, application),
        money_from=(round.fund_id, round.start_year),
    )


def _recommended(application) -> str:
    if application.recommended_amount:
        return f"{application.get_status_display()}: {format_money(application.recommended_amount)}"
    return application.get_status_display()


def _allocations(user) -> tuple[list[Card], int]:
    """A year's allocations, one card for each round."""
    found, total = _first(rounds_with_allocations_to_decide(seen_by=user))
    return [
        Card(
            title=f"Allocations for {FinancialYear(round.start_year)}",
            about=round.fund.name,
            facts=[
                ("Organisations", str(round.undecided)),
                ("Together", format_money(round.undecided_amount)),
            ],
            url=reverse("decide_allocations", args=[round.pk]),
            action="Decide",
            needed_on=round.decision_expected_on,
            is_own=round.undecided_of_others == 0,
            money_from=(round.fund_id, round.start_year),
        )
        for round in found
    ], total


def _projects(user) -> tuple[list[Card], int]:
    """Business cases with projects that wait, one card each."""
    found, total = _first(cases_to_decide().annotate(**waiting_projects(user)))
    return [
        Card(
            title=f"{application.title}: {application.organisation}",
            about=application.reference,
            facts=[
                ("Fund", application.round.fund.name),
                *(
                    [
                        ("Projects to decide", str(application.projects_waiting)),
                        ("They ask for", format_money(application.projects_asked)),
                    ]
                    if application.projects_waiting
                    else [("To agree", "What is left of it: no project waits any more")]
                ),
            ],
            url=reverse("decide_projects", args=[application.reference]),
            action="Decide",
            needed_on=None
            if application.status == ApplicationStatus.APPROVED
            else application.round.decision_expected_on,
            is_own=application.projects_of_others == 0
            if application.projects_waiting
            else user.pk == (application.recommended_by_id or application.checked_by_id),
        )
        for application in found
    ], total


def _direct_awards(user, declared) -> tuple[list[Card], int]:
    found, total = _first(proposed_awards().prefetch_related("partners"))
    return [
        Card(
            title=award.title,
            about=award.reference,
            facts=[
                ("Organisation", award.organisation.name),
                ("Fund", award.fund.name),
                ("Amount", format_money(award.amount)),
                *([("Ground", award.get_direct_ground_display())] if award.direct_ground else []),
                ("Why it was not competed for", award.direct_reason),
                ("Proposed by", str(award.proposed_by)),
            ],
            url=reverse("decide_award", args=[award.reference]),
            action="Decide",
            needed_on=award.starts_on,
            is_own=award.proposed_by_id == user.pk,
            interest=_interest(declared, award),
            money_from=(award.fund_id, award.start_year),
        )
        for award in found
    ], total


def _extensions(user, declared) -> tuple[list[Card], int]:
    """Contracts and grants whose extension must be decided within three months."""
    soon = ExtensionOption.objects.to_decide().filter(decide_by__lte=clock.today() + DECIDED_AHEAD)
    found, total = _first(soon.prefetch_related("award__partners"))
    return [
        Card(
            title=f"Extend {option.award.title}",
            about=option.award.reference,
            facts=[
                ("Organisation", option.award.organisation.name),
                ("From", clock.format_date(option.starts_on)),
                ("To", clock.format_date(option.ends_on)),
                *([("Amount", format_money(option.amount))] if option.amount else []),
            ],
            url=reverse("office_extension", args=[option.pk]),
            action="Decide",
            needed_on=option.decide_by,
            is_own=option.added_by_id == user.pk,
            interest=_interest(declared, option.award),
            money_from=(option.award.fund_id, option.start_year) if option.amount else None,
        )
        for option in found
    ], total


def _papers(user) -> tuple[list[Card], int]:
    papers = Paper.objects.filter(status=PaperStatus.CHECKING).select_related("sent_for_approval_by")
    found, total = _first(papers.order_by("despatch_on", "pk"))
    return [
        Card(
            title=paper.subject,
            about=f"Panel meeting on {clock.format_date(paper.meeting_on)}",
            facts=[
                ("Goes out on", clock.format_date(paper.despatch_on)),
                ("Sent by", str(paper.sent_for_approval_by)),
            ],
            url=reverse("decide_paper", args=[paper.meeting_on]),
            action="Read and approve",
            needed_on=paper.despatch_on,
            is_own=paper.sent_for_approval_by_id == user.pk,
            is_paper=True,
        )
        for paper in found
    ], total


def _money_left(wanted: set[tuple[int, int]]) -> list[tuple[str, Decimal]]:
    """('Safer in Kent Fund, 2018/19', pounds left) for each fund and year that money is asked from."""
    if not wanted:
        return []
    asked = Q(pk__in=())
    for fund, start_year in wanted:
        asked |= Q(fund=fund, start_year=start_year)
    left: dict[str, Decimal] = {}
    for budget in budgets_with_committed(Budget.objects.filter(asked).select_related("fund")):
        label = f"{budget.fund}, {FinancialYear(budget.start_year)}"
        left[label] = left.get(label, Decimal(0)) + budget.amount - budget.committed
    return sorted(left.items())
