"""Addresses of the steps in which a round is set up."""

from django.urls import path

from .views import set_up, set_up_check, set_up_checklist, set_up_form

step = "office/rounds/<int:pk>/"
criterion = step + "criteria/<int:criterion>/"
document = step + "documents/<int:question>/"
question = step + "check/<int:question>/"
checklist = step + "checklist/"
item = checklist + "<int:item>/"

set_up_urls = [
    path(step + "who/", set_up.office_round_who, name="office_round_who"),
    path(step + "themes/", set_up.office_round_themes, name="office_round_themes"),
    path(step + "criteria/", set_up.office_round_criteria, name="office_round_criteria"),
    path(step + "criteria/new/", set_up.office_round_criterion_new, name="office_round_criterion_new"),
    path(criterion, set_up.office_round_criterion, name="office_round_criterion"),
    path(criterion + "delete/", set_up.office_round_criterion_delete, name="office_round_criterion_delete"),
    path(criterion + "question/", set_up.office_round_criterion_ask, name="office_round_criterion_ask"),
    path(step + "scale/", set_up.office_round_scale, name="office_round_scale"),
    path(step + "questions/", set_up_form.office_round_questions, name="office_round_questions"),
    path(
        step + "questions/start-again/", set_up_form.office_round_start_again, name="office_round_start_again"
    ),
    path(step + "questions/budget/", set_up_form.office_round_budget_fit, name="office_round_budget_fit"),
    path(step + "documents/", set_up_form.office_round_documents, name="office_round_documents"),
    path(
        step + "documents/usual/",
        set_up_form.office_round_document_usual,
        name="office_round_document_usual",
    ),
    path(step + "documents/new/", set_up_form.office_round_document_new, name="office_round_document_new"),
    path(document, set_up_form.office_round_document, name="office_round_document"),
    path(document + "remove/", set_up_form.office_round_document_remove, name="office_round_document_remove"),
    path(step + "check/", set_up_check.office_round_check, name="office_round_check"),
    path(step + "check/new/", set_up_check.office_round_check_new, name="office_round_check_new"),
    path(step + "check/usual/", set_up_check.office_round_check_usual, name="office_round_check_usual"),
    path(question, set_up_check.office_round_check_question, name="office_round_check_question"),
    path(question + "delete/", set_up_check.office_round_check_delete, name="office_round_check_delete"),
    path(question + "move/", set_up_check.office_round_check_move, name="office_round_check_move"),
    path(checklist, set_up_checklist.office_round_checklist, name="office_round_checklist"),
    path(checklist + "new/", set_up_checklist.office_round_item_new, name="office_round_item_new"),
    path(checklist + "usual/", set_up_checklist.office_round_items_usual, name="office_round_items_usual"),
    path(checklist + "diligence/", set_up_checklist.office_round_diligence, name="office_round_diligence"),
    path(item, set_up_checklist.office_round_item, name="office_round_item"),
    path(item + "delete/", set_up_checklist.office_round_item_delete, name="office_round_item_delete"),
    path(item + "move/", set_up_checklist.office_round_item_move, name="office_round_item_move"),
    path(step + "terms/", set_up.office_round_terms, name="office_round_terms"),
    path(step + "test/", set_up.office_round_test, name="office_round_test"),
]
