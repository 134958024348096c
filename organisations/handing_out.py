"""Handing a document out. Who may have it is judged by the page that calls this."""

import logging

from django.http import FileResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)

GONE, NOT_FOUND = 410, 404


def hand_out(request, document, *, back_url: str):
    """The file as a download, streamed: never shown inside our own pages. Else a page that says why not.

    `back_url` is where that page leads back to.
    """
    if document.is_infected:
        return _unavailable(request, document, back_url, "This file contains a virus", GONE)
    try:
        file = document.file.open("rb")
    except OSError as error:
        logger.error("The file of document %s cannot be read: %s", document.pk, type(error).__name__)
        return _unavailable(request, document, back_url, "We cannot find this file", NOT_FOUND)
    response = FileResponse(
        file, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def removed(request, document, *, back_url: str):
    """The page of a document that was taken off its organisation's list."""
    return _unavailable(request, document, back_url, "This file was removed", GONE)


def _unavailable(request, document, back_url, heading, status):
    context = {"heading": heading, "document": document, "back_url": back_url}
    return render(request, "organisations/document_unavailable.html", context, status=status)
