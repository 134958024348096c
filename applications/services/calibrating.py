"""An assessor's own scores beside those of the others who scored the same applications."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from applications.models import Assessment

from .scores import TENTH


@dataclass
class Calibration:
    """How one person scores one criterion of a round, against the others on the same applications.

    `own` and `others` are all scores given; `higher`, `lower` and `same` count the applications by how the
    own score stands to the others' mean. For what is passed or not they are 1 and 0.
    """

    criterion: object
    own: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    higher: int = 0
    lower: int = 0
    same: int = 0

    @property
    def own_mean(self) -> Decimal | None:
        return _mean(self.own)

    @property
    def others_mean(self) -> Decimal | None:
        return _mean(self.others)

    @property
    def own_spread(self) -> int:
        """The highest that was given less the lowest."""
        return max(self.own) - min(self.own) if self.own else 0

    @property
    def own_passed(self) -> int:
        return sum(self.own)

    @property
    def others_passed(self) -> int:
        return sum(self.others)

    @property
    def compared(self) -> int:
        return self.higher + self.lower + self.same

    def add(self, own: int, others: list[int]) -> None:
        """One application: what the person gave, and what the others gave."""
        self.own.append(own)
        if not others:
            return
        self.others += others
        difference = own * len(others) - sum(others)
        if difference > 0:
            self.higher += 1
        elif difference < 0:
            self.lower += 1
        else:
            self.same += 1


def _mean(scores: list[int]) -> Decimal | None:
    if not scores:
        return None
    return (Decimal(sum(scores)) / len(scores)).quantize(TENTH, ROUND_HALF_UP)


def calibration(*, user, round) -> list[Calibration]:
    """A row per criterion of the round, from the applications whose scores this person has submitted.

    Nothing of an application that they have still to score counts, nor what others have not submitted.
    """
    submitted = Assessment.objects.filter(
        application__round=round, status=Assessment.Status.SUBMITTED
    ).prefetch_related("scores")
    own, others = {}, {}
    for assessment in submitted:
        given = {one.criterion_id: _value(one) for one in assessment.scores.all()}
        if assessment.assessor_id == user.pk:
            own[assessment.application_id] = given
        else:
            others.setdefault(assessment.application_id, []).append(given)
    rows = []
    for criterion in round.criteria.all():
        row = Calibration(criterion)
        for application, given in own.items():
            if (value := given.get(criterion.pk)) is None:
                continue
            theirs = [one.get(criterion.pk) for one in others.get(application, [])]
            row.add(value, [one for one in theirs if one is not None])
        rows.append(row)
    return rows


def _value(score) -> int | None:
    return score.score if score.passed is None else int(score.passed)
