"""The officers' checklist of a round: its lines, and what due diligence the round needs.

Both are put together until the round is published. The lines about eligibility come before those about
completeness; within these, officers put them in order.
"""

from django.db import transaction

from audit.services import record
from organisations.models import DueDiligence
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from ..models import CheckItem, Round
from .changing import lock_round

About = CheckItem.About
MOST_ITEMS = 30
MOST_CHARACTERS = 300
FACTS = ("about", "text", "hint")
NOT_THERE = "This line is no longer on the checklist."

USUAL_ITEMS = (
    (About.ELIGIBILITY, "Is it a type of organisation that may apply?", ""),
    (About.ELIGIBILITY, "Does the project take place in our police area?", ""),
    (
        About.ELIGIBILITY,
        "Is the amount within the most that one application can ask for?",
        "More than that needs an exception, which the approver decides on.",
    ),
    (About.ELIGIBILITY, "Are the dates of the project within those of the round?", ""),
    (
        About.ELIGIBILITY,
        "Does the project meet the purpose of the fund?",
        "And is it none of the things that the fund does not support?",
    ),
    (
        About.ELIGIBILITY,
        "Is all of the money still to be spent?",
        "We do not pay for costs from before a grant begins.",
    ),
    (About.COMPLETENESS, "Does the budget add up?", ""),
    (About.COMPLETENESS, "Have all the documents been received, and can they be read?", ""),
    (About.COMPLETENESS, "Have the partners confirmed that they take part?", ""),
    (
        About.COMPLETENESS,
        "Was the declaration signed by somebody who may sign for the organisation?",
        "Such as the chair, a trustee or a director.",
    ),
)


def put_usual_items(round: Round) -> None:
    """The usual lines become the checklist of a round that has none."""
    CheckItem.objects.bulk_create(
        CheckItem(round=round, position=position, about=about, text=text, hint=hint)
        for position, (about, text, hint) in enumerate(USUAL_ITEMS, start=1)
    )


def copy_items(source: Round, made: Round) -> None:
    """The checklist of an earlier round becomes that of a new one."""
    CheckItem.objects.bulk_create(
        CheckItem(round=made, position=item.position, **{fact: getattr(item, fact) for fact in FACTS})
        for item in source.check_items.all()
    )


@transaction.atomic
def add_check_item(*, by, round, about, text, hint="") -> CheckItem:
    """Add a line after the others about the same. The same line again gives the first. Raises RuleBroken."""
    round = lock_round(by, round)
    items = _items(round)
    facts = _tidy(about, text, hint)
    for item in items:
        if item.text.lower() == facts["text"].lower():
            if all(getattr(item, fact) == value for fact, value in facts.items()):
                return item
            raise RuleBroken(f"The checklist already asks “{item}”. Change that line.")
    if len(items) >= MOST_ITEMS:
        raise RuleBroken(f"The checklist has {MOST_ITEMS} lines already. Remove one first.")
    item = CheckItem.objects.create(
        round=round, position=max((one.position for one in items), default=0) + 1, **facts
    )
    _order([*items, item])
    record(
        "round.check_item_added", round, f"{by} added “{item}” to the checklist of {round}.", by=by,
        changes=facts,
    )  # fmt: skip
    return item


@transaction.atomic
def update_check_item(*, by, item, about, text, hint="") -> CheckItem:
    """Word a line anew, or say that it is about the other thing. Raises RuleBroken."""
    round = lock_round(by, item.round)
    items = _items(round)
    item = _of(items, item)
    if item is None:
        raise RuleBroken(NOT_THERE)
    facts = _tidy(about, text, hint)
    if any(one.pk != item.pk and one.text.lower() == facts["text"].lower() for one in items):
        raise RuleBroken(f"The checklist already asks “{facts['text']}”. Use other words.")
    changes = {
        fact: [getattr(item, fact), value] for fact, value in facts.items() if getattr(item, fact) != value
    }
    if changes:
        for fact, value in facts.items():
            setattr(item, fact, value)
        item.save(update_fields=list(facts))
        if "about" in changes:  # behind the others there
            _order([*(one for one in items if one.pk != item.pk), item])
        record(
            "round.check_item_changed", round, f"{by} changed “{item}” on the checklist of {round}.", by=by,
            changes=changes,
        )  # fmt: skip
    return item


@transaction.atomic
def delete_check_item(*, by, item) -> None:
    """Take a line off the checklist. A second time changes nothing. Raises RuleBroken."""
    round = lock_round(by, item.round)
    item = _of(_items(round), item)
    if item is None:
        return
    item.delete()
    record("round.check_item_deleted", round, f"{by} took “{item}” off the checklist of {round}.", by=by)


@transaction.atomic
def move_check_item(*, by, item, place: int) -> None:
    """Put a line at a place among those about the same, counted from 1. There already, nothing changes.

    Raises RuleBroken.
    """
    round = lock_round(by, item.round)
    items = _items(round)
    item = _of(items, item)
    if item is None:
        raise RuleBroken(NOT_THERE)
    same = [one for one in items if one.about == item.about and one.pk != item.pk]
    same.insert(min(max(place, 1), len(same) + 1) - 1, item)
    others = [one for one in items if one.about != item.about]
    if _order([*same, *others]):
        record("round.check_items_ordered", round, f"{by} moved “{item}” on the checklist of {round}.", by=by)


@transaction.atomic
def use_usual_items(*, by, round) -> None:
    """Replace the checklist by the usual lines. It has them already: nothing changes. Raises RuleBroken."""
    round = lock_round(by, round)
    if [(one.about, one.text, one.hint) for one in _items(round)] == list(USUAL_ITEMS):
        return
    round.check_items.all().delete()
    put_usual_items(round)
    record("round.check_items_drawn_up", round, f"{by} took the usual checklist for {round}.", by=by)


@transaction.atomic
def set_diligence_needed(*, by, round, kinds) -> Round:
    """What must be known of an organisation before it is recommended; none: nothing. Raises RuleBroken."""
    round = lock_round(by, round)
    if unknown := set(kinds) - set(DueDiligence.Kind.values):
        raise RuleBroken(f"There is no due diligence called “{sorted(unknown)[0]}”.")
    chosen = [kind for kind in DueDiligence.Kind.values if kind in kinds]
    if chosen != round.diligence_needed:
        before, round.diligence_needed = round.diligence_needed, chosen
        round.save(update_fields=["diligence_needed"])
        record(
            "round.changed", round, f"{by} changed the due diligence that {round} needs.", by=by,
            changes={"diligence_needed": [before, chosen]},
        )  # fmt: skip
    return round


# -- Rules -----------------------------------------------------------------------------------------------


def _items(round: Round) -> list[CheckItem]:
    return list(round.check_items.order_by("position"))


def _of(items, item) -> CheckItem | None:
    return next((one for one in items if one.pk == item.pk), None)


def _order(items) -> bool:
    """Number the lines in this order, eligibility first. Whether that changed anything."""
    changed = False
    ordered = sorted(items, key=lambda one: About.values.index(one.about))
    for position, one in enumerate(ordered, start=1):
        if one.position != position:
            CheckItem.objects.filter(pk=one.pk).update(position=position)
            one.position = position
            changed = True
    return changed


def _tidy(about, text, hint) -> dict:
    """The facts as they are stored. Raises RuleBroken."""
    facts = {"about": about, "text": clean_line(text), "hint": clean_line(hint)}
    if about not in About.values:
        raise RuleBroken("Select what the line is about.")
    if not facts["text"]:
        raise RuleBroken("Enter the question")
    for name, words in (("text", "The question"), ("hint", "The hint")):
        if len(facts[name]) > MOST_CHARACTERS:
            raise RuleBroken(f"{words} must be {MOST_CHARACTERS} characters or fewer")
    return facts
