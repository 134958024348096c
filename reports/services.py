"""Published spend: what the Specified Information Order 2011 wants published, month by month.

Schedule, 3(f): every crime and disorder reduction grant, of any amount. 3(g): every other item above £500.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.text import capfirst

from accounts.permissions import Permission
from audit.services import record
from awards.models import Award, Payment
from funds.models import LegalPower
from office.models import OfficeSettings
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.spreadsheets import plain_number

from .models import Publication, PublishedItem

THRESHOLD = Decimal(500)

# The two-part rule, for payments: `is_cdr_grant or amount > 500`.
TO_BE_PUBLISHED = Q(
    instalment__award__kind=Award.Kind.GRANT,
    instalment__award__legal_power=LegalPower.CRIME_AND_DISORDER,
) | Q(amount__gt=THRESHOLD)

PURPOSE_MISSING = Q(instalment__award__purpose__regex=r"^\s*$")
REASONS_MISSING = Q(instalment__award__reasons__regex=r"^\s*$")


@dataclass(frozen=True)
class Missing:
    """What stops a month's publication: a payment whose award does not say enough."""

    payment: Payment
    what: tuple[str, ...]

    def __str__(self):
        recipient = self.payment.instalment.award.organisation
        return f"{self.payment.finance_reference} to {recipient}: {' and '.join(self.what)}"


@dataclass(frozen=True)
class Month:
    """How one month stands. Amounts in pounds."""

    first: date
    publication: Publication | None
    published: int
    waiting: int
    waiting_amount: Decimal
    missing: int

    @property
    def has_ended(self) -> bool:
        return clock.today() >= month_after(self.first)

    @property
    def may_be_published(self) -> bool:
        """Ended, nothing missing, and not yet published or payments came in since."""
        return self.has_ended and not self.missing and (self.publication is None or self.waiting > 0)

    @property
    def standing(self) -> str:
        if not self.has_ended:
            return f"Ends on {clock.format_date(month_after(self.first) - date.resolution)}"
        if self.missing:
            return "Something is missing"
        if self.publication and self.waiting:
            return "Payments recorded since"
        return "Published" if self.publication else "Ready"


def first_of(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the month after the one that begins on `month`."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    return first_of(first_of(month) - date.resolution)


def unpublished(month: date) -> QuerySet[Payment]:
    """The payments of a month that the law wants published and that are not yet, oldest first."""
    return (
        Payment.objects.filter(TO_BE_PUBLISHED, published_item=None)
        .filter(paid_on__gte=first_of(month), paid_on__lt=month_after(first_of(month)))
        .select_related("instalment__award__organisation", "instalment__award__fund")
        .order_by("paid_on", "pk")
    )


def blocking(month: date) -> list[Missing]:
    """What is missing before a month can be published: an empty purpose or empty reasons."""
    found = []
    for payment in unpublished(month).filter(PURPOSE_MISSING | REASONS_MISSING):
        award = payment.instalment.award
        facts = (("the purpose", award.purpose), ("the reasons", award.reasons))
        found.append(Missing(payment, tuple(name for name, text in facts if not text.strip())))
    return found


def months() -> list[Month]:
    """Every month from the first payment to the present one, newest first."""
    rows = {
        row["month"]: row
        for row in Payment.objects.annotate(month=TruncMonth("paid_on"))
        .values("month")
        .annotate(
            published=Count("published_item"),
            waiting=Count("pk", filter=TO_BE_PUBLISHED & Q(published_item=None)),
            waiting_amount=Sum("amount", filter=TO_BE_PUBLISHED & Q(published_item=None)),
            missing=Count(
                "pk", filter=TO_BE_PUBLISHED & Q(published_item=None) & (PURPOSE_MISSING | REASONS_MISSING)
            ),
        )
    }
    publications = {publication.month: publication for publication in Publication.objects.all()}
    if not rows and not publications:
        return []
    month, first = first_of(clock.today()), min([*rows, *publications])
    found = []
    while month >= first:
        row = rows.get(month, {})
        found.append(
            Month(
                first=month,
                publication=publications.get(month),
                published=row.get("published", 0),
                waiting=row.get("waiting", 0),
                waiting_amount=row.get("waiting_amount") or Decimal(0),
                missing=row.get("missing", 0),
            )
        )
        month = month_before(month)
    return found


@transaction.atomic
def publish_month(*, by, month: date) -> Publication:
    """Publish a month's spending, empty or not; what was paid is copied and then frozen.

    Publishing a month again changes nothing, unless payments of that month were recorded since: those are
    added. Raises RuleBroken before the month has ended in London, or while a purpose or reasons are missing.
    """
    by.require(Permission.PUBLISH_SPENDING)
    month = first_of(month)
    name = f"{month:%B %Y}"
    if clock.today() < month_after(month):
        raise RuleBroken(
            f"{name} has not ended. It can be published from {clock.format_date(month_after(month))}."
        )
    _, is_new = Publication.objects.get_or_create(month=month, defaults={"published_by": by})
    publication = Publication.objects.select_for_update(no_key=True).get(month=month)
    missing = blocking(month)
    if missing:
        raise RuleBroken(
            f"{name} cannot be published yet. Ask a commissioning officer to add what is missing. "
            + ". ".join(str(one) for one in missing)
            + "."
        )
    added = PublishedItem.objects.bulk_create(
        [_item(publication, payment) for payment in unpublished(month)], batch_size=500
    )
    _record_publication(publication, added, is_new=is_new, by=by)
    return publication


def _record_publication(publication, added, *, is_new, by):
    total = format_money(sum((item.amount for item in added), Decimal(0)))
    count = f"{len(added)} payment{'' if len(added) == 1 else 's'}"
    month = f"{publication.month:%B %Y}"
    changes = {"payments": len(added), "total": total}
    if is_new:
        said = f"{by} published the spending of {month}: {count}, {total}."
        record("spending.published", publication, said, by=by, changes=changes)
    elif added:
        said = f"{by} added {count}, {total}, to the published spending of {month}."
        record("spending.added", publication, said, by=by, changes=changes)


def _item(publication, payment) -> PublishedItem:
    award = payment.instalment.award
    return PublishedItem(
        publication=publication,
        payment=payment,
        paid_on=payment.paid_on,
        finance_reference=payment.finance_reference,
        supplier=award.organisation.name,
        supplier_registration=registration(award.organisation),
        amount=payment.amount,
        purpose=award.purpose,
        reasons=award.reasons,
        is_grant=award.kind == Award.Kind.GRANT,
        fund=award.fund.name,
        legal_power=award.legal_power,
    )


def registration(organisation: Organisation) -> str:
    """The organisation's public number with its register, as open data writes it (domain.md section 9)."""
    if organisation.charity_number:
        return f"GB-CHC-{organisation.charity_number}"
    return f"GB-COH-{organisation.company_number}" if organisation.company_number else ""


# -- The columns of the published file (domain.md section 2) -------------------------------------------------

COLUMNS = (
    "body", "payment_date", "transaction_ref", "supplier", "supplier_registration", "amount",
    "irrecoverable_vat", "purpose", "category", "merchant", "merchant_category", "payment_method",
    "is_grant", "fund", "legal_power", "reason", "conditions_url", "redaction",
)  # fmt: skip


def csv_rows(items: QuerySet[PublishedItem], day: date) -> Iterator[list]:
    """A row per published item, ISO dates, in the order of COLUMNS. `day` chooses the body's name.

    Purchase cards, VAT that cannot be recovered and redactions have no records yet: their columns are empty.
    """
    office = OfficeSettings.objects.as_at(day)
    body = office.office_name if office else ""
    related = items.select_related(
        "payment__instalment__award__fund", "payment__instalment__award__application__round__fund"
    )
    for item in related.iterator(chunk_size=500):
        yield [
            body,
            item.paid_on.isoformat(),
            item.finance_reference,
            item.supplier,
            item.supplier_registration,
            plain_number(item.amount),
            "",
            capfirst(item.purpose),
            item.kind,
            "",
            "",
            "",
            "true" if item.is_grant else "false",
            item.fund,
            item.get_legal_power_display(),
            item.reasons,
            conditions_url(item),
            "",
        ]


def conditions_url(item: PublishedItem) -> str:
    """Where the public reads a grant's conditions (3(f)): its round's page, or its fund's; else empty."""
    if not item.is_grant:
        return ""
    award = item.payment.instalment.award
    if award.application_id:
        opening = award.application.round
        return settings.SITE_URL + reverse("round_page", args=[opening.fund.slug, opening.slug])
    return settings.SITE_URL + reverse("fund_page", args=[award.fund.slug])
