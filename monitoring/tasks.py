"""Background work of monitoring."""

from celery import shared_task

from .services import chase as chase_returns


@shared_task
def chase():
    """Open returns and send reminders that are owed. Every hour; nothing leaves outside working hours."""
    chase_returns()
