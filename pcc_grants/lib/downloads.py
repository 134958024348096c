"""A document to download."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def file_response(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A document to download, under a name that people can read."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
