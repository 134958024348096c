"""Who acts for an organisation, who was asked to, and who asked to."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import User
from accounts.permissions import Permission
from pcc_grants.lib import clock

from .organisations import Organisation


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
