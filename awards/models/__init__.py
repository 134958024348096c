"""Awards of money, the agreement, the instalments with their conditions, and the payments."""

from .awards import IN_FORCE, MOVES, SEEN_BY_GRANTEE, Agreement, Award, DirectGround, Status
from .continuing import Continuation, EndingNotice, Retention
from .extensions import ExtensionOption
from .instalments import Condition, Instalment, Payment

__all__ = [
    "IN_FORCE",
    "MOVES",
    "SEEN_BY_GRANTEE",
    "Agreement",
    "Award",
    "Condition",
    "Continuation",
    "DirectGround",
    "EndingNotice",
    "ExtensionOption",
    "Instalment",
    "Payment",
    "Retention",
    "Status",
]
