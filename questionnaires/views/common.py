"""What the office's pages of questionnaires share."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from pcc_grants.lib.rules import RuleBroken

from ..models import Questionnaire
from ..services.drawing_up import IN_USE


def posted(request):
    return request.POST if request.method == "POST" else None


def find_questionnaire(request, pk) -> Questionnaire:
    return get_object_or_404(Questionnaire.objects.visible_to(request.user), pk=pk)


def crumbs(questionnaire=None) -> list[tuple[str, str]]:
    found = [("Questions", reverse("office_questionnaires"))]
    if questionnaire is None:
        return found
    return [*found, (str(questionnaire), reverse("office_questionnaire", args=[questionnaire.pk]))]


def in_use(request, questionnaire):
    """Back to the questions, with the reason, when they are in use and somebody opens a page of change."""
    if request.method == "POST" or not questionnaire.is_frozen:
        return None
    messages.error(request, IN_USE)
    return redirect("office_questionnaire", questionnaire.pk)


def form_page(request, questionnaire, form, save, *, heading, done, back=None, button="Save", **context):
    """One form: show it, hand what was said to `save`, say that it is done."""
    back = back or reverse("office_questionnaire", args=[questionnaire.pk])
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, done)
            return redirect(back)
    return show_form(request, questionnaire, form, heading=heading, cancel_url=back, button=button, **context)


def show_form(request, questionnaire, form, **context):
    context = {"form": form, "questionnaire": questionnaire, "crumbs": crumbs(questionnaire)} | context
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "questionnaires/form.html", context, status=status)


def confirm_page(request, questionnaire, delete, *, done, **context):
    """“Delete …?”, and the deletion. A second time it is there already, and says so."""
    back = reverse("office_questionnaire", args=[questionnaire.pk])
    context = {"crumbs": crumbs(questionnaire), "cancel_url": back, "warning": True} | context
    if request.method == "POST":
        try:
            delete()
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, done)
            return redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "questionnaires/confirm.html", context, status=status)
