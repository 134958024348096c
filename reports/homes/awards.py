"""Work on awards and instalments, as rows of the officers' home."""

from datetime import timedelta

from django.urls import reverse

from accounts.permissions import Permission
from awards.models import Award, EndingNotice, ExtensionOption, Instalment, Status
from awards.services import approved_to_pay, proposed_awards, ready_to_release
from pcc_grants.lib.money import format_money

from .rows import Action, Kind, Row, kind_of, waited, wanted_by


def _list(status="") -> str:
    return reverse("office_awards") + (f"?status={status}" if status else "")


def _of(status):
    return Award.objects.filter(status=status).select_related("organisation", "agreement")


def _row(verb, when, label="", url_name="", permission=Permission.MANAGE_AWARDS):
    """Makes a row of an award; `when` gives from it what `waited` or `wanted_by` say."""

    def make(award) -> Row:
        url = reverse("office_award", args=[award.reference])
        action = Action(label, reverse(url_name, args=[award.reference]), permission) if label else None
        what = f"{award.reference} {award.title}"
        return Row(verb, award.organisation.name, what, url, action=action, **when(award))

    return make


def to_offer() -> Kind:
    return kind_of(
        _of(Status.PREPARED).order_by("created_at", "pk"),
        _row("Make the offer", lambda award: waited(award.created_at), "Make the offer", "office_offer"),
        "offers being prepared",
        _list(Status.PREPARED),
    )


def to_countersign() -> Kind:
    return kind_of(
        _of(Status.ACCEPTED).order_by("agreement__signed_at", "pk"),
        _row(
            "Countersign the agreement",
            lambda award: waited(award.agreement.signed_at),
            "Countersign",
            "office_countersign",
        ),
        "agreements to countersign",
        _list(Status.ACCEPTED),
    )


def offers_out(today) -> Kind:
    return kind_of(
        _of(Status.OFFERED).filter(accept_by__gte=today).order_by("accept_by", "pk"),
        _row("The organisation accepts the offer", lambda award: wanted_by(award.accept_by)),
        "offers to be accepted",
        _list(Status.OFFERED),
    )


def offers_not_accepted(today) -> Kind:
    return kind_of(
        _of(Status.OFFERED).filter(accept_by__lt=today).order_by("accept_by", "pk"),
        _row(
            "Offer not accepted in time",
            lambda award: wanted_by(award.accept_by),
            "Withdraw or renew",
            "office_offer_withdraw",
        ),
        "offers not accepted in time",
        _list(Status.OFFERED),
    )


def proposed() -> Kind:
    return kind_of(
        proposed_awards(),
        _row("The approver decides", lambda award: waited(award.proposed_at)),
        "direct awards that wait for a decision",
        _list(Status.PROPOSED),
    )


def ending(today, within: timedelta) -> Kind:
    return kind_of(
        _of(Status.ACTIVE).filter(ends_on__range=(today, today + within)).order_by("ends_on", "pk"),
        _row("Grant ends", lambda award: wanted_by(award.ends_on)),
        "awards that end soon",
        _list(Status.ACTIVE),
    )


def _instalment_row(verb, when, label="", permission=Permission.APPROVE_PAYMENTS):
    def make(instalment) -> Row:
        award = instalment.award
        return Row(
            verb,
            award.organisation.name,
            f"{award.reference} instalment {instalment.number} of {format_money(instalment.amount)}",
            reverse("office_award", args=[award.reference]),
            action=Action(label, reverse("office_instalment_approve", args=[instalment.pk]), permission)
            if label
            else None,
            **when(instalment),
        )

    return make


def to_release() -> Kind:
    return kind_of(
        ready_to_release(),
        _instalment_row("Release the instalment", lambda one: waited(one.due_on), "Release"),
        "instalments ready to release",
        _list(Status.ACTIVE),
    )


def to_pay() -> Kind:
    return kind_of(
        approved_to_pay(),
        _instalment_row("Finance pays", lambda one: waited(one.approved_at)),
        "instalments to be paid",
        reverse("finance_payments"),
    )


def instalments_due(today, within: timedelta) -> Kind:
    return kind_of(
        Instalment.objects.filter(
            status=Instalment.Status.PLANNED,
            award__status=Status.ACTIVE,
            due_on__gt=today,
            due_on__lte=today + within,
        )
        .select_related("award__organisation")
        .order_by("due_on", "pk"),
        _instalment_row("Instalment due", lambda one: wanted_by(one.due_on)),
        "instalments due soon",
        _list(Status.ACTIVE),
    )


def _extension_row(option) -> Row:
    award = option.award
    return Row(
        "Extension to decide",
        award.organisation.name,
        f"{award.reference} {award.title}",
        reverse("office_award", args=[award.reference]),
        action=Action("Decide", reverse("office_extension", args=[option.pk]), Permission.DECIDE),
        **wanted_by(option.decide_by),
    )


def plans_to_review() -> Kind:
    """Plans of recipients whose fund ends, the longest waiting first."""
    return kind_of(
        EndingNotice.objects.filter(plan_sent_at__isnull=False, is_satisfactory=None)
        .select_related("award__organisation")
        .order_by("plan_sent_at", "pk"),
        _plan_row,
        "plans to review",
        _list(),
    )


def _plan_row(notice) -> Row:
    award, url = notice.award, reverse("office_ending_plan", args=[notice.pk])
    return Row(
        "Review the plan for after the fund’s end",
        award.organisation.name,
        f"{award.reference} {award.title}",
        url,
        action=Action("Review", url, Permission.MANAGE_AWARDS),
        **waited(notice.plan_sent_at),
    )


def extensions_overdue(today) -> Kind:
    return kind_of(
        ExtensionOption.objects.to_decide().filter(decide_by__lt=today),
        _extension_row,
        "extensions to decide",
        _list(Status.ACTIVE),
    )


def extensions_soon(today, within: timedelta) -> Kind:
    return kind_of(
        ExtensionOption.objects.to_decide().filter(decide_by__range=(today, today + within)),
        _extension_row,
        "extensions to decide",
        _list(Status.ACTIVE),
    )
