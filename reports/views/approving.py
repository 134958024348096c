"""The approver's page of a paper: read it, then approve it or send it back."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from reports import papers
from reports.forms import ApproveForm
from reports.models import PaperStatus

from .common import newest_version, paper_or_404, posted, status_of
from .office import fragment_of


@requires(Permission.READ_PAPER_DRAFTS, write=Permission.APPROVE_PAPERS)
def decide_paper(request, day):
    paper = paper_or_404(request, day)
    form = ApproveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            said = _decide(request.user, paper, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, said)
            return redirect("decide_paper", day)
    fragment, error = fragment_of(paper)
    is_waiting = paper.status == PaperStatus.CHECKING
    context = {
        "heading": f"Panel paper for {clock.format_date(day)}",
        "paper": paper,
        "version": newest_version(paper),
        "form": form,
        "fragment": fragment,
        "is_own": paper.sent_for_approval_by_id == request.user.pk,
        "may_approve": request.user.may(Permission.APPROVE_PAPERS) and (is_waiting or form.is_bound),
        "page_errors": [error] if error else [],
    }
    return render(request, "reports/decide_paper.html", context, status=status_of(form))


def _decide(user, paper, *, decision: str, reason: str) -> str:
    if decision == "approve":
        version = papers.approve(by=user, paper=paper)
        return f"You have approved version {version.number} of the paper. The Panel has been told"
    papers.send_back(by=user, paper=paper, reason=reason)
    return "The paper has been sent back to the office"
