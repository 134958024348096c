"""An application in the wrong fund: moved to another one with its history, and back if that was a mistake."""

from dataclasses import dataclass

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from funds.models import Criterion, Round, Theme
from office.services import next_number
from pcc_grants.lib import clock, references
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean
from questionnaires.models import Question, Response
from questionnaires.reading import Reading, read_response, read_typed
from questionnaires.services import carry_over, fitting

from ..models import Application, Status, Transfer
from .answering import asking_of, mirror_facts, reading_of
from .applying import name_partners, write_to_people
from .completeness import Gap, add_rules, gaps_of


@dataclass(frozen=True)
class Comparison:
    """What an application would be in another round."""

    round: Round
    theme: Theme | None
    criteria: list[tuple[Criterion, bool]]  # of the round, each with whether an answer is carried over to it
    lost_criteria: list[Criterion]  # of the present round, which the other one does not score
    missing: list[Gap]  # required questions that would not be answered
    against_rules: list[Gap]  # answers against the dates or the maximum of the other round


def compare_rounds(application: Application, to_round: Round) -> Comparison:
    """What a move to a round would carry over, leave unanswered, and set against its rules."""
    values, theme = _carried(application, to_round)
    reading = read_typed(to_round.questionnaire, asking_of(to_round, application.organisation), values)
    add_rules(to_round, reading)
    gaps = gaps_of(reading)
    theirs = list(to_round.criteria.all())
    same = {one.key for one in theirs} | set(_same_names(application.round, to_round).values())
    return Comparison(
        round=to_round,
        theme=theme,
        criteria=[(one, any(entry.is_answered for entry in reading.scored_for(one.key))) for one in theirs],
        lost_criteria=[one for one in application.round.criteria.all() if one.key not in same],
        missing=[gap for gap in gaps if not gap.entry.is_answered],
        against_rules=[gap for gap in gaps if gap.entry.is_answered],
    )


@transaction.atomic
def transfer(*, by, application, to_round, reason, message) -> Application:
    """Move a submitted application to a round of another fund, with a new reference, and tell its people.

    Its answers to the old fund's questions stay as they were; those that fit the questions of the new one are
    carried over (`compare_rounds`). Both references find the application. What the new fund asks besides does
    not hold the move up: it can be asked for afterwards. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(application)
    to_round = Round.objects.select_related("fund", "questionnaire").get(pk=to_round.pk)
    moves = application.transfers.standing()
    if application.round_id == to_round.pk and moves.filter(moved_by=by, to_round=to_round).exists():
        return application
    if application.status != Status.SUBMITTED:
        raise RuleBroken("Only an application that waits for its check can be moved to another fund.")
    if to_round.published_at is None or to_round.opens_at > clock.now():
        raise RuleBroken("Choose a round that has opened.")
    if to_round.fund_id == application.round.fund_id:
        raise RuleBroken("Choose a round of another fund.")
    if to_round.is_by_invitation or application.round.is_by_invitation:
        raise RuleBroken("A business case by invitation cannot be moved, and nothing can be moved to one.")
    reason, message = clean(reason), clean(message)
    if not reason:
        raise RuleBroken("Enter why the application moves")
    if not message:
        raise RuleBroken("Enter the message to the applicant")
    values, theme = _carried(application, to_round)
    response = Response.objects.create(
        questionnaire_id=to_round.questionnaire_id,
        organisation=application.organisation,
        created_at=clock.now(),
    )
    carried = carry_over(by=by, response=response, values=values)
    moved = Transfer.objects.create(
        application=application,
        from_round=application.round,
        to_round=to_round,
        from_response=application.response,
        to_response=response,
        old_reference=application.reference,
        new_reference=references.build(to_round.reference_prefix, next_number(to_round.reference_prefix)),
        reason=reason,
        moved_by=by,
        moved_at=clock.now(),
    )
    old_theme = application.theme
    application.round, application.response = to_round, response
    application.reference, application.theme = moved.new_reference, theme
    application.save(update_fields=["round", "response", "reference", "theme"])
    mirror_facts(application)
    record(
        "application.moved",
        application,
        f"{by} moved application {moved.old_reference} from the {moved.from_round.fund} to the"
        f" {to_round.fund}, where it is {application.reference}.",
        by=by,
        changes={
            "reference": [moved.old_reference, application.reference],
            "round": [moved.from_round_id, to_round.pk],
            "theme": [str(old_theme or ""), str(application.theme or "")],
            "carried": sorted(carried),
            "reason": reason,
        },
    )
    write_to_people(application, "moved", str(moved.pk), transfer=moved, text=message)
    return application


@transaction.atomic
def return_transfer(*, by, transfer, reason) -> Application:
    """Take a move back that was a mistake: the old round, the old reference and the answers given to it.

    What was answered to the other fund's questions meanwhile is kept beside. Only while the application
    waits for its check, and only the last move. Its people are told. A second time changes nothing. Raises
    RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(transfer.application)
    transfer = Transfer.objects.select_related("from_round__fund", "to_round__fund", "returned_by").get(
        pk=transfer.pk
    )
    if transfer.returned_at:
        if transfer.returned_by_id == by.pk:
            return application
        raise RuleBroken(f"{transfer.returned_by} has already taken this move back.")
    if application.status != Status.SUBMITTED:
        raise RuleBroken("A move can be taken back only while the application waits for its check.")
    if application.submitted_at > transfer.moved_at:
        raise RuleBroken(
            "The applicant has submitted this application again since the move, so it stays. "
            "It can be moved to another fund."
        )
    if application.transfers.standing().last() != transfer:
        raise RuleBroken("This application has been moved again since. Take back the last move first.")
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter why the move was a mistake")
    transfer.returned_by, transfer.returned_at, transfer.returned_reason = by, clock.now(), reason
    transfer.save(update_fields=["returned_by", "returned_at", "returned_reason"])
    application.round, application.response = transfer.from_round, transfer.from_response
    application.reference = transfer.old_reference
    application.theme = None
    application.save(update_fields=["round", "response", "reference", "theme"])
    mirror_facts(application)
    name_partners(application, reading_of(application))
    record(
        "application.move_returned",
        application,
        f"{by} took back the move of application {transfer.new_reference}. It is {application.reference} in "
        f"the {application.round.fund} again.",
        by=by,
        changes={
            "reference": [transfer.new_reference, application.reference],
            "round": [transfer.to_round_id, application.round_id],
            "reason": reason,
        },
    )
    write_to_people(application, "move_returned", str(transfer.pk), transfer=transfer)
    return application


@dataclass(frozen=True)
class Former:
    """The answers to the questions of another fund, in which the application stood for a time."""

    round: Round
    reading: Reading
    by_mistake: bool

    @property
    def scored(self) -> list:
        """The answers that were given for the criteria of that fund."""
        return [entry for entry in self.reading.asked if entry.question.criterion]


def former_answers(application: Application) -> list[Former]:
    """What it says to the questions of funds it was moved from, or to by mistake; the latest first."""
    found = []
    moves = application.transfers.select_related(
        "from_round__fund", "to_round__fund", "from_response", "to_response"
    )
    for move in moves.order_by("-pk"):
        by_mistake = move.returned_at is not None
        round = move.to_round if by_mistake else move.from_round
        response = move.to_response if by_mistake else move.from_response
        reading = read_response(response, asking_of(round, application.organisation))
        found.append(Former(round, reading, by_mistake))
    return found


# -- Within the module ---------------------------------------------------------------------------------------


def _carried(application: Application, to_round: Round) -> tuple[dict, Theme | None]:
    """The answers that fit the questions of another round, and the type of project there of the same name."""
    theirs = {
        question.criterion: question.key
        for question in to_round.questionnaire.questions.exclude(criterion="")
    }
    ours = {
        question.criterion: question.key
        for question in application.response.questionnaire.questions.exclude(criterion="")
    }
    also = {
        theirs[there]: ours[here]
        for here, there in _same_names(application.round, to_round).items()
        if here in ours and there in theirs
    }
    values = fitting(application.response, to_round.questionnaire, also)
    theme = None
    if application.theme:
        theme = next(
            (one for one in to_round.offered_themes if one.name.lower() == application.theme.name.lower()),
            None,
        )
    for question in to_round.questionnaire.questions.filter(source=Question.Source.THEMES):
        values.pop(question.key, None)
        if theme and question.fact == "theme":
            values[question.key] = str(theme.pk)
    return values, theme


def _same_names(from_round: Round, to_round: Round) -> dict[str, str]:
    """Criteria of one name in both rounds, whatever their keys: {key here: key there}."""
    there = {criterion.name.strip().lower(): criterion.key for criterion in to_round.criteria.all()}
    return {
        criterion.key: there[name]
        for criterion in from_round.criteria.all()
        if (name := criterion.name.strip().lower()) in there
    }


def _lock(application) -> Application:
    related = Application.objects.select_related(
        "round__fund", "organisation", "theme", "response__questionnaire", "submitted_by"
    )
    return locked(related, application.pk)
