"""The rows of an export: what is known of each application of a list, read in portions, so memory is flat."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from funds.models import Criterion
from organisations.models import Document
from pcc_grants.lib import clock
from pcc_grants.lib.spreadsheets import plain_number
from questionnaires.kinds import Shown, asking_with
from questionnaires.models import Answer, Question
from questionnaires.reading import show_answers

from ..models import Application, Clarification
from .scores import DISPUTED, FAILED, PASSED, blind_applications, totals, with_scores

PORTION = 200
HIDDEN = "Hidden until you have scored it"
FACTS = (
    "Reference", "Fund", "Round", "Organisation", "Type of organisation", "Charity number", "Company number",
    "Project", "What the project will do", "Type of project", "Districts", "Starts", "Ends", "Asked for",
    "Received", "Status", "Checked",
)  # fmt: skip
SCORES = ("Score in percent", "Assessors who have scored")
RECOMMENDATION = ("Recommended amount", "Recommendation", "Recommended by", "Recommended")
DECISION = ("Decision", "Outcome", "Approved amount", "Decided", "Purpose")


class Export:
    """What goes into a file: `columns`, and `rows`, one list for each application, in their order.

    `parts` of "scores", "recommendation", "decision", "answers". Scores are hidden from who has still to
    score the application.
    """

    def __init__(self, found, *, seen_by, parts=()):
        self.found, self.parts = found, set(parts)
        self.blind = blind_applications(seen_by)
        self.criteria = self._criteria() if "scores" in self.parts else {}
        self.questions = self._questions() if "answers" in self.parts else {}

    def _criteria(self) -> dict[str, str]:
        """The criteria of all rounds in the list, by key, in their order."""
        rounds = self.found.order_by().values("round")
        found = Criterion.objects.filter(round__in=rounds).order_by("position", "round")
        return {one.key: one.name for one in found}

    def _questions(self) -> dict[str, str]:
        """The questions of all forms in the list, by key, in the order of the forms."""
        forms = self.found.order_by().values("response__questionnaire")
        self.of_form: dict[int, list[Question]] = defaultdict(list)
        found = Question.objects.filter(questionnaire__in=forms).order_by(
            "questionnaire", "section__position", "position"
        )
        for question in found:
            self.of_form[question.questionnaire_id].append(question)
        return {one.key: one.name for questions in self.of_form.values() for one in questions}

    @property
    def columns(self) -> list[str]:
        columns = list(FACTS)
        if "scores" in self.parts:
            columns += [*SCORES, *(f"Score: {name}" for name in self.criteria.values())]
        if "recommendation" in self.parts:
            columns += RECOMMENDATION
        if "decision" in self.parts:
            columns += DECISION
        return columns + [f"Answer: {name}" for name in self.questions.values()]

    def rows(self) -> Iterator[list]:
        """One portion of applications after the other, each in a constant number of queries."""
        found = self.found.select_related(
            "round__fund", "organisation", "theme", "response", "recommended_by"
        ).prefetch_related("districts", "decisions", "business_case__decision")
        if "scores" in self.parts:
            found = with_scores(found)
        every = found.iterator(chunk_size=PORTION)
        while portion := list(islice(every, PORTION)):
            answers = self._answers(portion) if self.questions else {}
            for application in portion:
                yield self._row(application, answers.get(application.pk, {}))

    def _row(self, application: Application, answers: dict[str, Shown]) -> list:
        row = _facts(application)
        is_blind = application.pk in self.blind
        if "scores" in self.parts:
            row += self._scores(application, is_blind)
        if "recommendation" in self.parts:
            row += _recommendation(application)
        if "decision" in self.parts:
            row += _decision(application)
        return row + [_in_a_cell(answers.get(key)) for key in self.questions]

    def _scores(self, application, is_blind: bool) -> list:
        if is_blind:
            return [HIDDEN] * (len(SCORES) + len(self.criteria))
        given = totals(application)
        means = {row["criterion"].key: _score(row) for row in given["criteria"]}
        return [given["percentage"], given["assessors"], *(means.get(key) for key in self.criteria)]

    def _answers(self, portion) -> dict[int, dict[str, Shown]]:
        """The answers of a portion as they were sent: {application: {question key: how it is read}}."""
        values: dict[int, dict] = defaultdict(dict)
        by_response = {one.response_id: one for one in portion}
        for response, key, value in Answer.objects.filter(response__in=by_response).values_list(
            "response", "question__key", "value"
        ):
            values[by_response[response].pk][key] = value
        for pk, before in Clarification.objects.filter(
            application__in=[one.pk for one in portion], ended_at=None
        ).values_list("application", "before"):
            values[pk] |= before
        documents = defaultdict(list)
        for document in Document.objects.filter(organisation__in={one.organisation_id for one in portion}):
            documents[document.organisation_id].append(document)
        lists = asking_with({one.theme for one in portion if one.theme})
        return {
            one.pk: show_answers(
                self.of_form[one.response.questionnaire_id],
                values[one.pk],
                type(lists)(lists.options, {d.pk: d for d in documents[one.organisation_id]}),
            )
            for one in portion
        }


def _facts(application: Application) -> list:
    organisation = application.organisation
    return [
        application.reference,
        application.round.fund.name,
        application.round.name,
        organisation.name,
        organisation.get_kind_display(),
        organisation.charity_number,
        organisation.company_number,
        application.title,
        application.summary,
        str(application.theme or ""),
        ", ".join(district.name for district in application.districts.all()),
        application.starts_on,
        application.ends_on,
        _pounds(application.amount_asked),
        _day(application.submitted_at),
        application.get_status_display(),
        _day(application.checked_at),
    ]


def _recommendation(application: Application) -> list:
    return [
        _pounds(application.recommended_amount),
        application.recommendation,
        str(application.recommended_by or ""),
        _day(application.recommended_at),
    ]


def _decision(application: Application) -> list:
    decision = next(iter(application.decisions.all()), None)  # the latest comes first
    if application.round.is_allocated:
        decision = getattr(getattr(application, "business_case", None), "decision", None)
    if decision is None:
        return [None] * len(DECISION)
    return [
        decision.number,
        decision.get_outcome_display(),
        _pounds(decision.amount),
        _day(decision.decided_at),
        decision.purpose,
    ]


RESULTS = {PASSED: "Passed", FAILED: "Not passed", DISPUTED: "Not agreed"}


def _score(row: dict):
    """What a criterion came to: a mean, an agreed score, or passed or not."""
    return RESULTS.get(row["result"]) or row["mean"]


def _pounds(amount):
    return None if amount is None else plain_number(amount)


def _day(moment):
    return clock.london_date(moment) if moment else None


def _in_a_cell(shown: Shown | None) -> str:
    """An answer in one cell: the rows of a table one a line."""
    if shown is None:
        return ""
    lines = ["; ".join(cell for cell in row if cell) for row in shown.rows]
    parts = [shown.text, "\n".join(lines), shown.document.name if shown.document else ""]
    return "\n".join(part for part in parts if part)
