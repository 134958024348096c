"""Setting up funds, their budgets and their rounds.

`setting_up` funds and criteria · `budgets` the money · `rounds` prepare, change, publish · `copying` from an
earlier round. The steps of a round in preparation: `round_steps`, `round_forms`, `documents`, `eligibility`,
`checklist`.
"""

from .budgets import committed_of, create_source, set_budget
from .checklist import (
    add_check_item,
    delete_check_item,
    move_check_item,
    set_diligence_needed,
    update_check_item,
    use_usual_items,
)
from .copying import copy_round
from .documents import add_document, add_usual_document, remove_document, update_document, usual_documents
from .eligibility import (
    add_eligibility_question,
    delete_eligibility_question,
    place_eligibility_question,
    update_eligibility_question,
    use_usual_check,
)
from .extending import extend_round, why_not_extendable
from .round_forms import (
    ask_about_criterion,
    changed_since_test,
    choose_copied_form,
    choose_standard_form,
    fit_budget,
    record_test,
)
from .round_steps import documents_of, set_scale, set_themes, set_who_may_apply, steps_of
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
    "add_check_item",
    "add_criterion",
    "add_document",
    "add_eligibility_question",
    "add_theme",
    "add_usual_document",
    "ask_about_criterion",
    "changed_since_test",
    "choose_copied_form",
    "choose_standard_form",
    "closing_warnings",
    "committed_of",
    "copy_round",
    "create_fund",
    "create_round",
    "create_source",
    "delete_check_item",
    "delete_criterion",
    "delete_eligibility_question",
    "documents_of",
    "end_fund",
    "extend_round",
    "fit_budget",
    "move_check_item",
    "place_eligibility_question",
    "publish_round",
    "record_test",
    "remove_document",
    "set_budget",
    "set_diligence_needed",
    "set_scale",
    "set_themes",
    "set_who_may_apply",
    "steps_of",
    "update_check_item",
    "update_criterion",
    "update_document",
    "update_eligibility_question",
    "update_fund",
    "update_round",
    "use_usual_check",
    "use_usual_items",
    "usual_documents",
    "why_not_extendable",
]
