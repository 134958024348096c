"""Who takes part in one application, and in what part (screens.md 3.7)."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import User
from organisations.models import AbstractInvitation, InvitationQuerySet, Membership
from pcc_grants.lib import clock
from questionnaires.models import Section

from .applications import Application


class Part(models.TextChoices):
    """What a person may do with one application.

    A lead of the organisation always leads it. A member without a part of their own is a contributor.
    """

    LEAD = "lead", "Lead"
    CONTRIBUTOR = "contributor", "Contributor"
    SIGNATORY = "signatory", "Signatory"
    READER = "reader", "Reader"


PART_HINTS = {
    Part.LEAD: "Can change everything, invite people, submit and withdraw",
    Part.CONTRIBUTOR: "Can change the answers, or only the sections you choose",
    Part.SIGNATORY: "Can read everything, sign and submit",
    Part.READER: "Can read everything and change nothing",
}


class ParticipantQuerySet(models.QuerySet):
    def current(self):
        """The parts that people hold now: who left the organisation left its applications with it."""
        left = Membership.objects.filter(
            user=OuterRef("user"),
            organisation=OuterRef("application__organisation"),
            ended_at__gte=OuterRef("added_at"),
        )
        return self.filter(~Exists(left), ended_at=None)


class Participant(models.Model):
    """A person's part in one application. `sections` limits a contributor; none: every section."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="participations")
    part = models.CharField(max_length=20, choices=Part)
    sections = models.ManyToManyField(Section, blank=True, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"], condition=Q(ended_at=None), name="one_part_per_person"
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.get_part_display().lower()} of {self.application.reference}"


class ApplicationInvitation(AbstractInvitation):
    """An invitation to take part in one application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="invitations")
    part = models.CharField(max_length=20, choices=Part)
    sections = models.ManyToManyField(Section, blank=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "application",
                Lower("email"),
                condition=Q(accepted_at=None, cancelled_at=None),
                name="one_open_invitation_per_application",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="application_invitation_accepted_by_and_at",
            ),
        ]

    def __str__(self):
        return f"Invitation to {self.application.reference}"
