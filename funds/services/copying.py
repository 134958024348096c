"""The next round, with everything of an earlier one but its dates."""

from django.db import transaction
from django.db.models import Max

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.text import clean_line

from ..models import EligibilityQuestion, Round
from . import checklist, preparing, round_forms
from .changing import lock_fund, made_before, require_not_ended
from .rounds import ROUND_FIELDS, check_round, round_slug, save_round

CARRIED = (
    "maximum",
    "years",
    "terms",
    "grace_minutes",
    "assessors_needed",
    "score_descriptions",
    "route",
    "has_tactical_pot",
    "who_may_apply",
    "outcomes_together",
    "diligence_needed",
)


@transaction.atomic
def copy_round(
    *,
    by,
    round,
    name,
    opens_at,
    closes_at,
    projects_start_on,
    projects_end_on,
    start_year=None,
    decision_expected_on=None,
    outcomes_together=None,
) -> Round:
    """Prepare the next round of a fund from an earlier one; its dates are new.

    It takes over the maximum, the years, the grace, the number of assessors, the scale of the scores, the
    terms, who may apply, the types of project, the criteria, the check, the checklist, the due diligence that
    is needed, and the questions as the next version of the form. The usual questions of the check name the
    new dates. `start_year` is as for `create_round`. The same facts by the same person again give the first.
    Raises RuleBroken.
    """
    by.require(Permission.MANAGE_FUNDS)
    fund = lock_fund(round.fund)
    require_not_ended(fund)
    source = Round.objects.select_related("fund", "questionnaire").get(pk=round.pk)
    made = Round(
        fund=fund,
        number=(fund.rounds.aggregate(last=Max("number"))["last"] or 0) + 1,
        name=clean_line(name),
        opens_at=opens_at,
        closes_at=closes_at,
        projects_start_on=projects_start_on,
        projects_end_on=projects_end_on,
        start_year=start_year or FinancialYear.containing(projects_start_on).start_year,
        decision_expected_on=decision_expected_on,
        created_at=clock.now(),
        **{field: getattr(source, field) for field in CARRIED},
    )
    check_round(made)
    made.slug = round_slug(made.name)
    if outcomes_together is not None:
        made.outcomes_together = outcomes_together
    same = fund.rounds.filter(**{field: getattr(made, field) for field in ROUND_FIELDS}).first()
    if made_before(by, same, "round.copied"):
        return same
    save_round(made)
    made.themes.set(source.themes.all())
    preparing.take_over_criteria(source, made)
    if source.questionnaire is None:
        preparing.draw_up_form(by=by, round=made)
    else:
        round_forms.take_copy(by, source, made)
    _copy_check(source, made)
    checklist.copy_items(source, made)
    record(
        "round.copied", made, f"{by} prepared {made} from {source.name}.", by=by,
        changes={field: getattr(made, field) for field in ROUND_FIELDS} | {"copied_from": source.pk},
    )  # fmt: skip
    return made


def _copy_check(source: Round, made: Round) -> None:
    facts = ("key", "position", *preparing.CHECK_FACTS)
    EligibilityQuestion.objects.bulk_create(
        EligibilityQuestion(round=made, **{fact: getattr(question, fact) for fact in facts})
        for question in source.eligibility_questions.all()
    )
    preparing.keep_check_up(made, preparing.usual_check(source))
