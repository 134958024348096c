"""What the submitted scores come to: means, spreads, what is passed or not, and what was agreed instead."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Prefetch

from accounts.permissions import Permission
from applications.models import Application, Assessment
from funds.models import Criterion

TENTH = Decimal("0.1")
WIDE_SPREAD = 2  # assessors so far apart that someone should ask why
PASSED, FAILED, DISPUTED = "passed", "failed", "disputed"


def with_scores(applications):
    """Prefetch what `totals` needs, so that a list costs the same whatever its length."""
    submitted = Assessment.objects.filter(status=Assessment.Status.SUBMITTED)
    return applications.prefetch_related(
        Prefetch(
            "assessments",
            submitted.select_related("assessor").prefetch_related("scores__criterion"),
            to_attr="scored_assessments",
        ),
        "agreed_scores",
        "round__criteria",
    )


def submitted_assessments(application: Application, *, seen_by=None) -> list[Assessment]:
    """The assessments whose scores may be read: submitted ones only, with assessor and scores loaded.

    None at all for `seen_by`, a user, while they have still to score the same application: scoring is blind.
    """
    if seen_by is not None and is_blind(application, seen_by):
        return []
    if hasattr(application, "scored_assessments"):
        return application.scored_assessments
    return list(
        application.assessments.filter(status=Assessment.Status.SUBMITTED)
        .select_related("assessor")
        .prefetch_related("scores__criterion")
    )


def is_blind(application: Application, user) -> bool:
    """Whether this person has still to score the application, and must not see what others gave."""
    return user.may(Permission.ASSESS) and application.pk in blind_applications(user)


def blind_applications(user) -> set[int]:
    """The applications (primary keys) that this person has still to score."""
    if not user.may(Permission.ASSESS):
        return set()
    assigned = Assessment.objects.filter(assessor=user, status=Assessment.Status.ASSIGNED)
    return set(assigned.values_list("application", flat=True))


def totals(application: Application) -> dict:
    """What the submitted scores come to, with what was agreed in their place.

    `criteria`: a dict per criterion of the round, in its order, as `criterion_total` describes it.
    `percentage`: the weighted mean of the scored ones in percent of the most possible (Decimal, one place,
    or None); criteria that are passed or not are no part of it. `spread`: the widest. `assessors`: how many
    submitted. `agreed`: for how many criteria a score was agreed. `failed`, `disputed`: the criteria that
    are not passed, and those on which the assessors differ.
    """
    assessments = submitted_assessments(application)
    given: dict[int, list] = {}
    for assessment in assessments:
        for one in assessment.scores.all():
            value = one.passed if one.score is None else one.score
            if value is not None:
                given.setdefault(one.criterion_id, []).append(value)
    agreed = {one.criterion_id: one for one in application.agreed_scores.all()}
    rows = [
        criterion_total(criterion, given.get(criterion.pk, []), agreed.get(criterion.pk))
        for criterion in application.round.criteria.all()
    ]
    return {
        "criteria": rows,
        "percentage": percentage_of(rows, application.round.highest_score),
        "spread": max((row["spread"] for row in rows), default=0),
        "assessors": len(assessments),
        "agreed": len([row for row in rows if row["agreed"]]),
        "failed": [row["criterion"] for row in rows if row["result"] == FAILED],
        "disputed": [row["criterion"] for row in rows if row["result"] == DISPUTED],
    }


def criterion_total(criterion: Criterion, given: list, agreed=None) -> dict:
    """One row of `totals`.

    Of a scored criterion: `scores` (list of int), `spread` (highest less lowest), and the agreed score or
    else the mean, as `exact_mean` and as `mean` (Decimal, one place); None while nobody has scored it. Of
    one that is passed or not: `given` (list of bool) and `result`: "passed", "failed", "disputed" or "".
    `agreed`: the AgreedScore that stands in place of what was given, or None.
    """
    row = {
        "criterion": criterion,
        "scores": [],
        "given": given,
        "spread": 0,
        "exact_mean": None,
        "mean": None,
        "result": "",
        "agreed": agreed,
    }
    if criterion.is_pass_fail:
        return row | {"result": _result(given, agreed)}
    mean = Decimal(sum(given)) / len(given) if given else None
    if agreed is not None:
        mean = Decimal(agreed.score)
    return row | {
        "scores": given,
        "spread": max(given) - min(given) if given else 0,
        "exact_mean": mean,
        "mean": None if mean is None else mean.quantize(TENTH, ROUND_HALF_UP),
    }


def _result(given: list[bool], agreed) -> str:
    """Passed or failed is what was agreed, or what all assessors say."""
    if agreed is not None:
        return PASSED if agreed.passed else FAILED
    if not given:
        return ""
    if all(given):
        return PASSED
    return DISPUTED if any(given) else FAILED


def percentage_of(rows: list[dict], highest: int) -> Decimal | None:
    """The weighted percentage of rows of `totals`, over those that have scores, from their exact means.

    `highest` is the best score of the round's scale.
    """
    scored = [row for row in rows if row["exact_mean"] is not None]
    if not scored:
        return None
    weights = sum(row["criterion"].weight for row in scored)
    earned = sum(row["criterion"].weight * row["exact_mean"] for row in scored)
    return (100 * earned / (weights * highest)).quantize(TENTH, ROUND_HALF_UP)


def refused_by_criteria(application: Application) -> str:
    """Why an application cannot be recommended or approved, in a sentence; empty when all is passed."""
    found = totals(application)
    if found["failed"]:
        return (
            f"This application does not pass {_names(found['failed'])}, so it cannot be recommended for "
            "approval or for the reserve list, or be approved."
        )
    if found["disputed"]:
        return (
            f"The assessors do not agree on whether this application passes {_names(found['disputed'])}. "
            "Agree it on the moderation page before you recommend the application."
        )
    return ""


def _names(criteria) -> str:
    *others, last = [f"“{criterion}”" for criterion in criteria]
    return f"{', '.join(others)} and {last}" if others else last
