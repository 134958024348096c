"""Who applies for money and who is paid it: organisations, and the names and places they also go by."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User
from accounts.permissions import Permission
from pcc_grants.lib import clock


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
            theirs = self.model.objects.filter(memberships__user=user, memberships__ended_at=None)
            return self.filter(pk__in=theirs.values("pk"))
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
