"""Projects of several partnerships that look alike: found, looked at, settled (domain.md section 3, CRG).

A pair is found once (`Overlap`), and stays settled unless there is news: one of the two was sent again after
it was settled, which is the only way a project changes, or a reason now holds that did not hold then, such as
providers that the office has linked since. An overlap that nobody has settled goes when the two are no longer
alike, or one of them is refused or withdrawn.

Locks, for everybody: applications, cases and projects; the finding of the year; the overlaps by primary key;
the audit trail last. Two cases sent at once look one after the other, so that the second sees the first.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q

from accounts.permissions import Permission
from applications.likeness import Facts, Likeness, candidates, compare, near_name, plain_name, plain_number
from applications.models import LIVE_PROJECTS, Overlap, Project
from audit.services import record
from funds.models import Route
from organisations.models import Alias, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

P, O = Project.Status, Overlap.Status  # noqa: E741 short names keep the conditions below readable

SETTLED_BY_HAND = (O.DIFFERENT, O.CHANGED)
NEAR_ENOUGH_TO_SUGGEST = 75
MOST_SUGGESTIONS = 8
# With a year: the lock under which the overlaps of that year are looked for, one at a time.
FINDING_LOCK = 0x0A0D18


# -- Finding -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What a search has changed: pairs that are new, opened again, and gone."""

    new: int
    reopened: int
    gone: int


@transaction.atomic
def find_overlaps(*, by, start_year: int) -> Found:
    """Look through every live project of the allocated rounds of one financial year. Safe to repeat."""
    by.require(Permission.MANAGE_APPLICATIONS)
    _one_at_a_time(start_year)
    facts = _facts(_live(start_year))
    kept = _kept(start_year)
    place = {one.key: position for position, one in enumerate(facts)}
    pairs = candidates(facts)
    pairs |= {
        tuple(sorted((place[first], place[second])))
        for first, second in kept
        if first in place and second in place
    }
    alike = _compared((facts[one], facts[other]) for one, other in pairs)
    return _keep(alike, kept, by=by, where=str(FinancialYear(start_year)))


def find_overlaps_of(project: Project) -> Found:
    """Look for what overlaps with one project: when it is sent, and when its provider is linked."""
    return find_overlaps_of_all([project])


@transaction.atomic
def find_overlaps_of_all(projects) -> Found:
    """Look for what overlaps with any of these projects of one business case: all are sent with it.

    Nothing may have been recorded in the transaction yet: the audit trail is the last of the locks.
    """
    projects = list(projects)
    round = projects[0].business_case.round if projects else None
    if round is None or round.route != Route.ALLOCATED:
        return Found(0, 0, 0)
    _one_at_a_time(round.start_year)
    facts = _facts(_live(round.start_year))
    kept = _kept(round.start_year, of=projects)
    keys = {project.pk for project in projects}
    mine = [one for one in facts if one.key in keys]
    alike = _compared((one, other) for one in mine for other in facts if other.party != one.party)
    where = projects[0].reference if len(projects) == 1 else str(projects[0].business_case)
    return _keep(alike, kept, by=None, where=where)


def _one_at_a_time(start_year: int) -> None:
    """Wait for whoever looks through this year: what they have sent is committed, and seen, afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FINDING_LOCK, start_year])


def _live(start_year: int):
    return Project.objects.filter(
        business_case__round__start_year=start_year,
        business_case__round__route=Route.ALLOCATED,
        status__in=LIVE_PROJECTS,
    )


def _kept(start_year: int, of: list[Project] | None = None) -> dict[tuple[int, int], Overlap]:
    """The overlaps of the year, or of some projects, locked, in one order for everybody."""
    rows = Overlap.objects.filter(first__business_case__round__start_year=start_year)
    if of:
        rows = rows.filter(Q(first__in=of) | Q(second__in=of))
    rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {(one.first_id, one.second_id): one for one in rows}


def _facts(projects) -> list[Facts]:
    """What is compared of each project, with the organisation of the register that its provider is."""
    register = _Register()
    return [
        _facts_of(project, register)
        for project in projects.select_related("business_case")
        .prefetch_related("districts")
        .order_by("pk")
        .defer("outcomes", "evidence", "recommendation")
    ]


def _facts_of(project: Project, register: "_Register") -> Facts:
    organisation = project.provider_id or register.of(project.provider_number, project.provider_name)
    return Facts(
        key=project.pk,
        party=project.business_case.organisation_id,
        provider_name=project.provider_name,
        provider_number=project.provider_number,
        organisation=organisation,
        organisation_name=register.names.get(organisation, ""),
        is_linked=project.provider_id is not None,
        title=project.title,
        aims=project.aims,
        schools=tuple(line.strip() for line in project.schools.splitlines() if line.strip()),
        districts=tuple(district.name for district in project.districts.all()),
    )


class _Register:
    """The organisations we know, by number and by plain name or alias. A name of two of them is of none."""

    def __init__(self):
        self.names: dict[int, str] = {}
        self._by_number: dict[str, int] = {}
        self.by_name: dict[str, set[int]] = {}
        rows = Organisation.objects.values_list("pk", "name", "known_as", "charity_number", "company_number")
        for pk, name, known_as, charity, company in rows.order_by():
            self.names[pk] = name
            for number in filter(None, (plain_number(charity), plain_number(company))):
                self._by_number[number] = pk
            for text in filter(None, (name, known_as)):
                self.by_name.setdefault(plain_name(text), set()).add(pk)
        for pk, name in Alias.objects.values_list("organisation", "name").order_by():
            self.by_name.setdefault(plain_name(name), set()).add(pk)

    def of(self, number: str, name: str) -> int | None:
        found = self._by_number.get(plain_number(number))
        if found:
            return found
        known = self.by_name.get(plain_name(name), ())
        return next(iter(known)) if len(known) == 1 else None


def _compared(pairs) -> dict[tuple[int, int], Likeness]:
    found = {}
    for one, other in pairs:
        first, second = sorted((one, other), key=lambda facts: facts.key)
        if likeness := compare(first, second):
            found[first.key, second.key] = likeness
    return found


def _keep(alike, kept, *, by, where: str) -> Found:
    """Write what a search has found beside what there is. `kept`: the locked rows it had to do with."""
    new = [
        Overlap(first_id=pair[0], second_id=pair[1], likeness=likeness.percent, reasons=likeness.reasons)
        for pair, likeness in sorted(alike.items())
        if pair not in kept
    ]
    # Where a round was moved to another year, a pair may have been found in the other one: it is there once.
    Overlap.objects.bulk_create(new, ignore_conflicts=True)
    changed, reopened = _updated(alike, kept)
    Overlap.objects.bulk_update(
        changed, ["likeness", "reasons", "status", "settled_by", "settled_at", "note", "found_at"]
    )
    gone = [one.pk for pair, one in kept.items() if one.status == O.FOUND and pair not in alike]
    Overlap.objects.filter(pk__in=gone).delete()
    found = Found(len(new), reopened, len(gone))
    if new or reopened or gone:
        about = Project.objects.get(pk=min(pair[0] for pair in {*alike, *kept}))
        record(
            "overlaps.found",
            about,
            f"Overlaps of {where}: {len(new)} new, {reopened} opened again, {len(gone)} no longer there.",
            by=by,
            changes={"new": [[one.first_id, one.second_id] for one in new], "gone": gone},
        )
    return found


def _updated(alike, kept) -> tuple[list[Overlap], int]:
    """Rows whose likeness has changed, and how many of them are opened again."""
    news = [(one, alike[pair]) for pair, one in kept.items() if pair in alike and one.status != O.RETAINED]
    sent = dict(
        Project.objects.filter(
            pk__in={key for one, _ in news for key in (one.first_id, one.second_id)}
        ).values_list("pk", "submitted_at")
    )
    changed, reopened = [], 0
    for one, likeness in news:
        if one.status in SETTLED_BY_HAND:
            is_sent_again = any(
                sent[key] and sent[key] > one.settled_at for key in (one.first_id, one.second_id)
            )
            if not is_sent_again and set(likeness.reasons) <= set(one.reasons):
                continue
            one.status, one.settled_by, one.settled_at, one.note = O.FOUND, None, None, ""
            one.found_at = clock.now()
            reopened += 1
        elif (one.likeness, one.reasons) == (likeness.percent, likeness.reasons):
            continue
        one.likeness, one.reasons = likeness.percent, likeness.reasons
        changed.append(one)
    return changed, reopened


# -- Settling ------------------------------------------------------------------------------------------------


def overlaps_of(*projects: Project):
    """Every overlap of these projects, open ones first, with both projects and whose they are."""
    return (
        Overlap.objects.filter(Q(first__in=projects) | Q(second__in=projects))
        .select_related(
            "first__business_case__organisation",
            "first__business_case__application",
            "second__business_case__organisation",
            "second__business_case__application",
            "settled_by",
        )
        .order_by(F("settled_at").asc(nulls_first=True), "-likeness", "pk")
    )


def overlaps_by_project(projects) -> dict[int, list[Overlap]]:
    """The overlaps of each project, by its key: one query for a whole page of projects."""
    found: dict[int, list[Overlap]] = {project.pk: [] for project in projects}
    for overlap in overlaps_of(*projects):
        for key in (overlap.first_id, overlap.second_id):
            if key in found:
                found[key].append(overlap)
    return found


def refuse_open_overlap(project: Project) -> None:
    """A project is not approved while an overlap of it is open, or its money is to be retained.

    For the service that approves, once it has locked the project. Raises RuleBroken.
    """
    number = Overlap.objects.to_look_at().filter(Q(first=project) | Q(second=project)).count()
    if number:
        raise RuleBroken(
            f"“{project}” overlaps with {'another' if number == 1 else f'{number} others'}. "
            "Settle the overlap before it is approved."
        )
    # A reverse relation of a later stage, which put its row there: awards.Retention.
    retention = getattr(project, "retention", None)
    if retention is not None and project.status != P.RETAINED:
        raise RuleBroken(
            f"It is proposed to keep the money of this project and fund {retention.award.organisation} "
            f"directly ({retention.award.reference}). Decide on that award first."
        )


@transaction.atomic
def settle_overlap(*, by, overlap: Overlap, status: str, note: str) -> Overlap:
    """Say what was made of an overlap: that it is none, or how it is settled. Raises RuleBroken.

    To keep the money instead is proposed as a direct award. The same answer twice changes nothing; another
    answer may be given later, except while money is retained.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    try:
        overlap = locked(Overlap.objects.select_related("first", "second"), overlap.pk)
    except Overlap.DoesNotExist:
        raise RuleBroken("The two projects are no longer alike, so there is nothing to settle.") from None
    note = clean(note)
    if status not in SETTLED_BY_HAND:
        raise RuleBroken("Select what you made of this overlap.")
    if not note:
        raise RuleBroken("Enter why, in a sentence or two.")
    if overlap.status == O.RETAINED:
        raise RuleBroken(
            "The money of a project is retained, or proposed to be. The direct award settles it."
        )
    if (overlap.status, overlap.note) == (status, note):
        return overlap
    _settle(overlap, by, status, note)
    record(
        "overlap.settled",
        overlap,
        f"{by} settled the overlap of “{overlap.first}” and “{overlap.second}”: "
        f"{overlap.get_status_display().lower()}.",
        by=by,
        changes={"status": status, "note": note},
    )
    return overlap


def _settle(overlap: Overlap, by, status, note: str) -> None:
    overlap.status, overlap.note = status, note
    overlap.settled_by, overlap.settled_at = by, clock.now()
    overlap.save(update_fields=["status", "note", "settled_by", "settled_at"])


# -- Retaining: called by awards, which holds the proposal and its decision ----------------------------------


def settle_as_retained(*, by, projects, note: str) -> int:
    """Settle the overlaps of projects whose money is proposed to be kept. Inside a transaction."""
    keys = [project.pk for project in projects]
    rows = Overlap.objects.select_for_update(no_key=True).filter(
        Q(first__in=keys) | Q(second__in=keys), status__in=(O.FOUND, O.CHANGED)
    )
    settled = list(rows.order_by("pk"))
    for overlap in settled:
        _settle(overlap, by, O.RETAINED, note)
    return len(settled)


def open_again(*, projects) -> None:
    """A proposal to retain was refused: its overlaps are open again, unless another project is retained."""
    keys = [project.pk for project in projects]
    still = Project.objects.filter(retention__isnull=False).values("pk")
    rows = Overlap.objects.select_for_update(no_key=True).filter(
        Q(first__in=keys) | Q(second__in=keys), status=O.RETAINED
    )
    rows = rows.exclude(Q(first__in=still) | Q(second__in=still))
    for overlap in rows.order_by("pk"):
        overlap.status, overlap.settled_by, overlap.settled_at, overlap.note = O.FOUND, None, None, ""
        overlap.save(update_fields=["status", "settled_by", "settled_at", "note"])


def mark_retained(*, projects) -> None:
    """The money of these locked projects is kept: the provider is funded directly."""
    for project in projects:
        project.status = P.RETAINED
        project.save(update_fields=["status"])


# -- The provider in the register ----------------------------------------------------------------------------


def provider_suggestions(project: Project) -> list[tuple[Organisation, str]]:
    """Organisations that the provider may be, the likeliest first, each with why: number, name, near name."""
    number, name = plain_number(project.provider_number), plain_name(project.provider_name)
    ranked: dict[int, tuple[float, str]] = {}
    register = _Register()
    by_number = register.of(project.provider_number, "")
    if number and by_number:
        ranked[by_number] = (200, "The same registered number")
    for known, keys in register.by_name.items():
        near = near_name(name, known)
        if near >= NEAR_ENOUGH_TO_SUGGEST:
            why = "The same name, or another name of it" if near == 100 else "A name that is near"
            for key in keys:
                ranked[key] = max(ranked.get(key, (0, "")), (near, why))
    best = sorted(ranked, key=lambda key: (-ranked[key][0], register.names[key]))[:MOST_SUGGESTIONS]
    found = Organisation.objects.in_bulk(best)
    return [(found[key], ranked[key][1]) for key in best]


@transaction.atomic
def link_provider(*, by, project: Project, organisation: Organisation | None) -> Project:
    """Say which organisation of the register a project's provider is; None takes it back. Raises RuleBroken.

    What overlaps with the project is looked for again.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    project = locked(Project.objects.select_related("business_case__round", "provider"), project.pk)
    if project.status not in LIVE_PROJECTS:
        raise RuleBroken(
            f"This project is: {project.get_status_display().lower()}. Its provider stays as it is."
        )
    if project.provider_id == getattr(organisation, "pk", None):
        return project
    if getattr(project, "retention", None) is not None:
        raise RuleBroken("The money of this project is retained. Its provider stays as it is.")
    if organisation is not None and organisation.pk == project.business_case.organisation_id:
        raise RuleBroken(
            "This is the partnership itself. Link the provider only where another body delivers the project."
        )
    project.provider = organisation
    project.save(update_fields=["provider"])
    find_overlaps_of(project)  # first: the audit trail is the last of the locks
    record(
        "project.provider_linked",
        project,
        f"{by} recorded that “{project.provider_name}” is {organisation or 'not in the register'}.",
        by=by,
        changes={"organisation": getattr(organisation, "reference", "")},
    )
    return project
