"""Who may not judge an application: one answer for every door, and for lists (docs/adr/0024)."""

from collections import defaultdict

from accounts.models import User
from organisations.models import DeclaredInterest, Membership
from pcc_grants.lib.rules import RuleBroken

from ..models import Application, Assessment, Participant

STEPPED_ASIDE = "has stepped aside from this application"
TOOK_PART = "took part in this application"


def conflicts(application: Application, people) -> dict[int, str]:
    """Who of `people` may not judge an application, and why: user pk → “belongs to Example Youth Project”."""
    return conflicts_in([application], people)[application.pk]


def conflicts_in(applications, people) -> dict[int, dict[int, str]]:
    """Who of `people` may not judge which application, and why: application pk → {user pk: sentence}.

    Who belongs to the lead or a partner, or did since the application was begun; has declared an interest in
    one of them; stepped aside from scoring it; or ever took part in it. Four queries however many there are;
    partners are read for each application unless they are prefetched.
    """
    people = {getattr(person, "pk", person) for person in people}
    bodies = {one.pk: [one.organisation_id, *(p.pk for p in one.partners.all())] for one in applications}
    members, left, declared = _ties_of_bodies(people, {body for every in bodies.values() for body in every})
    aside, parts = _parts_in(people, list(bodies))
    found = {}
    for one in applications:
        why = {}  # the strongest reason is written last
        for body in bodies[one.pk]:
            for user, name, ended_at in left[body]:
                if ended_at >= one.created_at:
                    why[user] = f"belonged to {name}"
        took_part = {one.created_by_id, one.submitted_by_id, *parts[one.pk]} & people
        why |= dict.fromkeys(took_part, TOOK_PART)
        why |= dict.fromkeys(aside[one.pk], STEPPED_ASIDE)
        for body in bodies[one.pk]:
            why |= {user: f"has declared an interest in {name}" for user, name in declared[body]}
        for body in bodies[one.pk]:
            why |= {user: f"belongs to {name}" for user, name in members[body]}
        found[one.pk] = why
    return found


def _ties_of_bodies(people, bodies):
    """Of each organisation: who belongs to it, who left it and when, who has an interest in it."""
    members, left, declared = defaultdict(list), defaultdict(list), defaultdict(list)
    rows = Membership.objects.filter(user__in=people, organisation__in=bodies).order_by("id")
    for body, user, name, ended_at in rows.values_list(
        "organisation", "user", "organisation__name", "ended_at"
    ):
        if ended_at is None:
            members[body].append((user, name))
        else:
            left[body].append((user, name, ended_at))
    rows = DeclaredInterest.objects.current().filter(user__in=people, organisation__in=bodies)
    for body, user, name in rows.values_list("organisation", "user", "organisation__name"):
        declared[body].append((user, name))
    return members, left, declared


def _parts_in(people, applications):
    """Of each application: who stepped aside from scoring it, and who was ever given a part in it."""
    aside, parts = defaultdict(set), defaultdict(set)
    rows = Assessment.objects.filter(
        application__in=applications, assessor__in=people, status=Assessment.Status.RECUSED
    )
    for application, user in rows.order_by().values_list("application", "assessor"):
        aside[application].add(user)
    rows = Participant.objects.filter(application__in=applications, user__in=people)
    for application, user in rows.order_by().values_list("application", "user"):
        parts[application].add(user)
    return aside, parts


def refuse_conflict(application: Application, person: User, *, what_to_do: str) -> None:
    """Nobody judges an application that they, their organisation or an interest of theirs are part of.

    Raises RuleBroken.
    """
    if tie := conflicts(application, [person]).get(person.pk):
        raise RuleBroken(f"{person} {tie_in_words(tie)}. {what_to_do}")


def tie_in_words(tie: str) -> str:
    """A tie to an organisation says what the organisation has to do with the application."""
    return tie if tie in ("", STEPPED_ASIDE, TOOK_PART) else f"{tie}, which is part of this application"
