"""PCC Grants: settings, addresses and the model-free library (`pcc_grants.lib`)."""

from pcc_grants.celery import app as celery_app

__all__ = ["celery_app"]
