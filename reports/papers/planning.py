"""Planning a paper: the meeting, the period, the dates by which each step is done."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission, Role
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.working_days import add_working_days
from reports.models import Paper, PaperStatus

CLEAR_DAYS = 5  # working days between sending the papers out and the meeting, neither of the two counted
WRITING_DAYS = 15  # working days for writing and approving, from the end of the selection; a setting


@dataclass(frozen=True)
class Step:
    """One step of a paper's life, in words: never by colour or position alone."""

    name: str
    state: str
    when: str


def proposed_dates(meeting_on: date) -> tuple[date, date]:
    """(selection due, sent out): five clear working days before the meeting, and time to write before."""
    despatch_on = add_working_days(meeting_on, -(CLEAR_DAYS + 1))
    return add_working_days(despatch_on, -WRITING_DAYS), despatch_on


def locked(paper) -> Paper:
    """The paper, locked until the transaction ends."""
    return Paper.objects.select_for_update(no_key=True).get(pk=paper.pk)


def page_of(paper, name: str) -> str:
    """The path of one of the paper's pages, for e-mails."""
    return reverse(name, args=[paper.meeting_on])


def tell(users, paper, *, key: str, template: str, **context) -> None:
    """Queue one message to each person about the paper."""
    for user in users:
        queue(
            key=f"paper:{paper.pk}:{key}:{user.pk}",
            to=user,
            template=f"reports/{template}",
            context={"paper": paper} | context,
            about=paper,
        )


@transaction.atomic
def plan_paper(
    *,
    by,
    meeting_on: date,
    period_start: date,
    period_end: date,
    preset: str = Paper.Preset.YEAR_2019,
    subject: str | None = None,
    selection_due_on: date | None = None,
    despatch_on: date | None = None,
    is_first: bool = False,
) -> Paper:
    """Open a paper for a meeting, for choosing; dates left out are worked out back from the meeting.

    The same plan by the same person twice is one paper. Raises RuleBroken for dates out of order, or for a
    meeting that has its paper.
    """
    by.require(Permission.PREPARE_PAPERS)
    due, sent_out = proposed_dates(meeting_on)
    facts = {
        "period_start": period_start,
        "period_end": period_end,
        "preset": preset,
        "subject": (subject or "").strip() or Paper._meta.get_field("subject").default,
        "despatch_on": despatch_on or sent_out,
        "selection_due_on": selection_due_on or min(due, despatch_on or sent_out),
        "is_first": is_first,
    }
    _check(meeting_on, facts)
    paper, is_new = Paper.objects.get_or_create(meeting_on=meeting_on, defaults={"created_by": by} | facts)
    if not is_new:
        if paper.created_by_id == by.pk and all(getattr(paper, name) == fact for name, fact in facts.items()):
            return paper
        raise RuleBroken(
            f"There is already a paper for {clock.format_date(meeting_on)}. Open it, or choose another date."
        )
    record("paper.planned", paper, f"{by} planned the paper for {clock.format_date(meeting_on)}.", by=by)
    tell(User.objects.with_role(Role.PANEL), paper, key="selection-open", template="selection_open")
    return paper


@transaction.atomic
def change_plan(*, by, paper, **facts) -> Paper:
    """Change the dates, subject or headings of a paper. Raises RuleBroken once it is with the approver."""
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(paper)
    allowed = {
        "period_start", "period_end", "preset", "subject", "selection_due_on", "despatch_on", "is_first",
    }  # fmt: skip
    unknown = set(facts) - allowed
    if unknown:
        raise TypeError(f"A paper's plan has no {', '.join(sorted(unknown))}.")
    changed = {name: value for name, value in facts.items() if getattr(paper, name) != value}
    if not changed:
        return paper
    if paper.status not in {PaperStatus.CHOOSING, PaperStatus.DRAFTING}:
        raise RuleBroken("The paper has been sent for approval. Have it sent back before you change it.")
    before = {name: getattr(paper, name) for name in changed}
    for name, value in changed.items():
        setattr(paper, name, value)
    _check(paper.meeting_on, {name: getattr(paper, name) for name in allowed})
    paper.save(update_fields=list(changed))
    record(
        "paper.changed",
        paper,
        f"{by} changed the plan of the paper for {clock.format_date(paper.meeting_on)}.",
        by=by,
        changes={name: {"old": before[name], "new": value} for name, value in changed.items()},
    )
    return paper


def _check(meeting_on: date, facts: dict) -> None:
    if facts["preset"] not in Paper.Preset.values:
        raise RuleBroken("Select how the headings are written.")
    if facts["period_end"] < facts["period_start"]:
        raise RuleBroken("The period must end on or after the day it starts.")
    if facts["despatch_on"] > meeting_on:
        raise RuleBroken("The papers must be sent out on or before the day of the meeting.")
    if facts["selection_due_on"] > facts["despatch_on"]:
        raise RuleBroken("The selection must be due on or before the day the papers are sent out.")


def steps(paper, version=None) -> list[Step]:
    """The five steps with their dates. `version` is the newest approved one."""
    order = [PaperStatus.CHOOSING, PaperStatus.DRAFTING, PaperStatus.CHECKING, PaperStatus.APPROVED]
    position = order.index(paper.status) if paper.status in order else len(order)

    def state(step: int) -> str:
        if step < position:
            return "Completed"
        return "In progress" if step == position else "Not yet started"

    day = clock.format_date
    sent, checked = paper.selection_sent_at, paper.sent_for_approval_at
    return [
        Step(
            "Choose items",
            state(0),
            f"Selection sent on {day(sent)}" if sent else f"Selection due by {day(paper.selection_due_on)}",
        ),
        Step("Drafting", state(1), f"Papers go out on {day(paper.despatch_on)}"),
        Step(
            "Checks",
            "Completed" if position > 1 else "Not yet started",
            f"Sent for approval on {day(checked)}" if checked else "Before the draft is sent for approval",
        ),
        Step(
            "Approval",
            "Completed" if position > 2 else state(2),
            f"Approved on {day(version.approved_at)}" if version else f"Before {day(paper.despatch_on)}",
        ),
        Step(
            "Published",
            "Completed" if paper.published_at else "Not yet started",
            f"Published on {day(paper.published_at)}" if paper.published_at else "After approval",
        ),
    ]
