"""The case file of one application: all that is known of it, as plain data, and as one tagged PDF.

It is made for who asks, when they ask, and not kept: what must not change later has its own frozen copies.
"""

from dataclasses import dataclass, field

from django.template.loader import render_to_string

from audit.models import Event
from office.models import OfficeSettings
from organisations.models import DeclaredInterest, DueDiligence
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.pdf import render_pdf

from . import services
from .models import Application, Assessment, AssessorQuestion
from .papers import sections_of
from .services.case_facts import decisions_about
from .services.scores import DISPUTED, FAILED, PASSED, is_blind, submitted_assessments, totals

WITHHELD = (
    "You have still to score this application. This part is left out until you have submitted your scores."
)


RESULTS = {PASSED: "Passed", FAILED: "Not passed", DISPUTED: "Not agreed"}


@dataclass
class Block:
    """A piece of a part: facts (label, value), a table, sentences, or answers of `papers.sections_of`."""

    title: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numeric: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)


@dataclass
class Part:
    """A part with a heading of its own; `empty` is what is said when there is nothing in it."""

    anchor: str
    title: str
    blocks: list[Block]
    empty: str = ""


@dataclass
class CaseFile:
    title: str
    reference: str
    office: str
    made: str
    parts: list[Part]


def case_file_of(application: Application, *, seen_by) -> CaseFile:
    """Everything about an application, for one reader: no judgement while they have still to score it."""
    office = OfficeSettings.objects.current()
    reading = services.sent_reading_of(application)
    blind = is_blind(application, seen_by)
    parts = [
        Part("facts", "Facts", [Block(facts=_facts(application))]),
        Part("answers", "Answers", _answers(reading), "Nothing was asked."),
        Part("budget", "Budget in figures", _budget(application, reading)),
        Part("documents", "Documents", _documents(application), "No documents were sent."),
        Part("checks", "Checks", _checks(application), "It has not been checked."),
        Part("diligence", "Due diligence on the organisation", _diligence(application), "None is recorded."),
        Part("questions", "Questions from us and their answers", _questions(application), "None was asked."),
        Part("time", "More time", _more_time(application), "No more time was asked for."),
        Part("moves", "Moves between funds", _moves(application), "It was not moved."),
        Part("interests", "Interests declared", _interests(application), "None was declared."),
    ]
    for anchor, title, make, empty in JUDGED:
        blocks = [Block(lines=[WITHHELD])] if blind else make(application)
        parts.append(Part(anchor, title, blocks, empty))
    parts.append(Part("history", "History", _history(application, blind), "Nothing is recorded."))
    return CaseFile(
        title=f"Case file {application.reference}",
        reference=application.reference,
        office=office.office_name if office else "Office of the Police and Crime Commissioner",
        made=f"Made by {seen_by} at {clock.format_deadline(clock.now())}",
        parts=parts,
    )


def case_file_pdf(case: CaseFile) -> bytes:
    return render_pdf(render_to_string("papers/case_file.html", {"case": case}))


# -- What it says --------------------------------------------------------------------------------------------


def _facts(application) -> list[tuple[str, str]]:
    organisation, round = application.organisation, application.round
    former = {move.old_reference for move in application.transfers.all()} - {application.reference}
    numbers = [
        ("Charity number", organisation.charity_number),
        ("Company number", organisation.company_number),
    ]
    dates = [day and clock.format_date(day) for day in (application.starts_on, application.ends_on)]
    facts = [
        ("Reference", application.reference),
        ("Reference at another time", ", ".join(sorted(former))),
        ("Status", application.get_status_display()),
        ("Organisation", f"{organisation} ({organisation.reference})"),
        *numbers,
        ("Fund and round", str(round)),
        ("Project", application.title),
        ("What the project will do", application.summary),
        ("Type of project", str(application.theme or "")),
        ("Districts", ", ".join(str(one) for one in application.districts.all())),
        ("Dates", " to ".join(filter(None, dates))),
        ("Amount asked for", format_money(application.amount_asked) if application.amount_asked else ""),
        ("Received", clock.format_deadline(application.submitted_at)),
        ("Signed by", f"{application.signed_name}, {application.signed_role}"),
        ("Submitted by", str(application.submitted_by)),
        ("Partners", "\n".join(str(one) for one in application.named_partners.all())),
    ]
    if application.received_in_grace:
        facts.append(("Note", f"Received in the {round.grace_minutes} minutes after closing"))
    if application.withdrawn_at:
        facts.append(
            (
                "Withdrawn",
                f"{clock.format_deadline(application.withdrawn_at)} by {application.withdrawn_by}"
                f"\n{application.withdrawn_reason}",
            )
        )
    if award := getattr(application, "award", None):
        facts.append(("Award", award.reference))
    return [(label, value) for label, value in facts if value]


def _answers(reading) -> list[Block]:
    return [Block(title=one["title"], answers=one["answers"]) for one in sections_of(reading)]


def _budget(application, reading) -> list[Block]:
    sums = services.totals_of(application, reading)
    rows = [
        [f"Asked of us for year {one['year']}", format_money(one["asked"], pence=True)]
        for one in sums["years"]
    ]
    if not sums["several_years"]:
        rows = []
    rows += [
        ["Asked of us", format_money(sums["asked"], pence=True)],
        ["Given by others", format_money(sums["others"], pence=True)],
        ["Cost of the project", format_money(sums["total"], pence=True)],
    ]
    return [Block(headers=["Budget", "Amount"], rows=rows, numeric=[1])]


def _documents(application) -> list[Block]:
    rows = [
        [one.name, one.kind_name, clock.format_date(one.uploaded_at), one.get_scan_display(), one.sha256]
        for one in services.documents_of(application).order_by("pk")
    ]
    headers = ["Document", "What it is", "Uploaded", "Virus check", "SHA-256"]
    return [Block(headers=headers, rows=rows)] if rows else []


def _checks(application) -> list[Block]:
    blocks = []
    rows = [
        [one.item.text, one.get_answer_display(), one.note, f"{one.answered_by}, {_day(one.answered_at)}"]
        for one in application.check_answers.select_related("item", "answered_by")
    ]
    if rows:
        blocks.append(Block(headers=["Check", "Answer", "Note", "By"], rows=rows))
    if application.checked_at:
        facts = [("Checked by", f"{application.checked_by}, {_day(application.checked_at)}")]
        blocks.append(Block(facts=[*facts, ("Notes", application.check_notes or "None")]))
    return blocks


def _diligence(application) -> list[Block]:
    found = DueDiligence.objects.filter(organisation=application.organisation_id)
    rows = [
        [
            one.get_kind_display(),
            one.get_outcome_display(),
            "\n".join(filter(None, [one.notes, one.evidence, str(one.document or "")])),
            f"{_day(one.checked_on)}, {one.checked_by}",
            _day(one.expires_on) if one.expires_on else "",
        ]
        for one in found.select_related("checked_by", "document")
    ]
    headers = ["What", "Found", "Notes and evidence", "Checked", "Holds until"]
    return [Block(headers=headers, rows=rows)] if rows else []


def _questions(application) -> list[Block]:
    return [
        Block(
            title=f"Asked by {one.asked_by} on {_day(one.asked_at)}",
            facts=_filled(
                ("Question", one.question),
                ("To be answered by", _day(one.reply_by)),
                ("Status", one.get_status_display()),
                ("Answer", one.reply),
                ("Answered by", f"{one.answered_by}, {_day(one.answered_at)}" if one.answered_at else ""),
            ),
        )
        for one in application.clarifications.select_related("asked_by", "answered_by")
    ]


def _more_time(application) -> list[Block]:
    people = ("proposed_by", "confirmed_by", "refused_by")
    return [
        Block(
            title=f"Until {clock.format_deadline(one.until)}",
            facts=_filled(
                ("Reason", f"{one.get_reason_display()}\n{one.explanation}"),
                ("Proposed by", f"{one.proposed_by}, {_day(one.proposed_at)}"),
                ("Confirmed by", f"{one.confirmed_by}, {_day(one.confirmed_at)}" if one.confirmed_at else ""),
                ("Refused by", f"{one.refused_by}, {_day(one.refused_at)}" if one.refused_at else ""),
            ),
        )
        for one in application.extensions.select_related(*people)
    ]


def _moves(application) -> list[Block]:
    related = ("from_round__fund", "to_round__fund", "moved_by", "returned_by")
    return [
        Block(
            title=f"From {one.from_round} to {one.to_round}",
            facts=_filled(
                ("References", f"{one.old_reference}, then {one.new_reference}"),
                ("Moved by", f"{one.moved_by}, {_day(one.moved_at)}"),
                ("Reason", one.reason),
                ("Taken back by", f"{one.returned_by}, {_day(one.returned_at)}" if one.returned_at else ""),
                ("Why it was taken back", one.returned_reason),
            ),
        )
        for one in application.transfers.select_related(*related)
    ]


def _interests(application) -> list[Block]:
    rows = [
        [str(one.assessor), "This application", one.interest or "None", _day(one.declared_at)]
        for one in application.assessments.exclude(declared_at=None).select_related("assessor")
    ]
    bodies = [application.organisation_id, *application.partners.values_list("pk", flat=True)]
    for one in DeclaredInterest.objects.filter(organisation__in=bodies).select_related(
        "user", "organisation", "handed_to"
    ):
        ended = f", until {_day(one.ended_at)}" if one.ended_at else ""
        handed = f"\nHanded to {one.handed_to}" if one.handed_to else ""
        rows.append(
            [
                str(one.user),
                str(one.organisation),
                f"{one.interest}{handed}",
                f"{_day(one.declared_at)}{ended}",
            ]
        )
    return [Block(headers=["Who", "In what", "Interest", "Declared"], rows=rows)] if rows else []


def _asked_by_assessors(application) -> list[Block]:
    asked = AssessorQuestion.objects.filter(assessment__application=application)
    rows = [
        [
            f"{one.assessment.assessor}, {_day(one.asked_at)}",
            one.text,
            one.answer,
            f"{one.answered_by}, {_day(one.answered_at)}" if one.answered_at else "",
        ]
        for one in asked.select_related("assessment__assessor", "answered_by")
    ]
    return [Block(headers=["Asked by", "Question", "Answer", "Answered by"], rows=rows)] if rows else []


# -- What is judged ------------------------------------------------------------------------------------------


def _assessments(application) -> list[Block]:
    blocks = []
    given = totals(application)
    if given["assessors"]:
        rows = [
            [
                str(row["criterion"]),
                "" if row["criterion"].is_pass_fail else str(row["criterion"].weight),
                RESULTS.get(row["result"]) or _number(row["mean"]),
            ]
            for row in given["criteria"]
        ]
        rows.append(["Weighted, in percent", "", _number(given["percentage"])])
        blocks.append(Block("In all", headers=["Criterion", "Weight", "Score"], rows=rows, numeric=[1, 2]))
    for one in submitted_assessments(application):
        rows = [[str(score.criterion), _given(score), score.reason] for score in one.scores.all()]
        title = f"{one.assessor}, {_day(one.submitted_at)}"
        blocks.append(Block(title, headers=["Criterion", "Score", "Reason"], rows=rows))
    others = application.assessments.exclude(status=Assessment.Status.SUBMITTED).select_related("assessor")
    lines = [f"{one.assessor}: {one.get_status_display().lower()}" for one in others]
    return [*blocks, Block("Not scored", lines=lines)] if lines else blocks


def _moderation(application) -> list[Block]:
    rows = [
        [str(one.criterion), _given(one), one.reason, f"{one.agreed_by}, {_day(one.agreed_at)}"]
        for one in application.agreed_scores.select_related("criterion", "agreed_by")
    ]
    return [Block(headers=["Criterion", "Agreed", "Why", "By"], rows=rows)] if rows else []


def _feedback(application) -> list[Block]:
    found = application.feedback.select_related("criterion")
    rows = [[str(one.criterion), one.text] for one in found]
    return [Block(headers=["Criterion", "What the applicant is told"], rows=rows)] if rows else []


def _recommendation(application) -> list[Block]:
    if not application.recommended_at:
        return []
    amount = application.recommended_amount
    return [
        Block(
            facts=_filled(
                ("Recommended by", f"{application.recommended_by}, {_day(application.recommended_at)}"),
                ("Amount", format_money(amount) if amount else ""),
                ("Recommendation", application.recommendation),
                ("Purpose proposed", application.proposed_purpose),
                ("Reasons proposed", application.proposed_reasons),
                ("Conditions proposed", application.proposed_conditions),
                ("Although due diligence is not in order", application.diligence_reason),
            )
        )
    ]


def _decisions(application) -> list[Block]:
    return [
        Block(
            title=f"Decision {one.number}",
            facts=_filled(
                ("On", _subject(one)),
                ("Outcome", one.get_outcome_display()),
                ("Amount", format_money(one.amount) if one.amount else ""),
                ("Purpose", one.purpose),
                ("Reasons", one.reasons),
                ("More than the maximum because", one.exception_reason),
                ("Conditions", one.conditions),
                ("Withheld from the register because", one.withheld),
                ("Proposed by", str(one.proposed_by)),
                ("Decided by", f"{one.decided_by}, {_day(one.decided_at)}"),
            ),
        )
        for one in decisions_about(application)
        .select_related("proposed_by", "decided_by", "project__business_case__application")
        .order_by("pk")
    ]


def _subject(decision) -> str:
    """Of a business case: its allocation, or which of its projects. Empty for a whole application."""
    if decision.business_case_id:
        return "The allocation"
    return f"{decision.project.reference}, {decision.project.title}" if decision.project else ""


def _letter(application) -> list[Block]:
    letter = getattr(application, "outcome_letter", None)
    if letter is None:
        return []
    facts = [("Released", clock.format_deadline(letter.released_at)), ("SHA-256", letter.sha256)]
    return [Block(facts=facts, lines=list(_texts_in(letter.content)))]


JUDGED = (
    ("assessors", "Questions from assessors", _asked_by_assessors, "None was asked."),
    ("assessments", "Assessments", _assessments, "Nobody has been asked to score it."),
    ("moderation", "Moderation", _moderation, "No scores were agreed."),
    ("feedback", "Feedback for the applicant", _feedback, "None has been written."),
    ("recommendation", "Recommendation", _recommendation, "None has been made."),
    ("decisions", "Decisions", _decisions, "None has been made."),
    ("letter", "Outcome letter", _letter, "None has been released."),
)
# Events that say how somebody judged, by the beginning of their verb.
JUDGING = ("application.recommended", "application.approved", "application.declined", "application.deferred")


def _history(application, blind: bool) -> list[Block]:
    events = Event.objects.about(application).order_by("id")
    if blind:
        events = events.exclude(verb__in=JUDGING)
    rows = [[clock.format_moment(event.at), event.sentence] for event in events]
    return [Block(headers=["When", "What"], rows=rows)] if rows else []


# -- Words ---------------------------------------------------------------------------------------------------


def _day(day) -> str:
    return clock.format_date(day)


def _filled(*facts) -> list[tuple[str, str]]:
    return [(label, value) for label, value in facts if value]


def _number(value) -> str:
    return "None" if value is None else str(value)


def _given(score) -> str:
    if score.passed is not None:
        return "Passed" if score.passed else "Not passed"
    return _number(score.score)


def _texts_in(value):
    """Every text in a document kept as data, in its order."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(one)
    elif isinstance(value, str) and value.strip():
        yield value
