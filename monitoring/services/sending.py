"""The recipient's side: writing a return a little at a time, and sending it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts.permissions import Permission
from audit.services import record
from awards.models import Payment
from monitoring.models import Return, Status
from organisations.services import is_member
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.personal_data import findings
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line, count_words

from .common import lock, tell_members
from .continuing import refresh_gates

MOST_WORDS = 500
LARGEST_COUNT = 2_147_483_647
COUNTS = ("sessions", "people", "schools")
TEXTS = ("narrative", "difficulties")
FIELDS = ("progress", *TEXTS, *COUNTS, "spent", "personal_data_checked")


@dataclass(frozen=True)
class Gap:
    """Something that stops a return from being sent: the field, and the sentence to show."""

    field: str
    message: str


@transaction.atomic
def save(*, by, award_return, **fields) -> Return:
    """Store what was written so far: any of FIELDS and `districts`. Nothing need be complete.

    Raises RuleBroken for what cannot be stored, for anyone who does not act for the recipient, and once sent.
    """
    award_return = lock(award_return)
    _require_writer(by, award_return)
    districts = fields.pop("districts", None)
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"A return has no fields {sorted(unknown)}.")
    for name, value in fields.items():
        setattr(award_return, name, _storable(name, value))
    award_return.save(update_fields=list(fields))
    if districts is not None:
        award_return.districts.set(districts)
    record("return.saved", award_return, f"{by} saved the {award_return.name}.", by=by)
    return award_return


def _storable(name: str, value):
    if name in TEXTS:
        return clean(value or "")
    if name == "progress" and value and value not in Return.Progress.values:
        raise RuleBroken("Select whether the project is on track")
    if name in COUNTS and value is not None and not 0 <= value <= LARGEST_COUNT:
        raise RuleBroken(f"The number of {name} must be a whole number, like 25")
    if name == "spent" and value is not None and value < 0:
        raise RuleBroken("Total spent must be £0 or more")
    return value if value is not None or name in COUNTS or name == "spent" else ""


def paid_so_far(award) -> Decimal:
    """What we have paid for an award, in pounds."""
    return Payment.objects.filter(instalment__award=award).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def gaps(award_return: Return) -> list[Gap]:
    """What stops the return from being sent, in the order of the form."""
    found = []
    if not award_return.progress:
        found.append(Gap("progress", "Select whether the project is on track"))
    if not award_return.narrative:
        found.append(Gap("narrative", "Enter what has happened"))
    found += _too_long(award_return)
    if award_return.sessions is None:
        found.append(Gap("sessions", "Enter the number of sessions, or 0"))
    if award_return.people is None:
        found.append(Gap("people", "Enter the number of people reached, or 0"))
    if award_return.spent is None:
        found.append(Gap("spent", "Enter how much of our money you have spent, or 0"))
    elif award_return.spent > (paid := paid_so_far(award_return.award)) and not award_return.difficulties:
        found.append(
            Gap(
                "spent",
                f"Total spent must not be more than the {format_money(paid)} we have paid you. "
                "If it is, tell us why",
            )
        )
    return found + _personal_data(award_return)


def _too_long(award_return: Return):
    for name, label in (("narrative", "What has happened"), ("difficulties", "Difficulties and changes")):
        words = count_words(getattr(award_return, name))
        if words > MOST_WORDS:
            yield Gap(name, f"{label} must be {MOST_WORDS} words or fewer. You have used {words:,}")


def _personal_data(award_return: Return) -> list[Gap]:
    """Returns hold counts, never people (UK GDPR; domain.md section 2)."""
    if award_return.personal_data_checked:
        return []
    return [
        Gap(
            name,
            f"{label} has what looks like {finding}. Take it out, or say that you have checked",
        )
        for name, label in (("narrative", "What has happened"), ("difficulties", "Difficulties and changes"))
        for finding in findings(getattr(award_return, name))
    ]


@transaction.atomic
def submit(*, by, award_return, signed_name, signed_role) -> Return:
    """Send a return to us, signed with a typed name. Its reminders stop; all its people get a receipt.

    The same person sending it twice changes nothing. Raises RuleBroken while something is missing.
    """
    award_return = lock(award_return)
    signed_name, signed_role = clean_line(signed_name), clean_line(signed_role)
    if award_return.status == Status.SUBMITTED and award_return.submitted_by_id == by.pk:
        return award_return
    _require_writer(by, award_return)
    if missing := gaps(award_return):
        raise RuleBroken(missing[0].message)
    if not signed_name:
        raise RuleBroken("Enter your full name as your signature")
    if not signed_role:
        raise RuleBroken("Enter your role in the organisation")
    award_return.status = Status.SUBMITTED
    award_return.submitted_by, award_return.submitted_at = by, clock.now()
    award_return.signed_name, award_return.signed_role = signed_name[:150], signed_role[:150]
    award_return.save(update_fields=["status", "submitted_by", "submitted_at", "signed_name", "signed_role"])
    refresh_gates(award_return.award)
    event = record(
        "return.submitted",
        award_return,
        f"{by} sent the {award_return.name} for {award_return.award.organisation}.",
        by=by,
        changes={name: getattr(award_return, name) for name in ("progress", *COUNTS, "spent")},
    )
    tell_members(award_return, "submitted", event)
    return award_return


def _require_writer(by, award_return: Return) -> None:
    by.require(Permission.APPLY)
    if not is_member(by, award_return.award.organisation):
        raise RuleBroken("Only people who act for the organisation can write its return.")
    if award_return.award.is_over:
        raise RuleBroken("This grant is over, so the return is no longer needed.")
    if award_return.status == Status.SCHEDULED:
        raise RuleBroken(f"This return opens on {clock.format_date(award_return.opens_on)}.")
    if not award_return.can_be_written:
        raise RuleBroken(f"This return is “{award_return.shown_status.lower()}”, so it cannot be changed.")
