"""Scheduled work about accounts. Late or twice does no harm: it looks for what is owed."""

from celery import shared_task


@shared_task(name="accounts.tasks.delete_kept_texts")
def delete_kept_texts() -> int:
    """Delete what was kept of people who were signed out, after a week."""
    from .keeping import delete_old

    return delete_old()
