"""Addresses of the check, and of interests in what is assessed and decided."""

from django.urls import path

from .views import checking, interests

checks_urls = [
    path(
        "office/applications/<slug:ref>/check/",
        checking.office_application_check,
        name="office_application_check",
    ),
    path("office/interests/", interests.office_interests, name="office_interests"),
    path("office/interests/<int:pk>/end/", interests.office_interest_end, name="office_interest_end"),
    path("assess/rounds/<int:pk>/interests/", interests.assess_interests, name="assess_interests"),
    path(
        "decide/rounds/<int:pk>/allocations/interest/",
        interests.decide_allocations_interest,
        name="decide_allocations_interest",
    ),
    path("decide/applications/<slug:ref>/interest/", interests.decide_interest, name="decide_interest"),
]
