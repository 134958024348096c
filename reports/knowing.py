"""What the office knows of an organisation when it judges an application or an award of it, in one place."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from applications.models import Application
from applications.models import Status as ApplicationStatus
from awards.models import Award
from awards.models import Status as AwardStatus
from monitoring.models import Return
from monitoring.models import Status as ReturnStatus
from organisations.models import DeclaredInterest, Organisation
from organisations.services import Standing, diligence_of_each
from pcc_grants.lib import clock

MOST = 10  # of a kind, of one organisation
IN_HAND = (
    ApplicationStatus.SUBMITTED, ApplicationStatus.CLARIFICATION, ApplicationStatus.ELIGIBLE,
    ApplicationStatus.ASSESSED, ApplicationStatus.RECOMMENDED, ApplicationStatus.RESERVE,
    ApplicationStatus.NOT_RECOMMENDED, ApplicationStatus.DEFERRED,
)  # fmt: skip


@dataclass
class Known:
    """What is known of one organisation. Lists hold the latest MOST; `has_more`: there are others."""

    organisation: Organisation
    is_partner: bool
    diligence: list[Standing] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    unspent: Decimal = Decimal(0)
    returns: list[Return] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    interests: list[DeclaredInterest] = field(default_factory=list)
    has_more: bool = False

    @property
    def in_hand(self) -> list[Application]:
        return [one for one in self.applications if one.status in IN_HAND]

    @property
    def earlier(self) -> list[Application]:
        return [one for one in self.applications if one.status not in IN_HAND]


def what_we_know(lead, partners=(), *, but_application=None, but_award=None) -> list[Known]:
    """What is known of a lead organisation and its partners, for the office.

    The same number of queries whatever their number. `but_…`: what is being judged, which is left out.
    """
    found = {one.pk: Known(one, is_partner=one.pk != lead.pk) for one in (lead, *partners)}
    keys = list(found)
    for pk, standing in diligence_of_each([one.organisation for one in found.values()]).items():
        found[pk].diligence = standing
    for award in _latest(Award.objects.exclude(pk=but_award), keys).with_paid().select_related("fund"):
        found[award.organisation_id].awards.append(award)
    for pk, left in _not_spent(keys):
        found[pk].unspent += left
    for one in _returns_to_note(keys):
        found[one.award.organisation_id].returns.append(one)
    others = Application.objects.exclude(submitted_at=None).exclude(pk=but_application)
    for application in _latest(others, keys).select_related("round__fund"):
        found[application.organisation_id].applications.append(application)
    declared = DeclaredInterest.objects.current().filter(organisation__in=keys)
    for one in declared.select_related("user", "handed_to"):
        found[one.organisation_id].interests.append(one)
    for known in found.values():
        known.has_more = max(len(known.awards), len(known.applications)) > MOST
        known.awards, known.applications = known.awards[:MOST], known.applications[:MOST]
    return list(found.values())


def _latest(rows, organisations):
    """The latest rows of each organisation, and one more than is shown."""
    number = Window(RowNumber(), partition_by=F("organisation"), order_by=F("pk").desc())
    ranked = rows.filter(organisation__in=organisations).order_by().annotate(row_number=number)
    keys = ranked.filter(row_number__lte=MOST + 1).values("pk")
    return rows.model.objects.filter(pk__in=keys).order_by("-pk")


def _not_spent(organisations):
    """(organisation pk, pounds promised and never paid) of each award that is over."""
    over = Award.objects.filter(
        organisation__in=organisations, status__in=[AwardStatus.CLOSED, AwardStatus.ENDED_EARLY]
    )
    return [(one.organisation_id, one.amount - one.paid) for one in over.with_paid()]


def _returns_to_note(organisations):
    """Returns that are overdue, and those that were not satisfactory."""
    overdue = Return.objects.overdue(clock.today()).values("pk")
    wanted = Q(pk__in=overdue) | Q(status=ReturnStatus.UNSATISFACTORY)
    return (
        Return.objects.filter(wanted, award__organisation__in=organisations)
        .select_related("award")
        .order_by("due_on", "pk")
    )
