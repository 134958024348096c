"""Forms of funds: `office` for funds, budgets and rounds; `set_up` for the steps of a round; `checking`."""

from .checking import CheckForm
from .office import (
    BudgetForm,
    CopyRoundForm,
    CriterionForm,
    EndFundForm,
    FundFilter,
    FundForm,
    NewFundForm,
    NewRoundForm,
    RoundFilter,
    RoundForm,
    SourceForm,
    ThemeForm,
    TimeField,
    parse_time,
)
from .set_up import (
    DocumentForm,
    EligibilityQuestionForm,
    QuestionsForm,
    ScaleForm,
    TermsForm,
    ThemesForm,
    WhoMayApplyForm,
)

__all__ = [
    "BudgetForm",
    "CheckForm",
    "CopyRoundForm",
    "CriterionForm",
    "DocumentForm",
    "EligibilityQuestionForm",
    "EndFundForm",
    "FundFilter",
    "FundForm",
    "NewFundForm",
    "NewRoundForm",
    "QuestionsForm",
    "RoundFilter",
    "RoundForm",
    "ScaleForm",
    "SourceForm",
    "TermsForm",
    "ThemeForm",
    "ThemesForm",
    "TimeField",
    "WhoMayApplyForm",
    "parse_time",
]
