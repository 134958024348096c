"""What the models of this app share."""

from django.db.models import Q


def both_or_neither(*names: str) -> Q:
    """A check that fields are all empty or all filled: who, and when."""
    return Q(**{f"{name}__isnull": True for name in names}) | Q(
        **{f"{name}__isnull": False for name in names}
    )
