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
