"""Setting up funds: what they are for, what they support, and what they are judged by."""

import re
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.permissions import Permission
from audit.services import Entry, record, record_all
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from ..models import Criterion, Fund, Round, Theme
from ..standard_form import question_about
from . import round_forms
from .changing import apply_changes, lock_fund, lock_round, made_before, refuse_unknown

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
CRITERION_FIELDS = ("name", "question", "guidance", "word_limit", "weight", "is_pass_fail")
CRITERIA_FIXED = (
    "This round is published, so its criteria stay as they are. Applicants were told what they are judged by."
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

    `code` starts every reference of the fund: 2 to 4 capital letters. The same facts by the same
    person again give the first. Raises RuleBroken for a taken code or name.
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
    same = Fund.objects.filter(code=code, **facts).first()
    if made_before(by, same, "fund.created"):
        return same
    fund = Fund(code=code, slug=slugify(facts["name"])[:50] or code.lower(), created_at=clock.now(), **facts)
    _save_fund(fund)
    made = Entry("fund.created", fund, f"{by} set up the {fund}.", by, {"code": code, **facts})
    record_all([made, *_first_themes(by, fund, themes), *_first_criteria(by, fund, criteria)])
    return fund


def _first_themes(by, fund, names) -> list[Entry]:
    """The themes of a fund that is being set up, at once: what `add_theme` would do one by one."""
    kept = {}
    for name in map(_theme_name, names):
        kept.setdefault(name.upper(), name)
    Theme.objects.bulk_create(
        Theme(fund=fund, position=position, name=name) for position, name in enumerate(kept.values(), 1)
    )
    return [_theme_added(by, fund, name) for name in kept.values()]


def _first_criteria(by, fund, criteria) -> list[Entry]:
    """The criteria of a fund that is being set up, at once: what `add_criterion` would do one by one."""
    kept = {}
    for facts in (_criterion_facts(**criterion) for criterion in criteria):
        if existing := kept.get(facts["name"].upper()):
            _require_same_criterion(existing, facts)
            continue
        _check_criterion(facts)
        key = _free_key({one.key for one in kept.values()}, facts["name"])
        kept[facts["name"].upper()] = Criterion(fund=fund, position=len(kept) + 1, key=key, **facts)
    made = Criterion.objects.bulk_create(kept.values())
    return [_criterion_added(by, fund, one) for one in made]


@transaction.atomic
def update_fund(*, by, fund, **fields) -> Fund:
    """Change what is said of a fund. Its code and address stay: references and links carry them."""
    by.require(Permission.MANAGE_FUNDS)
    fund = lock_fund(fund)
    refuse_unknown(fields, FUND_FIELDS, "fund")
    if "name" in fields:
        fields["name"] = clean_line(fields["name"])
    changes = apply_changes(fund, {key: clean(v) if isinstance(v, str) else v for key, v in fields.items()})
    if changes:
        _save_fund(fund)
        record("fund.changed", fund, f"{by} changed the {fund}.", by=by, changes=changes)
    return fund


@transaction.atomic
def end_fund(*, by, fund, ended_on, ending_notice) -> Fund:
    """End a fund on a date, with the notice that its recipients were given. No round opens after it."""
    by.require(Permission.MANAGE_FUNDS)
    fund = lock_fund(fund)
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
    fund = lock_fund(fund)
    name = _theme_name(name)
    if existing := fund.themes.filter(name__iexact=name).first():
        return existing
    theme = Theme.objects.create(fund=fund, position=_next_position(fund.themes), name=name)
    record_all([_theme_added(by, fund, name)])
    return theme


def _theme_name(name) -> str:
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter the type of project")
    return name


def _theme_added(by, fund, name) -> Entry:
    return Entry("fund.theme_added", fund, f"{by} added the type of project “{name}” to the {fund}.", by)


@transaction.atomic
def add_criterion(*, by, fund=None, round=None, **facts) -> Criterion:
    """Add something to judge applications by, at the end: of a fund, for its later rounds, or of one round.

    `facts`: name and question; guidance, word_limit (400), weight (1). With `is_pass_fail` it is passed or
    not, before anything is scored, and its weight counts for nothing.
    Adding the same one again changes nothing. Raises RuleBroken for a round that is published.
    """
    by.require(Permission.MANAGE_FUNDS)
    owner = _lock_owner(by, fund, round)
    facts = _criterion_facts(**facts)
    if existing := owner.criteria.filter(name__iexact=facts["name"]).first():
        _require_same_criterion(existing, facts)
        return existing
    _check_criterion(facts)
    key = _free_key(set(owner.criteria.values_list("key", flat=True)), facts["name"])
    criterion = owner.criteria.create(position=_next_position(owner.criteria), key=key, **facts)
    record_all([_criterion_added(by, owner, criterion)])
    return criterion


def _criterion_facts(*, name, question, guidance="", word_limit=400, weight=1, is_pass_fail=False) -> dict:
    return {
        "name": clean_line(name),
        "question": clean_line(question),
        "guidance": clean(guidance),
        "word_limit": word_limit,
        "weight": weight,
        "is_pass_fail": is_pass_fail,
    }


def _require_same_criterion(existing, facts) -> None:
    if any(getattr(existing, field) != value for field, value in facts.items()):
        raise RuleBroken(f"There is already a criterion “{existing.name}” here. Use another name.")


def _criterion_added(by, owner, criterion) -> Entry:
    return Entry(
        f"{_kind(owner)}.criterion_added", owner, f"{by} added the criterion “{criterion}” to {_the(owner)}.",
        by, {field: getattr(criterion, field) for field in CRITERION_FIELDS},
    )  # fmt: skip


@transaction.atomic
def update_criterion(*, by, criterion, **fields) -> Criterion:
    """Change a criterion of a fund, or of a round that is not published. Its key stays, and its question in
    the form of the round follows. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_FUNDS)
    owner = _lock_owner(by, criterion.fund, criterion.round)
    criterion = Criterion.objects.select_for_update(no_key=True).get(pk=criterion.pk)
    refuse_unknown(fields, CRITERION_FIELDS, "criterion")
    before = question_about(criterion)
    for field, tidy in (("name", clean_line), ("question", clean_line), ("guidance", clean)):
        if field in fields:
            fields[field] = tidy(fields[field])
    changes = apply_changes(criterion, fields)
    if changes:
        _check_criterion({field: getattr(criterion, field) for field in CRITERION_FIELDS})
        if owner.criteria.filter(name__iexact=criterion.name).exclude(pk=criterion.pk).exists():
            raise RuleBroken(f"There is already a criterion “{criterion.name}” here. Use another name.")
        criterion.save()
        if isinstance(owner, Round):
            round_forms.follow_criterion(by, criterion, before)
        record(
            f"{_kind(owner)}.criterion_changed", owner,
            f"{by} changed the criterion “{criterion}” of {_the(owner)}.", by=by, changes=changes,
        )  # fmt: skip
    return criterion


@transaction.atomic
def delete_criterion(*, by, criterion) -> None:
    """Take a criterion off a fund, or off a round that is not published. Raises RuleBroken."""
    by.require(Permission.MANAGE_FUNDS)
    owner = _lock_owner(by, criterion.fund, criterion.round)
    if Criterion.objects.filter(pk=criterion.pk).delete()[0]:
        record(
            f"{_kind(owner)}.criterion_deleted", owner,
            f"{by} took the criterion “{criterion}” off {_the(owner)}.", by=by,
        )  # fmt: skip
        if isinstance(owner, Round):
            round_forms.forget_criterion(by, owner, criterion.key)


def _lock_owner(by, fund, round):
    """The fund or the round whose criteria change, under lock. Raises RuleBroken for a published round."""
    return lock_fund(fund) if round is None else lock_round(by, round, fixed=CRITERIA_FIXED)


def _kind(owner) -> str:
    return "round" if isinstance(owner, Round) else "fund"


def _the(owner) -> str:
    return str(owner) if isinstance(owner, Round) else f"the {owner}"


def _free_key(taken: set[str], name: str) -> str:
    """'need', 'need-2': a key that no other criterion of the same owner has."""
    base = slugify(name)[:50] or "criterion"
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def _next_position(related) -> int:
    return (related.aggregate(last=Max("position"))["last"] or 0) + 1


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
