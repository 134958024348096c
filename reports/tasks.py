"""Scheduled work of the reports. Late or twice does no harm: each looks for what is owed."""

from celery import shared_task


@shared_task(name="reports.tasks.tell_approvers")
def tell_approvers() -> int:
    """Tell approvers on Monday at 8am what waits for their decision."""
    from .waiting import tell_approvers as tell

    return tell()
