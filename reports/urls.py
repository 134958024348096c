"""Addresses of published spend, of the Panel, of the papers, and of the role homes."""

from importlib.util import find_spec

from django.urls import include, path

from .views import approving, diligence, office, panel, public, register, spending, texts

urlpatterns = [
    path("spending/", spending.spending, name="spending"),
    path("spending/<month:month>/", spending.spending_month, name="spending_month"),
    path("spending/<month:month>/csv/", spending.spending_month_csv, name="spending_month_csv"),
    path("what-we-fund/", spending.what_we_fund, name="what_we_fund"),
    path("decisions/", register.decisions, name="decisions"),
    path("decisions/csv/", register.decisions_csv, name="decisions_csv"),
    path("decisions/rounds/", register.decisions_rounds, name="decisions_rounds"),
    path("decisions/<slug:number>/", register.decision_public, name="decision_public"),
    path("decisions/<slug:number>/pdf/", register.decision_public_pdf, name="decision_public_pdf"),
    path("finance/spending/", spending.finance_spending, name="finance_spending"),
    path("finance/spending/<month:month>/publish/", spending.finance_publish, name="finance_publish"),
    path("panel/", panel.panel_home, name="panel_home"),
    path("panel/<day:day>/", panel.panel_meeting, name="panel_meeting"),
    path("panel/<day:day>/choose/", panel.panel_choose, name="panel_choose"),
    path("panel/<day:day>/review/", panel.panel_review, name="panel_review"),
    path("panel/<day:day>/sent/", panel.panel_sent, name="panel_sent"),
    path("panel/<day:day>/change/", panel.panel_reopen, name="panel_reopen"),
    path("panel/<day:day>/paper/", panel.panel_paper, name="panel_paper"),
    path("panel/<day:day>/paper/pdf/", panel.panel_paper_pdf, name="panel_paper_pdf"),
    path("panel/<day:day>/paper/page/", panel.panel_paper_html, name="panel_paper_html"),
    path("office/due-diligence/", diligence.office_diligence_due, name="office_diligence_due"),
    path("office/papers/", office.office_papers, name="office_papers"),
    path("office/papers/new/", office.office_paper_new, name="office_paper_new"),
    path("office/papers/texts/", texts.office_texts, name="office_texts"),
    path("office/papers/texts/<slug:key>/", texts.office_text, name="office_text"),
    path("office/papers/<day:day>/", office.office_paper, name="office_paper"),
    path("office/papers/<day:day>/edit/", office.office_paper_edit, name="office_paper_edit"),
    path("office/papers/<day:day>/items/", office.office_paper_items, name="office_paper_items"),
    path("office/papers/<day:day>/items/<int:pk>/", office.office_paper_item, name="office_paper_item"),
    path(
        "office/papers/<day:day>/items/<int:pk>/remove/",
        office.office_paper_item_remove,
        name="office_paper_item_remove",
    ),
    path("office/papers/<day:day>/order/", office.office_paper_order, name="office_paper_order"),
    path(
        "office/papers/<day:day>/introduction/",
        office.office_paper_introduction,
        name="office_paper_introduction",
    ),
    path("office/papers/<day:day>/preview/", office.office_paper_preview, name="office_paper_preview"),
    path("office/papers/<day:day>/pdf/", office.office_paper_pdf, name="office_paper_pdf"),
    path("office/papers/<day:day>/move/<slug:move>/", office.office_paper_move, name="office_paper_move"),
    path("decide/papers/<day:day>/", approving.decide_paper, name="decide_paper"),
    path("panel-papers/", public.panel_papers, name="panel_papers"),
    path("panel-papers/<day:day>/", public.panel_paper_public, name="panel_paper_public"),
    path("panel-papers/<day:day>/pdf/", public.panel_paper_public_pdf, name="panel_paper_public_pdf"),
]
if find_spec("reports.urls_homes"):
    urlpatterns.append(path("", include("reports.urls_homes")))
