"""Addresses of applications: the applicant's side and the office's lists; judgement in `urls_deciding`.

Sections and questions of the form come last: their keys are an officer's words, and never one of the names
before them (`questionnaires.services.drawing_up.RESERVED`).
"""

from django.urls import path

from .urls_asking import asking_urls
from .urls_cases import cases_urls
from .urls_checks import checks_urls
from .urls_deciding import deciding_urls
from .urls_lists import lists_urls
from .urls_outcomes import outcomes_urls
from .urls_overlaps import overlaps_urls
from .urls_recommending import recommending_urls
from .urls_scoring import scoring_urls
from .views import applicant, deadlines, files, form, office, people, preview, questions, submitting

draft = "applications/<slug:ref>/"
answer = draft + "<slug:section>/<slug:question>/"

applicant_urls = [
    path("applications/start/<int:round_pk>/", applicant.application_start, name="application_start"),
    path(draft, applicant.application, name="application"),
    path(draft + "submit/", submitting.application_submit, name="application_submit"),
    path(draft + "submitted/", submitting.application_submitted, name="application_submitted"),
    path(draft + "copy/", submitting.application_copy, name="application_copy"),
    path(draft + "reopen/", submitting.application_reopen, name="application_reopen"),
    path(draft + "withdraw/", submitting.application_withdraw, name="application_withdraw"),
    path(draft + "restore/", submitting.application_restore, name="application_restore"),
    path(draft + "autosave/", form.application_autosave, name="application_autosave"),
    path(draft + "conflict/<int:pk>/", form.application_conflict, name="application_conflict"),
    path(draft + "documents/<int:pk>/", files.application_document, name="application_document"),
    path(
        draft + "comments/<int:pk>/remove/",
        form.application_comment_remove,
        name="application_comment_remove",
    ),
]
office_urls = [
    path("office/applications/<slug:ref>/", office.office_application, name="office_application"),
    path(
        "office/applications/<slug:ref>/documents/<int:pk>/",
        office.office_application_document,
        name="office_application_document",
    ),
]
# Trying a form out, with the rules of its round.
of_questionnaire = "office/questionnaires/<int:pk>/preview/"
preview_urls = [
    path(of_questionnaire, preview.office_questionnaire_preview, name="office_questionnaire_preview"),
    path(
        of_questionnaire + "<slug:section>/<slug:question>/",
        preview.office_questionnaire_preview_page,
        name="office_questionnaire_preview_page",
    ),
]
# Every question before anyone signs in.
of_round = "funding/<slug:fund>/<slug:round>/questions/"
question_urls = [
    path(of_round, questions.round_questions, name="round_questions"),
    path(of_round + "pdf/", questions.round_questions_pdf, name="round_questions_pdf"),
    path(of_round + "word/", questions.round_questions_docx, name="round_questions_docx"),
]
deadline_urls = [
    path("office/rounds/<int:pk>/drafts/", deadlines.office_round_drafts, name="office_round_drafts"),
    path("office/rounds/<int:pk>/extend/", deadlines.office_round_extend, name="office_round_extend"),
    path(
        "office/applications/<slug:ref>/more-time/",
        deadlines.office_more_time_new,
        name="office_more_time_new",
    ),
    path("office/more-time/", deadlines.office_more_times, name="office_more_times"),
    path("office/more-time/<int:pk>/", deadlines.office_more_time, name="office_more_time"),
]
people_urls = [
    path(draft + "people/", people.application_people, name="application_people"),
    path(draft + "people/new/", people.application_person_new, name="application_person_new"),
    path(draft + "people/<int:pk>/", people.application_person, name="application_person"),
    path(
        draft + "people/<int:pk>/remove/", people.application_person_remove, name="application_person_remove"
    ),
    path(
        draft + "people/invitations/<int:pk>/send/",
        people.application_invitation_send,
        name="application_invitation_send",
    ),
    path(
        draft + "people/invitations/<int:pk>/cancel/",
        people.application_invitation_cancel,
        name="application_invitation_cancel",
    ),
    path(draft + "join/", people.application_join, name="application_join"),
    path(
        draft + "sign/take-back/",
        submitting.application_signature_take_back,
        name="application_signature_take_back",
    ),
]
form_urls = [
    path(draft + "<slug:section>/check/", form.application_section, name="application_section"),
    path(draft + "<slug:section>/comment/", form.application_comment, name="application_comment"),
    path(answer + "remove/", files.application_document_remove, name="application_document_remove"),
    path(answer + "history/", form.application_history, name="application_history"),
    path(answer, form.application_question, name="application_question"),
]

urlpatterns = [
    *applicant_urls,
    *people_urls,
    *lists_urls,
    *office_urls,
    *deadline_urls,
    *asking_urls,
    *checks_urls,
    *scoring_urls,
    *recommending_urls,
    *deciding_urls,
    *outcomes_urls,
    *cases_urls,
    *overlaps_urls,
    *preview_urls,
    *question_urls,
    *form_urls,
]
