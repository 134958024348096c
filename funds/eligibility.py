"""The check before applying, as people go through it: what comes next, and what the answers come to.

Nothing is stored but the answers in the session (screens.md 3.2). "No" is a result with its reasons.
"""

from dataclasses import dataclass, field

from organisations.models import Organisation

from .models import EligibilityQuestion, Round

SESSION_KEY = "eligibility"  # {round primary key: {question key: answer}}
YES, NO, NOT_SURE = "yes", "no", "not_sure"
YES_OR_NO = [(YES, "Yes"), (NO, "No"), (NOT_SURE, "Not sure")]


def options_of(question: EligibilityQuestion) -> list[tuple[str, str]]:
    """The answers to choose from."""
    if question.asks == EligibilityQuestion.Asks.ORGANISATION:
        return list(Organisation.Kind.choices)
    return YES_OR_NO


@dataclass(frozen=True)
class Refusal:
    """Why somebody cannot apply, and what they can do instead."""

    reason: str
    advice: list[str]


@dataclass
class Check:
    """The questions of a round with the answers given so far. Numbers count every question from 1."""

    round: Round
    questions: list[EligibilityQuestion]
    answers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, round: Round, session) -> "Check":
        """What somebody has answered in this session."""
        kept = session.get(SESSION_KEY)
        answers = kept.get(str(round.pk)) if isinstance(kept, dict) else None
        return cls(
            round, list(round.eligibility_questions.all()), dict(answers) if isinstance(answers, dict) else {}
        )

    def keep(self, session) -> None:
        """Remember the answers to what is asked; what an earlier answer has made needless is forgotten."""
        asked = {question.key for _, question in self.asked}
        self.answers = {key: answer for key, answer in self.answers.items() if key in asked}
        kept = session.get(SESSION_KEY)
        session[SESSION_KEY] = (kept if isinstance(kept, dict) else {}) | {str(self.round.pk): self.answers}

    def answer_to(self, question: EligibilityQuestion) -> str:
        """The answer given; empty when there is none that could be chosen."""
        given = self.answers.get(question.key)
        return given if isinstance(given, str) and given in dict(options_of(question)) else ""

    @property
    def asked(self) -> list[tuple[int, EligibilityQuestion]]:
        """The questions that the answers so far lead to, with their numbers."""
        found, said_yes = [], set()
        for number, question in enumerate(self.questions, start=1):
            if question.only_if and question.only_if not in said_yes:
                continue
            found.append((number, question))
            if self.answer_to(question) == YES:
                said_yes.add(question.key)
        return found

    @property
    def next_number(self) -> int | None:
        """The first question without an answer; None when all are answered."""
        return next((number for number, question in self.asked if not self.answer_to(question)), None)

    @property
    def is_complete(self) -> bool:
        return bool(self.questions) and self.next_number is None

    def before(self, number: int) -> int | None:
        """The question asked before a number; None before the first."""
        return max((other for other, _ in self.asked if other < number), default=None)

    def after(self, number: int) -> int | None:
        """The question asked after a number; None after the last."""
        return min((other for other, _ in self.asked if other > number), default=None)

    @property
    def refusals(self) -> list[Refusal]:
        """Every reason against applying, in the order of the questions."""
        return [
            Refusal(question.reason, [line.strip() for line in question.advice.splitlines() if line.strip()])
            for _, question in self.asked
            if self._refuses(question)
        ]

    @property
    def is_unsure(self) -> bool:
        return any(self.answer_to(question) == NOT_SURE for _, question in self.asked)

    @property
    def may_apply(self) -> bool:
        return self.is_complete and not self.refusals

    def shown(self) -> list[tuple[int, EligibilityQuestion, str]]:
        """What was answered, in words, for the page with the result."""
        return [
            (number, question, str(dict(options_of(question)).get(self.answer_to(question), "")))
            for number, question in self.asked
        ]

    def _refuses(self, question: EligibilityQuestion) -> bool:
        answer = self.answer_to(question)
        if question.asks == EligibilityQuestion.Asks.ORGANISATION:
            taken = self.round.who_may_apply
            return bool(answer and taken) and answer not in taken
        return bool(question.good_answer) and answer in (YES, NO) and answer != question.good_answer
