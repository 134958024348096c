"""Scheduled work about applications. Late or twice does no harm: each looks for what is owed."""

from celery import shared_task


@shared_task(name="applications.tasks.close_rounds")
def close_rounds() -> int:
    """Mark the drafts of rounds that have closed."""
    from .services import close_rounds as close

    return close()


@shared_task(name="applications.tasks.make_copies")
def make_copies() -> int:
    """Set the PDFs of what was submitted, and of drafts that were not."""
    from .services import make_copies as make

    return make()


@shared_task(name="applications.tasks.erase_removed_documents")
def erase_removed_documents() -> int:
    """Delete documents for good that were removed 30 days ago and are in no application."""
    from .services import erase_removed_documents as erase

    return erase()
