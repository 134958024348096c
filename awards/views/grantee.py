"""A recipient's own pages about a grant: what comes next, the agreement, signing and declining."""

from ipaddress import ip_address

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from audit.models import Event
from awards import services
from awards.forms.grantee import DeclineForm, SignForm
from awards.models import SEEN_BY_GRANTEE, Award, EndingNotice, ExtensionOption, Status
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .steps import agreement_download, posted, step, timeline

# What a recipient may know of an award's history; everything else is the office's own business.
TOLD_VERBS = (
    "award.offered",
    "agreement.signed",
    "agreement.signed_on_paper",
    "agreement.countersigned",
    "award.declined",
    "award.suspended",
    "award.resumed",
    "award.closed",
    "award.ended_early",
    "condition.met",
    "payment.recorded",
    "extension.granted",
    "extension.declined",
    "extension.lapsed",
    "ending.notice_sent",
    "ending.plan_sent",
    "ending.plan_accepted",
    "ending.plan_asked_again",
)
BY_RECIPIENT = ("agreement.signed", "award.declined", "ending.plan_sent")
# What the page calls each of them: the office's own sentences name its officers.
TITLES = {
    "agreement.countersigned": "The agreement is signed by both of us",
    "agreement.signed_on_paper": "The agreement was signed on paper",
    "condition.met": "A condition of an instalment was met",
    "extension.granted": "The agreement was extended",
    "extension.declined": "The agreement was not extended",
    "extension.lapsed": "The extension lapsed",
    "ending.notice_sent": "We told you that the fund ends",
    "ending.plan_sent": "The plan for after the fund’s end was sent",
    "ending.plan_accepted": "We found your plan satisfactory",
    "ending.plan_asked_again": "We asked you for your plan again",
}


def _own_award(request, ref, *related) -> Award:
    awards = Award.objects.visible_to(request.user).of_member(request.user)
    return get_object_or_404(awards.select_related("organisation", "fund", *related), reference=ref)


@requires(Permission.APPLY)
@require_safe
def grant(request, ref):
    award = _own_award(request, ref, "agreement")
    lines = [
        (instalment, services.standing(instalment))
        for instalment in award.instalments.with_standing().order_by("number")
    ]
    events = Event.objects.about(award).filter(verb__in=TOLD_VERBS)
    context = {
        "award": award,
        "lines": lines,
        "has_agreement": hasattr(award, "agreement"),
        "options": award.extension_options.exclude(
            status=ExtensionOption.Status.AVAILABLE, amount=None
        ).select_related("reapply_in"),
        **_going_on(award),
        "timeline": _told(events, award),
        "heading": award.title,
        "back_url": reverse("home"),
        "back_label": "Your applications and grants",
    }
    return render(request, "awards/grant.html", context)


def _going_on(award) -> dict:
    """The years that the recipient knows of, the business cases asked for, and the fund's end."""
    return {
        "years": [one for one in award.chain() if one.status in SEEN_BY_GRANTEE],
        "continuations": award.continuations.with_case().filter(business_case__ended_at=None),
        "notice": EndingNotice.objects.filter(award=award).first(),
    }


def _told(events, award) -> list[dict]:
    shown = timeline(events, lambda event: event.actor_name if event.verb in BY_RECIPIENT else "")
    for item, event in zip(shown, events, strict=True):
        item["title"] = TITLES.get(event.verb, event.sentence)
    return shown


@requires(Permission.APPLY)
@require_safe
def agreement(request, ref):
    award = _agreed_award(request, ref)
    context = {
        "award": award,
        "agreement": award.agreement,
        "text": award.agreement.text,
        "back_url": reverse("grant", args=[ref]),
    }
    return render(request, "awards/agreement.html", context)


@requires(Permission.APPLY)
@require_safe
def agreement_pdf(request, ref):
    return agreement_download(_agreed_award(request, ref).agreement)


def _agreed_award(request, ref) -> Award:
    award = _own_award(request, ref, "agreement__countersigned_by")
    if not hasattr(award, "agreement"):
        raise Http404
    return award


@requires(Permission.APPLY)
def agreement_sign(request, ref):
    award = _agreed_award(request, ref)
    if award.status not in (Status.OFFERED, Status.DECLINED):
        return redirect("agreement_signed", ref=ref)
    form = SignForm(posted(request), organisation=award.organisation)
    if request.method == "POST" and form.is_valid():
        try:
            services.sign(by=request.user, award=award, ip=_address(request), **form.signature)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return redirect("agreement_signed", ref=ref)
    context = {"award": award, "form": form, "back_url": reverse("agreement", args=[ref])}
    return render(request, "awards/agreement_sign.html", context, status=422 if form.errors else 200)


def _address(request) -> str | None:
    """Where the request came from, if that is an address at all (a unix socket gives none)."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


@requires(Permission.APPLY)
@require_safe
def agreement_signed(request, ref):
    award = _agreed_award(request, ref)
    if award.agreement.signed_at is None:
        return redirect("agreement", ref=ref)
    context = {"award": award, "agreement": award.agreement, "back_url": reverse("grant", args=[ref])}
    return render(request, "awards/agreement_signed.html", context)


@requires(Permission.APPLY)
def offer_decline(request, ref):
    award = _own_award(request, ref)
    back = reverse("grant", args=[ref])
    if award.status == Status.DECLINED:
        messages.info(request, "This offer has been declined.")
        return redirect(back)
    if request.method != "POST" and award.status != Status.OFFERED:
        return redirect(back)
    return step(
        request,
        form=DeclineForm(posted(request)),
        act=lambda form: services.decline_offer(
            by=request.user, award=award, reason=form.cleaned_data["reason"]
        ),
        back=back,
        done="You have declined the offer",
        template="awards/offer_decline.html",
        page={
            "award": award,
            "heading": "Decline this offer?",
            "sentence": f"“{award.title}” will not be funded by this offer. You cannot undo this.",
            "button": "Decline the offer",
            "warning": True,
            "back_url": back,
        },
    )
