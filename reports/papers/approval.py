"""From the finished draft to the frozen version and the public record. Nobody approves what they sent."""

import hashlib

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken, require_move, require_someone_else
from pcc_grants.lib.text import clean
from reports.models import PAPER_MOVES, PaperStatus, PaperVersion

from .building import build
from .planning import locked, tell
from .rendering import render_page, render_pdf


@transaction.atomic
def send_for_approval(*, by, paper):
    """Send the draft to the approvers. Raises RuleBroken for a paper without items or at another stage."""
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(paper)
    if paper.status == PaperStatus.CHECKING and paper.sent_for_approval_by_id == by.pk:
        return paper
    require_move(
        PAPER_MOVES,
        paper.status,
        PaperStatus.CHECKING,
        "Only a paper that is being drafted can be sent for approval.",
    )
    if not paper.items.exists():
        raise RuleBroken("Add at least one item before you send the paper for approval.")
    paper.status = PaperStatus.CHECKING
    paper.sent_for_approval_by, paper.sent_for_approval_at = by, clock.now()
    paper.sent_back_reason = ""
    paper.save(update_fields=["status", "sent_for_approval_by", "sent_for_approval_at", "sent_back_reason"])
    record("paper.sent_for_approval", paper, f"{by} sent the paper for approval.", by=by)
    approvers = [user for user in User.objects.with_role(Role.APPROVER) if user.pk != by.pk]
    key = f"approval-{paper.sent_for_approval_at.isoformat()}"
    tell(approvers, paper, key=key, template="ready_to_approve")
    return paper


@transaction.atomic
def send_back(*, by, paper, reason: str):
    """Send the draft back. The same again changes nothing. Raises RuleBroken without a reason."""
    by.require(Permission.APPROVE_PAPERS)
    paper, reason = locked(paper), clean(reason)
    if paper.status == PaperStatus.DRAFTING and reason and paper.sent_back_reason == reason:
        return paper
    if paper.status != PaperStatus.CHECKING:
        raise RuleBroken("This paper is not waiting for approval.")
    if not reason:
        raise RuleBroken("Enter the reason for sending the paper back.")
    sender, sent_at = paper.sent_for_approval_by, paper.sent_for_approval_at
    paper.status = PaperStatus.DRAFTING
    paper.sent_back_reason = reason
    paper.sent_for_approval_by = paper.sent_for_approval_at = None
    paper.save(update_fields=["status", "sent_back_reason", "sent_for_approval_by", "sent_for_approval_at"])
    record("paper.sent_back", paper, f"{by} sent the paper back: {reason}", by=by, changes={"reason": reason})
    tell([sender], paper, key=f"sent-back-{sent_at.isoformat()}", template="sent_back", reason=reason)
    return paper


@transaction.atomic
def approve(*, by, paper) -> PaperVersion:
    """Approve the paper and freeze it: data, HTML and PDF with their hashes. Panel Officers are told.

    The same approver twice gets the same version. Raises RuleBroken for the person who sent it.
    """
    by.require(Permission.APPROVE_PAPERS)
    paper = locked(paper)
    newest = paper.versions.light().first()
    if paper.status == PaperStatus.APPROVED and newest.approved_by_id == by.pk:
        return newest
    if paper.status != PaperStatus.CHECKING:
        raise RuleBroken("This paper is not waiting for approval.")
    require_someone_else(
        by,
        paper.sent_for_approval_by_id,
        message="You sent this paper for approval. Someone else must approve it.",
    )
    version = _freeze(paper, number=newest.number + 1 if newest else 1, by=by)
    paper.status = PaperStatus.APPROVED
    paper.save(update_fields=["status"])
    tell(User.objects.with_role(Role.PANEL), paper, key=f"approved-{version.number}", template="paper_ready")
    return version


def _freeze(paper, *, number: int, by) -> PaperVersion:
    data = build(paper, is_draft=False)
    html, pdf = render_page(data), render_pdf(data)
    version = PaperVersion.objects.create(
        paper=paper,
        number=number,
        data=data.as_json(),
        html=html,
        pdf=pdf,
        html_hash=sha256(html.encode()),
        pdf_hash=sha256(pdf),
        approved_by=by,
    )
    record(
        "paper.approved",
        paper,
        f"{by} approved version {number} of the paper: items of {format_money(data.total, pence=True)}.",
        by=by,
        changes={"version": number, "html": version.html_hash, "pdf": version.pdf_hash, "total": data.total},
    )
    return version


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@transaction.atomic
def publish(*, by, paper):
    """Put the approved paper before the public. Twice changes nothing. Raises RuleBroken before approval."""
    by.require(Permission.PREPARE_PAPERS)
    paper = locked(paper)
    if paper.status == PaperStatus.PUBLISHED:
        return paper
    require_move(
        PAPER_MOVES, paper.status, PaperStatus.PUBLISHED, "A paper is published once it has been approved."
    )
    paper.status = PaperStatus.PUBLISHED
    paper.published_by, paper.published_at = by, clock.now()
    paper.save(update_fields=["status", "published_by", "published_at"])
    record("paper.published", paper, f"{by} published the paper.", by=by)
    return paper
