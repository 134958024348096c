"""Work on returns, as rows of the officers' home."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.permissions import Permission
from monitoring.models import OVER, Chaser, Return, Status
from monitoring.services import OFFICE_STAGES

from .rows import Action, Kind, Row, kind_of, waited, wanted_by


def _list(status) -> str:
    return f"{reverse('office_returns')}?status={status}"


def _returns(queryset):
    return queryset.select_related("award__organisation").defer("narrative", "difficulties", "feedback")


def _row(verb, when, label="", permission=Permission.REVIEW_RETURNS):
    def make(award_return) -> Row:
        url = reverse("office_return", args=[award_return.reference])
        return Row(
            verb,
            award_return.award.organisation.name,
            f"{award_return.reference} {award_return.name}",
            url,
            action=Action(label, url, permission) if label else None,
            **when(award_return),
        )

    return make


def _given_to_office():
    """The chasers that are tasks now: of what is owed, for its present due date."""
    return Chaser.objects.filter(
        stage__in=OFFICE_STAGES, superseded=False, due_on=F("award_return__due_on")
    ).filter(award_return__in=Return.objects.owed())


def tasks() -> Kind:
    """What the reminders gave to a person: phone at 14 working days, decide at 28 (screens.md 3.18)."""
    decide = Chaser.objects.filter(
        award_return=OuterRef("award_return"), due_on=OuterRef("due_on"), stage=Chaser.Stage.OVERDUE_28
    )
    return kind_of(
        _given_to_office()
        .exclude(Q(stage=Chaser.Stage.OVERDUE_14) & Exists(decide))
        .select_related("award_return__award__organisation")
        .order_by("due_on", "pk"),
        _task_row,
        "overdue returns",
        _list("overdue"),
    )


def _task_row(chaser) -> Row:
    award_return = chaser.award_return
    award = award_return.award
    return_url = reverse("office_return", args=[award_return.reference])
    if chaser.stage == Chaser.Stage.OVERDUE_28:
        verb, count = "Decide about payments", 28
        action = Action(
            "Put payments on hold",
            reverse("office_award_hold", args=[award.reference]),
            Permission.MANAGE_AWARDS,
        )
    else:
        verb, count = f"Phone {award.organisation.name}", 14
        action = Action(
            "Change the due date",
            reverse("office_return_due_date", args=[award_return.reference]),
            Permission.REVIEW_RETURNS,
        )
    what = f"{award_return.reference} {award_return.name} {count} working days overdue"
    return Row(
        verb, award.organisation.name, what, return_url, action=action, **wanted_by(award_return.due_on)
    )


def overdue(today) -> Kind:
    """Overdue, and still with the machine's reminders."""
    return kind_of(
        _returns(Return.objects.overdue(today))
        .exclude(pk__in=_given_to_office().values("award_return"))
        .order_by("due_on", "pk"),
        _row("Overdue return", lambda one: wanted_by(one.due_on), "View the return"),
        "overdue returns",
        _list("overdue"),
    )


def to_review() -> Kind:
    return kind_of(
        _returns(Return.objects.filter(status=Status.SUBMITTED))
        .exclude(award__status__in=OVER)
        .order_by("submitted_at", "pk"),
        _row("Review the return", lambda one: waited(one.submitted_at), "Review"),
        "returns to review",
        _list(Status.SUBMITTED),
    )


def sent_back(today) -> Kind:
    return kind_of(
        _returns(Return.objects.owed())
        .filter(status=Status.CHANGES_REQUESTED, due_on__gte=today)
        .order_by("due_on", "pk"),
        _row("The organisation changes its return", lambda one: wanted_by(one.due_on)),
        "returns sent back",
        _list(Status.CHANGES_REQUESTED),
    )


def due_soon(today, within: timedelta) -> Kind:
    return kind_of(
        _returns(Return.objects.owed())
        .filter(status=Status.OPEN, due_on__range=(today, today + within))
        .order_by("due_on", "pk"),
        _row("Return due", lambda one: wanted_by(one.due_on)),
        "returns due soon",
        _list(Status.OPEN),
    )
