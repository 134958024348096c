"""The answers of an application: saved as typed, mirrored into its facts, judged by its round."""

from decimal import Decimal

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from organisations.models import Document
from pcc_grants.lib.locking import locked
from pcc_grants.lib.money import LARGEST
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean
from questionnaires import services as questionnaires
from questionnaires.kinds import Asking, asking_with
from questionnaires.models import AnswerVersion, Question
from questionnaires.reading import Reading, read_response

from ..models import Application, Clarification, Status
from . import people
from .case_facts import facts_of_case, most_of
from .completeness import add_rules, why_not_changeable

Kind = Question.Kind
How = AnswerVersion.How


def asking_of(round, organisation=None) -> Asking:
    """The lists and documents that a round's form works with.

    Documents that the organisation took off its list are among them: an application keeps what it has.
    """
    documents = Document.objects.filter(organisation=organisation) if organisation else ()
    return asking_with(round.offered_themes, documents)


def reading_of(application: Application) -> Reading:
    """Everything the application says, with all that is wrong by its questions and its round's rules."""
    reading = read_response(application.response, asking_of(application.round, application.organisation))
    add_rules(application.round, reading, most=most_of(application))
    return reading


@transaction.atomic
def save_answers(*, by, application, values: dict, revisions=None, how=How.SAVED):
    """Store answers as they were typed, however wrong: {question key: value}. Gives the conflicts.

    `revisions` as `questionnaires.services.save` takes them. Only the writer's own sections, while it is a
    draft that can still be submitted, or those unlocked by a question of ours. Raises RuleBroken.
    """
    application = lock_for_writing(by, application, keys=values)
    conflicts = questionnaires.save(
        by=by, response=application.response, values=values, revisions=revisions, how=how
    )
    changed = _mirror_draft(application)
    if how != How.AUTOSAVED:  # what is typed between two buttons stands in the history of the answer
        record(
            "application.saved",
            application,
            f"{by} saved answers in {application.reference}.",
            by=by,
            changes={"questions": sorted(values), "facts": changed},
        )
    return conflicts


@transaction.atomic
def restore_answer(*, by, application, version: AnswerVersion) -> None:
    """Make an earlier answer of the application the present one. Raises RuleBroken."""
    if version.response_id != application.response_id:
        raise RuleBroken("This answer belongs to another application.")
    application = lock_for_writing(by, application, keys=[version.question.key])
    questionnaires.restore(by=by, response=application.response, version=version)
    _mirror_draft(application)
    record(
        "application.answer_restored",
        application,
        f"{by} restored an earlier answer in {application.reference}.",
        by=by,
        changes={"question": version.question.key},
    )


@transaction.atomic
def tick_section(*, by, application, section, complete: bool) -> None:
    """Say that a section is complete, or not yet. Raises RuleBroken while something in it is wrong."""
    application = lock_for_writing(by, application, sections=[section.pk])
    if complete:
        part = reading_of(application).part(section.key)
        if part.problems:
            raise RuleBroken("Some answers are missing or need changing before this section is complete.")
    if questionnaires.tick_section(by=by, response=application.response, section=section, complete=complete):
        record(
            "application.section_completed" if complete else "application.section_reopened",
            application,
            f"{by} said that “{section}” of {application.reference} is "
            f"{'complete' if complete else 'not complete'}.",
            by=by,
        )


@transaction.atomic
def add_comment(*, by, application, section, text):
    """Leave a remark for colleagues, whoever takes part. The office never sees it. Raises RuleBroken."""
    by.require(Permission.APPLY)
    if people.part_of(by, application) is None:
        raise RuleBroken(people.NOT_YOURS)
    return questionnaires.comment(by=by, response=application.response, section=section, text=clean(text))


def lock_for_writing(by, application, *, keys=(), sections=()) -> Application:
    """The application under lock, once `by` may change these questions or sections of it now."""
    by.require(Permission.APPLY)
    related = Application.objects.select_related("round__fund", "organisation", "response__questionnaire")
    application = locked(related, application.pk)
    asked_of = set(sections) | set(
        Question.objects.filter(
            questionnaire=application.response.questionnaire_id, key__in=keys
        ).values_list("section", flat=True)
    )
    people.require_writer(by, application, asked_of)
    if why_not := why_not_changeable(application):
        raise RuleBroken(why_not)
    if application.status == Status.CLARIFICATION and not asked_of <= unlocked_sections(application):
        raise RuleBroken("Our question does not open this section. Answer in the sections that it names.")
    return application


def unlocked_sections(application: Application) -> set[int]:
    """The sections (primary keys) that our open question unlocks."""
    return set(
        Clarification.objects.filter(
            application=application, status=Clarification.Status.OPEN, sections__isnull=False
        ).values_list("sections", flat=True)
    )


def may_write_now(user, application: Application, section=None) -> bool:
    """Whether this person can change this section at this moment: who they are, and where it stands."""
    if why_not_changeable(application) or not people.may_write(user, application, section):
        return False
    if application.status == Status.CLARIFICATION:
        unlocked = unlocked_sections(application)
        return bool(unlocked) if section is None else section.pk in unlocked
    return True


def _mirror_draft(application: Application) -> list[str]:
    """A draft's facts follow what is typed; those of an answer to our question follow when it is sent."""
    return mirror_facts(application) if application.status == Status.DRAFT else []


def mirror_facts(application: Application) -> list[str]:
    """Bring the facts of an application in line with its answers. Gives the names of those that changed.

    What has not the shape of its field is empty: lists and assessment only ever see what can be read.
    """
    reading = read_response(application.response, asking_of(application.round))
    facts = facts_said(application, reading)
    districts = facts.pop("districts", None)
    changed = [name for name, fact in facts.items() if getattr(application, name) != fact]
    for name in changed:
        setattr(application, name, facts[name])
    if changed:
        application.save(update_fields=changed)
    if districts is not None and set(districts) != {one.pk for one in application.districts.all()}:
        application.districts.set(districts)
        changed.append("districts")
    return changed


def facts_said(application: Application, reading: Reading) -> dict:
    """The facts that the answers tell. What a form does not ask for stays as the fund before was told."""
    facts = facts_of(application, reading)
    if application.transfers.standing().exists():
        if not any(entry.is_answered for entry in reading.of_kind(Kind.COSTS)):
            del facts["amounts"], facts["amount_asked"]
        for fact in ("title", "summary", "theme", "districts", "starts_on", "ends_on"):
            entry = reading.of_fact(fact)
            if entry is None or not entry.is_answered:
                del facts["theme_id" if fact == "theme" else fact]
    return facts


def facts_of(application: Application, reading: Reading) -> dict:
    """What the answers say, by the names of the application's fields; districts as primary keys."""

    def typed(fact):
        entry = reading.of_fact(fact)
        return entry.typed if entry and entry.is_answered else None

    # A sum that no round could give, and no list could hold, counts as none: its answers stay as typed.
    amounts = [amount if amount and amount <= LARGEST else Decimal(0) for amount in amounts_of(reading)]
    theme, districts = typed("theme"), typed("districts")
    summary = reading.of_fact("summary")
    facts = {
        "title": (typed("title") or "")[:150],
        # An over-long summary is kept whole: it only cannot be submitted.
        "summary": summary.value if summary and isinstance(summary.value, str) else "",
        "theme_id": int(theme) if theme else None,
        "districts": [int(pk) for pk in districts or ()],
        "starts_on": typed("starts_on"),
        "ends_on": typed("ends_on"),
        "amounts": amounts,
        "amount_asked": amounts[0] if amounts and amounts[0] > 0 else None,
    }
    return facts | (facts_of_case(application) if application.round.is_allocated else {})


def amounts_of(reading: Reading) -> list[Decimal | None]:
    """What is asked for each year, in pounds; None for a year whose costs cannot be read yet."""
    years = sorted(reading.of_kind(Kind.COSTS), key=lambda entry: entry.question.year or 1)
    found = []
    for entry in years:
        if entry.is_answered and entry.typed is None:
            found.append(None)
        else:
            found.append(sum((row["amount"] for row in entry.typed or ()), Decimal(0)))
    while found and not found[-1]:
        found.pop()
    return found


def totals_of(application: Application, reading: Reading) -> dict:
    """The budget in figures, in pounds: what we are asked for, what others give, the total (3.8, page C)."""
    amounts = [amount or Decimal(0) for amount in amounts_of(reading)]
    given = [row["amount"] for entry in reading.of_kind(Kind.MATCH) for row in entry.typed or ()]
    asked, others = sum(amounts, Decimal(0)), sum(given, Decimal(0))
    most = most_of(application)
    years = [
        {"year": number, "asked": amount, "left": most - amount, "over": amount - most}
        for number, amount in enumerate(amounts or [Decimal(0)], start=1)
    ]
    return {
        "years": years,
        "asked": asked,
        "others": others,
        "total": asked + others,
        "most": most,
        "several_years": application.round.years > 1,
    }
