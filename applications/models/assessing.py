"""The office's check, the assessors' scores, and what they come to when they are moderated."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from funds.models import CheckItem, Criterion, Round
from pcc_grants.lib import clock

from .applications import Application
from .common import both_or_neither


class CheckAnswer(models.Model):
    """What the officer answered to one line of the checklist of the round. The latest answer stands."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_APPLICABLE = "na", "Does not apply"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="check_answers")
    item = models.ForeignKey(CheckItem, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=3, choices=Answer)
    note = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["application", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "item"], name="one_check_answer_per_item"),
            models.CheckConstraint(condition=Q(answer="yes") | ~Q(note=""), name="check_answer_says_why"),
        ]

    def __str__(self):
        return f"{self.application.reference}: {self.item}"


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An assessor sees their own; office and auditor see all (scores once submitted: the views' task)."""
        if user.may(Permission.READ_APPLICATIONS):
            return self
        if user.may(Permission.ASSESS):
            return self.filter(
                assessor=user, status__in=[Assessment.Status.ASSIGNED, Assessment.Status.SUBMITTED]
            )
        return self.none()


class Assessment(models.Model):
    """One assessor's scores of one application. Blind until submitted; an interest declared ends it."""

    class Status(models.TextChoices):
        ASSIGNED = "assigned", "To score"
        SUBMITTED = "submitted", "Scored"
        RECUSED = "recused", "Stepped aside: interest declared"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assessments")
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assessments")
    status = models.CharField(max_length=20, choices=Status, default=Status.ASSIGNED)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    declared_at = models.DateTimeField(
        null=True, blank=True, help_text="When the assessor said whether they have an interest."
    )
    interest = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_reason = models.TextField(blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["application", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "assessor"], name="one_assessment_per_assessor"),
            models.CheckConstraint(
                condition=Q(status="submitted", submitted_at__isnull=False)
                | (~Q(status="submitted") & Q(submitted_at=None)),
                name="assessment_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="recused") | ~Q(interest=""), name="assessment_recused_says_why"
            ),
            models.CheckConstraint(
                condition=both_or_neither("reopened_by", "reopened_at"), name="assessment_reopened_by_and_at"
            ),
        ]

    def __str__(self):
        return f"{self.application.reference} by {self.assessor}"


class Score(models.Model):
    """A score on the scale of the round, or passed or not, for one criterion, with the reason."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True, help_text="Of a criterion that is passed or not.")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-criterion__is_pass_fail", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=10), name="score_from_0_to_10"),
            models.CheckConstraint(condition=Q(score=None) | Q(passed=None), name="score_or_passed"),
        ]

    def __str__(self):
        return f"{self.assessment}: {self.criterion}"


class AssessorQuestion(models.Model):
    """Something an assessor asks the office about an application while they score it, and the answer."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="assessor_question_asks_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="assessor_question_answered_whole",
            ),
        ]

    def __str__(self):
        return f"{self.assessment}: question"


class AssessmentReminder(models.Model):
    """A reminder that an assessor was sent: one of each kind for each date the scores are due."""

    class Stage(models.TextChoices):
        THREE_DAYS = "three_days", "Three days before"
        DUE = "due", "On the day"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=20, choices=Stage)
    due_on = models.DateField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "stage", "due_on"], name="one_assessment_reminder_per_stage"
            )
        ]

    def __str__(self):
        return f"{self.assessment}: {self.get_stage_display()}"


class ModerationMeeting(models.Model):
    """A meeting of assessors and officers on the scores of a round: who was there, and what was said."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="moderation_meetings")
    held_on = models.DateField()
    present = models.ManyToManyField(User, related_name="+")
    notes = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-held_on", "-id"]

    def __str__(self):
        return f"{self.round}: moderation on {clock.format_date(self.held_on)}"


class AgreedScore(models.Model):
    """What a moderation meeting agreed for one criterion, and why. It stands in place of the mean."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="agreed_scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(
        ModerationMeeting, null=True, blank=True, on_delete=models.PROTECT, related_name="agreed_scores"
    )
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    reason = models.TextField()
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["application", "-criterion__is_pass_fail", "criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "criterion"], name="one_agreed_score_per_criterion"
            ),
            models.CheckConstraint(
                condition=Q(score__lte=10, passed=None) | Q(score=None, passed__isnull=False),
                name="agreed_score_or_passed",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="agreed_score_says_why"),
        ]

    def __str__(self):
        return f"{self.application.reference}: {self.criterion}"


class Feedback(models.Model):
    """What the applicant is told about one criterion, in the words of the officer."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="feedback")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["application", "-criterion__is_pass_fail", "criterion__position"]
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="one_feedback_per_criterion"),
            models.CheckConstraint(condition=~Q(text=""), name="feedback_not_empty"),
        ]

    def __str__(self):
        return f"{self.application.reference}: {self.criterion}"
