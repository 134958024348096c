"""Addresses of applications: the applicant's side and the office's lists; judgement in `urls_deciding`."""

from django.urls import path

from .urls_deciding import deciding_urls
from .views import applicant, office, questions

applicant_urls = [
    path("funding/<slug:fund>/<slug:round>/questions/", questions.round_questions, name="round_questions"),
    path("applications/start/<int:round_pk>/", applicant.application_start, name="application_start"),
    path("applications/<slug:ref>/", applicant.application, name="application"),
    path("applications/<slug:ref>/project/", applicant.application_project, name="application_project"),
    path(
        "applications/<slug:ref>/answers/<int:position>/",
        applicant.application_answer,
        name="application_answer",
    ),
    path("applications/<slug:ref>/submit/", applicant.application_submit, name="application_submit"),
    path("applications/<slug:ref>/submitted/", applicant.application_submitted, name="application_submitted"),
    path("applications/<slug:ref>/reopen/", applicant.application_reopen, name="application_reopen"),
    path("applications/<slug:ref>/withdraw/", applicant.application_withdraw, name="application_withdraw"),
    path("office/applications/", office.office_applications, name="office_applications"),
    path("office/applications/<slug:ref>/", office.office_application, name="office_application"),
    path(
        "office/applications/<slug:ref>/check/",
        office.office_application_check,
        name="office_application_check",
    ),
    path(
        "office/applications/<slug:ref>/move/", office.office_application_move, name="office_application_move"
    ),
]

urlpatterns = applicant_urls + deciding_urls
