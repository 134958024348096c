"""Who applies for money and who is paid it: organisations, the names they also go by, and their people."""

from datetime import timedelta
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import User
from accounts.permissions import Permission
from pcc_grants.lib import clock

from .inspection import NAME_OF_TYPE

RESTORABLE_FOR = timedelta(days=30)  # a document that was removed
# The documents that forms ask for most; one of another question has the key of that question as its kind.
DOCUMENT_KINDS = {
    "governing-document": "Governing document",
    "accounts": "Latest accounts",
    "safeguarding-policy": "Safeguarding policy",
    "other": "Another document",
}


class District(models.Model):
    """A district of the police area, with its code in the national register of geography."""

    code = models.CharField(max_length=9, unique=True, validators=[RegexValidator(r"^[EWSN]\d{8}$")])
    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every organisation; an applicant sees those they belong to."""
        if user.may(Permission.READ_ORGANISATIONS):
            return self
        if user.may(Permission.APPLY):
            return self.filter(
                pk__in=Membership.objects.filter(user=user, ended_at=None).values("organisation")
            )
        return self.none()


class Organisation(models.Model):
    """A body that may apply, deliver, or be paid. Named exactly as registered."""

    class Kind(models.TextChoices):
        CHARITY = "charity", "Charity"
        CIC = "cic", "Community interest company"
        COMPANY = "company", "Company"
        COMMUNITY = "community", "Volunteer or community group"
        PARTNERSHIP = "partnership", "Community Safety Partnership"
        COUNCIL = "council", "Council"
        POLICE = "police", "Police body"
        SCHOOL = "school", "School or college"
        OTHER = "other", "Another kind of organisation"

    reference = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    charity_number = models.CharField(max_length=7, blank=True, validators=[RegexValidator(r"^\d{6,7}$")])
    company_number = models.CharField(
        max_length=8, blank=True, validators=[RegexValidator(r"^[A-Z0-9]{2}\d{6}$")]
    )
    known_as = models.CharField(
        max_length=200, blank=True, help_text="The name used in headings of papers, if shorter."
    )
    website = models.URLField(blank=True)
    publish_location = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="organisation_name_unique_whatever_case"),
            models.UniqueConstraint(
                fields=["charity_number"],
                condition=~Q(charity_number=""),
                name="organisation_charity_number_unique",
            ),
            models.UniqueConstraint(
                fields=["company_number"],
                condition=~Q(company_number=""),
                name="organisation_company_number_unique",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_statutory(self) -> bool:
        return self.kind in {self.Kind.COUNCIL, self.Kind.POLICE, self.Kind.PARTNERSHIP}


class Alias(models.Model):
    """Another name the organisation goes by: as a payee, a service, or before it was renamed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="alias_unique_whatever_case")]

    def __str__(self):
        return self.name


class DeclaredInterestQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None)

    def visible_to(self, user):
        """The register is for the office alone."""
        return self if user.may(Permission.READ_ORGANISATIONS) else self.none()


class DeclaredInterest(models.Model):
    """Someone of the office has an interest in an organisation, and takes no part in what is decided on it.

    Declared by an approver, an officer or an assessor; an approver names who decides instead. It is minuted:
    it stays on the record after it has ended.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="declared_interests"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="declared_interests")
    interest = models.TextField()
    declared_at = models.DateTimeField(default=clock.now)
    handed_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.TextField(blank=True)

    objects = DeclaredInterestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(ended_at=None),
                name="one_current_interest_of_a_person",
            ),
            models.CheckConstraint(condition=~Q(interest=""), name="declared_interest_says_what"),
            models.CheckConstraint(
                condition=Q(handed_to=None) | ~Q(handed_to=models.F("user")),
                name="declared_interest_handed_to_someone_else",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="declared_interest_ended_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.user}: interest in {self.organisation}"


class Membership(models.Model):
    """A person who acts for an organisation."""

    class Role(models.TextChoices):
        LEAD = "lead", "Lead"
        MEMBER = "member", "Member"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(ended_at=None),
                name="one_current_membership",
            )
        ]

    def __str__(self):
        return f"{self.user} for {self.organisation}"


INVITATION_DAYS = 14


class AbstractInvitation(models.Model):
    """Somebody asked by e-mail to take part. It works for 14 days, for that address, once."""

    email = models.EmailField()
    name = models.CharField(max_length=150)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.cancelled_at is None and clock.now() <= self.expires_at

    @property
    def has_expired(self) -> bool:
        return self.accepted_at is None and self.cancelled_at is None and clock.now() > self.expires_at

    @staticmethod
    def end_of_validity():
        return clock.now() + timedelta(days=INVITATION_DAYS)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, cancelled_at=None, expires_at__gte=clock.now())

    def visible_to(self, user):
        """The person invited, by their address, while it is open."""
        return self.addressed_to(user).open()

    def addressed_to(self, user):
        """Those to the address of a person who could accept one, whatever became of them."""
        return self.filter(email__iexact=user.email) if user.may(Permission.APPLY) else self.none()

    def unanswered(self):
        """Those that wait for an answer, or did until they expired: who sent them can send them again."""
        return self.filter(accepted_at=None, cancelled_at=None)


class Invitation(AbstractInvitation):
    """An invitation to act for an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(accepted_at=None, cancelled_at=None),
                name="one_open_invitation_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="organisation_invitation_accepted_by_and_at",
            ),
        ]

    def __str__(self):
        return f"Invitation to {self.organisation}"


# After so many days without an answer of a lead, the office may answer a request to join.
LEAD_ANSWERS_WITHIN_DAYS = 14


class JoinRequestQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(decided_at=None)

    def for_office(self):
        """Those that the office answers: nobody leads the organisation and can sign in, or none answered."""
        leads = Membership.objects.filter(
            organisation=OuterRef("organisation"), ended_at=None, role=Membership.Role.LEAD
        )
        long_ago = clock.now() - timedelta(days=LEAD_ANSWERS_WITHIN_DAYS)
        no_lead = ~Exists(leads.filter(user__is_active=True))
        return self.waiting().filter(no_lead | Q(requested_at__lt=long_ago))

    def visible_to(self, user):
        """The office sees every request, a lead those of their organisation, people their own."""
        if user.may(Permission.READ_ORGANISATIONS):
            return self
        return self.filter(user=user) | self.to_lead(user) if user.may(Permission.APPLY) else self.none()

    def to_lead(self, user):
        """Those to organisations that the person leads."""
        led = Membership.objects.filter(user=user, ended_at=None, role=Membership.Role.LEAD)
        return self.filter(organisation__in=led.values("organisation"))


class JoinRequest(models.Model):
    """Somebody who asks to act for an organisation that we know. Its lead decides, or the office."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests")
    message = models.TextField(blank=True)
    requested_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    is_accepted = models.BooleanField(null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(decided_at=None), name="one_open_join_request"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, is_accepted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_accepted__isnull=False),
                name="join_request_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("user")), name="join_request_four_eyes"
            ),
        ]

    def __str__(self):
        return f"{self.user} asks to act for {self.organisation}"


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
