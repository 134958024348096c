"""Preparing an award, planning its instalments, and the offer."""

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications.models import Application
from awards import services
from awards.forms.instalments import instalments_formset
from awards.forms.office import (
    ConfirmForm,
    DirectAwardForm,
    OfferForm,
    PaperAgreementForm,
    PrepareForm,
    ReasonForm,
)
from awards.models import Award, Condition
from office.services import pre_election_warning
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

from .steps import award_crumbs, award_url, posted, step

FIRST_ROWS = 2
MOST_ROWS = 60
# How the first plan may be filled in: the number of equal parts.
PRESETS = {"one": 1, "two": 2, "four": 4}


def _award(request, ref) -> Award:
    awards = Award.objects.visible_to(request.user).select_related("organisation", "fund")
    return get_object_or_404(awards, reference=ref)


@requires(Permission.MANAGE_AWARDS)
def office_award_prepare(request, ref):
    applications = Application.objects.visible_to(request.user).select_related("organisation", "round__fund")
    application = get_object_or_404(applications, reference=ref)
    existing = Award.objects.filter(application=application).first()
    if existing and request.method != "POST":
        return redirect("office_award", ref=existing.reference)
    try:
        decision, amount = services.to_award(application)
    except RuleBroken:  # said by `prepare_award`, too
        decision = amount = None
    initial = {"starts_on": application.starts_on, "ends_on": application.ends_on}
    return step(
        request,
        form=PrepareForm(posted(request), initial=initial),
        act=lambda form: services.prepare_award(
            by=request.user, application=application, **form.cleaned_data
        ),
        back=reverse("office_award", args=[application.reference]),
        done="The award has been prepared",
        template="awards/office/prepare.html",
        page={
            "application": application,
            "decision": decision,
            "amount": amount,
            "cancel_url": reverse("office_awards"),
            "crumbs": award_crumbs(),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_award_new(request):
    """Type a direct award, check what it takes from which budget and how it is published, then propose it."""
    form = DirectAwardForm(posted(request))
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        if "checked" not in request.POST:
            return _check_page(request, form)
        try:
            award = services.propose_direct_award(by=request.user, **form.facts)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The award has been proposed. An approver decides on it")
            return redirect("office_award", ref=award.reference)
    context = {"form": form, "crumbs": award_crumbs(), "cancel_url": reverse("office_awards")}
    return render(request, "awards/office/new.html", context, status=422 if form.errors else 200)


def _check_page(request, form):
    """What was typed, the split over financial years, and what to know first; sent again with one button."""
    facts = form.facts
    try:
        services.check_direct_award(**facts)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        context = {"form": form, "crumbs": award_crumbs(), "cancel_url": reverse("office_awards")}
        return render(request, "awards/office/new.html", context, status=422)
    shares = services.shares(facts["fund"], facts["amount"], facts["start_year"], facts["years"])
    context = {
        "heading": "Check the award",
        "facts": facts,
        "rows": _check_rows(form),
        "shares": shares,
        "warnings": services.warnings(facts["fund"], shares, facts["starts_on"], facts["ends_on"]),
        "publication": services.publication(facts["kind"], facts["legal_power"], facts["amount"]),
        "history": services.history_of(facts["organisation"]),
        "typed": [
            (name, value)
            for name, values in request.POST.lists()
            if name in form.fields or name.rpartition("_")[0] in form.fields
            for value in values
        ],
        "crumbs": award_crumbs(),
    }
    return render(request, "awards/office/check.html", context)


def _check_rows(form) -> list[tuple]:
    """The answers as a person reads them: (label, answer); what was left empty is left out."""
    rows = []
    for field in form:
        value = form.cleaned_data.get(field.name)
        if value in (None, "", []) or value is False:
            continue
        choices = dict(getattr(field.field, "choices", ())) if isinstance(value, str) else {}
        rows.append((field.field.name, _in_words(choices.get(value, value))))
    return rows


def _in_words(value):
    if value is True:
        return "Yes"
    if isinstance(value, Decimal):
        return format_money(value)
    if isinstance(value, date):
        return clock.format_date(value)
    if isinstance(value, QuerySet | list):
        return ", ".join(map(str, value))
    return value


@requires(Permission.MANAGE_AWARDS)
def office_instalments(request, ref):
    award = _award(request, ref)
    if request.method != "POST":
        rows = _first_rows(award, request.GET.get("preset"))
        return _instalments_page(request, award, _unbound(rows))
    formset = instalments_formset(FIRST_ROWS)(request.POST, prefix="row")
    if "add" in request.POST:
        return _instalments_page(request, award, _unbound(_typed(request.POST), more=1))
    if formset.is_valid():
        try:
            services.set_instalments(by=request.user, award=award, rows=formset.rows)
        except RuleBroken as broken:
            formset.non_form_errors().append(str(broken))
        else:
            messages.success(request, "The instalments have been planned")
            return redirect("office_award", ref=ref)
    return _instalments_page(request, award, formset, status=422)


def _unbound(rows: list[dict], more: int = 0):
    """A page of rows that have not been sent yet."""
    count = min(max(len(rows) + more, FIRST_ROWS if not more else 1), MOST_ROWS)
    return instalments_formset(count)(initial=rows, prefix="row")


def _typed(data) -> list[dict]:
    """The rows as they were typed, faults and all, to be shown again with one more."""
    count = min(_number(data.get("row-TOTAL_FORMS")), MOST_ROWS)
    names = ("amount", "period", "waits_for_return", "other_condition")
    rows = []
    for index in range(count):
        row = {name: data.get(f"row-{index}-{name}", "") for name in names}
        row["waits_for_return"] = bool(row["waits_for_return"])
        row["due_on"] = {
            part: data.get(f"row-{index}-due_on_{part}", "") for part in ("day", "month", "year")
        }
        rows.append(row)
    return rows


def _number(text) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else FIRST_ROWS


def _first_rows(award: Award, preset: str | None) -> list[dict]:
    """The plan there is, or a first proposal: equal parts, the later ones waiting for a return."""
    if preset in PRESETS:
        count = PRESETS[preset]
        length = (award.ends_on - award.starts_on) // count
        return [
            {"amount": amount, "due_on": award.starts_on + length * index, "waits_for_return": index > 0}
            for index, amount in enumerate(services.equal_parts(award.amount, count))
        ]
    return [
        {
            "amount": instalment.amount,
            "due_on": instalment.due_on,
            "period": instalment.period,
            "waits_for_return": any(one.kind == Condition.Kind.RETURN for one in instalment.conditions.all()),
            "other_condition": "".join(
                one.waiting_for for one in instalment.conditions.all() if one.kind == Condition.Kind.OTHER
            ),
        }
        for instalment in award.instalments.order_by("number").prefetch_related("conditions")
    ]


def _instalments_page(request, award, formset, status=200):
    context = {
        "award": award,
        "form": formset,
        "crumbs": award_crumbs(award),
        "heading": "Plan the instalments",
        "cancel_url": award_url(award),
        "is_full": len(formset.forms) >= MOST_ROWS,
    }
    return render(request, "awards/office/instalments.html", context, status=status)


@requires(Permission.MANAGE_AWARDS)
def office_offer(request, ref):
    award = _award(request, ref)
    members = award.organisation.memberships.filter(Q(ended_at=None), user__is_active=True).count()
    told = (
        f"{members} {'person is' if members == 1 else 'people are'} told by email."
        if members
        else "The organisation has no account here: record its signature on paper."
    )
    return step(
        request,
        form=OfferForm(posted(request), initial={"accept_by": OfferForm.default_day()}),
        act=lambda form: services.offer(by=request.user, award=award, **form.cleaned_data),
        back=award_url(award),
        done="The offer has been made",
        page={
            "award": award,
            "heading": f"Offer {format_money(award.amount)} to {award.organisation}",
            "sentence": f"The agreement is made and cannot be changed while the offer stands. {told}",
            "button": "Make the offer",
            "warning_text": pre_election_warning(clock.today()),
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_offer_withdraw(request, ref):
    award = _award(request, ref)
    hint = "It goes to the organisation by email"
    return step(
        request,
        form=ReasonForm(posted(request), label="Why are you withdrawing the offer?", hint=hint),
        act=lambda form: services.withdraw_offer(by=request.user, award=award, **form.cleaned_data),
        back=award_url(award),
        done="The offer has been withdrawn",
        page={
            "award": award,
            "heading": "Withdraw the offer?",
            "sentence": "You can change the award and offer it again. The agreement is made anew.",
            "button": "Withdraw the offer",
            "warning": True,
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_paper_agreement(request, ref):
    award = _award(request, ref)
    return step(
        request,
        form=PaperAgreementForm(posted(request), initial={"signed_on": clock.today()}),
        act=lambda form: services.record_paper_agreement(by=request.user, award=award, **form.cleaned_data),
        back=award_url(award),
        done="The signature has been recorded",
        page={
            "award": award,
            "heading": "Record an agreement signed on paper",
            "sentence": "Record it once you hold the signed copy of the agreement that was offered.",
            "button": "Record the signature",
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_countersign(request, ref):
    award = _award(request, ref)
    agreement = getattr(award, "agreement", None)
    signed = (
        f"{agreement.signed_name} ({agreement.signed_role}) signed on "
        f"{clock.format_moment(agreement.signed_at)}. "
        if agreement and agreement.signed_at
        else ""
    )
    return step(
        request,
        form=ConfirmForm(posted(request)),
        act=lambda form: services.countersign(by=request.user, award=award),
        back=award_url(award),
        done="The agreement is in force",
        page={
            "award": award,
            "heading": "Countersign the agreement?",
            "sentence": f"{signed}Countersigning brings the agreement into force. You cannot undo this.",
            "button": "Countersign",
            "crumbs": award_crumbs(award),
        },
    )
