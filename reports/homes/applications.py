"""Work on applications and rounds, as rows of the officers' home."""

from datetime import timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.permissions import Permission
from applications.models import (
    FINAL,
    Application,
    Assessment,
    BusinessCase,
    Clarification,
    Decision,
    Extension,
    Overlap,
    Project,
    PublicQuestion,
    Status,
)
from applications.services import cases_to_decide, waiting_for_decision
from applications.services import cases_to_recommend as cases_to_recommend_of
from applications.services.allocating import rounds_with_allocations_to_decide
from funds.models import Round, Route
from funds.services.extending import AFTER_AN_OUTAGE
from notifications.trouble import trouble_in
from pcc_grants.lib import clock

from .rows import MOST_OF_A_KIND, Action, Kind, Row, kind_of, waited, wanted_by

WATCHED_BEFORE_CLOSING = timedelta(hours=4)


def _list(status="") -> str:
    return reverse("office_applications") + (f"?status={status}" if status else "")


def _of(status):
    return Application.objects.filter(status=status).select_related("organisation", "round")


def _row(verb, since, label="", url_name="", permission=Permission.MANAGE_APPLICATIONS):
    """Makes a row of an application; `since` reads from it how long it has waited."""

    def make(application) -> Row:
        url = reverse("office_application", args=[application.reference])
        action = Action(label, reverse(url_name, args=[application.reference]), permission) if label else None
        what = f"{application.reference} {application.title}"
        return Row(
            verb, application.organisation.name, what, url, action=action, **waited(since(application))
        )

    return make


def to_check() -> Kind:
    return kind_of(
        _of(Status.SUBMITTED).order_by("submitted_at", "pk"),
        _row("Check the application", lambda one: one.submitted_at, "Check", "office_application_check"),
        "applications to check",
        _list(Status.SUBMITTED),
    )


def questions_to_answer() -> Kind:
    """What applicants ask about rounds. Who asked stands on the page of the question."""

    def make(question) -> Row:
        url = reverse("office_question", args=[question.pk])
        action = Action("Answer", url, Permission.MANAGE_APPLICATIONS)
        return Row(
            "Answer a question",
            question.round.fund.name,
            f"About {question.round.name}",
            url,
            action=action,
            **waited(question.asked_at),
        )

    return kind_of(
        PublicQuestion.objects.waiting().select_related("round__fund").order_by("asked_at", "pk"),
        make,
        "questions to answer",
        reverse("office_questions"),
    )


def waiting_for_answers() -> Kind:
    """Our questions to applicants, the earliest last day first."""

    def make(question) -> Row:
        application = question.application
        return Row(
            "The applicant answers our question",
            application.organisation.name,
            f"{application.reference} {application.title}",
            reverse("office_application", args=[application.reference]),
            **wanted_by(question.reply_by),
        )

    return kind_of(
        Clarification.objects.filter(status=Clarification.Status.OPEN)
        .select_related("application__organisation")
        .order_by("reply_by", "pk"),
        make,
        "applications that wait for an answer",
        _list(Status.CLARIFICATION),
    )


def to_assign() -> Kind:
    """Fewer assessors at work than the round needs."""
    assigned = (
        Assessment.objects.filter(application=OuterRef("pk"))
        .exclude(status=Assessment.Status.RECUSED)
        .order_by()
        .values("application")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return kind_of(
        _of(Status.ELIGIBLE)
        .annotate(assigned=Coalesce(Subquery(assigned), 0))
        .filter(assigned__lt=F("round__assessors_needed"))
        .order_by("checked_at", "pk"),
        _row("Assign assessors", lambda one: one.checked_at, "Assign", "office_assign"),
        "applications to assign",
        _list(Status.ELIGIBLE),
    )


def to_recommend() -> Kind:
    scored = (
        Assessment.objects.filter(application=OuterRef("pk"))
        .order_by()
        .values("application")
        .annotate(last=Max("submitted_at"))
        .values("last")
    )
    return kind_of(
        _of(Status.ASSESSED)
        .exclude(round__route=Route.ALLOCATED)
        .annotate(scored_at=Subquery(scored))
        .order_by("scored_at", "pk"),
        _row("Recommend", lambda one: one.scored_at, "Recommend", "office_recommend"),
        "applications to recommend",
        _list(Status.ASSESSED),
    )


def overlaps_to_settle() -> Kind:
    def make(overlap) -> Row:
        url = reverse("office_overlap", args=[overlap.pk])
        return Row(
            "Look at the overlap",
            overlap.first.business_case.organisation.name,
            f"{overlap.first.title} and {overlap.second.title}",
            url,
            action=Action("Settle", url, Permission.MANAGE_APPLICATIONS),
            **waited(overlap.found_at),
        )

    return kind_of(
        Overlap.objects.to_look_at()
        .select_related("first__business_case__organisation", "second")
        .order_by("found_at", "pk"),
        make,
        "overlaps to look at",
        reverse("office_overlaps") + f"?status={Overlap.Status.FOUND}",
    )


def cases_to_recommend() -> Kind:
    """Business cases with projects that want a recommendation, those of the year among them."""
    return kind_of(
        cases_to_recommend_of(),
        _row("Recommend the projects", lambda one: one.checked_at, "Recommend", "office_projects"),
        "business cases with projects to recommend",
        reverse("office_tactical"),
    )


def cases_with_the_approver() -> Kind:
    return kind_of(
        cases_to_decide(),
        _row("The approver decides on the projects", lambda one: one.recommended_at),
        "business cases that wait for a decision",
        _list(),
    )


def to_invite() -> Kind:
    """Rounds by invitation in which organisations can be asked for their business case now."""

    def make(round) -> Row:
        url = reverse("office_allocations", args=[round.pk])
        invite = reverse("office_invite", args=[round.pk])
        return Row(
            "Invite to write business cases",
            round.fund.name,
            f"{round.name}: {round.to_invite} to invite",
            url,
            action=Action("Invite", invite, Permission.MANAGE_APPLICATIONS),
            **wanted_by(round.closes_at),
        )

    waiting = Q(business_cases__ended_at=None, business_cases__invited_at=None) & (
        Q(route=Route.INVITED) | Q(business_cases__decision__outcome=Decision.Outcome.APPROVED)
    )
    return kind_of(
        Round.objects.published()
        .exclude(route=Route.OPEN)
        .filter(closes_at__gte=clock.now())
        .annotate(to_invite=Count("business_cases", filter=waiting))
        .filter(to_invite__gt=0)
        .select_related("fund")
        .order_by("closes_at", "pk"),
        make,
        "rounds to invite to",
        reverse("office_rounds"),
    )


def allocations_with_the_approver() -> Kind:
    def make(round) -> Row:
        return Row(
            "The approver decides on allocations",
            round.fund.name,
            f"{round.name}: {round.undecided} to decide",
            reverse("office_allocations", args=[round.pk]),
            **wanted_by(round.closes_at),
        )

    return kind_of(
        rounds_with_allocations_to_decide(),
        make,
        "rounds with allocations to decide",
        reverse("office_rounds"),
    )


def to_prepare() -> Kind:
    """Approved, and no offer prepared yet. Not when all of an allocation was kept to fund others directly."""
    kept = Sum("projects__retention__amount", filter=Q(projects__status=Project.Status.RETAINED))
    cases = BusinessCase.objects.filter(application=OuterRef("pk"), round__route=Route.ALLOCATED)
    whole = cases.annotate(kept=kept).filter(amount=F("kept"))
    decided = (
        Decision.objects.filter(application=OuterRef("pk"))
        .order_by("-decided_at", "-pk")
        .values("decided_at")
    )
    return kind_of(
        _of(Status.APPROVED)
        .filter(~Exists(whole), award=None)
        .annotate(decided_at=Subquery(decided[:1]))
        .order_by("decided_at", "pk"),
        _row(
            "Prepare the offer",
            lambda one: one.decided_at,
            "Prepare",
            "office_award_prepare",
            Permission.MANAGE_AWARDS,
        ),
        "approved applications without an offer",
        _list(Status.APPROVED),
    )


def outcomes_to_release() -> Kind:
    """Rounds with decisions that nobody has been told, and no moment set for it."""
    held = Application.objects.filter(
        round=OuterRef("pk"), status__in=FINAL, outcome_released_at=None
    ).order_by("decisions__decided_at")
    rounds = (
        Round.objects.filter(Exists(held), outcomes_release_at=None)
        .annotate(since=Subquery(held.values("decisions__decided_at")[:1]))
        .select_related("fund")
        .order_by("since", "pk")
    )
    return kind_of(rounds, _release_row, "rounds with outcomes to release", reverse("office_rounds"))


def _release_row(round) -> Row:
    page = reverse("office_round_outcomes", args=[round.pk])
    return Row(
        "Release the outcomes",
        round.fund.name,
        round.name,
        page,
        action=Action("Release", page, Permission.MANAGE_APPLICATIONS),
        **waited(round.since),
    )


def with_the_approver() -> Kind:
    return kind_of(
        waiting_for_decision(),
        _row("The approver decides", lambda one: one.recommended_at),
        "applications that wait for a decision",
        _list(),
    )


def _unscored():
    return (
        Assessment.objects.filter(status=Assessment.Status.ASSIGNED, application__status=Status.ELIGIBLE)
        .select_related("application__organisation", "assessor")
        .order_by("due_on", "pk")
    )


def _score_row(verb):
    def make(assessment) -> Row:
        application = assessment.application
        return Row(
            verb,
            application.organisation.name,
            f"{application.reference}, by {assessment.assessor}",
            reverse("office_application", args=[application.reference]),
            action=Action(
                "See who scores",
                reverse("office_assign", args=[application.reference]),
                Permission.MANAGE_APPLICATIONS,
            ),
            **wanted_by(assessment.due_on),
        )

    return make


def scores_overdue(today) -> Kind:
    return kind_of(
        _unscored().filter(due_on__lt=today),
        _score_row("Ask for the scores"),
        "overdue scores",
        _list(Status.ELIGIBLE),
    )


def being_scored(today) -> Kind:
    return kind_of(
        _unscored().filter(due_on__gte=today),
        _score_row("An assessor scores"),
        "applications being scored",
        _list(Status.ELIGIBLE),
    )


def rounds_closing(within: timedelta) -> Kind:
    now = clock.now()

    def make(round) -> Row:
        return Row(
            "Round closes",
            round.fund.name,
            f"{round.name}, {clock.format_deadline(round.closes_at)}",
            reverse("office_round", args=[round.pk]),
            **wanted_by(round.closes_at),
        )

    return kind_of(
        Round.objects.published()
        .filter(closes_at__range=(now, now + within))
        .select_related("fund")
        .order_by("closes_at", "pk"),
        make,
        "rounds that close soon",
        reverse("office_rounds"),
    )


def more_time_to_confirm() -> Kind:
    """More time for one application, proposed by one officer, waiting for another."""

    def make(extension) -> Row:
        application = extension.application
        url = reverse("office_more_time", args=[extension.pk])
        return Row(
            "Confirm or refuse more time",
            application.organisation.name,
            f"{application.reference}, until {clock.format_deadline(extension.until)}, proposed by "
            f"{extension.proposed_by}",
            url,
            action=Action("Confirm or refuse", url, Permission.MANAGE_APPLICATIONS),
            **waited(extension.proposed_at),
        )

    return kind_of(
        Extension.objects.waiting()
        .select_related("application__organisation", "proposed_by")
        .order_by("proposed_at", "pk"),
        make,
        "proposals of more time",
        reverse("office_more_times"),
    )


def rounds_to_extend() -> Kind:
    """Rounds in the last 4 hours before closing, or closed today, when many e-mails failed or left late."""
    now = clock.now()
    rounds = list(
        Round.objects.published()
        .filter(closes_at__range=(now - AFTER_AN_OUTAGE, now + WATCHED_BEFORE_CLOSING))
        .select_related("fund")
        .order_by("closes_at", "pk")[:MOST_OF_A_KIND]
    )
    troubles = trouble_in(
        {one.pk: (one.closes_at - WATCHED_BEFORE_CLOSING, min(one.closes_at, now)) for one in rounds}
    )
    rows = [
        Row(
            "Consider extending the round for everyone",
            round.fund.name,
            f"{round.name}: {troubles[round.pk].in_words} in the 4 hours before closing",
            reverse("office_round", args=[round.pk]),
            action=Action("Extend", reverse("office_round_extend", args=[round.pk]), Permission.MANAGE_FUNDS),
            **wanted_by(round.closes_at),
        )
        for round in rounds
        if troubles[round.pk].is_serious
    ]
    return Kind(rows, len(rows), "rounds to extend", reverse("office_rounds"))
