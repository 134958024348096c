"""The Panel's choice of items, and what Members want to know about them."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean
from reports.models import PAPER_MOVES, PaperItem, PaperStatus, PublishedItem

from . import order
from .planning import locked, tell

QUESTION_WORDS = 200
LOCKED = "The selection has been sent. Ask the office to open it again before you change it."
PANEL, OFFICE = PaperItem.ChosenBy.PANEL, PaperItem.ChosenBy.OFFICE


def require_status(paper, *statuses, message: str) -> None:
    if paper.status not in statuses:
        raise RuleBroken(message)


def add_items(paper, published_items: Iterable[PublishedItem], *, chosen_by: str, by) -> list[PublishedItem]:
    """Put items that the paper does not have yet in their default places. The caller has locked the paper."""
    groups = order.groups_in(paper)
    known = {item.published_item_id for group in groups for item in group.items}
    position = len(known)
    added = []
    for published in sorted(published_items, key=lambda one: (one.paid_on, one.pk)):
        if published.pk in known:
            continue
        known.add(published.pk)
        position += 1
        item = PaperItem.objects.create(
            paper=paper, published_item=published, chosen_by=chosen_by, chooser=by, position=position
        )
        order.insert(groups, item)
        added.append(published)
    if added:
        order.write(groups)
    return added


def take_out(paper, items: Iterable[PaperItem]) -> None:
    """Remove items and close the gaps; a narrative stays with those that shared it. The paper is locked."""
    gone = {item.pk for item in items}
    groups = order.groups_in(paper)
    for group in groups:
        group.items = [item for item in group.items if item.pk not in gone]
    PaperItem.objects.filter(paper=paper, pk__in=gone).delete()
    order.write([group for group in groups if group.items])


@transaction.atomic
def choose(*, by, paper, published_items: Iterable[PublishedItem]):
    """Add items for Members. One that the office had added becomes the Panel's. Chosen ones stay as they are.

    Raises RuleBroken once the selection has been sent.
    """
    by.require(Permission.CHOOSE_ITEMS)
    paper, wanted = locked(paper), list(published_items)
    in_paper = {item.published_item_id: item for item in paper.items.all()}
    taken_over = [
        in_paper[one.pk] for one in wanted if one.pk in in_paper and in_paper[one.pk].chosen_by == OFFICE
    ]
    new = [one for one in wanted if one.pk not in in_paper]
    if not new and not taken_over:
        return paper
    require_status(paper, PaperStatus.CHOOSING, message=LOCKED)
    take_out(paper, taken_over)
    added = add_items(paper, [*new, *(item.published_item for item in taken_over)], chosen_by=PANEL, by=by)
    _record_choice(paper, by, "chosen", added)
    return paper


@transaction.atomic
def unchoose(*, by, paper, published_items: Iterable[PublishedItem]):
    """Take items out of the Panel's selection again. Raises RuleBroken once it has been sent."""
    by.require(Permission.CHOOSE_ITEMS)
    paper = locked(paper)
    unwanted = [one.pk for one in published_items]
    items = list(
        paper.items.filter(chosen_by=PANEL, published_item__in=unwanted).select_related("published_item")
    )
    if not items:
        return paper
    require_status(paper, PaperStatus.CHOOSING, message=LOCKED)
    take_out(paper, items)
    _record_choice(paper, by, "unchosen", [item.published_item for item in items])
    return paper


def _record_choice(paper, by, verb: str, published: list[PublishedItem]) -> None:
    said = "chose" if verb == "chosen" else "took out"
    record(
        f"paper.{verb}",
        paper,
        f"{by} {said} {', '.join(str(one) for one in published)}.",
        by=by,
        changes={"items": [one.pk for one in published]},
    )


@transaction.atomic
def ask(*, by, paper, questions: dict[int, str]):
    """Keep what Members want to know, by the key of the paper's item. Raises RuleBroken once it was sent."""
    by.require(Permission.CHOOSE_ITEMS)
    paper = locked(paper)
    if _write_questions(paper, questions, by):
        require_status(paper, PaperStatus.CHOOSING, message=LOCKED)
    return paper


def _write_questions(paper, questions: dict[int, str], by) -> bool:
    """Whether anything changed. Items that are not the Panel's, or are gone, are passed over."""
    changed = []
    for item in paper.items.filter(chosen_by=PANEL, pk__in=questions):
        text = clean(questions[item.pk])
        if text != item.members_question:
            item.members_question = text
            changed.append(item)
    PaperItem.objects.bulk_update(changed, ["members_question"])
    if changed:
        record(
            "paper.asked",
            paper,
            f"{by} wrote what Members want to know about {len(changed)} of the items.",
            by=by,
            changes={"questions": {item.pk: item.members_question for item in changed}},
        )
    return bool(changed)


@transaction.atomic
def send_selection(*, by, paper, questions: dict[int, str] | None = None):
    """Send the Panel's selection to the office, which then writes. The same person twice: nothing changes.

    Raises RuleBroken for an empty selection, or one that was sent already.
    """
    by.require(Permission.CHOOSE_ITEMS)
    paper = locked(paper)
    if paper.status == PaperStatus.DRAFTING and paper.selection_sent_by_id == by.pk:
        return paper
    require_move(
        PAPER_MOVES if paper.status == PaperStatus.CHOOSING else {},
        paper.status,
        PaperStatus.DRAFTING,
        LOCKED,
    )
    count = paper.items.filter(chosen_by=PANEL).count()
    if not count:
        raise RuleBroken("Choose at least one item before you send the selection.")
    _write_questions(paper, questions or {}, by)
    paper.status = PaperStatus.DRAFTING
    paper.selection_sent_by, paper.selection_sent_at = by, clock.now()
    paper.save(update_fields=["status", "selection_sent_by", "selection_sent_at"])
    items = f"{count} item{'' if count == 1 else 's'}"
    record("paper.selection_sent", paper, f"{by} sent the selection of {items}.", by=by)
    key = f"selection-sent-{paper.selection_sent_at.isoformat()}"
    readers = {user.pk: user for user in [by, *User.objects.with_role(Role.OFFICER)]}
    tell(readers.values(), paper, key=key, template="selection_sent", items=items)
    return paper


@transaction.atomic
def start_drafting(*, by, paper):
    """Go on without a selection, when none has come in time. Raises RuleBroken before it was due."""
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(paper)
    if paper.status == PaperStatus.DRAFTING:
        return paper
    require_status(paper, PaperStatus.CHOOSING, message="The paper is past the choice of items already.")
    if clock.today() <= paper.selection_due_on:
        raise RuleBroken(
            f"Panel Officers have until {clock.format_date(paper.selection_due_on)} to send their selection."
        )
    paper.status = PaperStatus.DRAFTING
    paper.save(update_fields=["status"])
    record("paper.drafting_started", paper, f"{by} began the draft; no selection had been sent.", by=by)
    return paper


@transaction.atomic
def reopen_selection(*, by, paper):
    """Let Panel Officers choose again. They may ask for it themselves until the office has begun to write.

    Raises RuleBroken for anybody else, or once the paper has gone for approval.
    """
    paper = locked(paper)
    if not by.may(Permission.PREPARE_PAPERS):
        by.require(Permission.CHOOSE_ITEMS)
    if paper.status == PaperStatus.CHOOSING:
        return paper
    require_status(
        paper,
        PaperStatus.DRAFTING,
        message="The selection can be opened again only while the paper is drafted.",
    )
    has_text = paper.items.exclude(narrative="").exists()
    if has_text and not by.may(Permission.PREPARE_PAPERS):
        raise RuleBroken("The office has begun to write. Ask a commissioning officer to open the selection.")
    paper.status = PaperStatus.CHOOSING
    paper.selection_sent_by = paper.selection_sent_at = None
    paper.save(update_fields=["status", "selection_sent_by", "selection_sent_at"])
    record("paper.selection_reopened", paper, f"{by} opened the selection again.", by=by)
    return paper
