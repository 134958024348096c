"""What the office does with a paper's items: its own choices, the order, the narratives."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean
from reports.models import PaperItem, PaperStatus

from . import order
from .building import groups_of, items_of, narrative_blocks
from .choosing import OFFICE, PANEL, add_items, require_status, take_out
from .content import parse_narrative, write_narrative
from .planning import locked

MOST_CHARACTERS = 250_000  # of one narrative: about 60 pages
LONGEST_WORD = 1_000
MOST_PARTS = 1_000  # paragraphs and bullets of one narrative: what can be laid out while somebody waits
OPEN = (PaperStatus.CHOOSING, PaperStatus.DRAFTING)
WITH_APPROVER = "The paper has been sent for approval. Have it sent back before you change it."
ONLY_DRAFTING = (
    "Items are ordered and written about once the selection is in, and until the paper is sent for approval."
)


@transaction.atomic
def add_office_item(*, by, paper, published_item):
    """Add an item that the office selects. One that is in the paper already stays as it is."""
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(paper)
    if paper.items.filter(published_item=published_item).exists():
        return paper
    require_status(paper, *OPEN, message=WITH_APPROVER)
    add_items(paper, [published_item], chosen_by=OFFICE, by=by)
    record(
        "paper.item_added",
        paper,
        f"{by} added {published_item}.",
        by=by,
        changes={"item": published_item.pk},
    )
    return paper


@transaction.atomic
def remove_item(*, by, item):
    """Take out an item that the office selected. Raises RuleBroken for one of the Panel's."""
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(item.paper)
    item = paper.items.select_related("published_item").filter(pk=item.pk).first()
    if item is None:
        return paper
    require_status(paper, *OPEN, message=WITH_APPROVER)
    if item.chosen_by == PANEL:
        raise RuleBroken(
            "Panel Officers selected this item. Open the selection again, so that they can take it out."
        )
    take_out(paper, [item])
    record(
        "paper.item_removed",
        paper,
        f"{by} took out {item.published_item}.",
        by=by,
        changes={"item": item.published_item_id, "narrative": item.narrative},
    )
    return paper


@transaction.atomic
def move_item(*, by, item, up: bool, seen_at: int | None = None):
    """Move an item one place within those that share its narrative, or its whole group past the next one.

    `seen_at` is the position at which the person saw it: a button pressed twice moves once.
    Raises RuleBroken where the office's items would come before the Panel's.
    """
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(item.paper)
    groups = order.groups_in(paper)
    index, place = order.find(groups, item)
    if seen_at is not None and groups[index].items[place].position != seen_at:
        return paper
    require_status(paper, PaperStatus.DRAFTING, message=ONLY_DRAFTING)
    step, within = (-1 if up else 1), groups[index].items
    if 0 <= place + step < len(within):
        within[place], within[place + step] = within[place + step], within[place]
    elif 0 <= index + step < len(groups):
        groups[index], groups[index + step] = groups[index + step], groups[index]
    else:
        return paper
    order.write(groups)
    direction = "up" if up else "down"
    record("paper.item_moved", paper, f"{by} moved {item.published_item} {direction}.", by=by)
    return paper


@transaction.atomic
def set_joined(*, by, item, joined: bool):
    """Let an item share the narrative of the one above it, or no longer.

    When either has a text of its own, both texts become the shared one: nothing written is lost. An item
    that is parted again starts from a first text of its own. Raises RuleBroken for the first item.
    """
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(item.paper)
    groups = order.groups_in(paper)
    index, place = order.find(groups, item)
    if joined == (place > 0):
        return paper
    require_status(paper, PaperStatus.DRAFTING, message=ONLY_DRAFTING)
    if joined:
        if index == 0:
            raise RuleBroken("The first item has none above it to be grouped with.")
        above, group = groups[index - 1], groups[index]
        if above.narrative or group.narrative:
            above.narrative = "\n\n".join(_text(paper, one.items[0]) for one in (above, group))
        above.items += group.items
        del groups[index]
    else:
        group = groups[index]
        groups.insert(index + 1, order.Group("", group.items[place:]))
        group.items = group.items[:place]
    order.write(groups)
    said = "grouped" if joined else "parted"
    where = "with the item above" if joined else "from the item above"
    record(f"paper.item_{said}", paper, f"{by} {said} {item.published_item} {where}.", by=by)
    return paper


@transaction.atomic
def edit_narrative(*, by, item, narrative: str):
    """Write what the paper says about an item (and those grouped with it); empty returns to the first text.

    Raises RuleBroken for an item that shares the text of the one above, or a text that is far too long.
    """
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(item.paper)
    groups = order.groups_in(paper)
    index, place = order.find(groups, item)
    narrative = clean(narrative)
    if place:
        raise RuleBroken("This item shares the text of the item above. Edit the text there.")
    _check_length(narrative)
    before = groups[index].narrative
    if narrative == before or (not before and narrative == _text(paper, item)):
        return paper
    require_status(paper, PaperStatus.DRAFTING, message=ONLY_DRAFTING)
    PaperItem.objects.filter(pk=groups[index].items[0].pk).update(narrative=narrative)
    record(
        "paper.item_written",
        paper,
        f"{by} wrote about {item.published_item}.",
        by=by,
        changes={"item": item.published_item_id, "characters": len(narrative)},
    )
    return paper


def _check_length(narrative: str) -> None:
    """Refuse what could not be laid out while somebody waits. Raises RuleBroken."""
    if len(narrative) > MOST_CHARACTERS:
        raise RuleBroken(
            f"The text must be {MOST_CHARACTERS:,} characters or fewer. It has {len(narrative):,}."
        )
    longest = max(map(len, narrative.split()), default=0)
    if longest > LONGEST_WORD:
        raise RuleBroken(
            f"A word of the text has {longest:,} characters. Part it: the most is {LONGEST_WORD:,}."
        )
    parts = sum(1 + len(block.bullets) for block in parse_narrative(narrative))
    if parts > MOST_PARTS:
        raise RuleBroken(
            f"The text must have {MOST_PARTS:,} paragraphs and bullets or fewer. It has {parts:,}."
        )


def _text(paper, head: PaperItem) -> str:
    return narrative_of(next(one for one in items_of(paper) if one.pk == head.pk))


def narrative_of(item: PaperItem) -> str:
    """The text of an item's group as an editor works on it: what was written, or the first text."""
    group = next(group for group in groups_of(items_of(item.paper)) if item.pk in {one.pk for one in group})
    return group[0].narrative or write_narrative(narrative_blocks(group))
