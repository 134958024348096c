"""Scheduled work about applications. Late or twice does no harm: each looks for what is owed."""

from celery import shared_task


@shared_task(name="applications.tasks.close_rounds")
def close_rounds() -> int:
    """Mark the drafts of rounds that have closed."""
    from .services import close_rounds as close

    return close()


@shared_task(name="applications.tasks.remind_drafts")
def remind_drafts() -> int:
    """Remind the people of drafts 7 days before closing, 2 days before, and at 9am on the day."""
    from .services import remind_drafts as remind

    return remind()


@shared_task(name="applications.tasks.remind_assessors")
def remind_assessors() -> int:
    """Remind assessors of scores that are due, 3 days before and on the day."""
    from .services import remind_assessors as remind

    return remind()


@shared_task(name="applications.tasks.tell_of_new_closing_time")
def tell_of_new_closing_time() -> int:
    """Tell the people of drafts that the closing time has moved, and bring back what was not submitted."""
    from .services import tell_of_new_closing_time as tell

    return tell()


@shared_task(name="applications.tasks.sweep_questions")
def sweep_questions() -> int:
    """End our questions whose last day is over, remind of others, and tell drafts of new public answers."""
    from . import services

    return (
        services.lapse_clarifications() + services.remind_clarifications() + services.send_question_digests()
    )


@shared_task(name="applications.tasks.release_outcomes")
def release_outcomes() -> int:
    """Release the outcomes of rounds whose moment has come."""
    from .services import release_due_outcomes as release

    return release()


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


@shared_task(name="applications.tasks.run_bulk_actions")
def run_bulk_actions() -> int:
    """Go on with what was confirmed for many applications at once."""
    from .services import run_bulk_actions as run

    return run()
