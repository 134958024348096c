"""Scheduled work about documents. Late or twice does no harm: each looks for what is owed."""

from celery import shared_task


@shared_task(name="organisations.tasks.scan_documents")
def scan_documents() -> int:
    """Ask the virus scanner about what was uploaded."""
    from .scanning import scan_documents as scan

    return scan()


@shared_task(name="organisations.tasks.sweep_files")
def sweep_files() -> int:
    """Delete the files that no document owns."""
    from .documents import sweep_files as sweep

    return sweep()
