"""The page each role starts at: what waits for whom, gathered from every stage of a grant's life."""

from .applicant import home
from .decide import decide_home
from .finance import finance_home
from .office import office_home

__all__ = ["decide_home", "finance_home", "home", "office_home"]
