"""The addresses of the steps of a round in preparation, for tests that walk them."""

from django.urls import reverse

from funds import services

READ_AND_WRITE = (
    "office_round_who", "office_round_themes", "office_round_criterion_new", "office_round_start_again",
    "office_round_document_new", "office_round_check_new", "office_round_check_usual", "office_round_terms",
    "office_round_test", "office_round_item_new", "office_round_items_usual", "office_round_diligence",
)  # fmt: skip
LISTS = (
    "office_round_criteria", "office_round_questions", "office_round_documents", "office_round_check",
    "office_round_checklist",
)  # fmt: skip
BUTTONS = ("office_round_budget_fit", "office_round_document_usual")
OF_CRITERION = (
    "office_round_criterion", "office_round_criterion_delete", "office_round_criterion_ask",
)  # fmt: skip
OF_DOCUMENT = ("office_round_document", "office_round_document_remove")
OF_QUESTION = (
    "office_round_check_question", "office_round_check_delete", "office_round_check_move",
)  # fmt: skip
OF_ITEM = ("office_round_item", "office_round_item_delete", "office_round_item_move")
STEPS = (*READ_AND_WRITE, *LISTS, *BUTTONS, *OF_CRITERION, *OF_DOCUMENT, *OF_QUESTION, *OF_ITEM)
POST_ONLY = {*BUTTONS, "office_round_criterion_ask", "office_round_check_move", "office_round_item_move"}


def step_address(name: str, round, row=None) -> str:
    """The address of a step; of one that is about a row, about the round's first."""
    if row is None:
        if name in OF_CRITERION:
            row = round.criteria.first().pk
        elif name in OF_DOCUMENT:
            row = services.documents_of(round).first().pk
        elif name in OF_QUESTION:
            row = round.eligibility_questions.first().pk
        elif name in OF_ITEM:
            row = round.check_items.first().pk
    return reverse(name, args=[round.pk] if row is None else [round.pk, row])
