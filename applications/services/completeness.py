"""Whether an application may be submitted: what is missing, and what is against the rules of its round."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from questionnaires.kinds import Problem
from questionnaires.models import Question
from questionnaires.reading import Entry, Reading

from ..models import Status


@dataclass(frozen=True)
class Gap:
    """One thing that stops submission: the question, where it is put right, and what is wrong."""

    entry: Entry
    section_key: str
    page_key: str
    problem: Problem

    @property
    def message(self) -> str:
        return self.problem.message

    def url(self, reference: str) -> str:
        address = reverse("application_question", args=[reference, self.section_key, self.page_key])
        cell = self.problem.cell
        return f"{address}#{f'id_{self.entry.name}{cell}' if cell else self.entry.first_control}"


def gaps_of(reading: Reading) -> list[Gap]:
    """What stops submission, in the order of the form. Empty when the application is complete."""
    found = []
    for part in reading.needed:
        for entry, problem in part.problems:
            page = part.page_of(entry.question.key)
            found.append(Gap(entry, part.section.key, page[0].question.key, problem))
    return found


def add_rules(round, reading: Reading, *, most: Decimal | None = None) -> None:
    """Add what the rules of the round say to the problems of the answers: dates, and the most to ask for.

    `most` in pounds where it is not the round's own: what an organisation was invited for.
    """
    starts, ends = reading.of_fact("starts_on"), reading.of_fact("ends_on")
    for fact, sentence in date_problems(
        round, starts.typed if starts else None, ends.typed if ends else None
    ):
        entry = starts if fact == "starts_on" else ends
        if entry is not None and entry.typed is not None:
            entry.problems.append(Problem(sentence, "_day", is_rule=True))
    for entry in reading.of_kind(Question.Kind.COSTS):
        if not entry.problems and (sentence := amount_problem(round, entry, most=most)):
            entry.problems.append(Problem(sentence, "-0-amount", is_rule=True))


def date_problems(round, starts_on, ends_on) -> list[tuple[str, str]]:
    """What is wrong with a project's dates in a round: (fact, sentence) each. What is missing is not said."""
    first, last = round.projects_start_on, round.projects_end_on
    found = []
    if starts_on is not None and starts_on < first:
        found.append(("starts_on", f"Project start date must be on or after {clock.format_date(first)}"))
    elif starts_on is not None and starts_on > last:
        found.append(("starts_on", f"Project start date must be before {clock.format_date(last)}"))
    if ends_on is not None and starts_on is not None and ends_on <= starts_on:
        when = clock.format_date(starts_on)
        found.append(("ends_on", f"Project end date must be after {when}, when your project starts"))
    elif ends_on is not None and ends_on > last:
        found.append(("ends_on", f"Project end date must be on or before {clock.format_date(last)}"))
    return found


def amount_problem(round, entry: Entry, *, most: Decimal | None = None) -> str:
    """What is wrong with the sum of one year's costs, in a sentence; empty when nothing is."""
    asked = sum((row["amount"] for row in entry.typed or ()), Decimal(0))
    limit = round.maximum if most is None else most
    if asked <= limit:
        return ""
    most = format_money(limit)
    if round.years > 1:
        return (
            f"The amount for year {entry.question.year} must be {most} or less. It is {format_money(asked)}"
        )
    return f"The amount you are asking for must be {most} or less. It is {format_money(asked)}"


# -- When it can be written --------------------------------------------------------------------------------


def closes_at(application):
    """When this application must have been submitted: the round's closing time, or a later one of its own.

    Lists prefetch `extensions`.
    """
    own = [
        extension.until
        for extension in application.extensions.all()
        if extension.confirmed_at is not None and extension.round_id == application.round_id
    ]
    return max([application.round.closes_at, *own])


def has_more_time(application) -> bool:
    """Whether this application was given a later closing time than its round has."""
    return closes_at(application) > application.round.closes_at


def is_before_closing(application) -> bool:
    """Whether the closing time of this application, inclusive, lies ahead: until then it can be reopened."""
    round = application.round
    return round.published_at is not None and round.opens_at <= clock.now() <= closes_at(application)


def submissions_end_at(application):
    """The last moment at which this application is received: its closing time and the published grace."""
    round = application.round
    return closes_at(application) + (round.submissions_end_at - round.closes_at)


def accepts_submission(application) -> bool:
    """Whether this draft can be written and submitted now."""
    round = application.round
    return round.published_at is not None and round.opens_at <= clock.now() <= submissions_end_at(application)


def closed_sentence(round) -> str:
    """'This fund closed at 5pm on Friday 17 May 2019'."""
    return f"This fund closed at {clock.format_deadline(round.closes_at)}"


def ended_sentence(application) -> str:
    """How to say that the time of this application is over; its own time, when it was given more."""
    if has_more_time(application):
        return f"You had until {clock.format_deadline(closes_at(application))}"
    return closed_sentence(application.round)


def why_not_answerable(question) -> str:
    """Why our question can no longer be answered; empty while its last day, in London, has not ended."""
    if question is None or question.reply_by >= clock.today():
        return ""
    last = clock.format_date(question.reply_by)
    return f"The last day for your answer was {last}. We assess the application as you sent it."


INCOMPLETE = "Some parts of your application are missing. Complete them before you submit."
NOT_A_DRAFT = "This application has been submitted, so it cannot be changed. Reopen it to make a change."


def why_not_changeable(application) -> str:
    """Why the answers cannot be changed now, and what people can do; empty when they can."""
    status = application.status
    if status == Status.CLARIFICATION:
        return why_not_answerable(application.clarifications.filter(ended_at=None).first())
    if status == Status.DRAFT:
        if accepts_submission(application):
            return ""
        return f"{ended_sentence(application)}. The application can no longer be changed."
    if status == Status.NOT_SUBMITTED:
        return f"{ended_sentence(application)}. The application was not submitted and cannot be changed."
    if status == Status.WITHDRAWN:
        if application.was_deleted_as_draft:
            return "This draft was deleted, so it cannot be changed. Restore it first."
        return "This application was withdrawn, so it cannot be changed. Start a new one."
    if status == Status.SUBMITTED and is_before_closing(application):
        return NOT_A_DRAFT
    return "This application has been submitted, so it cannot be changed. Contact us."
