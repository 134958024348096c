"""Addresses of the office's questionnaires."""

from django.urls import path

from .views import editing, office

one = "office/questionnaires/<int:pk>/"
section = one + "sections/<int:section>/"
question = one + "questions/<int:question>/"

urlpatterns = [
    path("office/questionnaires/", office.office_questionnaires, name="office_questionnaires"),
    path(one, office.office_questionnaire, name="office_questionnaire"),
    path(one + "copy/", office.office_questionnaire_copy, name="office_questionnaire_copy"),
    path(one + "move/", office.office_questionnaire_move, name="office_questionnaire_move"),
    path(one + "sections/new/", editing.office_section_new, name="office_section_new"),
    path(section, editing.office_section_edit, name="office_section_edit"),
    path(section + "delete/", editing.office_section_delete, name="office_section_delete"),
    path(section + "questions/new/", editing.office_question_new, name="office_question_new"),
    path(
        section + "questions/new/<slug:kind>/",
        editing.office_question_new_of_kind,
        name="office_question_new_of_kind",
    ),
    path(question, editing.office_question_edit, name="office_question_edit"),
    path(question + "kind/", editing.office_question_kind, name="office_question_kind"),
    path(question + "section/", editing.office_question_place, name="office_question_place"),
    path(question + "delete/", editing.office_question_delete, name="office_question_delete"),
]
