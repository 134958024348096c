"""The money behind funds: where it comes in from, and what each source gives a fund for a year."""

from django.db import models
from django.db.models import Q

from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import MoneyField

from .funds import Fund


class FundingSource(models.Model):
    """Where money comes in from, and what binds it."""

    name = models.CharField(max_length=200, unique=True)
    ring_fenced_for = models.TextField(blank=True)
    spend_by = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Budget(models.Model):
    """What one source gives one fund for one financial year. Locked before money is committed against it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budgets")
    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="budgets")
    start_year = models.PositiveSmallIntegerField(
        help_text="The calendar year in which the financial year starts."
    )
    amount = MoneyField()

    class Meta:
        ordering = ["start_year", "fund", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "source", "start_year"], name="one_budget_per_fund_source_year"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_negative"),
            models.CheckConstraint(
                condition=Q(start_year__gte=2000, start_year__lt=2100), name="budget_year_sane"
            ),
        ]

    def __str__(self):
        return f"{self.fund} {self.financial_year} from {self.source}"

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.start_year)
