"""Questions and answers: one engine for applications, business cases, returns and audits.

A questionnaire is a version: sections of questions, edited until it is used, then frozen.
To change it afterwards, it is copied.
A response answers one questionnaire. An answer is kept as it was typed, however wrong; `kinds` reads it.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from organisations.models import Organisation
from pcc_grants.lib import clock

from .searching import AnswerWords


class QuestionnaireQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office reads every version. What is public of one stands on the pages of its round."""
        return self if user.may(Permission.READ_FUNDS) else self.none()


class Questionnaire(models.Model):
    """One version of a set of questions. `family` and the keys of questions stay the same across versions."""

    class Purpose(models.TextChoices):
        APPLICATION = "application", "Application"
        BUSINESS_CASE = "business_case", "Business case"
        RETURN = "return", "Return"
        AUDIT = "audit", "Audit"

    family = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=20, choices=Purpose)
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    frozen_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is in use.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["family", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["family", "version"], name="questionnaire_version_unique")
        ]

    def __str__(self):
        return f"{self.name}, version {self.version}"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class Section(models.Model):
    """A part of a questionnaire, completed as a whole; `group` is the heading of the task list above it."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    group = models.CharField(max_length=100, blank=True)
    introduction = models.TextField(blank=True)

    class Meta:
        ordering = ["questionnaire", "position"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "key"], name="section_key_unique"),
            models.UniqueConstraint(
                fields=["questionnaire", "position"],
                name="section_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self):
        return self.title


class Question(models.Model):
    """One question. Its `key` names it across versions, so that answers can be compared and carried over."""

    class Kind(models.TextChoices):
        SHORT_TEXT = "short_text", "Short text"
        LONG_TEXT = "long_text", "Long text with a word limit"
        NUMBER = "number", "Whole number"
        MONEY = "money", "Amount of money"
        DATE = "date", "Date"
        YES_NO = "yes_no", "Yes or no"
        ONE_OF = "one_of", "One of a list"
        MANY_OF = "many_of", "Any number of a list"
        EMAIL = "email", "Email address"
        PHONE = "phone", "Phone number"
        WEBSITE = "website", "Web address"
        TABLE = "table", "Table of rows"
        FILE = "file", "Document"
        COSTS = "costs", "Budget: cost lines of one year"
        MATCH = "match", "Budget: money from others"
        OUTCOMES = "outcomes", "Outcomes: measure, baseline and target"
        PARTNERS = "partners", "Partner organisations"

    class Source(models.TextChoices):
        """Where the choices of a list come from when the questionnaire does not hold them itself."""

        THEMES = "themes", "The types of project of the round"
        DISTRICTS = "districts", "The districts of the police area"

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.CharField(max_length=300, help_text="The question, as it is asked.")
    name = models.CharField(
        max_length=150, help_text="What its sentences call the answer: “Why the project is needed”."
    )
    empty = models.CharField(
        max_length=200, blank=True, help_text="Said when nothing was answered: “Enter the name of …”."
    )
    hint = models.CharField(max_length=300, blank=True)
    guidance = models.TextField(blank=True, help_text="What a good answer covers, one point a line.")
    required = models.BooleanField(default=True)
    word_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    options = models.JSONField(default=list, blank=True, help_text="[[value, label], …] of a list.")
    source = models.CharField(max_length=20, choices=Source, blank=True)
    columns = models.JSONField(default=list, blank=True, help_text="[[key, label, kind], …] of a table.")
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of cost lines: which year.")
    fact = models.CharField(
        max_length=30, blank=True, help_text="What of the application the answer tells: title, starts_on, …"
    )
    criterion = models.SlugField(
        max_length=60, blank=True, help_text="The key of the criterion that the answer is scored for."
    )
    is_offered_again = models.BooleanField(
        default=False, help_text="The organisation's last answer is offered in its next form."
    )
    depends_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="dependents"
    )
    shown_if = models.JSONField(
        default=list, blank=True, help_text="The values of `depends_on` with which this question is asked."
    )

    class Meta:
        ordering = ["questionnaire", "section__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "key"], name="question_key_unique"),
            models.UniqueConstraint(
                fields=["section", "position"],
                name="question_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(word_limit=None) | Q(word_limit__gt=0), name="question_word_limit_positive"
            ),
            models.CheckConstraint(
                condition=Q(depends_on=None, shown_if=[]) | (Q(depends_on__isnull=False) & ~Q(shown_if=[])),
                name="question_condition_whole",
            ),
        ]

    def __str__(self):
        return self.text


class Response(models.Model):
    """The answers of one organisation to one questionnaire. What they are for refers to it."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="responses")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="responses")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return f"{self.questionnaire} by {self.organisation}"


class Answer(models.Model):
    """The present answer to one question, as typed. `revision` counts every change of it.

    Text is a string, a date {"day": …, "month": …, "year": …}, several choices a list, rows a list of
    objects, a document {"document": primary key, "later": text}.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    is_autosaved = models.BooleanField(default=False, help_text="Typed, and not yet saved by a button.")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="one_answer_per_question")
        ]
        indexes = [GinIndex(AnswerWords("value"), name="answer_words")]

    def __str__(self):
        return f"{self.question}: revision {self.revision}"


class AnswerVersion(models.Model):
    """What an answer was, from `at` until the next version: history that restores any earlier answer."""

    class How(models.TextChoices):
        SAVED = "saved", "Saved"
        AUTOSAVED = "autosaved", "Saved while typing"
        COMBINED = "combined", "Combined from two answers"
        SET_ASIDE = "set_aside", "Set aside for a colleague's answer"
        RESTORED = "restored", "Restored"
        CARRIED = "carried", "Carried over from another fund"
        PUT_BACK = "put_back", "Put back as it was sent"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="versions")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    value = models.JSONField()
    how = models.CharField(max_length=20, choices=How)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["response", "question", "-id"], name="answer_history")]

    def __str__(self):
        return f"{self.question}: {self.get_how_display()}"


class CompletedSection(models.Model):
    """A section of which somebody said that it is complete."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="completed_sections")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "section"], name="section_completed_once")]

    def __str__(self):
        return f"{self.section} completed"


class Comment(models.Model):
    """A remark about a section between colleagues. The office never sees it."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="comments")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.by}: {self.text[:50]}"
