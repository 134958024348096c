"""The grantee's pages of a return: write it, check and send it, the receipt."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from monitoring import answers, services
from monitoring.forms import ReturnForm, SignatureForm
from monitoring.models import Return, Status
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_date, relative_days
from pcc_grants.lib.rules import RuleBroken


def _find(request, ref, number) -> Return:
    visible = Return.objects.visible_to(request.user).select_related("award__organisation", "award__fund")
    return get_object_or_404(visible, award__reference=ref, number=number)


@requires(Permission.APPLY)
def grant_return(request, ref, number):
    """The form while the return is with the grantee; else what was sent, and how it stands.

    Typing that arrives too late is refused by the service, and comes back whole.
    """
    award_return = _find(request, ref, number)
    if request.method != "POST" and not award_return.can_be_written:
        return _show(request, award_return)
    paid = services.paid_so_far(award_return.award)
    if request.method == "POST":
        form = ReturnForm(request.POST, paid=paid)
        response = _save(request, award_return, form)
        if response:
            return response
    else:
        form = ReturnForm(initial=_initial(award_return), paid=paid)
    context = _frame(award_return) | {"form": form}
    return render(request, "monitoring/write.html", context, status=422 if form.errors else 200)


def _initial(award_return: Return) -> dict:
    fields = {name: getattr(award_return, name) for name in services.FIELDS}
    return fields | {"districts": award_return.districts.all()}


def _save(request, award_return, form):
    """Keep what was typed. Where to go next, or None when the form has something to say first."""
    try:
        if "later" in request.POST:
            return _keep(request, award_return, form)
        if not form.is_valid():
            return None
        saved = services.save(by=request.user, award_return=award_return, **_answers(form.cleaned_data))
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None
    for gap in services.gaps(saved):
        form.add_error(gap.field if gap.field in form.fields else None, gap.message)
    if form.errors:
        return None
    return redirect("grant_return_submit", ref=award_return.award.reference, number=award_return.number)


def _keep(request, award_return, form):
    """“Save and come back later”: all that can be stored. None when the page must keep something."""
    values, misshapen = form.storable()
    services.save(by=request.user, award_return=award_return, **_answers(values))
    if misshapen:
        form.keep_errors_of(misshapen)
        messages.success(request, "Your other answers have been saved")
        return None
    messages.success(request, "Your answers have been saved")
    return redirect("grant", ref=award_return.award.reference)


def _answers(values: dict) -> dict:
    return values | {"personal_data_checked": values.get("personal_data_checked", False)}


def _show(request, award_return):
    context = _frame(award_return) | {
        "rows": answers.rows(award_return) if award_return.submitted_at else [],
        "is_judged": award_return.status in (Status.SATISFACTORY, Status.UNSATISFACTORY),
    }
    return render(request, "monitoring/read.html", context)


def _frame(award_return: Return) -> dict:
    """What every page about a return shows: whose it is, for which period, by when."""
    award = award_return.award
    due = format_date(award_return.due_on)
    if award_return.is_owed:
        due += f" ({relative_days(award_return.due_on)})"
    return {
        "return": award_return,
        "award": award,
        "heading": award_return.get_kind_display(),
        "back_url": reverse("grant", args=[award.reference]),
        "back_label": "Back to your grant",
        "facts": [
            ("Project", award.title),
            ("Organisation", award.organisation.name),
            ("Period", f"{format_date(award_return.period_start)} to {format_date(award_return.period_end)}"),
            ("Due", due),
        ],
    }


@requires(Permission.APPLY)
def grant_return_submit(request, ref, number):
    """Everything that was written, what is missing, and the declaration."""
    award_return = _find(request, ref, number)
    if award_return.status == Status.SUBMITTED:
        return redirect("grant_return_submitted", ref=ref, number=number)
    if not award_return.can_be_written:
        return redirect("grant_return", ref=ref, number=number)
    form = SignatureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.submit(
                by=request.user,
                award_return=award_return,
                signed_name=form.cleaned_data["signed_name"],
                signed_role=form.cleaned_data["signed_role"],
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return redirect("grant_return_submitted", ref=ref, number=number)
    write_url = reverse("grant_return", args=[ref, number])
    context = _frame(award_return) | {
        "heading": "Check and send your return",
        "back_url": write_url,
        "back_label": "Back",
        "form": form,
        "gaps": [(gap.message, write_url + answers.anchor(gap.field)) for gap in services.gaps(award_return)],
        "rows": answers.rows(award_return, write_url),
    }
    return render(request, "monitoring/submit.html", context, status=422 if form.errors else 200)


@requires(Permission.APPLY)
def grant_return_submitted(request, ref, number):
    """The receipt. It can be bookmarked: before it is sent, and once it is judged, the return is shown."""
    award_return = _find(request, ref, number)
    if award_return.status != Status.SUBMITTED:
        return redirect("grant_return", ref=ref, number=number)
    context = _frame(award_return) | {"heading": "Return sent", "rows": answers.rows(award_return)}
    return render(request, "monitoring/submitted.html", context)
