"""Whole forms at once, from facts instead of pages: for the demonstration and for tests."""

from questionnaires.models import Question

from .models import Application
from .services import save_answers

Kind = Question.Kind

# What an example says where a story gives no words of its own.
EXAMPLES = {
    Kind.SHORT_TEXT: "As in our governing document",
    Kind.LONG_TEXT: "The project meets this in all it does. Those who take part shape it.",
    Kind.NUMBER: "0",
    Kind.MONEY: "25000",
    Kind.YES_NO: "no",
    Kind.EMAIL: "contact@example.org",
    Kind.PHONE: "01632 960 001",
    Kind.WEBSITE: "https://www.example.org",
    Kind.FILE: {"document": None, "later": "We will send it before the decision."},
    Kind.OUTCOMES: [
        {
            "outcome": "Young people are safer",
            "measure": "Young people who take part",
            "baseline": "0",
            "target": "40",
        }
    ],
}


def fill_in(*, by, application: Application, asked, answers=None, partners=(), **facts) -> None:
    """Answer every required question of a draft. `asked` is the amount for each year, in pounds.

    `facts` by the application's fields (title, summary, theme, districts, starts_on, ends_on); `answers` by
    question key. What is given neither way gets an example. `partners` are organisations that are named.
    """
    answers = dict(answers or {})
    if partners:
        answers["has-partners"] = "yes"
        answers["partners"] = [
            {"name": partner.name, "number": "", "part": "Delivers the project with us"}
            for partner in partners
        ]
    amounts = list(asked) if isinstance(asked, list | tuple) else [asked]
    questions = Question.objects.filter(questionnaire=application.response.questionnaire_id)
    values = {}
    for question in questions.order_by("section__position", "position"):
        if question.key in answers:
            values[question.key] = answers[question.key]
        elif question.fact in facts:
            values[question.key] = _as_typed(facts[question.fact])
        elif question.kind == Kind.COSTS:
            if len(amounts) >= (question.year or 1):
                amount = amounts[(question.year or 1) - 1]
                values[question.key] = [{"what": "Delivery", "type": "staff", "amount": str(amount)}]
        elif question.required and question.depends_on_id is None and question.kind in EXAMPLES:
            values[question.key] = EXAMPLES[question.kind]
    save_answers(by=by, application=application, values=values)


def _as_typed(fact):
    """A fact in the shape in which its answer is stored."""
    if fact is None or isinstance(fact, str):
        return fact or ""
    if hasattr(fact, "year"):
        return {"day": str(fact.day), "month": str(fact.month), "year": str(fact.year)}
    if hasattr(fact, "pk"):
        return str(fact.pk)
    return [str(one.pk) for one in fact]
