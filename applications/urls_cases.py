"""Addresses of allocations, of business cases with projects, and of tactical projects."""

from django.urls import path

from .views import allocations, cases, decide_cases, projects

draft = "applications/<slug:ref>/"
of_round = "office/rounds/<int:pk>/allocations/"
of_case = "office/business-cases/<int:pk>/"

cases_urls = [
    path(draft + "projects/", projects.application_projects, name="application_projects"),
    path(draft + "projects/new/", projects.application_project_new, name="application_project_new"),
    path(
        draft + "projects/<int:number>/",
        projects.application_project_edit,
        name="application_project_edit",
    ),
    path(
        draft + "projects/<int:number>/remove/",
        projects.application_project_remove,
        name="application_project_remove",
    ),
    path(
        draft + "projects/<int:number>/move/",
        projects.application_project_move,
        name="application_project_move",
    ),
    path(draft + "tactical/", projects.application_tactical, name="application_tactical"),
    path(
        draft + "tactical/new/<slug:kind>/",
        projects.application_tactical_new,
        name="application_tactical_new",
    ),
    path(
        draft + "tactical/<int:number>/",
        projects.application_tactical_project,
        name="application_tactical_project",
    ),
    path(
        draft + "tactical/<int:number>/send/",
        projects.application_tactical_send,
        name="application_tactical_send",
    ),
    path(
        draft + "tactical/<int:number>/remove/",
        projects.application_tactical_remove,
        name="application_tactical_remove",
    ),
    path(of_round, allocations.office_allocations, name="office_allocations"),
    path(of_round + "roll-forward/", allocations.office_roll_forward, name="office_roll_forward"),
    path(of_round + "new/", allocations.office_case_new, name="office_case_new"),
    path(of_round + "invite/", allocations.office_invite, name="office_invite"),
    path(of_case, allocations.office_case, name="office_case"),
    path(of_case + "end/", allocations.office_case_end, name="office_case_end"),
    path("office/applications/<slug:ref>/projects/", cases.office_projects, name="office_projects"),
    path("office/applications/<slug:ref>/balance/", cases.office_balance, name="office_balance"),
    path("office/tactical/", cases.office_tactical, name="office_tactical"),
    path("decide/rounds/<int:pk>/allocations/", decide_cases.decide_allocations, name="decide_allocations"),
    path("decide/applications/<slug:ref>/projects/", decide_cases.decide_projects, name="decide_projects"),
]
