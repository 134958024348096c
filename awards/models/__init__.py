"""Awards of money, the agreement, the instalments with their conditions, and the payments."""

from .awards import IN_FORCE, MOVES, SEEN_BY_GRANTEE, Agreement, Award, Status
from .extensions import ExtensionOption
from .instalments import Condition, Instalment, Payment

__all__ = [
    "IN_FORCE",
    "MOVES",
    "SEEN_BY_GRANTEE",
    "Agreement",
    "Award",
    "Condition",
    "ExtensionOption",
    "Instalment",
    "Payment",
    "Status",
]
