"""Addresses of assessing, recommending and deciding."""

from django.urls import path

from .views import assess, decide, recommend

deciding_urls = [
    path("assess/", assess.assess_home, name="assess_home"),
    path("assess/<int:pk>/", assess.assessment, name="assessment"),
    path("assess/<int:pk>/interests/", assess.assess_interest, name="assess_interest"),
    path("assess/<int:pk>/check/", assess.assess_submit, name="assess_submit"),
    path("assess/<int:pk>/documents/<int:document>/", assess.assess_document, name="assess_document"),
    path("assess/<int:pk>/<int:position>/", assess.assess_criterion, name="assess_criterion"),
    path("office/applications/<slug:ref>/assign/", recommend.office_assign, name="office_assign"),
    path(
        "office/applications/<slug:ref>/assign/<int:pk>/remove/",
        recommend.office_unassign,
        name="office_unassign",
    ),
    path("office/applications/<slug:ref>/recommend/", recommend.office_recommend, name="office_recommend"),
    path(
        "office/rounds/<int:pk>/recommend/", recommend.office_round_recommend, name="office_round_recommend"
    ),
    path("decide/applications/<slug:ref>/", decide.decide_application, name="decide_application"),
    path("decide/past/", decide.past_decisions, name="past_decisions"),
    path("decide/decisions/<slug:number>/", decide.decision, name="decision"),
]
