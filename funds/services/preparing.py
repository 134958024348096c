"""What a round needs before it can be published: its criteria, its form, its check, its terms."""

from dataclasses import dataclass

from django.db import transaction

from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money
from questionnaires.models import Questionnaire
from questionnaires.services import draw_up

from ..models import Criterion, EligibilityQuestion, Round, Route
from ..standard_form import sections_of

CRITERION_FACTS = ("key", "position", "name", "question", "guidance", "word_limit", "weight")


@dataclass(frozen=True)
class Gap:
    """Something that a round still lacks: which step of its set-up, and the sentence to show."""

    step: str
    sentence: str


def gaps(round: Round) -> list[Gap]:
    """What stops a round from being published, in the order of its set-up."""
    found = []
    criteria = list(round.criteria.all())
    if not criteria:
        found.append(Gap("criteria", "Add at least one criterion before you publish this round."))
    questionnaire = round.questionnaire
    if questionnaire is None or not questionnaire.questions.exists():
        found.append(Gap("questions", "Choose the questions of the form before you publish this round."))
    else:
        scored = set(questionnaire.questions.values_list("criterion", flat=True))
        for criterion in criteria:
            if criterion.key not in scored:
                found.append(
                    Gap(
                        "questions",
                        f"Nothing in the form is scored for “{criterion}”. Add a question for it.",
                    )
                )
        facts = set(questionnaire.questions.values_list("fact", flat=True))
        for fact, words in NEEDED_FACTS.items():
            if fact not in facts:
                found.append(Gap("questions", f"The form does not ask for {words}. Add the question again."))
        if not questionnaire.questions.filter(kind="costs").exists():
            found.append(Gap("questions", "The form does not ask for a budget. Add the question again."))
    if not round.terms:
        found.append(Gap("terms", "Enter the terms of the round before you publish it."))
    return found


# What lists, assessment and agreements work with: every form asks for it.
NEEDED_FACTS = {
    "title": "the name of the project",
    "summary": "a summary of the project",
    "starts_on": "the day on which the project starts",
    "ends_on": "the day on which the project ends",
}


def take_over_criteria(fund, round: Round) -> None:
    """The fund's criteria become the round's own."""
    Criterion.objects.bulk_create(
        Criterion(round=round, **{fact: getattr(criterion, fact) for fact in CRITERION_FACTS})
        for criterion in fund.criteria.order_by("position")
    )


@transaction.atomic
def draw_up_form(*, by, round: Round, brief: bool = False) -> Questionnaire:
    """Give a round the standard form of its fund, in a version of its own."""
    criteria = list(round.criteria.order_by("position"))
    round.questionnaire = draw_up(
        by=by,
        family=f"{round.fund.slug}"[:48] + "-application",
        name=f"{round.fund}: application"[:200],
        purpose=Questionnaire.Purpose.APPLICATION,
        sections=sections_of(round, criteria, brief=brief),
    )
    round.save(update_fields=["questionnaire"])
    return round.questionnaire


def draw_up_check(round: Round) -> None:
    """The usual check before applying (screens.md 3.2), for funds that anyone may apply to."""
    if round.fund.route != Route.OPEN:
        return
    EligibilityQuestion.objects.bulk_create(
        EligibilityQuestion(round=round, position=position, **facts)
        for position, facts in enumerate(_usual_check(round), start=1)
    )


def _usual_check(round: Round) -> list[dict]:
    most = format_money(round.maximum)
    a_year = "" if round.years == 1 else " a year"
    last = format_date(round.projects_end_on).replace("\u00a0", " ")
    yes, no = EligibilityQuestion.Good.YES, EligibilityQuestion.Good.NO
    return [
        {
            "key": "organisation-type",
            "asks": EligibilityQuestion.Asks.ORGANISATION,
            "text": "What type of organisation are you?",
            "reason": "you are a type of organisation that this round does not fund",
            "advice": "Ask an organisation that can apply to lead the project, with you as its partner\n"
            "Look for other funds of ours",
        },
        {
            "key": "in-area",
            "text": "Will the project take place in our police area?",
            "good_answer": yes,
            "reason": "your project does not take place in our police area",
            "advice": "Apply to the Police and Crime Commissioner of your own area",
        },
        {
            "key": "within-maximum",
            "text": f"Do you need {most}{a_year} or less from us?",
            "good_answer": yes,
            "reason": f"you need more than {most}{a_year}",
            "advice": "Ask us for part of the cost, and others for the rest\nLook for a fund that gives more",
        },
        {
            "key": "spent-in-time",
            "text": f"Can you spend the money by {last}?",
            "good_answer": yes,
            "reason": f"you cannot spend the money by {last}",
            "advice": "Apply for the part of the project that fits\nWait for a later round",
        },
        {
            "key": "already-spent",
            "text": "Have you spent the money already?",
            "hint": "We do not pay for costs from before a grant begins.",
            "good_answer": no,
            "reason": "the money has been spent already",
            "advice": "Apply for what is still to come",
        },
        {
            "key": "works-with-children",
            "text": "Will you work with children or with adults at risk?",
        },
        {
            "key": "safeguarding-policy",
            "text": "Do you have a safeguarding policy?",
            "good_answer": yes,
            "only_if": "works-with-children",
            "reason": "you will work with children or adults at risk and have no safeguarding policy",
            "advice": "Adopt a policy before you apply: your local council for voluntary service can help",
        },
    ]
