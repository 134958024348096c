"""What must always hold of scores, recommendations, decisions and committed money."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from audit.models import Event
from funds.models import Budget, Criterion
from pcc_grants.lib.checking import Violation
from pcc_grants.lib.frozen import hash_of
from pcc_grants.lib.money import format_money

from .models import (
    AgreedScore,
    Application,
    Assessment,
    Commitment,
    Decision,
    DecisionPack,
    OutcomeLetter,
    Project,
    Score,
    Status,
)
from .services.deciding import FINAL
from .services.pack_content import content_hash
from .services.recommending import RANKED, RECOMMENDATIONS, budgets_with_committed

NOTHING = Decimal(0)


def violations() -> Iterator[Violation]:
    """Recompute the rules of assessing and deciding from the rows; yields what does not hold."""
    yield from _budgets_overspent()
    yield from _commitments_against_decisions()
    yield from _commitments_from_the_right_budgets()
    yield from _decisions_in_the_trail()
    yield from _four_eyes()
    yield from _statuses_against_decisions()
    yield from _recommendations_without_stamps()
    yield from _outcomes_told()
    yield from _scores_missing()
    yield from _scores_off_the_scale()
    yield from _agreed_scores()
    yield from _assessments_missing()
    yield from _packs()
    yield from _conditions_of_what_was_not_approved()


def _budgets_overspent():
    for budget in budgets_with_committed(Budget.objects.select_related("fund", "source")):
        if budget.committed > budget.amount:
            yield Violation(
                "commitments within the budget",
                str(budget),
                f"{format_money(budget.committed)} is committed of {format_money(budget.amount)}.",
            )


def _commitments_against_decisions():
    # A project's money is that of its allocation (verify_cases).
    decisions = Decision.objects.filter(project=None).annotate(
        committed=Coalesce(Sum("commitments__amount"), NOTHING)
    )
    wrong = decisions.filter(
        Q(outcome=Decision.Outcome.APPROVED) & ~Q(committed=F("amount"))
        | ~Q(outcome=Decision.Outcome.APPROVED) & Q(committed__gt=0)
    )
    for decision in wrong:
        yield Violation(
            "commitments add up to the decision",
            decision.number,
            f"The decision is for {format_money(decision.amount or NOTHING)}; "
            f"{format_money(decision.committed)} was committed.",
        )


def _commitments_from_the_right_budgets():
    wrong = Commitment.objects.exclude(budget__fund=F("decision__fund"))
    for commitment in wrong.select_related("decision__fund", "budget__fund"):
        yield Violation(
            "commitments come from the fund's own budgets",
            commitment.decision.number,
            f"It is a decision of the {commitment.decision.fund}, but takes "
            f"{format_money(commitment.amount)} from the {commitment.budget.fund}.",
        )


def _decisions_in_the_trail():
    """Each decision is the one that the audit trail tells of, for the application's own organisation."""
    told = {
        target: (changes.get("outcome"), changes.get("amount"))
        for target, changes in Event.objects.filter(verb="decision.made")
        .values_list("target_id", "changes")
        .iterator(chunk_size=2000)
    }
    for decision in Decision.objects.select_related("application").iterator(chunk_size=500):
        outcome, amount = told.pop(str(decision.pk), (None, None))
        if (outcome, amount and Decimal(amount)) != (decision.outcome, decision.amount):
            yield Violation(
                "decisions are in the audit trail",
                decision.number,
                "It is not what the audit trail tells of it."
                if outcome
                else "The audit trail does not tell of it.",
            )
        if decision.application and decision.application.organisation_id != decision.organisation_id:
            yield Violation(
                "decisions are about their application",
                decision.number,
                f"It names another organisation than {decision.application.reference}.",
            )
    for target in told:
        yield Violation(
            "decisions are in the audit trail",
            f"decision {target}",
            "The audit trail tells of it, but it is not there.",
        )


def _four_eyes():
    for decision in Decision.objects.filter(proposed_by=F("decided_by")).select_related("decided_by"):
        yield Violation(
            "nobody decides what they proposed",
            decision.number,
            f"{decision.decided_by} both proposed and decided it.",
        )


def _statuses_against_decisions():
    """Approved, declined and deferred agree with a decision; a final decision agrees with the status."""
    for status in (Status.APPROVED, Status.DECLINED, Status.DEFERRED):
        decided = Decision.objects.filter(application=OuterRef("pk"), outcome=status)
        by_itself = Application.objects.exclude(round__route="allocated")  # others: verify_cases
        for application in by_itself.filter(~Exists(decided), status=status):
            yield Violation(
                "every decided application has its decision",
                application.reference,
                f"It is {application.get_status_display().lower()}, but there is no such decision.",
            )
    final = Decision.objects.filter(application__isnull=False, outcome__in=FINAL)
    for decision in final.exclude(application__status=F("outcome")).select_related("application"):
        yield Violation(
            "a final decision stays",
            decision.number,
            f"It is {decision.get_outcome_display().lower()}, but {decision.application.reference} is "
            f"{decision.application.get_status_display().lower()}.",
        )
    for application in _decided_too_often():
        yield Violation(
            "an application is finally decided once",
            application.reference,
            f"It has {application.final_decisions} final decisions.",
        )


def _decided_too_often():
    return Application.objects.annotate(
        final_decisions=Count("decisions", filter=Q(decisions__outcome__in=FINAL))
    ).filter(final_decisions__gt=1)


def _recommendations_without_stamps():
    past = (*RECOMMENDATIONS, Status.DEFERRED, *FINAL)
    # Of a business case nothing may be left to recommend: all of it was retained.
    retained = Project.objects.filter(business_case__application=OuterRef("pk"), status="retained")
    for application in Application.objects.filter(~Exists(retained), status__in=past, recommended_at=None):
        yield Violation(
            "a recommendation comes before the decision",
            application.reference,
            f"It is {application.get_status_display().lower()}, but nobody has recommended anything.",
        )
    needing = (Status.RECOMMENDED, Status.RESERVE)
    wrong = Q(recommended_amount=None) | Q(recommended_amount__gt=F("amount_asked"))
    for application in Application.objects.filter(wrong, status__in=needing):
        yield Violation(
            "what is recommended is not more than was asked for",
            application.reference,
            f"{format_money(application.recommended_amount or NOTHING)} is recommended of "
            f"{format_money(application.amount_asked or NOTHING)}.",
        )


def _outcomes_told():
    """What was told has its letter, unchanged; what was not told is not on the register."""
    told = Application.objects.filter(outcome_released_at__isnull=False)
    for application in told.filter(outcome_letter=None):
        yield Violation(
            "every outcome that was told has its letter",
            application.reference,
            "It was told, but no letter is kept.",
        )
    for letter in OutcomeLetter.objects.select_related("application").iterator(chunk_size=500):
        if hash_of(letter.content) != letter.sha256:
            yield Violation(
                "letters stay as they were released",
                letter.application.reference,
                "The letter is not the one whose hash was kept.",
            )
        application = letter.application
        if application.status in FINAL and application.outcome_released_at is None:
            yield Violation(
                "letters are kept when the outcome is told",
                letter.application.reference,
                "There is a letter, but the outcome was not told.",
            )
    of_applications = Decision.objects.filter(application__isnull=False, published_at__isnull=False)
    for decision in of_applications.filter(
        application__status__in=FINAL, application__outcome_released_at=None
    ):
        yield Violation(
            "the register shows what applicants were told",
            decision.number,
            "It is published, but the applicant was not told.",
        )


def _scores_missing():
    """Submitted assessments have all they need: where a criterion is not passed, no scores."""
    answered = Q(score__isnull=False) | Q(passed__isnull=False)
    given = Score.objects.filter(answered, assessment=OuterRef(OuterRef("pk")), criterion=OuterRef("pk"))
    lacking = Criterion.objects.filter(
        ~Exists(given.exclude(reason="")), round=OuterRef("application__round")
    )
    failed = Score.objects.filter(assessment=OuterRef("pk"), passed=False)
    submitted = Assessment.objects.filter(status=Assessment.Status.SUBMITTED)
    wrong = (
        Q(Exists(lacking.filter(is_pass_fail=True)))
        | Q(Exists(lacking.filter(is_pass_fail=False))) & ~Q(Exists(failed))
        | Q(declared_at=None)
    )
    for assessment in submitted.filter(wrong).select_related("application", "assessor"):
        yield Violation(
            "submitted scores are complete",
            assessment.application.reference,
            f"{assessment.assessor} submitted without an interest declared, or without a score or a reason.",
        )


def _off_the_scale(application: str):
    """What was given that is no score of the round's scale, or is not for this kind of criterion."""
    return (
        ~Q(criterion__round=F(f"{application}__round"))
        | Q(criterion__is_pass_fail=True, score__isnull=False)
        | Q(criterion__is_pass_fail=False, passed__isnull=False)
        | Q(score__gte=F(f"{application}__round__score_descriptions__len"))
    )


def _scores_off_the_scale():
    wrong = Score.objects.filter(_off_the_scale("assessment__application"))
    for given in wrong.select_related("assessment__application", "assessment__assessor", "criterion"):
        yield Violation(
            "scores are on the scale of their round",
            given.assessment.application.reference,
            f"{given.assessment.assessor} gave {given.criterion} what it cannot be given.",
        )


def _agreed_scores():
    """Agreed scores are on the scale, of a meeting on the round, and of what was scored."""
    scored = Assessment.objects.filter(
        application=OuterRef("application"), status=Assessment.Status.SUBMITTED
    )
    elsewhere = Q(meeting__isnull=False) & ~Q(meeting__round=F("application__round"))
    unscored = ~Q(Exists(scored)) | ~Q(application__status__in=(*RANKED, Status.WITHDRAWN))
    wrong = AgreedScore.objects.filter(_off_the_scale("application") | elsewhere | unscored)
    for agreed in wrong.select_related("application", "criterion"):
        yield Violation(
            "agreed scores stand in place of scores",
            agreed.application.reference,
            f"What was agreed for {agreed.criterion} is off the scale, of another round, or of no scores.",
        )


def _assessments_missing():
    scored = Count("assessments", filter=Q(assessments__status=Assessment.Status.SUBMITTED))
    open_ones = Count("assessments", filter=Q(assessments__status=Assessment.Status.ASSIGNED))
    applications = Application.objects.filter(status__in=RANKED).annotate(scored=scored, open_ones=open_ones)
    for application in applications.filter(Q(scored__lt=F("round__assessors_needed")) | Q(open_ones__gt=0)):
        yield Violation(
            "assessed applications were scored by everyone needed",
            application.reference,
            f"It is {application.get_status_display().lower()} with {application.scored} submitted and "
            f"{application.open_ones} unfinished assessments.",
        )


def _packs():
    """Decision packs are what they were when they were issued, and numbered without gaps."""
    expected: dict[int, int] = {}
    packs = DecisionPack.objects.select_related("round__fund").order_by("round", "number")
    for pack in packs.iterator(chunk_size=100):
        expected[pack.round_id] = expected.get(pack.round_id, 0) + 1
        if content_hash(pack.content) != pack.sha256:
            yield Violation(
                "decision packs stay as they were issued", str(pack), "Its content is not what its hash says."
            )
        if pack.number != expected[pack.round_id]:
            yield Violation(
                "decision packs are numbered without gaps",
                str(pack),
                f"It is number {pack.number} where {expected[pack.round_id]} was expected.",
            )


def _conditions_of_what_was_not_approved():
    wrong = Decision.objects.exclude(outcome=Decision.Outcome.APPROVED).exclude(conditions="")
    for decision in wrong:
        yield Violation(
            "only an approval has conditions",
            decision.number,
            f"It is {decision.get_outcome_display().lower()}, but binds an award to conditions.",
        )
