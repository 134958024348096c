"""Addresses of moderation, feedback and of an assessor looking at their own scores."""

from django.urls import path

from .views import assessor_questions, calibrate, feedback, moderate, moderate_round

moderation = "office/rounds/<int:pk>/moderation/"
of_application = "office/applications/<slug:ref>/"

scoring_urls = [
    path(moderation, moderate_round.office_moderation, name="office_moderation"),
    path(
        moderation + "meetings/new/",
        moderate_round.office_moderation_meeting_new,
        name="office_moderation_meeting_new",
    ),
    path(
        moderation + "meetings/<int:meeting>/",
        moderate_round.office_moderation_meeting,
        name="office_moderation_meeting",
    ),
    path(
        moderation + "meetings/<int:meeting>/pack/",
        moderate_round.office_moderation_pack,
        name="office_moderation_pack",
    ),
    path(of_application + "moderate/", moderate.office_moderate, name="office_moderate"),
    path(
        of_application + "moderate/<int:position>/",
        moderate.office_moderate_criterion,
        name="office_moderate_criterion",
    ),
    path(
        of_application + "moderate/<int:position>/take-back/",
        moderate.office_moderate_take_back,
        name="office_moderate_take_back",
    ),
    path(
        of_application + "assign/<int:pk>/reopen/", moderate.office_reopen_scores, name="office_reopen_scores"
    ),
    path(of_application + "feedback/", feedback.office_feedback, name="office_feedback"),
    path(
        of_application + "assessor-questions/",
        assessor_questions.office_assessor_questions,
        name="office_assessor_questions",
    ),
    path(
        of_application + "assessor-questions/<int:pk>/",
        assessor_questions.office_assessor_question,
        name="office_assessor_question",
    ),
    path("assess/<int:pk>/ask/", assessor_questions.assess_ask, name="assess_ask"),
    path("assess/rounds/<int:pk>/calibration/", calibrate.assess_calibration, name="assess_calibration"),
]
