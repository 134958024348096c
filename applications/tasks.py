"""Scheduled work about applications."""

from celery import shared_task

from .services import close_rounds as close


@shared_task(name="applications.tasks.close_rounds")
def close_rounds() -> int:
    """Mark the drafts of rounds that have closed. Late or twice does no harm."""
    return close()
