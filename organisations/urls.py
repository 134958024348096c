"""Addresses of organisations."""

from django.urls import path

from . import views, views_documents

urlpatterns = [
    path("organisation/", views.my_organisations, name="my_organisations"),
    path("organisation/new/", views.organisation_new, name="organisation_new"),
    path("organisation/<slug:ref>/", views.organisation, name="organisation"),
    path("organisation/<slug:ref>/edit/", views.organisation_edit, name="organisation_edit"),
    path(
        "organisation/<slug:ref>/people/new/", views.organisation_person_new, name="organisation_person_new"
    ),
    path(
        "organisation/<slug:ref>/people/<int:pk>/remove/",
        views.organisation_person_remove,
        name="organisation_person_remove",
    ),
    path(
        "organisation/<slug:ref>/documents/",
        views_documents.organisation_documents,
        name="organisation_documents",
    ),
    path(
        "organisation/<slug:ref>/documents/new/",
        views_documents.organisation_document_new,
        name="organisation_document_new",
    ),
    path(
        "organisation/<slug:ref>/documents/<int:pk>/",
        views_documents.organisation_document,
        name="organisation_document",
    ),
    path(
        "organisation/<slug:ref>/documents/<int:pk>/remove/",
        views_documents.organisation_document_remove,
        name="organisation_document_remove",
    ),
    path(
        "organisation/<slug:ref>/documents/<int:pk>/restore/",
        views_documents.organisation_document_restore,
        name="organisation_document_restore",
    ),
    path("office/organisations/", views.office_organisations, name="office_organisations"),
    path("office/organisations/new/", views.office_organisation_new, name="office_organisation_new"),
    path("office/organisations/<slug:ref>/", views.office_organisation, name="office_organisation"),
    path(
        "office/organisations/<slug:ref>/edit/",
        views.office_organisation_edit,
        name="office_organisation_edit",
    ),
    path(
        "office/organisations/<slug:ref>/names/new/",
        views.office_organisation_alias_new,
        name="office_organisation_alias_new",
    ),
    path(
        "office/organisations/<slug:ref>/documents/<int:pk>/",
        views_documents.office_organisation_document,
        name="office_organisation_document",
    ),
    path("manage/districts/", views.districts, name="districts"),
    path("manage/districts/new/", views.district_new, name="district_new"),
    path("manage/districts/<int:pk>/", views.district_edit, name="district_edit"),
]
