"""The Celery application. What runs when stands in `settings.CELERY_BEAT_SCHEDULE`.

The database is the truth: a task only looks for what is owed and does it, so a lost message is caught up
with by the next sweep (docs/adr/0003-background-work.md).
"""

import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pcc_grants.settings")

app = Celery("pcc_grants")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def log_as_the_web_process_does(**kwargs):
    """Celery keeps its hands off logging as soon as somebody answers this signal; Django has set it up."""
