"""Addresses of returns: the grantee's under the grant, the office's under /office/returns/."""

from django.urls import path

from .views import continuing, grantee, office

urlpatterns = [
    path("grants/<slug:ref>/returns/<int:number>/", grantee.grant_return, name="grant_return"),
    path(
        "grants/<slug:ref>/returns/<int:number>/submit/",
        grantee.grant_return_submit,
        name="grant_return_submit",
    ),
    path(
        "grants/<slug:ref>/returns/<int:number>/submitted/",
        grantee.grant_return_submitted,
        name="grant_return_submitted",
    ),
    path("office/returns/", office.office_returns, name="office_returns"),
    path("office/returns/<slug:ref>/", office.office_return, name="office_return"),
    path("office/returns/<slug:ref>/due-date/", office.office_return_due_date, name="office_return_due_date"),
    path("office/returns/<slug:ref>/cancel/", office.office_return_cancel, name="office_return_cancel"),
    path("office/awards/<slug:ref>/returns/new/", office.office_return_new, name="office_return_new"),
    path(
        "office/awards/<slug:ref>/continue/", continuing.office_award_continue, name="office_award_continue"
    ),
    path("office/rounds/<int:pk>/continue/", continuing.office_round_continue, name="office_round_continue"),
    path(
        "office/funds/<slug:code>/invite-current/",
        continuing.office_fund_continue,
        name="office_fund_continue",
    ),
    path("office/continuations/<int:pk>/check/", continuing.office_gate_check, name="office_gate_check"),
]
