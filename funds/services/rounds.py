"""Rounds: prepared and published. Once people rely on them, `extending` is the only way to move their end."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.permissions import Permission
from audit.services import record
from organisations.models import DueDiligence
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line
from pcc_grants.lib.working_days import is_working_day
from questionnaires.models import Questionnaire
from questionnaires.services import freeze

from ..models import Round, Route
from . import checklist, preparing, round_forms
from .changing import apply_changes, lock_fund, made_before, refuse_unknown, require_not_ended

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
    "route",
    "has_tactical_pot",
    "diligence_needed",
    "outcomes_together",
)
# What a published round may still change: the rest is what applicants were told.
ROUND_FIELDS_AFTER_PUBLICATION = ("decision_expected_on", "assessors_needed", "outcomes_together")


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
    route=Route.OPEN,
    has_tactical_pot=False,
    diligence_needed=(),
    outcomes_together=False,
    number=None,
    brief_form=False,
) -> Round:
    """Prepare a round of a fund. Nobody outside the office sees it before `publish_round`.

    `start_year` is the financial year whose budget pays the first year; by default the one in which projects
    may start. `number` counts the fund's rounds; by default the next. The round takes over the fund's
    criteria, and gets the standard form, the usual check of eligibility and the usual checklist, all of which
    can be changed until it is published; `brief_form` leaves only the project, the criteria and the budget,
    and no checklist. The same facts by the same person again give the first. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_FUNDS)
    fund = lock_fund(fund)
    require_not_ended(fund)
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
        route=route,
        has_tactical_pot=has_tactical_pot,
        diligence_needed=list(diligence_needed),
        outcomes_together=outcomes_together,
        created_at=clock.now(),
    )
    check_round(round)
    round.slug = round_slug(round.name)
    same = fund.rounds.filter(**{field: getattr(round, field) for field in ROUND_FIELDS}).first()
    if number is None and made_before(by, same, "round.created"):
        return same
    save_round(round)
    preparing.take_over_criteria(fund, round)
    preparing.draw_up_form(by=by, round=round, brief=brief_form)
    preparing.draw_up_check(round)
    if not brief_form:
        checklist.put_usual_items(round)
    record(
        "round.created", round, f"{by} prepared {round}.", by=by,
        changes={field: getattr(round, field) for field in ROUND_FIELDS},
    )  # fmt: skip
    return round


@transaction.atomic
def update_round(*, by, round, **fields) -> Round:
    """Change a round. Until it is published, the usual questions of its check and the years of its budget
    follow. Once it is published, applicants rely on it: only ROUND_FIELDS_AFTER_PUBLICATION change, and the
    number of assessors no longer once one of them has submitted scores. The closing time then moves with
    `extend_round` alone, so that everyone hears of it and why. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_FUNDS)
    round = Round.objects.select_for_update(of=["self"], no_key=True).select_related("fund").get(pk=round.pk)
    refuse_unknown(fields, ROUND_FIELDS, "round")
    for field, tidy in (("name", clean_line), ("terms", clean)):
        if field in fields:
            fields[field] = tidy(fields[field])
    usual_before = preparing.usual_check(round)
    changes = apply_changes(round, fields)
    if not changes:
        return round
    if round.published_at and set(changes) - set(ROUND_FIELDS_AFTER_PUBLICATION):
        raise RuleBroken(
            "This round is published. Only the decision date, the number of assessors and how applicants "
            "hear of decisions can change. "
            "To move its closing time, extend it for everyone."
        )
    if "assessors_needed" in changes and _has_scores(round):
        raise RuleBroken(
            "Scores have come in for this round, so the number of assessors stays as it is. "
            "More people can be asked to score an application."
        )
    if "outcomes_together" in changes and _has_decisions(round):
        raise RuleBroken(
            "Decisions have been made in this round, so how applicants hear of them stays as it is."
        )
    check_round(round)
    round.slug = round_slug(round.name)
    save_round(round)
    if not round.published_at:
        preparing.keep_check_up(round, usual_before)
        if (
            "route" in changes and round.is_by_invitation
        ):  # who is invited is not asked whether they can apply
            round.eligibility_questions.all().delete()
        if "years" in changes and round.questionnaire_id:
            round_forms.fit_budget(by=by, round=round)
    record("round.changed", round, f"{by} changed {round}.", by=by, changes=changes)
    return round


def _has_scores(round) -> bool:
    """Whether an assessor has finished: how many are needed decided by then what counts as assessed."""
    return round.applications.filter(assessments__submitted_at__isnull=False).exists()


def _has_decisions(round) -> bool:
    return round.applications.filter(decisions__isnull=False).exists()


@transaction.atomic
def publish_round(*, by, round) -> Round:
    """Show a round to everyone; it opens at its opening time. Raises RuleBroken while anything is missing."""
    by.require(Permission.MANAGE_FUNDS)
    lock_fund(round.fund)  # neither ended nor left without criteria meanwhile
    round = Round.objects.select_for_update(of=["self"], no_key=True).select_related("fund").get(pk=round.pk)
    if round.published_at:
        if round.published_by_id == by.pk:
            return round
        raise RuleBroken(f"{round.published_by} has already published this round.")
    require_not_ended(round.fund)
    Questionnaire.objects.select_for_update(no_key=True).filter(pk=round.questionnaire_id).first()
    if missing := preparing.gaps(round):
        raise RuleBroken(missing[0].sentence)
    if round.closes_at <= clock.now():
        raise RuleBroken("The closing time has passed. Change it before you publish this round.")
    freeze(round.questionnaire)
    round.published_at, round.published_by = clock.now(), by
    round.save(update_fields=["published_at", "published_by"])
    record("round.published", round, f"{by} published {round}.", by=by)
    return round


def round_slug(name: str) -> str:
    """'Round 2, 2018/19' → 'round-2-2018-19'."""
    return slugify(name.replace("/", "-"))[:50]


def closing_warnings(closes_at) -> list[str]:
    """What to think about before a closing time is set (screens.md 3.12): advice, never a refusal."""
    local = closes_at.astimezone(clock.LONDON)
    day = local.date()
    warnings = []
    if local.hour == 0 or (local.hour, local.minute) == (23, 59):
        warnings.append(
            "It closes in the middle of the night, when nobody can help. 5pm or midday is better."
        )
    if day.weekday() >= 5:
        warnings.append(f"It closes on a {day:%A}, when nobody can help. A weekday is better.")
    elif not is_working_day(day):
        warnings.append("It closes on a bank holiday, when nobody can help. A working day is better.")
    elif day.weekday() == 0 or not is_working_day(day - timedelta(days=1)):
        warnings.append(
            f"It closes on a {day:%A} after days off, so few can be helped before. Later that week is better."
        )
    return warnings


def check_round(round) -> None:
    if not round_slug(round.name):
        raise RuleBroken("Enter the name of the round, like Round 2, 2018/19")
    if not isinstance(round.opens_at, datetime) or round.closes_at <= round.opens_at:
        raise RuleBroken(f"Closing time must be after {clock.format_deadline(round.opens_at)}, when it opens")
    if round.projects_end_on <= round.projects_start_on:
        first = clock.format_date(round.projects_start_on)
        raise RuleBroken(f"The last day of projects must be after {first}, their first day")
    if round.projects_end_on <= clock.london_date(round.closes_at):
        closes = clock.format_date(round.closes_at)
        raise RuleBroken(f"The last day of projects must be after {closes}, when the round closes")
    if round.maximum <= 0:
        raise RuleBroken("The most one application can ask for must be more than £0")
    if round.years < 1 or (round.assessors_needed < 1 and not round.is_by_invitation):
        raise RuleBroken("The number of years and of assessors must be 1 or more")
    if round.route not in (Route.OPEN, Route.INVITED, Route.ALLOCATED):
        raise RuleBroken("Select who takes part: everyone, or those who are invited.")
    if round.has_tactical_pot and not round.is_allocated:
        raise RuleBroken("Only allocated money can have a tactical pot.")
    if unknown := set(round.diligence_needed) - set(DueDiligence.Kind.values):
        raise RuleBroken(f"There is no due diligence called “{sorted(unknown)[0]}”.")


def save_round(round) -> None:
    try:
        with transaction.atomic():
            round.save()
    except IntegrityError as error:
        raise RuleBroken("This fund already has a round of that name or number. Use another one.") from error
