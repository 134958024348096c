"""Addresses of organisations."""

from django.urls import path

from .views import diligence, districts, documents, finding, office, organisation, people, requests

mine = "organisation/<slug:ref>/"
ours = "office/organisations/<slug:ref>/"

urlpatterns = [
    path("organisation/", finding.my_organisations, name="my_organisations"),
    path("organisation/new/", finding.organisation_new, name="organisation_new"),
    path("organisation/new/details/", finding.organisation_register, name="organisation_register"),
    path("organisation/join/", finding.organisation_ask, name="organisation_ask"),
    path(mine, organisation.organisation, name="organisation"),
    path(mine + "edit/", organisation.organisation_edit, name="organisation_edit"),
    path(mine + "join/", people.organisation_join, name="organisation_join"),
    path(mine + "people/new/", people.organisation_person_new, name="organisation_person_new"),
    path(mine + "people/<int:pk>/role/", people.organisation_person_role, name="organisation_person_role"),
    path(
        mine + "people/<int:pk>/remove/", people.organisation_person_remove, name="organisation_person_remove"
    ),
    path(
        mine + "invitations/<int:pk>/send/",
        people.organisation_invitation_send,
        name="organisation_invitation_send",
    ),
    path(
        mine + "invitations/<int:pk>/cancel/",
        people.organisation_invitation_cancel,
        name="organisation_invitation_cancel",
    ),
    path(mine + "requests/<int:pk>/", people.organisation_request, name="organisation_request"),
    path(mine + "documents/", documents.organisation_documents, name="organisation_documents"),
    path(mine + "documents/new/", documents.organisation_document_new, name="organisation_document_new"),
    path(mine + "documents/<int:pk>/", documents.organisation_document, name="organisation_document"),
    path(
        mine + "documents/<int:pk>/remove/",
        documents.organisation_document_remove,
        name="organisation_document_remove",
    ),
    path(
        mine + "documents/<int:pk>/restore/",
        documents.organisation_document_restore,
        name="organisation_document_restore",
    ),
    path("office/organisations/", office.office_organisations, name="office_organisations"),
    path("office/organisations/new/", office.office_organisation_new, name="office_organisation_new"),
    path(ours, office.office_organisation, name="office_organisation"),
    path(ours + "edit/", office.office_organisation_edit, name="office_organisation_edit"),
    path(ours + "names/new/", office.office_organisation_alias_new, name="office_organisation_alias_new"),
    path(ours + "people/new/", office.office_organisation_person_new, name="office_organisation_person_new"),
    path(ours + "lead/", office.office_organisation_lead, name="office_organisation_lead"),
    path(
        ours + "documents/<int:pk>/",
        documents.office_organisation_document,
        name="office_organisation_document",
    ),
    path(ours + "due-diligence/", diligence.office_diligence, name="office_diligence"),
    path(ours + "due-diligence/new/", diligence.office_diligence_new, name="office_diligence_new"),
    path(
        ours + "interests/new/",
        diligence.office_organisation_interest_new,
        name="office_organisation_interest_new",
    ),
    path("office/join-requests/", requests.office_join_requests, name="office_join_requests"),
    path("office/join-requests/<int:pk>/", requests.office_join_request, name="office_join_request"),
    path("manage/districts/", districts.districts, name="districts"),
    path("manage/districts/new/", districts.district_new, name="district_new"),
    path("manage/districts/<int:pk>/", districts.district_edit, name="district_edit"),
]
