"""What a round needs before it can be published: its criteria, its form, its check, its terms."""

from dataclasses import dataclass

from django.db import transaction

from organisations.models import District
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money
from questionnaires.models import Question, Questionnaire
from questionnaires.services import draw_up

from ..models import Criterion, EligibilityQuestion, LegalPower, Round, Route
from ..standard_form import sections_of

MOST_OF_A_HINT = 300
CRITERION_FACTS = ("key", "position", "name", "question", "guidance", "word_limit", "weight", "is_pass_fail")


@dataclass(frozen=True)
class Gap:
    """Something that a round still lacks: which step of its set-up, and the sentence to show."""

    step: str
    sentence: str


def gaps(round: Round) -> list[Gap]:
    """What stops a round from being published, in the order of its set-up."""
    found = []
    criteria = list(round.criteria.all())
    if not criteria and round.assessors_needed:
        found.append(Gap("criteria", "Add at least one criterion before you publish this round."))
    elif not round.is_by_invitation and all(criterion.is_pass_fail for criterion in criteria):
        found.append(Gap("criteria", "Add a criterion that is scored: without one nothing can be ranked."))
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
        found += _fact_gaps(round) + _budget_gaps(round) + _list_gaps(round)
    if not round.terms:
        found.append(Gap("terms", "Enter the terms of the round before you publish it."))
    return found


def _fact_gaps(round: Round) -> list[Gap]:
    """What lists and agreements work with. In an allocated round the projects and the round tell it."""
    if round.is_allocated:
        return []
    facts = set(round.questionnaire.questions.values_list("fact", flat=True))
    return [
        Gap("questions", f"The form does not ask for {words}. Add the question again.")
        for fact, words in NEEDED_FACTS.items()
        if fact not in facts
    ]


def _budget_gaps(round: Round) -> list[Gap]:
    costs = round.questionnaire.questions.filter(kind=Question.Kind.COSTS)
    if round.is_allocated:
        return [Gap("questions", PROJECTS_CARRY_THE_MONEY)] if costs.exists() else []
    if not costs.exists():
        return [Gap("questions", "The form does not ask for a budget. Add the question again.")]
    if budget_differs(round):
        runs = "1 year" if round.years == 1 else f"{round.years} years"
        return [
            Gap("questions", f"An award may run for {runs}, and the form does not ask for a budget for each.")
        ]
    first = costs.order_by("year").first()
    if not first.required or first.depends_on_id:  # an application that asks for no money cannot be decided
        return [Gap("questions", f"Everyone must answer “{first}”. Require an answer, and ask it always.")]
    return []


def _list_gaps(round: Round) -> list[Gap]:
    """Questions that must be answered by a choice, where there is nothing to choose."""
    lists = {
        Question.Source.THEMES: (round.offered_themes, "Add a type of project to the fund first."),
        Question.Source.DISTRICTS: (District.objects, "Ask an administrator to add the districts first."),
    }
    asked = round.questionnaire.questions.filter(required=True, source__in=lists)
    return [
        Gap("questions", f"“{question}” has no choices, so nobody could apply. {lists[question.source][1]}")
        for question in asked.order_by("section__position", "position")
        if not lists[question.source][0].exists()
    ]


def budget_differs(round: Round) -> bool:
    """Whether the form asks for a budget, and not for one for each year of the round and no other."""
    years = round.questionnaire.questions.filter(kind="costs").values_list("year", flat=True)
    asked = sorted(year or 1 for year in years)
    return bool(asked) and asked != list(range(1, round.years + 1))


PROJECTS_CARRY_THE_MONEY = (
    "The form asks for a budget, but the projects of a business case carry the money. "
    "Start again from the standard form, or delete the question."
)
# What lists, assessment and agreements work with: every form asks for it.
NEEDED_FACTS = {
    "title": "the name of the project",
    "summary": "a summary of the project",
    "starts_on": "the day on which the project starts",
    "ends_on": "the day on which the project ends",
}


def take_over_criteria(owner, round: Round) -> None:
    """The criteria of a fund, or of an earlier round, become the round's own."""
    Criterion.objects.bulk_create(
        Criterion(round=round, **{fact: getattr(criterion, fact) for fact in CRITERION_FACTS})
        for criterion in owner.criteria.all()
    )


def family_of(round: Round) -> str:
    """The family of questionnaires that the forms of a fund's rounds belong to."""
    return f"{round.fund.slug[:46]}-{'business-case' if round.is_by_invitation else 'application'}"


def name_of_form(round: Round) -> str:
    return f"{round.fund}: {'business case' if round.is_by_invitation else 'application'}"[:200]


def purpose_of(round: Round) -> str:
    purposes = Questionnaire.Purpose
    return purposes.BUSINESS_CASE if round.is_by_invitation else purposes.APPLICATION


@transaction.atomic
def draw_up_form(*, by, round: Round, brief: bool = False) -> Questionnaire:
    """Give a round the standard form of its fund, in a version of its own."""
    criteria = list(round.criteria.all())
    round.questionnaire = draw_up(
        by=by,
        family=family_of(round),
        name=name_of_form(round),
        purpose=purpose_of(round),
        sections=sections_of(round, criteria, brief=brief),
    )
    round.save(update_fields=["questionnaire"])
    return round.questionnaire


CHECK_FACTS = ("asks", "text", "hint", "good_answer", "only_if", "reason", "advice")


def draw_up_check(round: Round) -> None:
    """The usual check before applying (screens.md 3.2). Who is invited or allocated money is not asked."""
    if round.fund.route != Route.ALLOCATED and not round.is_by_invitation:
        put_usual_check(round)


def put_usual_check(round: Round) -> None:
    """The usual questions become the check of a round that has none."""
    EligibilityQuestion.objects.bulk_create(
        EligibilityQuestion(round=round, position=position, **facts)
        for position, facts in enumerate(usual_check(round), start=1)
    )


def keep_check_up(round: Round, before: list[dict]) -> None:
    """Let the usual questions follow a change of the round: its maximum, its last day, its types of project.

    `before` is the usual check as it was. A question that somebody worded otherwise stays as it is.
    """
    were = {facts["key"]: facts for facts in before}
    for facts in usual_check(round):
        was = were.get(facts["key"])
        if was is None or was == facts:
            continue
        question = round.eligibility_questions.filter(key=facts["key"]).first()
        if question and all(getattr(question, fact) == was[fact] for fact in CHECK_FACTS):
            EligibilityQuestion.objects.filter(pk=question.pk).update(**facts)


def usual_check(round: Round) -> list[dict]:
    """The usual questions of the check, in the words of this round, whole: every fact of CHECK_FACTS."""
    plain = dict.fromkeys(CHECK_FACTS, "") | {"asks": EligibilityQuestion.Asks.YES_NO}
    asked = _of_every_round(round)
    if round.years > 1:
        asked += _of_several_years(round)
    if round.fund.legal_power == LegalPower.VICTIMS:
        asked += _of_services_for_victims()
    return [plain | facts for facts in asked]


def _of_every_round(round: Round) -> list[dict]:
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


def _of_several_years(round: Round) -> list[dict]:
    asked = []
    themes = [theme.name for theme in round.offered_themes]
    if themes:
        names = "One of: " + "; ".join(themes)
        asked.append(
            {
                "key": "fits-a-theme",
                "text": "Does your project fit at least one of the types of project that we fund?",
                "hint": names if len(names) <= MOST_OF_A_HINT else "",
                "good_answer": EligibilityQuestion.Good.YES,
                "reason": "your project fits none of the types of project that we fund",
                "advice": "Look at what we fund, and see whether a part of your project fits\n"
                "Look for other funds of ours",
            }
        )
    asked.append(
        {
            "key": "several-years",
            "text": f"Can you deliver the project for up to {round.years} years?",
            "hint": "You can ask for fewer years. The money of a later year depends on how it went before.",
            "good_answer": EligibilityQuestion.Good.YES,
            "reason": f"you cannot deliver the project for up to {round.years} years",
            "advice": "Look for a fund of ours that gives money for one year",
        }
    )
    return asked


def _of_services_for_victims() -> list[dict]:
    yes = EligibilityQuestion.Good.YES
    return [
        {
            "key": "free-and-confidential",
            "text": "Will the service be free of charge and confidential?",
            "good_answer": yes,
            "reason": "your service will not be free of charge and confidential",
            "advice": "Offer the service free of charge and in confidence: our money is for that alone",
        },
        {
            "key": "reported-or-not",
            "text": "Will it be available whether or not the crime was reported to the police?",
            "good_answer": yes,
            "reason": "your service will not be available to people who have not reported the crime",
            "advice": "Open the service to everyone who needs it, whether or not the crime was reported",
        },
    ]
