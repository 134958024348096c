"""The documents of an organisation: its people's list of them, and the office's downloads."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import documents
from ..forms import DocumentForm
from ..handing_out import hand_out, removed
from ..models import RESTORABLE_FOR, Document, Organisation

PAGE = 25
MOST_REMOVED = 25


def _organisation(request, ref) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), reference=ref)


def _document(request, organisation, pk) -> Document:
    found = Document.objects.visible_to(request.user).select_related("organisation", "removed_by")
    return get_object_or_404(found, organisation=organisation, pk=pk)


def _list_of(organisation) -> str:
    return reverse("organisation_documents", args=[organisation.reference])


@requires(Permission.APPLY)
def organisation_documents(request, ref):
    """Every document of an organisation, the latest first, and those that can be put back."""
    organisation = _organisation(request, ref)
    listed = organisation.documents.present().select_related("uploaded_by")
    taken_off = organisation.documents.filter(removed_at__gte=clock.now() - RESTORABLE_FOR)
    context = {
        "heading": "Documents",
        "organisation": organisation,
        "page_obj": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "removed": taken_off.select_related("removed_by").order_by("-removed_at")[:MOST_REMOVED],
        "document_page": "organisation_document",
        "document_key": ref,
        "back_url": reverse("organisation", args=[ref]),
    }
    return render(request, "organisations/documents.html", context)


@requires(Permission.APPLY)
def organisation_document_new(request, ref):
    """Upload a document, to be chosen in applications later."""
    organisation = _organisation(request, ref)
    form = DocumentForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        try:
            made = documents.upload(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            is_about_file = isinstance(broken, documents.FileRefused)
            form.add_error("upload" if is_about_file else None, str(broken))
        else:
            messages.success(request, f"{made.name} has been uploaded")
            return redirect(_list_of(organisation))
    context = {
        "heading": "Upload a document",
        "organisation": organisation,
        "form": form,
        "back_url": _list_of(organisation),
    }
    status = 422 if form.errors else 200
    return render(request, "organisations/document_new.html", context, status=status)


@requires(Permission.APPLY)
@require_safe
def organisation_document(request, ref, pk):
    """A document, for those who act for its organisation."""
    organisation = _organisation(request, ref)
    document = _document(request, organisation, pk)
    if document.removed_at:
        return removed(request, document, back_url=_list_of(organisation))
    return hand_out(request, document, back_url=_list_of(organisation))


@requires(Permission.APPLY)
def organisation_document_remove(request, ref, pk):
    """Take a document off the list, after a question."""
    organisation = _organisation(request, ref)
    document = _document(request, organisation, pk)
    back = _list_of(organisation)
    context = {
        "heading": "Remove this document?",
        "organisation": organisation,
        "document": document,
        "back_url": back,
        "cancel_url": back,
    }
    if request.method == "POST":
        try:
            documents.remove(by=request.user, document=document)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, f"{document.name} has been removed. You can put it back for 30 days.")
            return redirect(back)
    elif document.removed_at:
        return redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "organisations/document_remove.html", context, status=status)


@requires(Permission.APPLY)
@require_POST
def organisation_document_restore(request, ref, pk):
    """Put a document back on the list."""
    organisation = _organisation(request, ref)
    document = _document(request, organisation, pk)
    try:
        documents.restore(by=request.user, document=document)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, f"{document.name} is on the list again")
    return redirect(_list_of(organisation))


@requires(Permission.READ_ORGANISATIONS)
@require_safe
def office_organisation_document(request, ref, pk):
    """A document of an organisation, for the office."""
    organisation = _organisation(request, ref)
    document = _document(request, organisation, pk)
    back = reverse("office_organisation", args=[ref])
    if document.removed_at:
        return removed(request, document, back_url=back)
    return hand_out(request, document, back_url=back)
