"""Background work of the outbox."""

from celery import shared_task

from .delivery import deliver_due


@shared_task
def send_due_messages():
    """Send what is owed. Run when something was queued, and every minute for what was missed."""
    return deliver_due()
