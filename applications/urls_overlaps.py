"""Addresses of overlaps between projects. To retain their money is of `awards`."""

from django.urls import path

from .views import overlaps

overlaps_urls = [
    path("office/overlaps/", overlaps.office_overlaps, name="office_overlaps"),
    path("office/overlaps/<int:pk>/", overlaps.office_overlap, name="office_overlap"),
    path(
        "office/overlaps/<int:pk>/provider/<int:project_pk>/",
        overlaps.office_overlap_provider,
        name="office_overlap_provider",
    ),
]
