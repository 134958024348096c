"""Addresses of decision notices and of telling applicants."""

from django.urls import path

from .views import decide, outcomes

of_round = "office/rounds/<int:pk>/outcomes/"
of_decision = "decide/decisions/<slug:number>/"

outcomes_urls = [
    path(of_round, outcomes.office_round_outcomes, name="office_round_outcomes"),
    path(of_round + "release/", outcomes.office_round_outcomes_release, name="office_round_outcomes_release"),
    path(of_round + "cancel/", outcomes.office_round_outcomes_cancel, name="office_round_outcomes_cancel"),
    path("office/applications/<slug:ref>/letter/", outcomes.office_letter, name="office_letter"),
    path("office/applications/<slug:ref>/letter/pdf/", outcomes.office_letter_pdf, name="office_letter_pdf"),
    path("applications/<slug:ref>/decision/", outcomes.application_decision, name="application_decision"),
    path("applications/<slug:ref>/decision/letter/", outcomes.application_letter, name="application_letter"),
    path("decide/past/csv/", decide.past_decisions_csv, name="past_decisions_csv"),
    path(of_decision + "pdf/", decide.decision_pdf, name="decision_pdf"),
    path(of_decision + "withhold/", decide.decision_withhold, name="decision_withhold"),
]
