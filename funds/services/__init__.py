"""Setting up funds, their budgets and their rounds."""

from .budgets import committed_of, create_source, set_budget
from .rounds import closing_warnings, create_round, publish_round, update_round
from .setting_up import (
    add_criterion,
    add_theme,
    create_fund,
    delete_criterion,
    end_fund,
    update_criterion,
    update_fund,
)

__all__ = [
    "add_criterion",
    "add_theme",
    "closing_warnings",
    "committed_of",
    "create_fund",
    "create_round",
    "create_source",
    "delete_criterion",
    "end_fund",
    "publish_round",
    "set_budget",
    "update_criterion",
    "update_fund",
    "update_round",
]
