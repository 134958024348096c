"""The office's settings, each version with the date from which it holds."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.forms import OfficeForm
from accounts.permissions import Permission as P
from office import services
from office.models import OfficeSettings
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken


@requires(P.READ_OFFICE_SETTINGS)
def office_settings(request):
    """What holds today, and every version."""
    current = OfficeSettings.objects.current()
    page = Paginator(OfficeSettings.objects.order_by("-effective_from"), 25).get_page(request.GET.get("page"))
    context = {"current": current, "rows": _rows(current) if current else [], "page_obj": page}
    return render(request, "office/settings.html", context)


@requires(P.READ_OFFICE_SETTINGS)
def office_settings_version(request, pk):
    version = get_object_or_404(OfficeSettings, pk=pk)
    context = {"version": version, "rows": _rows(version), "crumbs": _crumbs()}
    return render(request, "office/version.html", context)


@requires(P.MANAGE_OFFICE)
def office_settings_new(request):
    """A new version, starting from the latest."""
    latest = OfficeSettings.objects.order_by("-effective_from").first()
    initial = model_to_dict(latest, exclude=["effective_from"]) if latest else {}
    form = OfficeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_office_facts(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error("effective_from", str(broken))
        else:
            messages.success(request, "The settings have been saved")
            return redirect("office_settings")
    context = {"form": form, "crumbs": _crumbs()}
    return render(request, "office/settings_new.html", context, status=422 if form.errors else 200)


def _rows(version) -> list[tuple[str, object]]:
    fields = [(name, field) for name, field in OfficeForm.base_fields.items() if name != "effective_from"]
    return [(field.label, getattr(version, name)) for name, field in fields]


def _crumbs():
    return [("Office settings", reverse("office_settings"))]
