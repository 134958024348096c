"""Questions from us about one application, and everybody's questions about a round."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from funds.models import Round
from pcc_grants.lib import clock
from questionnaires.models import Section

from .applications import Application
from .common import both_or_neither


class Clarification(models.Model):
    """A question of the office about a submitted application, with the sections unlocked for the answer."""

    class Status(models.TextChoices):
        OPEN = "open", "Waiting for an answer"
        ANSWERED = "answered", "Answered"
        LAPSED = "lapsed", "Not answered in time"
        CANCELLED = "cancelled", "Taken back"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="clarifications")
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    question = models.TextField()
    sections = models.ManyToManyField(Section, blank=True, related_name="+")
    reply_by = models.DateField(help_text="The last day of the answer, in London.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    before = models.JSONField(default=dict, help_text="The answers when it was asked: {question key: value}.")
    after = models.JSONField(default=dict, help_text="The same answers when it ended.")
    reply = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(status="open"), name="one_open_clarification"
            ),
            models.CheckConstraint(
                condition=both_or_neither("answered_by", "answered_at"),
                name="clarification_answered_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="clarification_ended_has_time",
            ),
        ]

    def __str__(self):
        return f"Question about {self.application.reference}"


class PublicQuestionQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(published_at=None)

    def waiting(self):
        return self.filter(published_at=None, closed_at=None)

    def visible_to(self, user):
        """The office reads every question; everyone reads what was published, which names nobody."""
        if user.is_authenticated and user.may(Permission.READ_APPLICATIONS):
            return self
        return self.published()


class PublicQuestion(models.Model):
    """A question about a round, answered for everybody. Who asked is never shown outside the office."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="public_questions")
    asked_text = models.TextField(help_text="As it was asked. Not published.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    question = models.TextField(blank=True, help_text="As it is published, without anything of who asked.")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="Answered to the person who asked alone: not for everybody."
    )
    digested_at = models.DateTimeField(
        null=True, blank=True, help_text="When everybody with a draft was written to about it."
    )

    objects = PublicQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None)
                | (Q(answered_by__isnull=False) & ~Q(question="") & ~Q(answer="")),
                name="public_question_published_whole",
            )
        ]

    def __str__(self):
        return f"Question {self.pk} about {self.round}"

    @property
    def is_waiting(self) -> bool:
        return self.published_at is None and self.closed_at is None
