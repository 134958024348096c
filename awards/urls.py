"""Addresses of grants, awards, instalments and payments."""

from django.urls import path

from .views import decide, ending, finance, grantee, living, office, preparing, retaining

urlpatterns = [
    path("grants/<slug:ref>/", grantee.grant, name="grant"),
    path("grants/<slug:ref>/agreement/", grantee.agreement, name="agreement"),
    path("grants/<slug:ref>/agreement/pdf/", grantee.agreement_pdf, name="agreement_pdf"),
    path("grants/<slug:ref>/agreement/sign/", grantee.agreement_sign, name="agreement_sign"),
    path("grants/<slug:ref>/agreement/signed/", grantee.agreement_signed, name="agreement_signed"),
    path("grants/<slug:ref>/decline/", grantee.offer_decline, name="offer_decline"),
    path("grants/<slug:ref>/plan/", ending.grant_plan, name="grant_plan"),
    path("office/funds/<slug:code>/ending/", ending.office_fund_ending, name="office_fund_ending"),
    path("office/endings/<int:pk>/", ending.office_ending_plan, name="office_ending_plan"),
    path("office/awards/", office.office_awards, name="office_awards"),
    path("office/awards/new/", preparing.office_award_new, name="office_award_new"),
    path("office/awards/prepare/<slug:ref>/", preparing.office_award_prepare, name="office_award_prepare"),
    path("office/awards/<slug:ref>/", office.office_award, name="office_award"),
    path("office/awards/<slug:ref>/agreement/", office.office_agreement, name="office_agreement"),
    path("office/awards/<slug:ref>/agreement/pdf/", office.office_agreement_pdf, name="office_agreement_pdf"),
    path(
        "office/awards/<slug:ref>/agreement/paper/",
        preparing.office_paper_agreement,
        name="office_paper_agreement",
    ),
    path(
        "office/awards/<slug:ref>/agreement/countersign/",
        preparing.office_countersign,
        name="office_countersign",
    ),
    path("office/awards/<slug:ref>/instalments/", preparing.office_instalments, name="office_instalments"),
    path("office/awards/<slug:ref>/offer/", preparing.office_offer, name="office_offer"),
    path(
        "office/awards/<slug:ref>/offer/withdraw/",
        preparing.office_offer_withdraw,
        name="office_offer_withdraw",
    ),
    path("office/awards/<slug:ref>/hold/", living.office_award_hold, name="office_award_hold"),
    path("office/awards/<slug:ref>/resume/", living.office_award_resume, name="office_award_resume"),
    path("office/awards/<slug:ref>/close/", living.office_award_close, name="office_award_close"),
    path("office/awards/<slug:ref>/end/", living.office_award_end, name="office_award_end"),
    path(
        "office/awards/<slug:ref>/extensions/new/", living.office_extension_new, name="office_extension_new"
    ),
    path("office/conditions/<int:pk>/meet/", living.office_condition_meet, name="office_condition_meet"),
    path(
        "office/instalments/<int:pk>/approve/",
        living.office_instalment_approve,
        name="office_instalment_approve",
    ),
    path("office/instalments/<int:pk>/hold/", living.office_instalment_hold, name="office_instalment_hold"),
    path(
        "office/instalments/<int:pk>/resume/",
        living.office_instalment_resume,
        name="office_instalment_resume",
    ),
    path("office/overlaps/<int:pk>/retain/", retaining.office_overlap_retain, name="office_overlap_retain"),
    path("office/extensions/<int:pk>/", decide.office_extension, name="office_extension"),
    path(
        "office/extensions/<int:pk>/remove/", living.office_extension_remove, name="office_extension_remove"
    ),
    path("decide/awards/<slug:ref>/", decide.decide_award, name="decide_award"),
    path("decide/awards/<slug:ref>/interest/", decide.decide_award_interest, name="decide_award_interest"),
    path("finance/instalments/<int:pk>/", finance.finance_instalment, name="finance_instalment"),
    path("finance/payments/", finance.finance_payments, name="finance_payments"),
]
