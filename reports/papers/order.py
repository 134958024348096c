"""The order of a paper's items, and which of them share a narrative.

An order is worked on as groups: a narrative, and the items that share it. Written back, positions count
from 1, only the first item of a group carries the narrative, and the others join the one above.
"""

from dataclasses import dataclass

from pcc_grants.lib.rules import RuleBroken
from reports.models import PaperItem


@dataclass
class Group:
    narrative: str
    items: list[PaperItem]


def groups_in(paper) -> list[Group]:
    """The paper's groups, in order. The caller has locked the paper."""
    groups: list[Group] = []
    for item in paper.items.select_related("published_item").order_by("position"):
        if item.joins_previous and groups:
            groups[-1].items.append(item)
        else:
            groups.append(Group(item.narrative, [item]))
    return groups


def write(groups: list[Group]) -> None:
    """Store an order. Raises RuleBroken when an item of the office would come before one of the Panel."""
    items = [item for group in groups for item in group.items]
    chosen = [item.chosen_by for item in items]
    if chosen != sorted(chosen, key=[PaperItem.ChosenBy.PANEL, PaperItem.ChosenBy.OFFICE].index):
        raise RuleBroken("The items that Panel Officers selected come first. This item stays among its own.")
    position = 0
    for group in groups:
        for index, item in enumerate(group.items):
            position += 1
            item.position = position
            item.joins_previous = index > 0
            item.narrative = "" if index else group.narrative
    PaperItem.objects.bulk_update(items, ["position", "joins_previous", "narrative"])


def insert(groups: list[Group], item: PaperItem) -> None:
    """Put a new item in its default place: the Panel's first, then the office's, each by payment date."""
    groups.insert(_place(groups, item), Group("", [item]))


def _place(groups: list[Group], item: PaperItem) -> int:
    """After the last group that comes before it by default; at the start when none does."""
    key = _default_key(item)
    before = [index for index, group in enumerate(groups) if _default_key(group.items[-1]) < key]
    return before[-1] + 1 if before else 0


def _default_key(item: PaperItem) -> tuple:
    rank = [PaperItem.ChosenBy.PANEL, PaperItem.ChosenBy.OFFICE].index(item.chosen_by)
    return rank, item.published_item.paid_on, item.published_item_id


def find(groups: list[Group], item: PaperItem) -> tuple[int, int]:
    """(index of the group, index within it). Raises RuleBroken for an item that is no longer in the paper."""
    for index, group in enumerate(groups):
        for place, other in enumerate(group.items):
            if other.pk == item.pk:
                return index, place
    raise RuleBroken("This item is no longer in the paper. Open the list of items again.")
