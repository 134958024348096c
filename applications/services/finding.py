"""The list of applications: a filter turned into a queryset, its order, and where words were found.

The one place that does so: the list, its exports and what is done with all of it look through the same eyes.
"""

from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal

from django.db.models import (
    Avg,
    Case,
    DecimalField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Lower, Round

from funds.models import Criterion
from organisations.models import Organisation
from pcc_grants.lib import clock
from questionnaires.models import Answer, Question
from questionnaires.searching import Excerpts, WordsQuery, excerpt_of, holds

from ..models import AgreedScore, Application, Assessment, Clarification, Score, Status, Transfer
from .scores import WIDE_SPREAD, blind_applications

Kind = Question.Kind
# The answers that are words: the others are keys of lists, numbers, or documents.
SEARCHED = (
    Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.PHONE, Kind.WEBSITE, Kind.TABLE, Kind.COSTS, Kind.MATCH,
    Kind.OUTCOMES, Kind.PARTNERS,
)  # fmt: skip
EXACT = DecimalField(max_digits=24, decimal_places=12)

# -- The filter ----------------------------------------------------------------------------------------------


def find(user, wanted: dict):
    """The applications that a person may read and that a filter lets through, in no order.

    `wanted` is what `forms.lists.ApplicationFilter.wanted` gives: only what was asked for, each value judged.
    """
    found = Application.objects.visible_to(user).exclude(submitted_at=None)
    for name, value in wanted.items():
        found = FILTERS[name](found, value, user)
    return found


def _only(found, kinds, user):
    for kind in kinds:
        found = ONLY[kind][1](found, user)
    return found


def _wide(found, user):
    scored = (
        Score.objects.filter(
            assessment__application=OuterRef("pk"), assessment__status=Assessment.Status.SUBMITTED
        )
        .order_by()
        .values("criterion")
        .annotate(apart=Max("score") - Min("score"))
        .filter(apart__gte=WIDE_SPREAD)
    )
    return found.filter(Exists(scored)).exclude(pk__in=blind_applications(user))


def _scores_late(found, user):
    late = Assessment.objects.filter(
        application=OuterRef("pk"), status=Assessment.Status.ASSIGNED, due_on__lt=clock.today()
    )
    return found.filter(Exists(late), status=Status.ELIGIBLE)


def _without_assessors(found, user):
    asked = Assessment.objects.filter(application=OuterRef("pk")).exclude(status=Assessment.Status.RECUSED)
    return found.filter(~Exists(asked), status=Status.ELIGIBLE)


# What can be ticked: key → (words, how it narrows the list).
ONLY = {
    "wide": (f"Scores {WIDE_SPREAD} points or more apart", _wide),
    "late_scores": ("Scores that are overdue", _scores_late),
    "unassigned": ("No assessors yet", _without_assessors),
    "mine": ("Recommended by me", lambda found, user: found.filter(recommended_by=user)),
    "grace": ("Received in the minutes after closing", lambda found, _: found.filter(received_in_grace=True)),
    "moved": (
        "Moved from another fund",
        lambda found, _: found.filter(pk__in=Transfer.objects.standing().values("application")),
    ),
}


def _day(day, later=0):
    """The moment in London at which a day, or the day after it, begins."""
    return clock.london(day + timedelta(days=later), time(0))


FILTERS = {
    "q": lambda found, words, _: found.filter(_holding(words)),
    "fund": lambda found, fund, _: found.filter(round__fund=fund),
    "round": lambda found, round, _: found.filter(round=round),
    "status": lambda found, statuses, _: found.filter(status__in=statuses),
    "assessor": lambda found, person, _: found.filter(
        pk__in=Assessment.objects.filter(assessor=person).values("application")
    ),
    "district": lambda found, district, _: found.filter(
        pk__in=Application.districts.through.objects.filter(district=district).values("application")
    ),
    "theme": lambda found, theme, _: found.filter(theme=theme),
    "asked_from": lambda found, amount, _: found.filter(amount_asked__gte=amount),
    "asked_to": lambda found, amount, _: found.filter(amount_asked__lte=amount),
    "received_from": lambda found, day, _: found.filter(submitted_at__gte=_day(day)),
    "received_to": lambda found, day, _: found.filter(submitted_at__lt=_day(day, later=1)),
    "checked": lambda found, answer, _: found.filter(checked_at__isnull=answer == "no"),
    "only": _only,
}


# -- Words ---------------------------------------------------------------------------------------------------


def _holding(words: str) -> Q:
    """Applications in whose reference, organisation, names, summary or answers the words are found."""
    former = Transfer.objects.filter(Q(old_reference__icontains=words) | Q(new_reference__icontains=words))
    named = Organisation.objects.filter(
        Q(name__icontains=words)
        | Q(known_as__icontains=words)
        | Q(aliases__name__icontains=words)
        | Q(charity_number=words)
        | Q(company_number__iexact=words)
        | Q(reference__iexact=words)
    )
    return (
        Q(reference__icontains=words)
        | Q(title__icontains=words)
        | Q(summary__icontains=words)
        | Q(pk__in=former.values("application"))
        | Q(organisation__in=named.values("pk"))
        | Q(response__in=_answers_holding(words).values("response"))
        | Q(pk__in=_frozen_holding(words).values("application"))
    )


def _answers_holding(words: str):
    """Answers that hold the words and that were sent: not what a question of ours opened (adr 0023)."""
    opened = Clarification.objects.filter(
        ended_at=None,
        application__response=OuterRef("response"),
        sections=OuterRef("question__section"),
    )
    return Answer.objects.filter(holds("value", words), ~Exists(opened), question__kind__in=SEARCHED)


def _frozen_holding(words: str):
    """Open questions of ours whose answers, as they were sent, hold the words."""
    return Clarification.objects.filter(holds("before", words), ended_at=None)


@dataclass
class Hit:
    """Where the words were found: what it is called, and the text around them, (words, whether found)."""

    where: str
    excerpt: list[tuple[str, bool]] = field(default_factory=list)


def where_found(applications, words: str) -> dict[int, list[Hit]]:
    """For applications of one page, with their organisations: where the words were found. Six queries."""
    if not words:
        return {}
    found: dict[int, list[Hit]] = {one.pk: _in_facts(one, words) for one in applications}
    for transfer in Transfer.objects.filter(application__in=found):
        for reference in {transfer.old_reference, transfer.new_reference}:
            if words.casefold() in reference.casefold():
                found[transfer.application_id].append(Hit("Reference at another time", [(reference, False)]))
    aliases = Organisation.objects.filter(
        pk__in={one.organisation_id for one in applications}, aliases__name__icontains=words
    )
    names = dict(aliases.values_list("pk", "aliases__name"))
    for one in applications:
        if one.organisation_id in names:
            found[one.pk].append(
                Hit("Another name of the organisation", _around(names[one.organisation_id], words))
            )
    by_response = {one.response_id: one.pk for one in applications}
    first = (
        _answers_holding(words)
        .filter(response__in=by_response)
        .exclude(question__fact__in=("title", "summary"))
        .order_by("response", "question__section__position", "question__position")
        .distinct("response")
        .values_list("pk", flat=True)
    )
    answers = (
        Answer.objects.filter(pk__in=list(first))  # the excerpts of these alone: they cost the most
        .annotate(excerpts=Excerpts("value", WordsQuery(words)))
        .values_list("response", "question__name", "excerpts")
    )
    for response, name, excerpts in answers:
        found[by_response[response]].append(Hit(name, excerpt_of(excerpts)))
    frozen = _frozen_holding(words).filter(application__in=found)
    for pk, excerpts in frozen.annotate(excerpts=Excerpts("before", WordsQuery(words))).values_list(
        "application", "excerpts"
    ):
        found[pk].append(Hit("An answer as it was sent", excerpt_of(excerpts)))
    return found


def _in_facts(application, words: str) -> list[Hit]:
    organisation = application.organisation
    facts = (
        ("Project", application.title),
        ("Summary", application.summary),
        ("Known as", organisation.known_as),
        ("Charity number", organisation.charity_number),
        ("Company number", organisation.company_number),
    )
    return [Hit(where, _around(text, words)) for where, text in facts if words.casefold() in text.casefold()]


def _around(text: str, words: str, before=60, after=90) -> list[tuple[str, bool]]:
    """The words as they stand in a text, with some of it on either side."""
    at = text.casefold().find(words.casefold())
    if at < 0:
        return [(text[: before + after], False)]
    start, end = max(0, at - before), at + len(words)
    pieces = [
        (("…" if start else "") + text[start:at], False),
        (text[at:end], True),
        (text[end : end + after] + ("…" if len(text) > end + after else ""), False),
    ]
    return [(piece, is_hit) for piece, is_hit in pieces if piece]


# -- Scores and order ----------------------------------------------------------------------------------------


def with_percentage(found, user):
    """Annotates `percentage`: what `totals` says, or None where this person has still to score."""
    agreed = AgreedScore.objects.filter(application=OuterRef(OuterRef("pk")), criterion=OuterRef("pk"))
    mean = (
        Score.objects.filter(
            assessment__application=OuterRef(OuterRef("pk")),
            assessment__status=Assessment.Status.SUBMITTED,
            criterion=OuterRef("pk"),
        )
        .order_by()
        .values("criterion")
        .annotate(mean=Avg(Cast("score", EXACT), output_field=EXACT))
        .values("mean")
    )
    earned = (
        Criterion.objects.filter(round=OuterRef("round"), is_pass_fail=False)
        .annotate(
            given=Coalesce(
                Cast(Subquery(agreed.values("score")[:1]), EXACT), Subquery(mean), output_field=EXACT
            )
        )
        .filter(given__isnull=False)
        .order_by()
        .values("round")
        .annotate(earned=Sum(F("weight") * F("given"), output_field=EXACT) * 100 / Sum("weight"))
        .values("earned")
    )
    highest = Func(F("round__score_descriptions"), function="cardinality", output_field=IntegerField()) - 1
    percentage = Round(Subquery(earned, output_field=EXACT) / highest, 1, output_field=EXACT)
    return found.annotate(
        percentage=Case(When(pk__in=blind_applications(user), then=None), default=percentage)
    )


IN_ORDER = Case(*(When(status=one, then=Value(index)) for index, one in enumerate(Status)))
# The columns that a list can be sorted by; "-" before the key turns the order round.
SORTS = {
    "reference": F("reference"),
    "organisation": Lower("organisation__name"),
    "project": Lower("title"),
    "asked": F("amount_asked"),
    "received": F("submitted_at"),
    "score": F("percentage"),
    "status": IN_ORDER,
}
FIRST = "-received"


def sort_of(typed) -> str:
    """The order that was asked for, or the usual one when there is no such."""
    return typed if isinstance(typed, str) and typed.removeprefix("-") in SORTS else FIRST


def in_order(found, sort: str, user):
    """The list in an order, ready to be shown: rounds, organisations and scores beside each."""
    by = SORTS[sort.removeprefix("-")]
    order = by.desc(nulls_last=True) if sort.startswith("-") else by.asc(nulls_last=True)
    found = with_percentage(found, user).select_related("round__fund", "organisation")
    return found.order_by(order, "-pk" if sort.startswith("-") else "pk")


def total_asked(found) -> Decimal:
    """Pounds: what these applications ask for in their first or only year, together."""
    return found.aggregate(total=Sum("amount_asked"))["total"] or Decimal(0)
