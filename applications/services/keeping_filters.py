"""Filters of the list of applications that people keep under a name, for themselves or for colleagues too."""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from ..models import SavedFilter

MOST_KEPT = 50
LONGEST = SavedFilter._meta.get_field("query").max_length


@transaction.atomic
def save_filter(*, by, name, query, is_shared=False) -> SavedFilter:
    """Keep a filter of the list under a name. The same name and filter again changes nothing.

    `query` is the list's query string. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    name = _name(name)
    if len(query) > LONGEST:
        raise RuleBroken("This filter is too long to be kept. Shorten what it searches for.")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once: the second sees the first
    existing = by.saved_filters.filter(name__iexact=name).first()
    if existing and (existing.query, existing.is_shared) == (query, is_shared):
        return existing
    if existing:
        raise RuleBroken(f"You already have a filter called “{existing.name}”. Choose another name.")
    if by.saved_filters.count() >= MOST_KEPT:
        raise RuleBroken(f"You can keep {MOST_KEPT} filters. Delete one first.")
    kept = SavedFilter.objects.create(owner=by, name=name, query=query, is_shared=is_shared)
    record("filter.saved", kept, f"{by} saved the filter “{kept}”{_shared(kept)}.", by=by)
    return kept


@transaction.atomic
def change_filter(*, by, saved_filter, name, is_shared) -> SavedFilter:
    """Give one's own filter another name, share it or stop sharing it. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    kept = _own(by, saved_filter)
    name = _name(name)
    if (kept.name, kept.is_shared) == (name, is_shared):
        return kept
    if by.saved_filters.filter(name__iexact=name).exclude(pk=kept.pk).exists():
        raise RuleBroken(f"You already have a filter called “{name}”. Choose another name.")
    before = {"name": kept.name, "is_shared": kept.is_shared}
    kept.name, kept.is_shared = name, is_shared
    kept.save(update_fields=["name", "is_shared"])
    record("filter.changed", kept, f"{by} changed the filter “{kept}”{_shared(kept)}.", by=by, changes=before)
    return kept


@transaction.atomic
def delete_filter(*, by, saved_filter) -> None:
    """Delete one's own filter. Twice changes nothing. Raises RuleBroken for a colleague's."""
    by.require(Permission.MANAGE_APPLICATIONS)
    if not SavedFilter.objects.filter(pk=saved_filter.pk).exists():
        return
    kept = _own(by, saved_filter)
    record("filter.deleted", kept, f"{by} deleted the filter “{kept}”.", by=by, changes={"query": kept.query})
    kept.delete()


def _name(name: str) -> str:
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter a name for the filter")
    return name


def _own(by, saved_filter) -> SavedFilter:
    kept = SavedFilter.objects.select_for_update(no_key=True).get(pk=saved_filter.pk)
    if kept.owner_id != by.pk:
        raise RuleBroken("This is a colleague’s filter. Save one of your own instead.")
    return kept


def _shared(kept: SavedFilter) -> str:
    return ", which colleagues see" if kept.is_shared else ""
