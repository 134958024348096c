"""A fund that ends: its recipients are told in time, and say how the work goes on without it."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts.permissions import Permission
from audit.services import record
from awards.emails import tell_officer, tell_recipient
from awards.models import IN_FORCE, Award, EndingNotice
from organisations.services import is_member
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.personal_data import findings
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean, count_words

from .locking import locked_award

MOST_WORDS = 500


def recipients_of(fund):
    """The awards in force of a fund, and those whose recipients were told already, by name."""
    return (
        Award.objects.filter(fund=fund)
        .filter(Q(status__in=IN_FORCE) | Q(ending_notice__isnull=False))
        .select_related("organisation", "ending_notice")
        .order_by("organisation__name", "pk")
    )


@transaction.atomic
def send_ending_notice(*, by, award, message: str, plan_due_on: date, reason: str) -> EndingNotice:
    """Tell the recipient of an award that its fund ends, and by when their plan for afterwards is due.

    `reason` says on the trail why they are told now. The same again returns the first. Raises RuleBroken for
    a fund without an end, an award that is not in force, and a second notice.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    message, reason = clean(message), clean(reason)
    notice = EndingNotice.objects.filter(award=award).first()
    if notice:
        if (notice.message, notice.plan_due_on) == (message, plan_due_on):
            return notice
        raise RuleBroken(f"{award.organisation} was told on {clock.format_date(notice.sent_at)}.")
    if award.fund.ended_on is None:
        raise RuleBroken(f"The {award.fund} has no last day. End the fund first.")
    if award.status not in IN_FORCE:
        raise RuleBroken(
            f"Only recipients of awards in force are told. {award.reference} is: "
            f"{award.get_status_display().lower()}."
        )
    if not message:
        raise RuleBroken("Enter the message that the recipients read.")
    if not reason:
        raise RuleBroken("Enter why the notice is sent now.")
    if plan_due_on < clock.today():
        raise RuleBroken("The day on which the plan is due must be today or later.")
    notice = EndingNotice.objects.create(
        award=award, sent_by=by, sent_at=clock.now(), message=message, plan_due_on=plan_due_on
    )
    record(
        "ending.notice_sent",
        award,
        f"{by} told {award.organisation} that the fund ends. Their plan is due on "
        f"{clock.format_date(plan_due_on)}.",
        by=by,
        changes={"reason": reason, "plan_due_on": plan_due_on},
    )
    tell_recipient(award, "fund_ends", about=f"ending:{notice.pk}", notice=notice, fund=award.fund)
    return notice


@transaction.atomic
def send_plan(*, by, award, plan: str, has_checked: bool = False) -> EndingNotice:
    """The recipient's plan of how the work goes on. Until it is reviewed, a new one replaces it.

    `has_checked`: the writer looked at what the screening for personal data found. Raises RuleBroken for
    anyone who does not act for the recipient, and once a plan was found satisfactory.
    """
    by.require(Permission.APPLY)
    if not is_member(by, award.organisation):
        raise RuleBroken("Only people who act for the organisation can send its plan.")
    award = locked_award(award)
    notice = _locked_notice(award)
    plan = clean(plan)
    if notice.plan == plan and notice.plan_sent_by_id == by.pk and notice.is_satisfactory is not False:
        return notice
    if notice.is_satisfactory:
        raise RuleBroken("We have found your plan satisfactory, so it cannot be changed.")
    if not plan:
        raise RuleBroken("Enter how the work goes on after the fund has ended.")
    if (words := count_words(plan)) > MOST_WORDS:
        raise RuleBroken(f"Your plan must be {MOST_WORDS} words or fewer. You have used {words:,}.")
    if not has_checked and (found := findings(plan)):
        raise RuleBroken(
            f"Your plan has what looks like {found[0]}. Take it out, or say that you have checked."
        )
    notice.plan, notice.plan_sent_by, notice.plan_sent_at = plan, by, clock.now()
    notice.is_satisfactory = notice.reviewed_by = notice.reviewed_at = None
    notice.save(
        update_fields=[
            "plan",
            "plan_sent_by",
            "plan_sent_at",
            "is_satisfactory",
            "reviewed_by",
            "reviewed_at",
        ]
    )
    event = record("ending.plan_sent", award, f"{by} sent the plan for after the fund’s end.", by=by)
    tell_officer(award, "plan_sent", about=f"plan:{event.pk}")
    return notice


@transaction.atomic
def review_plan(
    *, by, notice, is_satisfactory: bool, review: str, due_on: date | None = None
) -> EndingNotice:
    """Find a plan satisfactory, or ask for it again by `due_on` with what is missing. The recipient is told.

    The same answer by the same person twice changes nothing. Raises RuleBroken without words, and for a plan
    that was not sent or is reviewed.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(Award(pk=notice.award_id))
    notice, review = _locked_notice(award), clean(review)
    if notice.reviewed_by_id == by.pk and (notice.is_satisfactory, notice.review) == (
        is_satisfactory,
        review,
    ):
        return notice
    if notice.plan_sent_at is None:
        raise RuleBroken("There is no plan to review yet.")
    if notice.reviewed_at:
        raise RuleBroken(
            f"{notice.reviewed_by} reviewed this plan on {clock.format_date(notice.reviewed_at)}."
        )
    require_someone_else(
        by, notice.plan_sent_by_id, message="You sent this plan, so a colleague must review it."
    )
    if not review:
        raise RuleBroken("Enter what you say about the plan, which the organisation will read.")
    if not is_satisfactory:
        if due_on is None or due_on < clock.today():
            raise RuleBroken("Enter the day by which the plan is due again, today or later.")
        notice.plan_due_on = due_on
    notice.is_satisfactory, notice.review = is_satisfactory, review
    notice.reviewed_by, notice.reviewed_at = by, clock.now()
    notice.save(update_fields=["is_satisfactory", "review", "reviewed_by", "reviewed_at", "plan_due_on"])
    event = record(
        "ending.plan_accepted" if is_satisfactory else "ending.plan_asked_again",
        award,
        f"{by} found the plan satisfactory." if is_satisfactory else f"{by} asked for the plan again.",
        by=by,
        changes={"review": review, "plan_due_on": notice.plan_due_on},
    )
    tell_recipient(award, "plan_reviewed", about=f"plan-reviewed:{event.pk}", notice=notice)
    return notice


def remind_of_plans() -> int:
    """Remind every recipient, once for each due date, whose plan is overdue. Safe to run twice.

    Returns how many recipients were reminded.
    """
    owed = EndingNotice.objects.overdue().filter(award__status__in=IN_FORCE).order_by("pk")
    return sum(_remind(pk) for pk in owed.values_list("award", flat=True))


@transaction.atomic
def _remind(award_pk: int) -> int:
    award = locked_award(Award(pk=award_pk))
    notice = _locked_notice(award)
    if not notice.is_overdue or notice.reminded_for == notice.plan_due_on:
        return 0
    notice.reminded_for = notice.plan_due_on
    notice.save(update_fields=["reminded_for"])
    tell_recipient(
        award, "plan_overdue", about=f"plan-overdue:{notice.pk}:{notice.plan_due_on}", notice=notice
    )
    record("ending.reminded", award, "The recipient was reminded of the plan, which is overdue.")
    return 1


def _locked_notice(award: Award) -> EndingNotice:
    found = EndingNotice.objects.filter(award=award).first()
    if found is None:
        raise RuleBroken("No plan has been asked for.")
    related = EndingNotice.objects.select_related("reviewed_by", "plan_sent_by")
    return locked(related, found.pk)
