"""The files of an organisation, and what the office found out about it."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from pcc_grants.lib import clock

from ..inspection import NAME_OF_TYPE
from .organisations import Organisation

RESTORABLE_FOR = timedelta(days=30)  # a document that was removed
# The documents that forms ask for most; one of another question has the key of that question as its kind.
DOCUMENT_KINDS = {
    "governing-document": "Governing document",
    "accounts": "Latest accounts",
    "safeguarding-policy": "Safeguarding policy",
    "other": "Another document",
}


def private_path(document, filename) -> str:
    """Where a file lies: under a name of our own, so that nothing in the sender's name can matter."""
    return f"documents/{uuid4().hex[:2]}/{uuid4().hex}"


class DocumentQuerySet(models.QuerySet):
    def present(self):
        return self.filter(removed_at=None)

    def visible_to(self, user):
        """The office sees every document; members those of their organisation."""
        if user.may(Permission.READ_ORGANISATIONS):
            return self
        return self.filter(organisation__in=Organisation.objects.visible_to(user))


class Document(models.Model):
    """A file of an organisation. It lies in private storage; a view hands it out after asking who asks."""

    class Scan(models.TextChoices):
        PENDING = "pending", "We are checking this file"
        CLEAN = "clean", "Checked: no virus found"
        INFECTED = "infected", "Contains a virus"
        NOT_SCANNED = "not_scanned", "Not scanned for viruses"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="documents")
    kind = models.SlugField(max_length=60, help_text="The key of the question that asked for it.")
    file = models.FileField(upload_to=private_path, max_length=200)
    name = models.CharField(max_length=150, help_text="The name under which it is handed out.")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="In bytes.")
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=20, choices=Scan)
    scanned_at = models.DateTimeField(null=True, blank=True)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(scan="pending"), name="document_scan_owed"),
            models.Index(fields=["organisation", "kind", "-id"], name="document_of_organisation"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="document_removed_by_and_at",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def type_name(self) -> str:
        """What people call its type: PDF, Word, Excel …"""
        return NAME_OF_TYPE.get(self.content_type, "file")

    @property
    def kind_name(self) -> str:
        """What it is, as a list calls it: “Latest accounts”."""
        return DOCUMENT_KINDS.get(self.kind) or self.kind.replace("-", " ").capitalize()

    @property
    def is_infected(self) -> bool:
        return self.scan == self.Scan.INFECTED

    @property
    def is_restorable(self) -> bool:
        """Whether it was removed, and can still be put back: for 30 days (screens.md 6.27)."""
        return self.removed_at is not None and clock.now() - self.removed_at <= RESTORABLE_FOR


class DueDiligenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For the office alone."""
        return self if user.may(Permission.READ_ORGANISATIONS) else self.none()


class DueDiligence(models.Model):
    """What the office found out about an organisation before it gives money (GovS 015). The latest stands."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", "Registration and governance"
        ACCOUNTS = "accounts", "Accounts and finances"
        INSURANCE = "insurance", "Insurance"
        SAFEGUARDING = "safeguarding", "Safeguarding"
        LINKS = "links", "Links with the police force or the office"

    class Outcome(models.TextChoices):
        SATISFACTORY = "satisfactory", "Satisfactory"
        CONCERN = "concern", "Concern"
        NOT_NEEDED = "not_needed", "Not needed for this organisation"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="due_diligence")
    kind = models.CharField(max_length=20, choices=Kind)
    outcome = models.CharField(max_length=20, choices=Outcome)
    notes = models.TextField(blank=True, help_text="What was found, or why there is a concern.")
    evidence = models.CharField(
        max_length=300, blank=True, help_text="Where it was seen: a register, a page, a policy number."
    )
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = DueDiligenceQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "kind", "-id"]
        verbose_name_plural = "due diligence"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="satisfactory") | ~Q(notes=""), name="due_diligence_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="satisfactory") | ~Q(evidence="") | Q(document__isnull=False),
                name="due_diligence_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=models.F("checked_on")),
                name="due_diligence_expires_after_check",
            ),
        ]

    def __str__(self):
        return f"{self.organisation}: {self.get_kind_display()}"

    @property
    def has_expired(self) -> bool:
        return self.expires_on is not None and clock.today() > self.expires_on
