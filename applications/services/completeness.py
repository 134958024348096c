"""Whether an application may be submitted: everything that is missing or against the rules of its round."""

from dataclasses import dataclass

from django.urls import reverse

from organisations.models import District
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.text import count_words

SUMMARY_WORD_LIMIT = 100
MOST_CHARACTERS = 100_000  # of any one text: over-long answers are kept, whole books are not


@dataclass(frozen=True)
class Gap:
    """One thing that stops submission: what it is about, where it is put right, and what is wrong."""

    label: str
    url_name: str
    message: str
    args: tuple = ()
    field: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args) + (f"#id_{self.field}" if self.field else "")


def gaps(application) -> list[Gap]:
    """What stops submission, in the order of the form. Empty when the application is complete."""
    return [*project_gaps(application), *answer_gaps(application)]


def project_gaps(application) -> list[Gap]:
    """What is missing or against the round's rules in the project details."""
    found = []

    def gap(field, label, message):
        found.append(Gap(label, "application_project", message, (application.reference,), field))

    if not application.title:
        gap("title", "Name of the project", "Enter the name of your project")
    if not application.summary:
        gap("summary", "Summary", "Enter a summary of your project")
    elif message := too_long("Summary of your project", application.summary, SUMMARY_WORD_LIMIT):
        gap("summary", "Summary", message)
    if application.theme_id is None and application.fund.themes.exists():
        gap("theme_0", "Type of project", "Select the type of project")
    if not application.districts.exists() and District.objects.exists():
        gap("districts_0", "Where", "Select at least one district where your project will take place")
    for field, label, message in date_problems(application.round, application.starts_on, application.ends_on):
        gap(f"{field}_day", label, message)
    if message := amount_problem(application.round, application.amount_asked):
        gap("amount_asked", "Amount", message)
    return found


def answer_gaps(application) -> list[Gap]:
    """What is missing or too long among the answers to the fund's criteria."""
    found = []
    texts = {answer.criterion_id: answer.text for answer in application.answers.all()}
    for criterion in application.fund.criteria.all():
        message = answer_problem(criterion, texts.get(criterion.pk, ""))
        if message:
            args = (application.reference, criterion.position)
            found.append(Gap(criterion.name, "application_answer", message, args, "text"))
    return found


def answer_problem(criterion, text: str) -> str:
    """What is wrong with an answer, in a sentence; empty when nothing is."""
    if not text.strip():
        return f"Enter your answer about {criterion.name}"
    return too_long(criterion.name, text, criterion.word_limit)


def too_long(label: str, text: str, limit: int) -> str:
    """'Need must be 300 words or fewer. You have used 341', or nothing."""
    words = count_words(text)
    return f"{label} must be {limit} words or fewer. You have used {words:,}" if words > limit else ""


def date_problems(round, starts_on, ends_on) -> list[tuple[str, str, str]]:
    """What is wrong with a project's dates in a round: (field, label, sentence) each."""
    first, last = round.projects_start_on, round.projects_end_on
    found = []
    if starts_on is None:
        found.append(("starts_on", "Start date", "Enter the date your project will start"))
    elif starts_on < first:
        found.append(
            ("starts_on", "Start date", f"Project start date must be on or after {clock.format_date(first)}")
        )
    elif starts_on > last:
        found.append(
            ("starts_on", "Start date", f"Project start date must be before {clock.format_date(last)}")
        )
    if ends_on is None:
        found.append(("ends_on", "End date", "Enter the date your project will end"))
    elif starts_on is not None and ends_on <= starts_on:
        when = clock.format_date(starts_on)
        found.append(
            ("ends_on", "End date", f"Project end date must be after {when}, when your project starts")
        )
    elif ends_on > last:
        found.append(
            ("ends_on", "End date", f"Project end date must be on or before {clock.format_date(last)}")
        )
    return found


def amount_problem(round, amount) -> str:
    """What is wrong with the amount asked for in a round, in a sentence; empty when nothing is."""
    if amount is None:
        return "Enter how much you are asking for"
    if amount > round.maximum:
        return (
            f"The amount you are asking for must be {format_money(round.maximum)} or less."
            f" It is {format_money(amount)}"
        )
    return ""
