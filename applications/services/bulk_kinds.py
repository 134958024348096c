"""What can be done with many applications at once: for each kind, which of them it leaves out, and how.

`judge` looks at all of them in a constant number of queries and says of each what would happen; `do` changes
one of them through the same service as its own page does, which has the last word.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from accounts.models import User
from accounts.permissions import Role
from funds.models import CheckItem
from organisations.models import Document, Membership
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from ..models import Assessment, BulkAction, Participant, Status, Transfer
from . import prompting
from .assessing import assign
from .checking import check
from .completeness import gaps_of
from .conflicts import conflicts_in
from .unsent import sent_reading_of

Kind = BulkAction.Action


@dataclass
class Verdict:
    """What would happen to one application: `sentence` says why it is left out; empty: it is changed."""

    application: object
    sentence: str = ""
    plan: list[int] = field(default_factory=list)

    @property
    def is_left_out(self) -> bool:
        return bool(self.sentence)


class Bulk:
    """One kind. `said` gives what was filled in, as (label, value) for a page."""

    def said(self, options: dict) -> list[tuple[str, str]]:
        return []

    def judge(self, by, applications: list, options: dict) -> list[Verdict]:
        raise NotImplementedError

    def do(self, by, bulk, application, plan: list[int]) -> None:
        raise NotImplementedError


def _is_now(application) -> str:
    return f"It is now: {application.get_status_display().lower()}."


# -- Assessors -----------------------------------------------------------------------------------------------


def people_to_choose():
    """Every assessor with what they have still to score (`to_score`), those with least first."""
    open_ones = Q(
        assessments__status=Assessment.Status.ASSIGNED, assessments__application__status=Status.ELIGIBLE
    )
    return (
        User.objects.with_role(Role.ASSESSOR)
        .annotate(to_score=Count("assessments", filter=open_ones))
        .order_by("to_score", "name", "pk")
    )


def _due(options) -> date:
    return date.fromisoformat(options["due_on"])


class AssignAll(Bulk):
    """Each application gets assessors until it has as many as wanted, whoever has least to do first."""

    def said(self, options):
        names = User.objects.filter(pk__in=options["assessors"]).order_by("name", "pk")
        return [
            ("Assessors", ", ".join(person.name for person in names)),
            ("For each application", str(options["each"])),
            ("Scores are due", clock.format_date(_due(options))),
        ]

    def judge(self, by, applications, options):
        chosen = list(people_to_choose().filter(pk__in=options["assessors"]))
        load = {person.pk: person.to_score for person in chosen}
        barred = conflicts_in(applications, [*chosen, by])
        asked = defaultdict(dict)
        for application, assessor, status in Assessment.objects.filter(
            application__in=[one.pk for one in applications]
        ).values_list("application", "assessor", "status"):
            asked[application][assessor] = status
        verdicts = []
        for one in applications:
            verdict = Verdict(one)
            has = [status for status in asked[one.pk].values() if status != Assessment.Status.RECUSED]
            wanted = options["each"] - len(has)
            free = [p.pk for p in chosen if p.pk not in barred[one.pk] and p.pk not in asked[one.pk]]
            if one.status != Status.ELIGIBLE:
                verdict.sentence = f"Assessors are assigned while it is being assessed. {_is_now(one)}"
            elif by.pk in barred[one.pk]:
                verdict.sentence = "You have an interest in it. Someone else must assign its assessors."
            elif wanted <= 0:
                verdict.sentence = f"It has {len(has)} assessor{'' if len(has) == 1 else 's'} already."
            elif len(free) < wanted:
                verdict.sentence = _too_few(wanted, len(free), barred[one.pk])
            else:
                verdict.plan = sorted(free, key=lambda pk: (load[pk], pk))[:wanted]
                for pk in verdict.plan:
                    load[pk] += 1
            verdicts.append(verdict)
        return verdicts

    def do(self, by, bulk, application, plan):
        people = User.objects.in_bulk(plan)
        for pk in plan:
            if conflicts_in([application], [people[pk]])[application.pk]:
                raise RuleBroken(f"{people[pk]} has an interest in it by now.")
            assign(by=by, application=application, assessor=people[pk], due_on=_due(bulk.options))


def _too_few(wanted: int, free: int, barred: dict) -> str:
    able = f"Only {free} of those you chose" if free else "None of those you chose"
    why = "; others have an interest" if barred else ""
    return f"It needs {wanted} more assessor{'' if wanted == 1 else 's'}. {able} can be asked{why}."


class MoveDue(Bulk):
    def said(self, options):
        return [("Scores are due", clock.format_date(_due(options)))]

    def judge(self, by, applications, options):
        due_on, waiting = _due(options), _waiting(applications)
        return [
            Verdict(
                one,
                _why_no_scores(one, waiting) or ("" if waiting[one.pk] - {due_on} else prompting.SAME_DATE),
            )
            for one in applications
        ]

    def do(self, by, bulk, application, plan):
        prompting.move_due_date(
            by=by, application=application, due_on=_due(bulk.options), once=f"bulk-{bulk.pk}"
        )


class RemindAll(Bulk):
    def judge(self, by, applications, options):
        waiting = _waiting(applications)
        return [Verdict(one, _why_no_scores(one, waiting)) for one in applications]

    def do(self, by, bulk, application, plan):
        prompting.prompt_assessors(by=by, application=application, once=f"bulk-{bulk.pk}")


def _waiting(applications) -> dict[int, set[date]]:
    """When the missing scores of each application are due."""
    found = defaultdict(set)
    for pk, due_on in Assessment.objects.filter(
        application__in=[one.pk for one in applications], status=Assessment.Status.ASSIGNED
    ).values_list("application", "due_on"):
        found[pk].add(due_on)
    return found


def _why_no_scores(application, waiting) -> str:
    if application.status != Status.ELIGIBLE:
        return f"{prompting.NOT_SCORED_NOW} {_is_now(application)}"
    return "" if waiting[application.pk] else prompting.NOBODY_LEFT


# -- Applicants ----------------------------------------------------------------------------------------------


class WriteToAll(Bulk):
    def said(self, options):
        return [("Message", options["message"])]

    def judge(self, by, applications, options):
        members = set(
            Membership.objects.filter(
                organisation__in={one.organisation_id for one in applications},
                ended_at=None,
                user__is_active=True,
            ).values_list("organisation", flat=True)
        )
        invited = set(
            Participant.objects.current()
            .filter(application__in=[one.pk for one in applications], user__is_active=True)
            .values_list("application", flat=True)
        )
        return [
            Verdict(
                one,
                "" if one.organisation_id in members or one.pk in invited else prompting.NOBODY_TO_WRITE_TO,
            )
            for one in applications
        ]

    def do(self, by, bulk, application, plan):
        prompting.write_to_applicants(
            by=by, application=application, message=bulk.options["message"], once=f"bulk-{bulk.pk}"
        )


# -- The check -----------------------------------------------------------------------------------------------

CHECKLIST = "Its round has a checklist. Answer it on the application’s own check page."


class AllEligible(Bulk):
    """What was sent was complete when it was sent; since then a move or a virus can have made a gap."""

    def said(self, options):
        return [("Notes of your check", options["notes"])]

    def judge(self, by, applications, options):
        listed = set(CheckItem.objects.values_list("round", flat=True).distinct())
        moved = set(
            Transfer.objects.standing()
            .filter(application__in=[one.pk for one in applications])
            .values_list("application", flat=True)
        )
        infected = set(
            Document.objects.filter(scan=Document.Scan.INFECTED).values_list("organisation", flat=True)
        )
        verdicts = []
        for one in applications:
            sentence = ""
            if one.status != Status.SUBMITTED:
                sentence = f"It does not wait for its check. {_is_now(one)}"
            elif one.round_id in listed:
                sentence = CHECKLIST
            elif one.pk in moved or one.organisation_id in infected:
                sentence = _what_is_missing(one)
            verdicts.append(Verdict(one, sentence))
        return verdicts

    def do(self, by, bulk, application, plan):
        if CheckItem.objects.filter(round=application.round_id).exists():
            raise RuleBroken(CHECKLIST)
        if application.status == Status.SUBMITTED and (missing := _what_is_missing(application)):
            raise RuleBroken(missing)
        check(by=by, application=application, eligible=True, notes=bulk.options["notes"])


def _what_is_missing(application) -> str:
    gaps = gaps_of(sent_reading_of(application))
    if not gaps:
        return ""
    more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return f"Something is missing: {gaps[0].message}{more}."


KINDS: dict[str, Bulk] = {
    Kind.ASSIGN: AssignAll(),
    Kind.DUE: MoveDue(),
    Kind.REMIND: RemindAll(),
    Kind.WRITE: WriteToAll(),
    Kind.ELIGIBLE: AllEligible(),
}
