"""From page to page of the form, and on which revision of an answer a page was typed."""

from django.urls import reverse

from .common import start_of


def typed_revisions(data, entries) -> dict[str, int]:
    """On which revision each answer was typed; 0 for one that was not there."""
    found = {}
    for entry in entries:
        text = data.get(f"revision-{entry.question.key}", "")
        found[entry.question.key] = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return found


def page_before(application, part, entries) -> str:
    """The page before this one in its section; before the first, the task list or our question."""
    key = part.key_before(entries)
    if not key:
        return start_of(application)
    return reverse("application_question", args=[application.reference, part.section.key, key])


def page_after(application, part, entries) -> str:
    """The page after this one in its section; after the last, the end of the section."""
    key = part.key_after(entries)
    if key:
        return reverse("application_question", args=[application.reference, part.section.key, key])
    return reverse("application_section", args=[application.reference, part.section.key])
