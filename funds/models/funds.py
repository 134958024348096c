"""Funds, their themes and what they score."""

from django.db import models
from django.db.models import Q

from accounts.permissions import Permission
from pcc_grants.lib import clock


class LegalPower(models.TextChoices):
    """Under what law money is given or spent; the publication rule follows from it (domain.md section 2)."""

    CRIME_AND_DISORDER = "prsra_s9", "Police Reform and Social Responsibility Act 2011, section 9"
    VICTIMS = "asbcpa_s143", "Anti-social Behaviour, Crime and Policing Act 2014, section 143"
    CONTRACT = "contract", "Contract for services"
    OTHER = "other", "Subscription or other spending"


class Route(models.TextChoices):
    """How money of a fund finds its recipients."""

    OPEN = "open", "Open competition"
    INVITED = "invited", "Invited business case"
    ALLOCATED = "allocated", "Allocation"
    DIRECT = "direct", "Direct award"
    CONTRACT = "contract", "Contract"


class FundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every fund; everyone sees those that have opened, given something, or ended."""
        if user.is_authenticated and user.may(Permission.READ_FUNDS):
            return self
        known = Q(pk__in=self.model.objects.filter(rounds__published_at__isnull=False).values("pk")) | Q(
            pk__in=self.model.objects.filter(
                decisions__outcome="approved", decisions__published_at__isnull=False
            ).values("pk")
        )
        return self.filter(known | Q(ended_on__isnull=False))


class Fund(models.Model):
    """One funding stream of the office."""

    code = models.CharField(max_length=4, unique=True)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200, unique=True)
    purpose = models.TextField(help_text="What the fund is for, in a sentence or two. Published.")
    route = models.CharField(max_length=20, choices=Route)
    legal_power = models.CharField(max_length=20, choices=LegalPower)
    who_can_apply = models.TextField(blank=True)
    not_funded = models.TextField(blank=True)
    monitoring_terms = models.TextField(blank=True, help_text="What reports recipients owe. Published.")
    ended_on = models.DateField(null=True, blank=True)
    ending_notice = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(ending_notice=""), name="fund_ending_has_notice"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def has_ended(self) -> bool:
        return self.ended_on is not None and self.ended_on <= clock.today()


class Theme(models.Model):
    """A type of project that the fund supports."""

    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)

    class Meta:
        ordering = ["fund", "position"]
        constraints = [models.UniqueConstraint(fields=["fund", "position"], name="theme_position_unique")]

    def __str__(self):
        return self.name


# What the scores of a round mean, from 0 upwards, unless it sets others (screens.md 2.3).
class Criterion(models.Model):
    """Something that applications are judged against: passed or not, or scored on the scale of the round.

    A fund's own criteria are copied into each round when it is prepared; from then on the round's are its
    own, and fixed once it is published. `key` names a criterion across rounds: the questions of a form name
    it to say what they are scored for. `weight` is relative to the others'.
    """

    fund = models.ForeignKey(Fund, null=True, blank=True, on_delete=models.CASCADE, related_name="criteria")
    round = models.ForeignKey(
        "Round", null=True, blank=True, on_delete=models.CASCADE, related_name="criteria"
    )
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    question = models.CharField(max_length=300, help_text="What a new form asks about it.")
    guidance = models.TextField(blank=True, help_text="What a good answer covers, one point a line.")
    word_limit = models.PositiveSmallIntegerField(default=400)
    weight = models.PositiveSmallIntegerField(default=1)
    is_pass_fail = models.BooleanField(
        default=False, help_text="Passed or not, before anything is scored; it has no weight."
    )

    class Meta:
        ordering = ["fund", "round", "-is_pass_fail", "position"]  # passed or not comes first
        verbose_name_plural = "criteria"
        constraints = [
            models.CheckConstraint(
                condition=Q(fund=None, round__isnull=False) | Q(fund__isnull=False, round=None),
                name="criterion_of_a_fund_or_a_round",
            ),
            models.UniqueConstraint(fields=["fund", "position"], name="criterion_position_unique"),
            models.UniqueConstraint(fields=["round", "position"], name="criterion_position_in_round_unique"),
            models.UniqueConstraint(fields=["fund", "key"], name="criterion_key_unique"),
            models.UniqueConstraint(fields=["round", "key"], name="criterion_key_in_round_unique"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, word_limit__gt=0), name="criterion_weight_positive"
            ),
        ]

    def __str__(self):
        return self.name
