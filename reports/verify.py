"""What must always hold of published spend and of papers: sums, the rule, hashes, states against stamps."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from awards.models import Award, Payment
from pcc_grants.lib.checking import Violation

from . import services
from .models import Paper, PaperItem, PaperStatus, PaperVersion, Publication, PublishedItem
from .papers.approval import sha256


def violations() -> Iterator[Violation]:
    yield from _items_equal_payments()
    yield from _published_by_the_rule()
    yield from _nothing_left_out()
    yield from _frozen_versions()
    yield from _papers_and_stamps()
    yield from _order_of_items()


def _items_equal_payments() -> Iterator[Violation]:
    same = Q(
        amount=F("payment__amount"),
        paid_on=F("payment__paid_on"),
        finance_reference=F("payment__finance_reference"),
        legal_power=F("payment__instalment__award__legal_power"),
    )
    for item in PublishedItem.objects.exclude(same).iterator(chunk_size=500):
        yield Violation(
            "published items equal their payments",
            str(item),
            f"{item} is not what payment {item.payment} says.",
        )
    for item in PublishedItem.objects.select_related("publication").iterator(chunk_size=500):
        if services.first_of(item.paid_on) != item.publication.month:
            yield Violation(
                "published items stand in their month",
                str(item),
                f"{item} is published in {item.publication}.",
            )


def _published_by_the_rule() -> Iterator[Violation]:
    is_grant = Q(payment__instalment__award__kind=Award.Kind.GRANT)
    wrong = ~Q(payment__in=Payment.objects.filter(services.TO_BE_PUBLISHED)) | (
        Q(is_grant=True) & ~is_grant | Q(is_grant=False) & is_grant
    )
    wanting = Q(purpose__regex=r"^\s*$") | Q(reasons__regex=r"^\s*$")
    for item in PublishedItem.objects.filter(wrong | wanting).iterator(chunk_size=500):
        yield Violation(
            "what is published follows the two-part rule",
            str(item),
            f"{item} is published although the rule, its type, its purpose or its reasons do not allow it.",
        )


def _nothing_left_out() -> Iterator[Violation]:
    """What was recorded before its month was published is in it; what came since waits for the next time."""
    months = Publication.objects.values_list("month", "published_at")
    for month, published_at in months.iterator(chunk_size=500):
        for payment in services.unpublished(month).filter(recorded_at__lt=published_at):
            yield Violation(
                "nothing that must be published is left out",
                str(payment),
                f"{payment} is missing from the published spending of {month:%B %Y}.",
            )


def _frozen_versions() -> Iterator[Violation]:
    for version in PaperVersion.objects.select_related("paper").iterator(chunk_size=5):
        if (
            sha256(version.html.encode()) != version.html_hash
            or sha256(bytes(version.pdf)) != version.pdf_hash
        ):
            yield Violation(
                "frozen papers are as they were approved",
                str(version),
                f"{version} does not have the hash it was approved with.",
            )
        if version.approved_by_id == version.paper.sent_for_approval_by_id:
            yield Violation(
                "nobody approves what they sent", str(version), f"{version} was approved by its sender."
            )


def _papers_and_stamps() -> Iterator[Violation]:
    before_approval = [PaperStatus.CHOOSING, PaperStatus.DRAFTING, PaperStatus.CHECKING]
    rules = {
        "is being chosen for, and yet its selection was sent": Q(
            status=PaperStatus.CHOOSING, selection_sent_at__isnull=False
        ),
        "is with the approver or past it, and nobody sent it": ~Q(
            status__in=[PaperStatus.CHOOSING, PaperStatus.DRAFTING]
        )
        & (Q(sent_for_approval_at=None) | Q(sent_for_approval_by=None)),
        "is not with the approver, and yet it was sent": Q(
            status__in=[PaperStatus.CHOOSING, PaperStatus.DRAFTING], sent_for_approval_at__isnull=False
        ),
        "is approved without a version": Q(
            status__in=[PaperStatus.APPROVED, PaperStatus.PUBLISHED], version_count=0
        ),
        "has an approved version, and is not approved": Q(status__in=before_approval, version_count__gt=0),
        "is published, and nobody published it": Q(status=PaperStatus.PUBLISHED, published_at=None),
        "was published, and is not": ~Q(status=PaperStatus.PUBLISHED) & Q(published_at__isnull=False),
    }
    papers = Paper.objects.annotate(version_count=Count("versions"))
    for sentence, wrong in rules.items():
        for paper in papers.filter(wrong):
            yield Violation("papers' states have their stamps", str(paper), f"{paper} {sentence}.")


def _order_of_items() -> Iterator[Violation]:
    for paper in Paper.objects.iterator(chunk_size=200):
        items = list(paper.items.order_by("position"))
        if [item.position for item in items] != list(range(1, len(items) + 1)):
            yield Violation(
                "items are numbered from 1", str(paper), f"{paper} has a gap in its items' places."
            )
        by_panel = [item.chosen_by == PaperItem.ChosenBy.PANEL for item in items]
        if by_panel != sorted(by_panel, reverse=True):
            yield Violation("the Panel's items come first", str(paper), f"{paper} has its items mixed.")
        if items and items[0].joins_previous:
            yield Violation(
                "an item joins one above it", str(paper), f"The first item of {paper} joins none above it."
            )
