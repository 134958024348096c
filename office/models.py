"""The office's own facts, each with the date from which it holds, and the counters that number things.

Commissioners, plans and Panels change; a paper renders them as at its own date (domain.md section 2).
"""

from django.db import models

from pcc_grants.lib import clock


class OfficeSettingsQuerySet(models.QuerySet):
    def as_at(self, day):
        """The settings that held on a London date; for a day before them all the earliest known; or None."""
        return (
            self.filter(effective_from__lte=day).order_by("-effective_from").first()
            or self.order_by("effective_from").first()
        )

    def current(self):
        return self.as_at(clock.today())


class OfficeSettings(models.Model):
    """One version of the office's facts, in force from a date until the next version."""

    effective_from = models.DateField(unique=True)
    office_name = models.CharField(max_length=200)
    office_short_name = models.CharField(max_length=50)
    service_name = models.CharField(max_length=100)
    police_area = models.CharField(max_length=100)
    commissioner_name = models.CharField(max_length=200)
    commissioner_title = models.CharField(max_length=200)
    plan_title = models.CharField(max_length=300)
    plan_short_title = models.CharField(max_length=100)
    plan_allocations_page = models.PositiveSmallIntegerField()
    plan_url = models.URLField()
    spending_url = models.URLField()
    panel_name = models.CharField(max_length=200)
    panel_officers_body = models.CharField(max_length=200)
    address = models.TextField(blank=True)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_hours = models.CharField(max_length=200, blank=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = OfficeSettingsQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_from"]
        verbose_name_plural = "office settings"

    def __str__(self):
        return f"Office settings from {clock.format_date(self.effective_from)}"


class PreElectionPeriod(models.Model):
    """The weeks before an election, both days included, in which announcements need care (domain.md 8)."""

    name = models.CharField(max_length=200, unique=True, help_text="Such as: PCC election, 6 May 2021")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="pre_election_ends_after_start"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def in_words(self) -> str:
        """The election and the days: 'Elections (23 March 2021 to 6 May 2021)'."""
        return f"{self.name} ({clock.format_date(self.starts_on)} to {clock.format_date(self.ends_on)})"


class Counter(models.Model):
    """The last number given out in one series."""

    series = models.CharField(max_length=100, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.series}: {self.last}"
