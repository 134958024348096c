"""From page to page of the form, and on which revision of an answer a page was typed."""

from urllib.parse import urlencode

from django.urls import reverse

from .common import start_of


def typed_revisions(data, entries) -> dict[str, int]:
    """On which revision each answer was typed; 0 for one that was not there."""
    return {entry.question.key: typed_revision(data, entry.question) for entry in entries}


def typed_revision(data, question) -> int:
    """On which revision the answer to one question was typed; 0 when it was not there."""
    text = data.get(revision_name(question), "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def revision_name(question) -> str:
    """The name of the hidden field that says on which revision of an answer a page was made."""
    return f"revision-{question.key}"


def conflict_address(application, pks) -> str:
    """The page of the first of these set-aside answers, which leads on to the others."""
    first, *others = pks
    then = "?" + urlencode({"then": others}, doseq=True) if others else ""
    return reverse("application_conflict", args=[application.reference, first]) + then


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
