"""Decision packs of a round: issue one, read it, and take it away as PDF or Word."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from applications import decision_packs as files
from applications import services
from applications.forms.recommending import PackForm
from applications.models import DecisionPack
from applications.services.packing import may_read_pack
from funds.models import Round
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.downloads import PDF, WORD, file_response
from pcc_grants.lib.rules import RuleBroken

from .recommend import posted, round_crumbs, status_of


@requires(Permission.READ_DECISIONS, write=Permission.MANAGE_APPLICATIONS)
def office_round_packs(request, pk):
    """The packs of a round, the latest first, and a form to issue the next."""
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund"), pk=pk)
    today = clock.today()
    expected = round.decision_expected_on
    initial = {"decide_by": expected} if expected and expected >= today else {}
    form = PackForm(posted(request), today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pack = services.issue_pack(by=request.user, round=round, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"Decision pack {pack.number} has been issued. The approvers are told")
            return redirect("decision_pack", pk=round.pk, number=pack.number)
    context = {
        "heading": f"Decision packs: {round}",
        "round": round,
        "packs": round.decision_packs.select_related("made_by"),
        "form": form,
        "may_issue": request.user.may(Permission.MANAGE_APPLICATIONS),
        "crumbs": round_crumbs(round, ("Recommendation", reverse("office_round_recommend", args=[pk]))),
    }
    return render(request, "applications/pack/list.html", context, status=status_of(form))


@requires(Permission.READ_DECISIONS)
def decision_pack(request, pk, number):
    """One pack as it was issued, and what has changed since."""
    pack = _pack(request, pk, number)
    may_read = may_read_pack(pack, request.user)
    latest = services.latest_pack(pack.round)
    is_latest = latest.pk == pack.pk
    context = {
        "heading": pack.content["title"],
        "round": pack.round,
        "pack": pack,
        "content": pack.content,
        "facts": files.facts_of(pack),
        "may_read": may_read,
        "is_latest": is_latest,
        "latest": latest,
        "changes": services.changes_since(pack) if may_read and is_latest else [],
        "may_decide": request.user.may(Permission.DECIDE),
        "crumbs": round_crumbs(pack.round, ("Decision packs", reverse("office_round_packs", args=[pk]))),
    }
    return render(request, "applications/pack/pack.html", context)


@requires(Permission.READ_DECISIONS)
@require_safe
def decision_pack_pdf(request, pk, number):
    pack = _pack_to_take(request, pk, number)
    return file_response(files.pack_pdf(pack), files.file_name(pack, "pdf"), PDF)


@requires(Permission.READ_DECISIONS)
@require_safe
def decision_pack_word(request, pk, number):
    pack = _pack_to_take(request, pk, number)
    return file_response(files.pack_word(pack), files.file_name(pack, "docx"), WORD)


def _pack(request, pk, number) -> DecisionPack:
    packs = DecisionPack.objects.filter(round__in=Round.objects.visible_to(request.user))
    return get_object_or_404(packs.select_related("round__fund", "made_by"), round=pk, number=number)


def _pack_to_take(request, pk, number) -> DecisionPack:
    pack = _pack(request, pk, number)
    if not may_read_pack(pack, request.user):
        raise PermissionDenied
    return pack
