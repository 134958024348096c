"""The office's public face: published spend, Panel meetings, and the papers that go to them."""

import math
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Length

from accounts.models import User
from accounts.permissions import Permission
from applications.models import both_or_neither
from awards.models import Payment
from funds.models import LegalPower
from pcc_grants.lib import clock
from pcc_grants.lib.money import MoneyField


class Publication(models.Model):
    """One month's spending, published. Empty months are published too."""

    month = models.DateField(unique=True, help_text="The first day of the month.")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-month"]
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="publication_month_first_day")]

    def __str__(self):
        return f"Spending in {self.month:%B %Y}"


class PublishedItem(models.Model):
    """One line of published spend, as it was published: copied from the payment and its award, then frozen.

    Columns follow domain.md section 2 (Specified Information Order 2011, Schedule, 3(f) and 3(g)).
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="items")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="published_item")
    paid_on = models.DateField(db_index=True)
    finance_reference = models.CharField(max_length=50)
    supplier = models.CharField(max_length=200)
    supplier_registration = models.CharField(max_length=30, blank=True)
    amount = MoneyField()
    purpose = models.TextField()
    reasons = models.TextField()
    is_grant = models.BooleanField()
    fund = models.CharField(max_length=200)
    legal_power = models.CharField(max_length=20, choices=LegalPower)

    class Meta:
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(reasons=""), name="published_item_has_purpose_and_reasons"
            ),
            models.CheckConstraint(
                condition=Q(is_grant=True, legal_power=LegalPower.CRIME_AND_DISORDER) | Q(amount__gt=500),
                name="published_item_by_the_two_part_rule",
            ),
        ]

    def __str__(self):
        return f"{self.supplier}, {self.finance_reference}"

    @property
    def kind(self) -> str:
        """Grant, contract or other: how lists filter published spend."""
        if self.is_grant:
            return "Grant"
        return "Contract" if self.legal_power == LegalPower.CONTRACT else "Other"


class TextBlock(models.Model):
    """A standing sentence of the papers; the newest version on or before a paper's date holds.

    May use the fields named in `reports.text_blocks` in braces, such as {plan_title}.
    """

    key = models.CharField(max_length=50)
    effective_from = models.DateField()
    text = models.TextField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["key", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "effective_from"], name="text_block_version_unique")
        ]

    def __str__(self):
        return f"{self.key} from {clock.format_date(self.effective_from)}"


class PaperStatus(models.TextChoices):
    CHOOSING = "choosing", "Choosing items"
    DRAFTING = "drafting", "Being drafted"
    CHECKING = "checking", "Waiting for approval"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"


PAPER_MOVES: dict[str, set[str]] = {
    PaperStatus.CHOOSING: {PaperStatus.DRAFTING},
    PaperStatus.DRAFTING: {PaperStatus.CHECKING, PaperStatus.CHOOSING},
    PaperStatus.CHECKING: {PaperStatus.APPROVED, PaperStatus.DRAFTING},
    PaperStatus.APPROVED: {PaperStatus.PUBLISHED},
    PaperStatus.PUBLISHED: set(),
}


class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Readers see where every paper stands; what a draft says needs READ_PAPER_DRAFTS (in the views)."""
        return self if user.may(Permission.READ_PAPERS) else self.none()

    def with_totals(self):
        """Annotate `item_count` and `item_total`, in pounds."""
        return self.annotate(
            item_count=models.Count("items"),
            item_total=Coalesce(models.Sum("items__published_item__amount"), Decimal(0)),
        ).order_by("-meeting_on")  # a query with sums loses the model's own ordering


class Paper(models.Model):
    """The Update on expenditure for one Panel meeting."""

    class Preset(models.TextChoices):
        YEAR_2017 = "2017", "2017: Payee, £1,000.00 – 1 June 2017:"
        YEAR_2019 = "2019", "2019: 1 JUNE 2019 - PAYEE, £1,000"

    meeting_on = models.DateField(unique=True)
    subject = models.CharField(
        max_length=200, default="Update on expenditure to support the Police and Crime Plan"
    )
    preset = models.CharField(max_length=10, choices=Preset, default=Preset.YEAR_2019)
    period_start = models.DateField()
    period_end = models.DateField()
    selection_due_on = models.DateField()
    despatch_on = models.DateField()
    is_first = models.BooleanField(
        default=False, help_text="The first paper of a series refers to the initial report."
    )
    status = models.CharField(max_length=20, choices=PaperStatus, default=PaperStatus.CHOOSING)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    selection_sent_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    selection_sent_at = models.DateTimeField(null=True, blank=True)
    sent_for_approval_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_for_approval_at = models.DateTimeField(null=True, blank=True)
    sent_back_reason = models.TextField(blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_end__gte=models.F("period_start")), name="paper_period_in_order"
            ),
            models.CheckConstraint(
                condition=both_or_neither("selection_sent_by", "selection_sent_at"),
                name="paper_selection_by_and_at",
            ),
            models.CheckConstraint(
                condition=both_or_neither("published_by", "published_at"), name="paper_published_by_and_at"
            ),
        ]

    def __str__(self):
        return f"{self.subject}, {clock.format_date(self.meeting_on)}"

    @property
    def is_frozen(self) -> bool:
        """Approved: what it says is its newest version, and nothing else."""
        return self.status in {PaperStatus.APPROVED, PaperStatus.PUBLISHED}


class PaperItem(models.Model):
    """One published item in a paper. With `joins_previous` it shares the narrative of the one above."""

    class ChosenBy(models.TextChoices):
        PANEL = "panel", "Selected by Panel Officers"
        OFFICE = "office", "Selected by the office"

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="items")
    published_item = models.ForeignKey(PublishedItem, on_delete=models.PROTECT, related_name="paper_items")
    chosen_by = models.CharField(max_length=10, choices=ChosenBy)
    chooser = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    joins_previous = models.BooleanField(default=False)
    members_question = models.TextField(blank=True, help_text="What Members want to know.")
    narrative = models.TextField(
        blank=True,
        help_text="Paragraphs parted by an empty line; lines that start with “- ” are bullets.",
    )

    class Meta:
        ordering = ["paper", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "published_item"], name="item_once_per_paper"),
            models.UniqueConstraint(
                fields=["paper", "position"],
                name="paper_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self):
        return f"{self.paper}: {self.published_item}"


class PaperVersionQuerySet(models.QuerySet):
    def light(self):
        """Without the documents themselves; `pdf_size` in bytes instead."""
        return self.defer("data", "html", "pdf").annotate(pdf_size=Length("pdf"))


class PaperVersion(models.Model):
    """An approved paper as it was approved: data, HTML and PDF with their hashes.

    Never rendered again, never changed: migration 0002's trigger refuses UPDATE and DELETE.
    """

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    data = models.JSONField()
    html = models.TextField(help_text="The whole document, with its styles.")
    pdf = models.BinaryField()
    html_hash = models.CharField(max_length=64)
    pdf_hash = models.CharField(max_length=64)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=clock.now)

    objects = PaperVersionQuerySet.as_manager()

    class Meta:
        ordering = ["paper", "-number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_version_unique")]

    def __str__(self):
        return f"{self.paper}, version {self.number}"

    @property
    def shown_size(self) -> str:
        """'214KB' or '1.2MB', of the PDF; for versions read with `light()`."""
        if self.pdf_size < 1024 * 1024:
            return f"{math.ceil(self.pdf_size / 1024)}KB"
        return f"{self.pdf_size / 1024 / 1024:.1f}MB"

    @property
    def fragment(self) -> str:
        """What stands in the body of the frozen document, for a page of ours. Escaped when it was made."""
        return self.html.partition("<body>")[2].rpartition("</body>")[0]
