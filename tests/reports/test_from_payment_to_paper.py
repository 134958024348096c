"""A grant paid through the services is published, chosen, written about and read in the PDF."""

import io
from datetime import timedelta

import pypdf

from pcc_grants.lib import clock
from reports import papers, services
from reports.verify import violations


def test_a_paid_instalment_reaches_the_paper(office, paid_award, finance, panel_officer, officer, approver):
    month = services.first_of(clock.today())
    with clock.at(services.month_after(month)):
        item = services.publish_month(by=finance, month=month).items.get()
        meeting = clock.today() + timedelta(days=60)
        paper = papers.plan_paper(
            by=officer, meeting_on=meeting, period_start=month, period_end=clock.today()
        )
        papers.choose(by=panel_officer, paper=paper, published_items=[item])
        papers.send_selection(by=panel_officer, paper=paper)
        papers.send_for_approval(by=officer, paper=paper)
        papers.approve(by=approver, paper=paper)
    pages = pypdf.PdfReader(io.BytesIO(bytes(paper.versions.get().pdf))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert (
        "Example Youth Project was awarded £10,000 to deliver workshops in the example district. "
        "It will divert young people from crime."
    ) in text
    assert (
        "This is the first instalment towards a total of £10,000. "
        "The second instalment, £5,000, depends on a satisfactory monitoring return."
    ) in text
    assert "For information, the item was selected by Panel Officers on behalf of Members." in text
    assert list(violations()) == []
