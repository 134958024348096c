"""A return as rows of labels and values: the same words on every page that shows one."""

from pcc_grants.lib.money import format_money

from .models import Return

LABELS = {
    "progress": "Progress",
    "narrative": "What has happened",
    "sessions": "Events, workshops or sessions delivered",
    "people": "People reached",
    "schools": "Schools visited",
    "districts": "Where",
    "spent": "Spent so far",
    "difficulties": "Difficulties and changes",
}


def anchor(name: str) -> str:
    """The id of a question's first control on the form; a group's is its first box."""
    return f"#id_{name}_0" if name in ("progress", "districts") else f"#id_{name}"


def value_of(award_return: Return, name: str) -> str:
    """One answer as it is read; empty when it was not given. Districts cost a query unless prefetched."""
    if name == "progress":
        return award_return.get_progress_display()
    if name == "districts":
        return ", ".join(district.name for district in award_return.districts.all())
    value = getattr(award_return, name)
    if value is None:
        return ""
    return format_money(value) if name == "spent" else f"{value:,}" if isinstance(value, int) else value


def rows(award_return: Return, change_url: str = "") -> list[tuple]:
    """For components/summary_list.html; with `change_url` each row links to its question."""
    return [
        (label, value_of(award_return, name), *([change_url + anchor(name)] if change_url else []))
        for name, label in LABELS.items()
    ]


def side_by_side(award_return: Return, last: Return | None) -> list[dict]:
    """The answers of this return, with those of the last one beside them."""
    return [
        {
            "label": label,
            "last": value_of(last, name) if last else "",
            "now": value_of(award_return, name),
            "is_number": name in ("sessions", "people", "schools", "spent"),
        }
        for name, label in LABELS.items()
    ]
