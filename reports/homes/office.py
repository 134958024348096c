"""The officers' home, “Today”: what is overdue, what waits for the office, for others, and what comes up."""

from datetime import timedelta

from django.shortcuts import render

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires

from . import applications, awards, organisations, papers, returns
from .rows import Section, section

COMING_UP = timedelta(days=14)


@requires(Permission.READ_APPLICATIONS)
def office_home(request):
    """Four lists of work. Whoever may only read sees the same rows without their actions."""
    sections = today_sections()
    actions = {row.action.permission for part in sections for row in part.rows if row.action is not None}
    context = {
        "heading": "Today",
        "sections": sections,
        "allowed": {permission for permission in actions if request.user.may(permission)},
    }
    return render(request, "reports/homes/office.html", context)


def today_sections() -> list[Section]:
    """Everything that waits, by who must move (screens.md 2.2). One query for each kind of work."""
    today = clock.today()
    return [
        section(
            "Overdue or at risk",
            "Nothing is overdue.",
            [
                applications.rounds_to_extend(),
                returns.tasks(),
                returns.overdue(today),
                applications.scores_overdue(today),
                awards.offers_not_accepted(today),
                awards.extensions_overdue(today),
                organisations.diligence_expired(today),
            ],
        ),
        section(
            "Waiting for you",
            "Nothing waits for you.",
            [
                applications.more_time_to_confirm(),
                applications.to_check(),
                organisations.join_requests(),
                applications.questions_to_answer(),
                applications.to_assign(),
                applications.overlaps_to_settle(),
                applications.to_recommend(),
                applications.outcomes_to_release(),
                applications.cases_to_recommend(),
                applications.to_invite(),
                applications.to_prepare(),
                awards.to_offer(),
                awards.to_countersign(),
                returns.to_review(),
                awards.plans_to_review(),
                awards.to_release(),
                papers.to_write(),
                papers.to_publish(),
            ],
        ),
        section(
            "Waiting for someone else",
            "Nothing waits for anyone else.",
            [
                applications.waiting_for_answers(),
                applications.being_scored(today),
                applications.with_the_approver(),
                applications.allocations_with_the_approver(),
                applications.cases_with_the_approver(),
                awards.proposed(),
                awards.offers_out(today),
                returns.sent_back(today),
                awards.to_pay(),
                papers.with_the_panel(today),
                papers.with_the_approver(),
            ],
        ),
        section(
            "Coming up in 14 days",
            "Nothing comes up in the next 14 days.",
            [
                applications.rounds_closing(COMING_UP),
                returns.due_soon(today, COMING_UP),
                awards.instalments_due(today, COMING_UP),
                awards.extensions_soon(today, COMING_UP),
                awards.ending(today, COMING_UP),
                organisations.diligence_expiring(today, COMING_UP),
                papers.despatched_soon(today, COMING_UP),
            ],
        ),
    ]
