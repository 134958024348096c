"""Work on Panel papers, as rows of the officers' home."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib import clock
from reports.models import Paper, PaperStatus

from .rows import Action, Kind, Row, kind_of, wanted_by


def _row(verb, day, label="", who=""):
    def make(paper) -> Row:
        url = reverse("office_paper", args=[paper.meeting_on])
        return Row(
            verb,
            who or "The Panel",
            f"Paper for {clock.format_date(paper.meeting_on)}",
            url,
            action=Action(label, url, Permission.PREPARE_PAPERS) if label else None,
            **wanted_by(day(paper)),
        )

    return make


def _of(status):
    return Paper.objects.filter(status=status).order_by("despatch_on", "pk")


def to_write() -> Kind:
    return kind_of(
        _of(PaperStatus.DRAFTING),
        _row("Write the paper", lambda paper: paper.despatch_on, "Write"),
        "papers to write",
        reverse("office_papers"),
    )


def to_publish() -> Kind:
    return kind_of(
        _of(PaperStatus.APPROVED),
        _row("Publish the paper", lambda paper: paper.despatch_on, "Publish"),
        "papers to publish",
        reverse("office_papers"),
    )


def with_the_panel(today) -> Kind:
    return kind_of(
        _of(PaperStatus.CHOOSING).filter(meeting_on__gte=today),
        _row("The Panel chooses items", lambda paper: paper.selection_due_on, who="Panel officers"),
        "papers whose items are chosen",
        reverse("office_papers"),
    )


def with_the_approver() -> Kind:
    return kind_of(
        _of(PaperStatus.CHECKING),
        _row("The approver reads the paper", lambda paper: paper.despatch_on, who="The approver"),
        "papers that wait for approval",
        reverse("office_papers"),
    )


def despatched_soon(today, within: timedelta) -> Kind:
    return kind_of(
        Paper.objects.filter(despatch_on__range=(today, today + within))
        .exclude(Q(status=PaperStatus.PUBLISHED) | Q(status=PaperStatus.APPROVED))
        .order_by("despatch_on", "pk"),
        _row("Paper goes out", lambda paper: paper.despatch_on),
        "papers that go out soon",
        reverse("office_papers"),
    )
