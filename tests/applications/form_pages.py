"""What the tests of the form's pages share: addresses, and what a person types on each page."""

from django.urls import reverse

from applications.models import Application
from tests import factories

SIGNED = {
    "declarations": ["correct", "tell", "terms", "interests"],
    "signed_name": "The Chair",
    "signed_role": "Chair",
}
LATER = {"later": "yes"}
NEED = ("application_question", ["about-need", "about-need"])
PROJECT = ("application_question", ["project", "title"])
COSTS = ("application_question", ["budget", "costs"])


def url(name, application, *arguments) -> str:
    return reverse(name, args=[application.reference, *arguments])


def page(application, section: str, question: str) -> str:
    """The address of the page on which a question stands first."""
    return url("application_question", application, section, question)


def typed_date(name: str, day) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.strftime("%b"), f"{name}_year": day.year}


def project(application, **changes) -> dict:
    """The first page, filled in within the rules of the round."""
    round = application.round
    typed = {
        "q-title": "Example workshops",
        "q-summary": "Workshops for young people.",
        "q-theme": round.fund.themes.first().pk,
        "q-districts": [factories.district().pk],
        "q-has-partners": "no",
    }
    typed |= typed_date("q-starts-on", round.projects_start_on)
    typed |= typed_date("q-ends-on", round.projects_end_on)
    typed |= revisions(application, "title", "summary", "theme", "districts", "has-partners")
    typed |= revisions(application, "starts-on", "ends-on")
    return typed | changes


def need(application, text: str) -> dict:
    return {"q-about-need": text} | revisions(application, "about-need")


def costs(application, *rows: tuple) -> dict:
    """Rows of (what, type, amount)."""
    typed = revisions(application, "costs")
    for index, (what, kind, amount) in enumerate(rows):
        typed |= {
            f"q-costs-{index}-what": what,
            f"q-costs-{index}-type": kind,
            f"q-costs-{index}-amount": amount,
        }
    return typed


def revisions(application, *keys: str) -> dict:
    """The hidden fields that say on which revision of each answer the page was made."""
    found = dict(
        Application.objects.get(pk=application.pk).response.answers.values_list("question__key", "revision")
    )
    return {f"revision-{key}": found.get(key, 0) for key in keys}


def answer(application, key: str):
    """The present answer, as it was typed; None before there is one."""
    current = Application.objects.get(pk=application.pk)
    return current.response.answers.filter(question__key=key).values_list("value", flat=True).first()
