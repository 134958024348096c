"""Scheduled work about awards. Late or twice does no harm: each looks for what is owed."""

from celery import shared_task


@shared_task(name="awards.tasks.sweep_decision_points")
def sweep_decision_points() -> int:
    """Let extensions lapse that nobody decided on, and remind of plans that are overdue."""
    from .services import lapse_options, remind_of_plans

    return lapse_options() + remind_of_plans()
