"""Interests in what is assessed and decided: an assessor's in a round, an approver's in one application."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from organisations.services import declare_interest, hand_on, lock_organisations, others_who_decide
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Application, Assessment, BusinessCase, Status
from .allocating import lock_case
from .assessing import declare, locked_application
from .cases import TO_DECIDE, is_agreeable, pending_of
from .conflicts import conflicts, refuse_conflict
from .deciding import WAITING
from .drawing_the_line import lock_applications


def bodies_of(application: Application) -> list:
    """The organisations of the register that an application is of: the lead, then its partners."""
    return [application.organisation, *application.partners.all()]


def tie_of(user, application: Application) -> str:
    """Why this person takes no part in what becomes of an application: “belongs to Example Youth Project”.

    Empty when nothing stands in the way.
    """
    return conflicts(application, [user]).get(user.pk, "")


def open_assessments(user, round):
    """What the person is asked to score in a round and has not handed in, with its organisations."""
    return _open_anywhere(user).filter(application__round=round)


def assessments_left(user, round):
    """What the person stepped aside from in a round."""
    return _of_person(user).filter(application__round=round, status=Assessment.Status.RECUSED)


def _of_person(user):
    return (
        Assessment.objects.filter(assessor=user)
        .select_related("application__organisation", "application__round__fund")
        .prefetch_related("application__partners", "application__named_partners")
        .order_by("application", "pk")
    )


def bodies_to_declare(assessments) -> dict[str, str]:
    """Every organisation of the applications, partners too: a key → its name, by name.

    A partner that is not linked to the register is known by its name alone.
    """
    found = {}
    for assessment in assessments:
        for key, name in _keyed(assessment.application):
            found[key] = name
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


def _keyed(application):
    for one in bodies_of(application):
        yield f"organisation-{one.pk}", one.name
    for partner in application.named_partners.all():
        if partner.organisation_id is None:
            yield f"name-{partner.name.casefold()}", partner.name


@transaction.atomic
def declare_for_round(*, by, round, bodies=(), interest="") -> list[Assessment]:
    """Say in one go, for everything one is asked to score in a round, where one has an interest.

    `bodies` are keys of `bodies_to_declare`; none: no interest in any. Applications of these organisations
    are stepped aside from, in other rounds too where the organisation is on the register; of the others of
    the round, no interest is declared. An organisation of the register goes on the register of interests as
    well. Gives the assessments stepped aside from. Raises RuleBroken.

    Applications are locked first, then organisations, each by their keys: everything that is recorded later
    shares the trail with those who wait for one of them.
    """
    by.require(Permission.ASSESS)
    interest, bodies = clean(interest), set(bodies)
    if bodies and not interest:
        raise RuleBroken("Enter what your interest is")
    lock_applications(Application.objects.filter(pk__in=_open_anywhere(by).values("application")))
    everywhere = list(_open_anywhere(by))
    assessments = [one for one in everywhere if one.application.round_id == round.pk]
    left = list(assessments_left(by, round))  # a form sent twice names these again
    known = bodies_to_declare([*assessments, *left])
    if bodies - set(known):
        raise RuleBroken("The applications you are asked to score have changed. Open the page again.")
    registered = {
        one.pk: one for assessment in [*assessments, *left] for one in bodies_of(assessment.application)
        if f"organisation-{one.pk}" in bodies
    }  # fmt: skip
    lock_organisations(registered.values())
    aside = []
    for assessment in everywhere:
        of_round = assessment.application.round_id == round.pk
        mine = {key for key, _ in _keyed(assessment.application)} & bodies
        if mine and (of_round or any(one.pk in registered for one in bodies_of(assessment.application))):
            aside.append(declare(by=by, assessment=assessment, interest=interest))
        elif of_round and assessment.declared_at is None:
            declare(by=by, assessment=assessment)
    for _, organisation in sorted(registered.items()):
        declare_interest(by=by, organisation=organisation, interest=interest)
    return aside


def _open_anywhere(user):
    """What the person is asked to score in any round and has not handed in."""
    return _of_person(user).filter(application__status=Status.ELIGIBLE, status=Assessment.Status.ASSIGNED)


@transaction.atomic
def hand_decision_on(*, by, application, organisations, interest, handed_to=None) -> Application:
    """An approver declares an interest in what waits for a decision, and says who decides instead.

    `organisations`: of `bodies_to_decide`, those the interest is in. Without `handed_to` only when no
    other approver could decide. The approver who decides instead is told. Twice changes nothing. Raises
    RuleBroken.
    """
    by.require(Permission.DECIDE)
    application = locked_application(application)
    if not waits_for_approver(application):
        standing = application.get_status_display().lower()
        raise RuleBroken(f"This application does not wait for a decision. It is: {standing}.")
    is_news = hand_on(
        by=by,
        bodies=bodies_to_decide(application),
        organisations=organisations,
        interest=interest,
        handed_to=handed_to,
        proposed_by=application.recommended_by,
    )
    if handed_to is not None:
        refuse_conflict(application, handed_to, what_to_do="Select another approver.")
    if is_news:
        record(
            "application.decision_handed_on",
            application,
            f"{by} has an interest in {application.reference} and takes no part in the decision"
            + (f"; {handed_to} decides instead." if handed_to else "."),
            by=by,
            changes={"handed_to": handed_to and handed_to.pk},
        )
    return application


def others_for(user, application: Application):
    """The approvers who may decide on an application in place of `user`."""
    others = others_who_decide(user, bodies_to_decide(application), but=[application.recommended_by])
    return others.exclude(pk__in=conflicts(application, others))


def waits_for_approver(application: Application) -> bool:
    """Whether a decision is wanted: on the application, on projects of it, or on what is left of the case."""
    if not application.round.is_allocated:
        return application.status in WAITING
    return _projects_to_decide(application).exists() or is_agreeable(application)


def _projects_to_decide(application):
    return pending_of(application).filter(status__in=TO_DECIDE)


def bodies_to_decide(application: Application) -> list:
    """The organisations that a decision concerns: the lead, its partners, and who delivers its projects."""
    bodies = {one.pk: one for one in bodies_of(application)}
    if application.round.is_allocated:
        for project in _projects_to_decide(application).exclude(provider=None):
            bodies.setdefault(project.provider_id, project.provider)
    return list(bodies.values())


def undecided_cases(round):
    """The allocations of a round that wait for a decision, by name."""
    waiting = BusinessCase.objects.standing().filter(round=round, decision=None)
    return waiting.select_related("organisation", "proposed_by").order_by("organisation__name", "pk")


@transaction.atomic
def hand_allocations_on(*, by, round, organisations, interest, handed_to=None) -> list[BusinessCase]:
    """An approver declares an interest in organisations whose allocation waits, and says who decides instead.

    `handed_to` as in `hand_decision_on`. Gives the cases handed on. Twice changes nothing. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    waiting = {one.organisation_id: one.pk for one in undecided_cases(round)}
    if not organisations or any(one.pk not in waiting for one in organisations):
        raise RuleBroken("Select the organisation in which you have an interest.")
    cases = [lock_case(BusinessCase(pk=pk)) for pk in sorted(waiting[one.pk] for one in organisations)]
    news = [
        case
        for case in cases
        if hand_on(
            by=by,
            bodies=[case.organisation],
            organisations=[case.organisation],
            interest=interest,
            handed_to=handed_to,
            proposed_by=case.proposed_by,
        )
    ]
    for case in news:
        record(
            "business_case.decision_handed_on",
            case,
            f"{by} has an interest in {case.organisation} and takes no part in the decision on its allocation"
            + (f"; {handed_to} decides instead." if handed_to else "."),
            by=by,
            changes={"handed_to": handed_to and handed_to.pk},
        )
    return cases
