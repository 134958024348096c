"""Setting up funds, their budgets and their rounds."""

import re
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Sum
from django.utils.text import slugify

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from .models import Budget, Criterion, Fund, FundingSource, Round, Theme

FUND_CODE = re.compile(r"[A-Z]{2,4}", re.ASCII)
FUND_FIELDS = (
    "name",
    "purpose",
    "route",
    "legal_power",
    "who_can_apply",
    "not_funded",
    "monitoring_terms",
)
CRITERION_FIELDS = ("name", "question", "guidance", "word_limit", "weight")
ROUND_FIELDS = (
    "name",
    "opens_at",
    "closes_at",
    "maximum",
    "projects_start_on",
    "projects_end_on",
    "terms",
    "years",
    "start_year",
    "decision_expected_on",
    "grace_minutes",
    "assessors_needed",
)
# What a published round may still change: the rest is what applicants were told.
ROUND_FIELDS_AFTER_PUBLICATION = ("closes_at", "decision_expected_on", "assessors_needed")
CRITERIA_FIXED = (
    "A round of this fund is published, so its criteria stay as they are. "
    "To ask something else, set up a new fund with the criteria copied and changed."
)


# -- Funds -----------------------------------------------------------------------------------------------


@transaction.atomic
def create_fund(
    *,
    by,
    code,
    name,
    purpose,
    route,
    legal_power,
    who_can_apply="",
    not_funded="",
    monitoring_terms="",
    themes=(),
    criteria=(),
) -> Fund:
    """Set up a fund with its themes and criteria, in the order given.

    `code` starts every reference of the fund: 2 to 4 capital letters. Raises RuleBroken for a taken code or name.
    """
    by.require(Permission.MANAGE_FUNDS)
    code = clean_line(code).upper()
    if not FUND_CODE.fullmatch(code):
        raise RuleBroken("Code of the fund must be 2 to 4 letters, like SIK")
    facts = {
        "name": clean_line(name),
        "purpose": clean(purpose),
        "route": route,
        "legal_power": legal_power,
        "who_can_apply": clean(who_can_apply),
        "not_funded": clean(not_funded),
        "monitoring_terms": clean(monitoring_terms),
    }
    fund = Fund(code=code, slug=slugify(facts["name"])[:50] or code.lower(), created_at=clock.now(), **facts)
    _save_fund(fund)
    record("fund.created", fund, f"{by} set up the {fund}.", by=by, changes={"code": code, **facts})
    for theme in themes:
        add_theme(by=by, fund=fund, name=theme)
    for criterion in criteria:
        add_criterion(by=by, fund=fund, **criterion)
    return fund


@transaction.atomic
def update_fund(*, by, fund, **fields) -> Fund:
    """Change what is said of a fund. Its code and address stay: references and links carry them."""
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(fund)
    _refuse_unknown(fields, FUND_FIELDS, "fund")
    if "name" in fields:
        fields["name"] = clean_line(fields["name"])
    changes = _apply(fund, {key: clean(v) if isinstance(v, str) else v for key, v in fields.items()})
    if changes:
        _save_fund(fund)
        record("fund.changed", fund, f"{by} changed the {fund}.", by=by, changes=changes)
    return fund


@transaction.atomic
def end_fund(*, by, fund, ended_on, ending_notice) -> Fund:
    """End a fund on a date, with the notice that its recipients were given. No round opens after it."""
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(fund)
    if fund.ended_on:
        if (fund.ended_on, fund.ending_notice) == (ended_on, clean(ending_notice)):
            return fund
        raise RuleBroken(f"This fund already ended on {clock.format_date(fund.ended_on)}.")
    if not clean(ending_notice):
        raise RuleBroken("Enter the notice that recipients were given")
    if fund.rounds.exclude(published_at=None).filter(closes_at__gt=clock.now()).exists():
        raise RuleBroken("A round of this fund has not closed yet. End the fund after it has closed.")
    fund.ended_on, fund.ending_notice = ended_on, clean(ending_notice)
    fund.save(update_fields=["ended_on", "ending_notice"])
    record(
        "fund.ended", fund, f"{by} ended the {fund} on {clock.format_date(ended_on)}.", by=by,
        changes={"ended_on": ended_on, "ending_notice": fund.ending_notice},
    )  # fmt: skip
    return fund


# -- What a fund supports, and what it is judged by --------------------------------------------------------


@transaction.atomic
def add_theme(*, by, fund, name) -> Theme:
    """Add a type of project at the end of the fund's list. Adding one that is there changes nothing."""
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(fund)
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter the type of project")
    if existing := fund.themes.filter(name__iexact=name).first():
        return existing
    theme = Theme.objects.create(fund=fund, position=_next_position(fund.themes), name=name)
    record("fund.theme_added", fund, f"{by} added the type of project “{name}” to the {fund}.", by=by)
    return theme


@transaction.atomic
def add_criterion(*, by, fund, name, question, guidance="", word_limit=400, weight=1) -> Criterion:
    """Add something to judge applications by, at the end. Raises RuleBroken once a round is published.

    Adding the same one again changes nothing.
    """
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(fund)
    facts = {
        "name": clean_line(name),
        "question": clean_line(question),
        "guidance": clean(guidance),
        "word_limit": word_limit,
        "weight": weight,
    }
    if existing := fund.criteria.filter(name__iexact=facts["name"]).first():
        if all(getattr(existing, field) == value for field, value in facts.items()):
            return existing
        raise RuleBroken(f"This fund already has the criterion “{existing.name}”. Use another name.")
    _require_no_published_round(fund)
    _check_criterion(facts)
    criterion = Criterion.objects.create(fund=fund, position=_next_position(fund.criteria), **facts)
    record(
        "fund.criterion_added", fund, f"{by} added the criterion “{criterion}” to the {fund}.", by=by,
        changes=facts,
    )  # fmt: skip
    return criterion


@transaction.atomic
def update_criterion(*, by, criterion, **fields) -> Criterion:
    """Change a criterion. Raises RuleBroken once a round of its fund is published."""
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(criterion.fund)
    criterion = Criterion.objects.select_for_update().get(pk=criterion.pk)
    _refuse_unknown(fields, CRITERION_FIELDS, "criterion")
    _require_no_published_round(fund)
    changes = _apply(criterion, fields)
    if changes:
        _check_criterion({field: getattr(criterion, field) for field in CRITERION_FIELDS})
        criterion.save()
        record(
            "fund.criterion_changed", fund, f"{by} changed the criterion “{criterion}” of the {fund}.",
            by=by, changes=changes,
        )  # fmt: skip
    return criterion


@transaction.atomic
def delete_criterion(*, by, criterion) -> None:
    """Take a criterion off its fund. Raises RuleBroken once a round of the fund is published."""
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(criterion.fund)
    _require_no_published_round(fund)
    if Criterion.objects.filter(pk=criterion.pk).delete()[0]:
        record(
            "fund.criterion_deleted", fund, f"{by} took the criterion “{criterion}” off the {fund}.", by=by
        )


# -- Money -----------------------------------------------------------------------------------------------


@transaction.atomic
def create_source(*, by, name, ring_fenced_for="", spend_by=None) -> FundingSource:
    """Record where money comes in from. Raises RuleBroken when there is a source of that name."""
    by.require(Permission.MANAGE_FUNDS)
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter the name of the source")
    source = FundingSource(name=name, ring_fenced_for=clean(ring_fenced_for), spend_by=spend_by)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise RuleBroken(
            f"There is already a source called {name}. Use that one, or another name."
        ) from error
    record("source.created", source, f"{by} recorded the source {source}.", by=by)
    return source


@transaction.atomic
def set_budget(*, by, fund, source, start_year, amount) -> Budget:
    """What a source gives a fund for the financial year that starts in `start_year`, in pounds.

    Creates or changes it; never below what decisions have committed of it (RuleBroken).
    """
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(fund)
    amount = Decimal(amount)
    if amount < 0 or amount != amount.quantize(PENNY):
        raise RuleBroken("The budget must be £0 or more, in pounds and pence.")
    if not 2000 <= start_year < 2100:
        raise RuleBroken("The financial year must be between 2000/01 and 2099/00.")
    budget = (
        Budget.objects.select_for_update().filter(fund=fund, source=source, start_year=start_year).first()
    )
    if budget is None:
        budget = Budget(fund=fund, source=source, start_year=start_year)
    before = budget.amount if budget.pk else None
    if before == amount:
        return budget
    if budget.pk and amount < (committed := committed_of(budget)):
        raise RuleBroken(
            f"{format_money(committed)} of this budget is committed already. "
            f"The budget must be {format_money(committed)} or more."
        )
    budget.amount = amount
    budget.save()
    record(
        "fund.budget_set",
        fund,
        f"{by} set the budget of the {fund} for {budget.financial_year} from {source}"
        f" to {format_money(amount)}.",
        by=by,
        changes={"budget": budget.pk, "amount": [before, amount]},
    )
    return budget


def committed_of(budget) -> Decimal:
    """What decisions have promised of a budget, less what was given back."""
    total = budget.commitments.aggregate(total=Sum(F("amount") - F("released")))["total"]
    return total or Decimal(0)


# -- Rounds ----------------------------------------------------------------------------------------------


@transaction.atomic
def create_round(
    *,
    by,
    fund,
    name,
    opens_at,
    closes_at,
    maximum,
    projects_start_on,
    projects_end_on,
    terms,
    years=1,
    start_year=None,
    decision_expected_on=None,
    grace_minutes=15,
    assessors_needed=2,
    number=None,
) -> Round:
    """Prepare a round of a fund. Nobody outside the office sees it before `publish_round`.

    `start_year` is the financial year whose budget pays the first year; by default the one in which projects
    may start. `number` counts the fund's rounds; by default the next. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_FUNDS)
    fund = _lock(fund)
    _require_not_ended(fund)
    round = Round(
        fund=fund,
        number=number or (fund.rounds.aggregate(last=Max("number"))["last"] or 0) + 1,
        name=clean_line(name),
        opens_at=opens_at,
        closes_at=closes_at,
        maximum=maximum,
        years=years,
        start_year=start_year or FinancialYear.containing(projects_start_on).start_year,
        decision_expected_on=decision_expected_on,
        projects_start_on=projects_start_on,
        projects_end_on=projects_end_on,
        terms=clean(terms),
        grace_minutes=grace_minutes,
        assessors_needed=assessors_needed,
        created_at=clock.now(),
    )
    _check_round(round)
    round.slug = round_slug(round.name)
    _save_round(round)
    record(
        "round.created", round, f"{by} prepared {round}.", by=by,
        changes={field: getattr(round, field) for field in ROUND_FIELDS},
    )  # fmt: skip
    return round


@transaction.atomic
def update_round(*, by, round, **fields) -> Round:
    """Change a round. Once it is published, applicants rely on it: the closing time may only move later,
    until the last submission has been received; beside it only ROUND_FIELDS_AFTER_PUBLICATION change.
    """
    by.require(Permission.MANAGE_FUNDS)
    round = Round.objects.select_for_update(of=["self"]).select_related("fund").get(pk=round.pk)
    _refuse_unknown(fields, ROUND_FIELDS, "round")
    for field, tidy in (("name", clean_line), ("terms", clean)):
        if field in fields:
            fields[field] = tidy(fields[field])
    end_before = round.submissions_end_at
    closes_before = round.closes_at
    changes = _apply(round, fields)
    if not changes:
        return round
    if round.published_at:
        if set(changes) - set(ROUND_FIELDS_AFTER_PUBLICATION):
            raise RuleBroken(
                "This round is published. Only its closing time, the decision date and the number of assessors"
                " can change."
            )
        if "closes_at" in changes and end_before < clock.now():
            raise RuleBroken("This round has closed. Open a new round instead.")
        if round.closes_at < closes_before:
            raise RuleBroken(
                f"Applicants were told {clock.format_deadline(closes_before)}. The closing time can only move later."
            )
    _check_round(round)
    round.slug = round_slug(round.name)
    _save_round(round)
    record("round.changed", round, f"{by} changed {round}.", by=by, changes=changes)
    return round


@transaction.atomic
def publish_round(*, by, round) -> Round:
    """Show a round to everyone. It opens at its opening time. Raises RuleBroken while something is missing."""
    by.require(Permission.MANAGE_FUNDS)
    round = Round.objects.select_for_update(of=["self"]).select_related("fund").get(pk=round.pk)
    if round.published_at:
        if round.published_by_id == by.pk:
            return round
        raise RuleBroken(f"{round.published_by} has already published this round.")
    _require_not_ended(round.fund)
    if not round.fund.criteria.exists():
        raise RuleBroken("Add at least one criterion to the fund before you publish this round.")
    if not round.terms:
        raise RuleBroken("Enter the terms of the round before you publish it.")
    if round.closes_at <= clock.now():
        raise RuleBroken("The closing time has passed. Change it before you publish this round.")
    round.published_at, round.published_by = clock.now(), by
    round.save(update_fields=["published_at", "published_by"])
    record("round.published", round, f"{by} published {round}.", by=by)
    return round


def round_slug(name: str) -> str:
    """'Round 2, 2018/19' → 'round-2-2018-19'."""
    return slugify(name.replace("/", "-"))[:50]


# -- Checks ----------------------------------------------------------------------------------------------


def _lock(fund) -> Fund:
    return Fund.objects.select_for_update().get(pk=fund.pk)


def _next_position(related) -> int:
    return (related.aggregate(last=Max("position"))["last"] or 0) + 1


def _apply(thing, fields) -> dict:
    """Set the fields that differ and answer what changed: {field: [before, after]}."""
    changes = {}
    for field, value in fields.items():
        before = getattr(thing, field)
        if before != value:
            changes[field] = [before, value]
            setattr(thing, field, value)
    return changes


def _refuse_unknown(fields, known, what) -> None:
    if unknown := sorted(set(fields) - set(known)):
        raise RuleBroken(f"This cannot be changed on a {what}: {', '.join(unknown)}.")


def _require_not_ended(fund) -> None:
    if fund.ended_on and fund.ended_on <= clock.today():
        raise RuleBroken(f"The {fund} ended on {clock.format_date(fund.ended_on)}. It opens no new rounds.")


def _require_no_published_round(fund) -> None:
    if fund.rounds.exclude(published_at=None).exists():
        raise RuleBroken(CRITERIA_FIXED)


def _save_fund(fund) -> None:
    if not fund.name:
        raise RuleBroken("Enter the name of the fund")
    if not fund.purpose:
        raise RuleBroken("Enter what the fund is for")
    try:
        with transaction.atomic():
            fund.save()
    except IntegrityError as error:
        raise RuleBroken("Another fund has this code or name. Use another one.") from error


def _check_criterion(facts) -> None:
    if not facts["name"]:
        raise RuleBroken("Enter the name of the criterion")
    if not facts["question"]:
        raise RuleBroken("Enter the question that the form asks")
    if facts["word_limit"] < 1 or facts["weight"] < 1:
        raise RuleBroken("The word limit and the weight must be 1 or more")


def _check_round(round) -> None:
    if not round_slug(round.name):
        raise RuleBroken("Enter the name of the round, like Round 2, 2018/19")
    if not isinstance(round.opens_at, datetime) or round.closes_at <= round.opens_at:
        raise RuleBroken(f"Closing time must be after {clock.format_deadline(round.opens_at)}, when it opens")
    if round.projects_end_on <= round.projects_start_on:
        raise RuleBroken(
            f"The last day of projects must be after {clock.format_date(round.projects_start_on)}, their first day"
        )
    if round.maximum <= 0:
        raise RuleBroken("The most one application can ask for must be more than £0")
    if round.years < 1 or round.assessors_needed < 1:
        raise RuleBroken("The number of years and of assessors must be 1 or more")


def _save_round(round) -> None:
    try:
        with transaction.atomic():
            round.save()
    except IntegrityError as error:
        raise RuleBroken("This fund already has a round of that name or number. Use another one.") from error
