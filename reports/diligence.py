"""Due diligence that has expired or soon does, of organisations with something in hand."""

from django.db.models import Exists, OuterRef, Q

from applications.models import Application
from applications.models import Status as ApplicationStatus
from awards.models import Award
from awards.models import Status as AwardStatus
from organisations.services import expiring_diligence

APPLICATIONS_IN_HAND = (
    ApplicationStatus.SUBMITTED, ApplicationStatus.CLARIFICATION, ApplicationStatus.ELIGIBLE,
    ApplicationStatus.ASSESSED, ApplicationStatus.RECOMMENDED, ApplicationStatus.RESERVE,
    ApplicationStatus.NOT_RECOMMENDED, ApplicationStatus.DEFERRED, ApplicationStatus.APPROVED,
)  # fmt: skip
AWARDS_OVER = (AwardStatus.CLOSED, AwardStatus.DECLINED, AwardStatus.ENDED_EARLY, AwardStatus.REFUSED)


def diligence_to_renew(*, by_day=None):
    """The entries to look at again, the first to expire first: nothing of those who want nothing of us.

    In hand is an application on its way, an approved one whose award is still to come, and an award that is
    not over.
    """
    applications = Application.objects.filter(
        organisation=OuterRef("organisation"), status__in=APPLICATIONS_IN_HAND
    ).exclude(Q(status=ApplicationStatus.APPROVED) & Q(award__status__in=AWARDS_OVER))
    awards = Award.objects.filter(organisation=OuterRef("organisation")).exclude(status__in=AWARDS_OVER)
    return expiring_diligence(by_day=by_day).filter(Exists(applications) | Exists(awards))
