"""What waits for an applicant: for which project, by when; one row each, the nearest date first."""

from datetime import date

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from applications.models import ApplicationInvitation, BusinessCase, Clarification
from applications.models import Status as ApplicationStatus
from applications.services.completeness import accepts_submission, closes_at, has_more_time
from awards.models import EndingNotice
from awards.models import Status as AwardStatus
from monitoring.models import OWED, Return
from organisations.models import Invitation, JoinRequest
from pcc_grants.lib import clock

# Far more than anybody has at once; a bound, so that no page is endless.
MOST = 100


def to_do(user, organisations, drafts, submitted, running, *, is_new: bool) -> list[dict]:
    """The rows. Our questions come first; whoever has nothing at all is asked for their organisation.

    `is_new`: there is nothing of theirs yet. One query for each kind of work, however much there is.
    """
    found = [_draft_row(draft, user) for draft in drafts if accepts_submission(draft)]
    found += [_offer_row(award) for award in running if award.status == AwardStatus.OFFERED]
    owed = (
        Return.objects.filter(award__in=[award.pk for award in running], status__in=OWED)
        .select_related("award__organisation")
        .defer("narrative", "difficulties")
        .order_by("due_on", "pk")[:MOST]
    )
    found += [_return_row(award_return) for award_return in owed]
    plans = EndingNotice.objects.filter(award__in=[award.pk for award in running])
    wanted = plans.filter(Q(plan_sent_at=None) | Q(is_satisfactory=False)).select_related(
        "award__organisation"
    )
    found += [_plan_row(notice) for notice in wanted.order_by("plan_due_on", "pk")[:MOST]]
    invitations = _invitations(user)
    found += invitations
    found += _join_requests(user)
    found += _business_cases(organisations)
    found.sort(key=lambda row: row["by"])
    found = _questions(submitted) + found
    for row in found:  # beside its status a long date that cannot break is too wide for a small screen
        row["hint"] = row["hint"].replace(clock.NBSP, " ")
    if not organisations and is_new and not invitations:
        found.insert(
            0,
            {
                "title": "Tell us about your organisation",
                "hint": "You need an organisation before you can apply.",
                "url": reverse("organisation_new"),
                "status": "Not yet started",
            },
        )
    return found


def _row(title: str, thing: str, by: date, until: str, url: str, status: str) -> dict:
    hint = f"{thing}. {until} ({clock.relative_days(by)})."
    return {"title": title, "hint": hint, "url": url, "status": status, "by": by}


def _draft_row(draft, user) -> dict:
    """Finish it; or sign it, for whoever was asked; or wait, for everybody else meanwhile."""
    until = closes_at(draft)
    title = draft.title or draft.round.fund.name
    closes = f"{'You have until' if has_more_time(draft) else 'Closes'} {clock.format_deadline(until)}"
    thing = f"{draft.reference}, {draft.organisation}"
    verb, url_name, status = "Finish your application", "application", "In progress"
    if draft.signature_asked_of_id == user.pk:
        verb, url_name, status = "Sign and submit", "application_submit", "Ready"
    elif draft.signature_asked_of_id:
        verb = "Not submitted yet"
        thing += f". Waiting for {draft.signature_asked_of} to sign"
    url = reverse(url_name, args=[draft.reference])
    return _row(f"{verb}: {title}", thing, clock.london_date(until), closes, url, status)


def _offer_row(award) -> dict:
    return _row(
        f"Accept our offer: {award.title}",
        f"{award.reference}, {award.organisation}",
        award.accept_by,
        f"Accept by {clock.format_date(award.accept_by)}",
        reverse("agreement", args=[award.reference]),
        "Offer to accept",
    )


def _return_row(award_return) -> dict:
    award = award_return.award
    return _row(
        f"Send your {award_return.name}: {award.title}",
        f"{award_return.reference}, {award.organisation}",
        award_return.due_on,
        f"Due {clock.format_date(award_return.due_on)}",
        reverse("grant_return", args=[award.reference, award_return.number]),
        award_return.shown_status,
    )


def _plan_row(notice) -> dict:
    award = notice.award
    return _row(
        f"Send your plan for after the fund’s end: {award.title}",
        f"{award.reference}, {award.organisation}",
        notice.plan_due_on,
        f"Due {clock.format_date(notice.plan_due_on)}",
        reverse("grant_plan", args=[award.reference]),
        notice.shown_status,
    )


def _questions(submitted) -> list[dict]:
    """Our open questions about what was submitted (screens.md 3.14), the nearest date first."""
    asked = {one.pk: one for one in submitted if one.status == "clarification"}
    if not asked:
        return []
    questions = Clarification.objects.filter(
        application__in=asked, status=Clarification.Status.OPEN
    ).order_by("reply_by", "pk")
    return [
        _row(
            f"We have a question: {asked[question.application_id].title}",
            f"{asked[question.application_id].reference}, {asked[question.application_id].organisation}",
            question.reply_by,
            f"Answer by {clock.format_date(question.reply_by)}",
            _page_of_questions(asked[question.application_id].reference),
            "We have a question",
        )
        for question in questions
    ]


def _page_of_questions(reference: str) -> str:
    """Where our questions are answered; the application itself where there is no such page."""
    try:
        return reverse("application_messages", args=[reference])
    except NoReverseMatch:
        return reverse("application", args=[reference])


def _invitations(user) -> list[dict]:
    """Invitations of this person's address that can still be accepted."""
    to_organisations = Invitation.objects.visible_to(user).select_related("organisation")
    to_applications = ApplicationInvitation.objects.visible_to(user).select_related(
        "application__organisation", "application__round__fund"
    )
    rows = [
        (
            f"Join {one.organisation}",
            "You are invited to act for it",
            one,
            "organisation_join",
            one.organisation,
        )
        for one in to_organisations[:MOST]
    ]
    rows += [
        (
            f"Take part: {one.application.title or one.application.fund.name}",
            f"{one.application.reference}, {one.application.organisation}",
            one,
            "application_join",
            one.application,
        )
        for one in to_applications[:MOST]
    ]
    return [
        _row(
            title,
            thing,
            clock.london_date(invitation.expires_at),
            f"Accept by {clock.format_date(invitation.expires_at)}",
            reverse(url_name, args=[target.reference]),
            "Not yet started",
        )
        for title, thing, invitation, url_name, target in rows
    ]


def _business_cases(organisations) -> list[dict]:
    """Business cases that we ask of these organisations: not started, or withdrawn."""
    asked = (
        BusinessCase.objects.standing()
        .filter(
            organisation__in=organisations,
            invited_at__isnull=False,
            round__published_at__isnull=False,
            round__closes_at__gte=clock.now(),
        )
        .filter(
            Q(application=None)
            | Q(application__status=ApplicationStatus.WITHDRAWN, application__submitted_at__isnull=False)
        )
        .select_related("round__fund", "organisation")
        .order_by("round__closes_at", "pk")
    )
    rows = []
    for case in asked[:MOST]:
        round, has_opened = case.round, case.round.has_opened
        moment = round.closes_at if has_opened else round.opens_at
        rows.append(
            _row(
                f"Write your business case: {round.fund.name}",
                f"{case.organisation}, {round.name}",
                clock.london_date(moment),
                f"{'Closes' if has_opened else 'Opens'} {clock.format_deadline(moment)}",
                reverse("application_start", args=[round.pk]),
                "Not yet started",
            )
        )
    return rows


def _join_requests(user) -> list[dict]:
    """People who ask to act for an organisation that this person leads."""
    asked = JoinRequest.objects.waiting().to_lead(user).select_related("organisation", "user")
    return [
        {
            "title": f"Answer a request to join {one.organisation}",
            "hint": f"{one.user}, {one.user.email}. Asked on {clock.format_date(one.requested_at)}.",
            "url": reverse("organisation_request", args=[one.organisation.reference, one.pk]),
            "status": "Not yet started",
            "by": clock.london_date(one.requested_at),
        }
        for one in asked[:MOST]
    ]
