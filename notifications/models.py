"""The outbox: every e-mail is a row first, and its state is the truth about it."""

from django.db import models
from django.utils import timezone

from pcc_grants.lib import clock

READ_MESSAGES = "read messages"  # accounts.permissions.Permission, which this app may not import


class Attachment(models.Model):
    """A file that goes with messages, made in the background; its messages wait for it, within reason."""

    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100, default="application/pdf")
    content = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    given_up_at = models.DateTimeField(
        null=True, blank=True, help_text="It could not be made: its messages leave without it."
    )
    created_at = models.DateTimeField(
        default=timezone.now,
        help_text="By this machine's clock, also where history is loaded: since when it is owed.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(made_at=None, content=None)
                | models.Q(made_at__isnull=False, content__isnull=False),
                name="attachment_made_has_content",
            )
        ]

    def __str__(self):
        return self.name


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People who look after the service see every message; nobody else sees any."""
        return self if user.may(READ_MESSAGES) else self.none()


class Message(models.Model):
    """One e-mail to one person, about one record.

    `key` names the obligation (such as "chaser:12:due"): a second message with the same key is never made.
    `message_id` is fixed when the row is made: a delivery repeated after a crash carries the same one.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        SUPPRESSED = "suppressed", "Kept, not sent"

    key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=100)
    to = models.EmailField()
    recipient_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    secret = models.BooleanField(
        default=False, help_text="The body holds a sign-in code: shown to nobody, cleared once sent."
    )
    about_type = models.CharField(max_length=100, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    about_name = models.CharField(max_length=300, blank=True)
    attachment = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    last_error = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    queued_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["about_type", "about_id", "-id"], name="message_about"),
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="message_owed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="message_sent_has_time",
            )
        ]

    @property
    def state_colour(self) -> str:
        """The colour of the tag that says the state."""
        return {self.State.SENT: "green", self.State.FAILED: "red", self.State.SUPPRESSED: "grey"}.get(
            self.state, "blue"
        )

    def __str__(self):
        return f"{self.subject} to {self.to}"
