"""Due diligence on an organisation before it is given money: what stands, what is missing, what expires."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from ..models import Document, DueDiligence, Organisation

Kind, Outcome = DueDiligence.Kind, DueDiligence.Outcome
EXPIRES_SOON = timedelta(days=60)


@dataclass(frozen=True)
class Standing:
    """What is known of one kind of due diligence on one organisation; `entry` is None while nothing is."""

    organisation: Organisation
    kind: Kind
    entry: DueDiligence | None

    @property
    def label(self) -> str:
        return self.kind.label

    @property
    def expires_soon(self) -> bool:
        entry = self.entry
        if entry is None or entry.expires_on is None or entry.has_expired:
            return False
        return entry.expires_on <= clock.today() + EXPIRES_SOON

    @property
    def in_words(self) -> str:
        """How it stands, in two or three words: for a tag."""
        if self.entry is None:
            return "Not checked"
        if self.entry.has_expired:
            return "Expired"
        if self.entry.outcome == Outcome.NOT_NEEDED:
            return "Not needed"
        if self.entry.outcome == Outcome.CONCERN:
            return "Concern"
        return "Expires soon" if self.expires_soon else "Satisfactory"

    @property
    def gap(self) -> str:
        """Why it does not let money be given yet, in a sentence; empty when it does."""
        kind = self.label[0].lower() + self.label[1:]
        entry = self.entry
        if entry is None:
            return f"Due diligence on {self.organisation} is missing: {kind}."
        if entry.has_expired:
            day = clock.format_date(entry.expires_on)
            return f"Due diligence on {self.organisation} has expired: {kind}, on {day}."
        if entry.outcome == Outcome.CONCERN:
            return f"Due diligence on {self.organisation} found a concern: {kind}."
        return ""


def diligence_of_each(organisations) -> dict[int, list[Standing]]:
    """What stands of every kind: organisation pk → a Standing per kind, in order. One query for them all."""
    organisations = list(organisations)
    latest = (
        DueDiligence.objects.filter(organisation__in=organisations)
        .select_related("checked_by", "document")
        .order_by("organisation_id", "kind", "-id")
        .distinct("organisation_id", "kind")
    )
    found = {(one.organisation_id, one.kind): one for one in latest}
    return {
        organisation.pk: [Standing(organisation, kind, found.get((organisation.pk, kind))) for kind in Kind]
        for organisation in organisations
    }


def diligence_of(organisation) -> list[Standing]:
    """What stands of every kind of due diligence on an organisation: the latest entry of each."""
    return diligence_of_each([organisation])[organisation.pk]


def diligence_gaps(organisation, needed) -> list[str]:
    """What stands against giving it money, of the kinds in `needed`: a sentence each, in order."""
    if not needed:
        return []
    return [one.gap for one in diligence_of(organisation) if one.kind in needed and one.gap]


def expiring_diligence(*, by_day: date | None = None):
    """The entries that stand and have expired, or do so by a day (default: in 60 days), the first first."""
    latest = (
        DueDiligence.objects.filter(organisation=OuterRef("organisation"), kind=OuterRef("kind"))
        .order_by("-id")
        .values("pk")[:1]
    )
    return (
        DueDiligence.objects.filter(
            pk=Subquery(latest), expires_on__lte=by_day or clock.today() + EXPIRES_SOON
        )
        .select_related("organisation")
        .order_by("expires_on", "pk")
    )


@transaction.atomic
def record_diligence(
    *, by, organisation, kind, outcome, checked_on, notes="", evidence="", document=None, expires_on=None
) -> DueDiligence:
    """Add an entry; it stands in place of the one before of its kind, which stays in the history.

    Satisfactory needs evidence: words, or one of the organisation's documents; the other outcomes need notes.
    The same entry by the same person again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_ORGANISATIONS)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    facts = {
        "kind": kind,
        "outcome": outcome,
        "notes": clean(notes),
        "evidence": clean_line(evidence),
        "document": document,
        "checked_on": checked_on,
        "expires_on": expires_on,
    }
    _check(organisation, facts)
    standing = organisation.due_diligence.filter(kind=kind).order_by("-id").first()
    is_own = standing is not None and standing.checked_by_id == by.pk
    if is_own and all(getattr(standing, name) == value for name, value in facts.items()):
        return standing
    entry = DueDiligence.objects.create(
        organisation=organisation, checked_by=by, recorded_at=clock.now(), **facts
    )
    record(
        "organisation.diligence_recorded",
        organisation,
        f"{by} recorded due diligence on {organisation}: {entry.get_kind_display().lower()}, "
        f"{entry.get_outcome_display().lower()}.",
        by=by,
        changes={name: value for name, value in facts.items() if name != "document"}
        | {"document": document and document.pk},
    )
    return entry


def _check(organisation, facts) -> None:
    """Raises RuleBroken unless the facts make an entry for this organisation."""
    if facts["kind"] not in Kind.values:
        raise RuleBroken("Select what you checked.")
    if facts["outcome"] not in Outcome.values:
        raise RuleBroken("Select what you found.")
    if not facts["checked_on"]:
        raise RuleBroken("Enter the date you checked it.")
    if facts["checked_on"] > clock.today():
        raise RuleBroken("The date you checked it must be today or in the past.")
    if facts["expires_on"] and facts["expires_on"] < facts["checked_on"]:
        raise RuleBroken(
            f"The last day on which it holds must be on or after {clock.format_date(facts['checked_on'])}, "
            "when you checked it."
        )
    if facts["outcome"] != Outcome.SATISFACTORY and not facts["notes"]:
        raise RuleBroken("Enter what you found, or why it is not needed.")
    document = facts["document"]
    if facts["outcome"] == Outcome.SATISFACTORY and not facts["evidence"] and document is None:
        raise RuleBroken("Enter where you saw it, or select the document that shows it.")
    if len(facts["evidence"]) > 300:
        raise RuleBroken("Where you saw it must be 300 characters or fewer.")
    if document is None:
        return
    found = Document.objects.present().filter(pk=document.pk, organisation=organisation).first()
    if found is None:
        raise RuleBroken(f"This is not one of the documents of {organisation}. Select another one.")
    if found.is_infected:
        raise RuleBroken("This document contains a virus. Select another one.")
