"""Who applies for money and who is paid it: organisations, the names they also go by, and their people."""

from django.core.validators import RegexValidator
from django.db import models
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
                condition=~models.Q(charity_number=""),
                name="organisation_charity_number_unique",
            ),
            models.UniqueConstraint(
                fields=["company_number"],
                condition=~models.Q(company_number=""),
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
                condition=models.Q(ended_at=None),
                name="one_current_membership",
            )
        ]

    def __str__(self):
        return f"{self.user} for {self.organisation}"

    @property
    def has_been_taken_up(self) -> bool:
        """Whether the person has signed in since they were added: until then only their address is shown,
        so that adding an address does not reveal whose account it is."""
        signed_in = self.user.last_login
        return self.role == self.Role.LEAD or (signed_in is not None and signed_in >= self.created_at)
