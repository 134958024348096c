"""Funds, what they score, the money behind them, and the rounds in which they open."""

from .funds import Criterion, Fund, LegalPower, Route, Theme
from .money import Budget, FundingSource
from .rounds import (
    SCORE_DESCRIPTIONS,
    CheckItem,
    EligibilityQuestion,
    Round,
    RoundExtension,
    score_descriptions,
)

__all__ = [
    "Budget",
    "CheckItem",
    "Criterion",
    "EligibilityQuestion",
    "Fund",
    "FundingSource",
    "LegalPower",
    "Round",
    "RoundExtension",
    "Route",
    "SCORE_DESCRIPTIONS",
    "Theme",
    "score_descriptions",
]
