"""Addresses of questions and answers, of moves between funds, and of partners."""

from django.urls import path

from .views import clarify, messages, partners, public_questions, transfer

of_round = "funding/<slug:fund>/<slug:round>/"
of_application = "office/applications/<slug:ref>/"

asking_urls = [
    path("applications/<slug:ref>/messages/", messages.application_messages, name="application_messages"),
    path(of_round + "ask/", public_questions.round_ask, name="round_ask"),
    path(of_round + "answers/", public_questions.round_answers, name="round_answers"),
    path("office/questions/", public_questions.office_questions, name="office_questions"),
    path("office/questions/<int:pk>/", public_questions.office_question, name="office_question"),
    path(of_application + "clarify/", clarify.office_clarify, name="office_clarify"),
    path(
        of_application + "clarify/take-back/",
        clarify.office_clarify_take_back,
        name="office_clarify_take_back",
    ),
    path(of_application + "move/", transfer.office_application_move, name="office_application_move"),
    path(
        of_application + "move/return/",
        transfer.office_application_move_return,
        name="office_application_move_return",
    ),
    path(of_application + "partners/", partners.office_partners, name="office_partners"),
    path(of_application + "partners/<int:position>/", partners.office_partner, name="office_partner"),
    path(
        of_application + "partners/<int:position>/register/",
        partners.office_partner_register,
        name="office_partner_register",
    ),
]
