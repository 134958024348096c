"""Returns: what a recipient owes us, by when, what came in, and who was reminded."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.permissions import Permission
from applications.models import both_or_neither
from awards.models import Award, Condition
from awards.models import Status as AwardStatus
from organisations.models import District
from pcc_grants.lib import clock
from pcc_grants.lib.money import MoneyField


class Status(models.TextChoices):
    SCHEDULED = "scheduled", "Not yet open"
    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    SATISFACTORY = "satisfactory", "Accepted"
    UNSATISFACTORY = "unsatisfactory", "Not satisfactory"
    CANCELLED = "cancelled", "No longer needed"


# The legal moves (domain.md section 7). Overdue is worked out from dates, never stored.
MOVES: dict[str, set[str]] = {
    Status.SCHEDULED: {Status.OPEN, Status.CANCELLED},
    Status.OPEN: {Status.SUBMITTED, Status.CANCELLED},
    Status.SUBMITTED: {Status.CHANGES_REQUESTED, Status.SATISFACTORY, Status.UNSATISFACTORY},
    Status.CHANGES_REQUESTED: {Status.SUBMITTED, Status.CANCELLED},
    Status.SATISFACTORY: set(),
    Status.UNSATISFACTORY: set(),
    Status.CANCELLED: set(),
}

# Nothing more is owed for an award in one of these.
OVER = (AwardStatus.CLOSED, AwardStatus.DECLINED, AwardStatus.ENDED_EARLY, AwardStatus.REFUSED)

# With the recipient: these are owed, and may be chased.
OWED = (Status.OPEN, Status.CHANGES_REQUESTED)

# Not yet judged: no longer needed once the award is over.
UNFINISHED = (Status.SCHEDULED, Status.OPEN, Status.CHANGES_REQUESTED)

# A return is due soon in its last week.
DUE_SOON_DAYS = 7


class ReturnQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every return; an applicant those of their organisation's awards."""
        if user.may(Permission.READ_RETURNS):
            return self
        if user.may(Permission.APPLY):
            return self.filter(award__in=Award.objects.visible_to(user))
        return self.none()

    def owed(self):
        """With the recipient of an award that is running: one that is over or on hold owes nothing."""
        return self.filter(status__in=OWED, award__status=AwardStatus.ACTIVE)

    def overdue(self, day: date | None = None):
        return self.owed().filter(due_on__lt=day or clock.today())

    def unfinished(self):
        """Still to come or to be judged: without those that an award's end made unnecessary."""
        return self.filter(Q(status=Status.SUBMITTED) | Q(status__in=UNFINISHED) & ~Q(award__status__in=OVER))

    def last_with_spending(self):
        """The latest return that was sent and says how much of our money was spent."""
        sent = self.exclude(status=Status.CANCELLED).filter(submitted_at__isnull=False, spent__isnull=False)
        return sent.order_by("-period_end", "-pk").first()

    def matching(self, text: str):
        """Whose reference, organisation or project has the text in it."""
        return self.filter(
            Q(reference__icontains=text)
            | Q(award__organisation__name__icontains=text)
            | Q(award__title__icontains=text)
        )

    def due_soon(self, day: date | None = None):
        day = day or clock.today()
        return self.owed().filter(due_on__range=(day, day + timedelta(days=DUE_SOON_DAYS)))


class Return(models.Model):
    """One report that a recipient owes, for one period. Counts, never people (domain.md, UK GDPR)."""

    class Kind(models.TextChoices):
        UPDATE = "update", "Update report"
        MID_YEAR = "mid_year", "Mid-year return"
        QUARTER = "quarter", "Quarterly return"
        END_OF_YEAR = "end_of_year", "End-of-year return"
        END_OF_AWARD = "end_of_award", "End-of-grant return"

    class Progress(models.TextChoices):
        ON_TRACK = "on_track", "On track"
        SOME_DELAY = "some_delay", "Some delay"
        AT_RISK = "at_risk", "At risk"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="returns")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=25, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    condition = models.OneToOneField(
        Condition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fulfilled_by",
        help_text="The instalment's condition that accepting this return meets.",
    )
    period_start = models.DateField()
    period_end = models.DateField()
    opens_on = models.DateField()
    due_on = models.DateField(db_index=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.SCHEDULED, db_index=True)
    created_at = models.DateTimeField(default=clock.now)

    progress = models.CharField(max_length=20, choices=Progress, blank=True)
    narrative = models.TextField(blank=True, help_text="What has happened. Counts, never people.")
    sessions = models.PositiveIntegerField(
        null=True, blank=True, help_text="Events, workshops or sessions delivered."
    )
    people = models.PositiveIntegerField(null=True, blank=True, help_text="People reached.")
    schools = models.PositiveIntegerField(null=True, blank=True, help_text="Schools visited.")
    districts = models.ManyToManyField(District, blank=True, related_name="+")
    spent = MoneyField(null=True, blank=True, help_text="Of our money, in pounds, since the award began.")
    difficulties = models.TextField(blank=True)
    personal_data_checked = models.BooleanField(
        default=False,
        help_text="The writer has looked at what the screening found, and says that it names nobody.",
    )

    signed_name = models.CharField(max_length=150, blank=True)
    signed_role = models.CharField(max_length=150, blank=True)
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    feedback = models.TextField(blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="return_number_unique"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start"), due_on__gte=F("opens_on")),
                name="return_dates_in_order",
            ),
            models.CheckConstraint(
                condition=both_or_neither("submitted_by", "submitted_at"), name="return_submitted_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("reviewed_by", "reviewed_at"), name="return_reviewed_by_and_at"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "satisfactory", "unsatisfactory"])
                | Q(submitted_at__isnull=False),
                name="return_judged_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["satisfactory", "unsatisfactory"])
                | (Q(reviewed_at__isnull=False) & ~Q(feedback="")),
                name="return_judged_has_feedback",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.get_kind_display().lower()}"

    @property
    def unspent(self) -> Decimal:
        """Pounds: what we have paid by now, less what it says was spent; never below nothing."""
        return max(self.award.paid_total - (self.spent or Decimal(0)), Decimal(0))

    @property
    def is_owed(self) -> bool:
        return self.status in OWED and self.award.status == AwardStatus.ACTIVE

    @property
    def is_overdue(self) -> bool:
        return self.is_owed and self.due_on < clock.today()

    @property
    def is_no_longer_needed(self) -> bool:
        """Cancelled, or not finished when its award ended."""
        return self.status == Status.CANCELLED or (self.status in UNFINISHED and self.award.is_over)

    @property
    def can_be_written(self) -> bool:
        """The recipient may write it: it is with them, and the award is not over."""
        return self.status in OWED and not self.award.is_over

    @property
    def shown_status(self) -> str:
        """The status in words as people see it: open ones turn to due soon, then overdue."""
        if self.is_no_longer_needed:
            return Status.CANCELLED.label
        if self.status == Status.OPEN:
            if self.is_overdue:
                return "Overdue"
            if self.is_owed and (self.due_on - clock.today()).days <= DUE_SOON_DAYS:
                return "Due soon"
        return self.get_status_display()

    @property
    def name(self) -> str:
        """'mid-year return', as it stands inside a sentence."""
        return self.get_kind_display().lower()


class Chaser(models.Model):
    """One stage of reminding about one return, done once for each due date (screens.md 3.18)."""

    class Stage(models.TextChoices):
        OPENED = "opened", "Open: 4 weeks before"
        WEEK_BEFORE = "week_before", "7 days before"
        DUE = "due", "Due today"
        OVERDUE_2 = "overdue_2", "2 working days overdue"
        OVERDUE_7 = "overdue_7", "7 working days overdue"
        OVERDUE_14 = "overdue_14", "14 working days overdue: phone them"
        OVERDUE_28 = "overdue_28", "28 working days overdue: decide"

    award_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="chasers")
    stage = models.CharField(max_length=20, choices=Stage)
    due_on = models.DateField(help_text="The return's due date that this stage was worked out from.")
    message_key = models.CharField(
        max_length=200,
        blank=True,
        db_index=True,
        help_text="What the keys of its outbox messages begin with; empty when nothing was sent.",
    )
    superseded = models.BooleanField(
        default=False,
        help_text=(
            "Needed no message: a later stage had been reached, or the letter about a new date had told it."
        ),
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award_return", "stage", "due_on"], name="one_chaser_per_return_stage_and_date"
            )
        ]

    def __str__(self):
        return f"{self.award_return.reference}: {self.get_stage_display()}"
