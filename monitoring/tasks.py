"""Background work of monitoring."""

from celery import shared_task

from .services import chase as chase_returns
from .services import refresh_gates as refresh


@shared_task
def chase():
    """Open returns and send reminders that are owed. Every hour; nothing leaves outside working hours."""
    chase_returns()


@shared_task
def refresh_gates():
    """Say of every next year what it still waits for: with each day, returns fall due."""
    refresh()
