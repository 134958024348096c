"""The standing texts of the papers, and their versions."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from reports import text_blocks
from reports.forms import TextForm
from reports.models import TextBlock

from .common import office_crumbs, page_of, posted, status_of

READ, WRITE = Permission.READ_PAPER_DRAFTS, Permission.PREPARE_PAPERS


@requires(READ)
def office_texts(request):
    """The standing texts of the introduction, as they hold today."""
    texts = text_blocks.texts_as_at(clock.today())
    context = {
        "heading": "Texts of the papers",
        "blocks": [(key, block.label, texts[key]) for key, block in text_blocks.BLOCKS.items()],
        "may_write": request.user.may(WRITE),
        "crumbs": office_crumbs(),
    }
    return render(request, "reports/office_texts.html", context)


@requires(READ, write=WRITE)
def office_text(request, key):
    """One text: its versions, and a box to write the next one."""
    if key not in text_blocks.BLOCKS:
        raise Http404
    initial = {"text": text_blocks.texts_as_at(clock.today())[key], "effective_from": clock.today()}
    form = TextForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            text_blocks.set_text(by=request.user, key=key, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The text has been saved")
            return redirect("office_texts")
    context = {
        "heading": text_blocks.BLOCKS[key].label,
        "form": form,
        "default": text_blocks.BLOCKS[key].default,
        "fields": [f"{{{name}}}: {meaning}" for name, meaning in text_blocks.FIELDS.items()],
        "page_obj": page_of(request, TextBlock.objects.filter(key=key).select_related("changed_by")),
        "may_write": request.user.may(WRITE),
        "crumbs": [*office_crumbs(), ("Texts of the papers", reverse("office_texts"))],
    }
    return render(request, "reports/office_text.html", context, status=status_of(form))
