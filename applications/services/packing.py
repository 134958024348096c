"""Decision packs: what the office puts before the approver, frozen, numbered and with its hash."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from accounts.permissions import Permission, Role
from applications.models import Decision, DecisionPack, Status
from applications.services.deciding import WAITING
from applications.services.pack_content import content_hash, pack_content
from applications.services.pack_pages import compared
from applications.services.recommending import ranking
from applications.services.scores import blind_applications
from audit.services import record
from funds.models import Round
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean


@transaction.atomic
def issue_pack(*, by, round: Round, decide_by, note="") -> DecisionPack:
    """Freeze the ranking, scores and advice of a round as its next pack, and tell the approvers by e-mail.

    `decide_by` is a London date. The same pack again by the same person returns the first. Raises RuleBroken
    while nothing is recommended, and for an officer who has still to score one of the applications.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    round = locked(Round.objects.select_related("fund"), round.pk)
    ranked = ranking(round, seen_by=by)
    hidden = [row.application.reference for row in ranked.rows if row.scores_hidden]
    if hidden:
        raise RuleBroken(
            f"You have still to score {', '.join(hidden)}, and do not see its scores. "
            "A colleague can issue the pack."
        )
    if not any(row.application.status in WAITING for row in ranked.rows):
        raise RuleBroken("Make a recommendation first. A pack is about what waits for a decision.")
    if decide_by < clock.today():
        raise RuleBroken("The date to decide by must be today or later.")
    content, note = pack_content(ranked), clean(note)
    latest = latest_pack(round)
    if latest and (latest.made_by_id, latest.decide_by, latest.note, latest.content) == (
        by.pk,
        decide_by,
        note,
        content,
    ):
        return latest
    pack = DecisionPack.objects.create(
        round=round,
        number=latest.number + 1 if latest else 1,
        content=content,
        sha256=content_hash(content),
        decide_by=decide_by,
        note=note,
        made_by=by,
        made_at=clock.now(),
    )
    for approver in User.objects.with_role(Role.APPROVER):
        queue(
            key=f"pack:{pack.pk}:{approver.pk}",
            to=approver,
            template="applications/pack_ready",
            context={"pack": pack, "round": round},
            about=pack,
        )
    record(
        "decision_pack.issued",
        pack,
        f"{by} issued decision pack {pack.number} of {round}.",
        by=by,
        changes={"sha256": pack.sha256, "decide_by": decide_by},
    )
    return pack


def latest_pack(round: Round) -> DecisionPack | None:
    """The last pack of a round, with who made it."""
    return round.decision_packs.select_related("made_by", "round__fund").order_by("-number").first()


def may_read_pack(pack: DecisionPack, user) -> bool:
    """Not by somebody who has still to score one of its applications: scoring is blind."""
    blind = blind_applications(user)
    if not blind:
        return True
    told = [page["reference"] for page in pack.content["applications"]]
    return not pack.round.applications.filter(pk__in=blind, reference__in=told).exists()


def changes_since(pack: DecisionPack) -> list[str]:
    """What is no longer as the pack tells it, one sentence each. Decisions made since are no change."""
    ranked = ranking(pack.round, seen_by=None)
    now = pack_content(ranked)
    told = {page["reference"]: page for page in pack.content["applications"]}
    pages = {page["reference"]: page for page in now["applications"]}
    statuses = dict(pack.round.applications.values_list("reference", "status"))
    changed = []
    for reference, page in told.items():
        if reference not in statuses:
            changed.append(f"{reference} is no longer in this round.")
        elif statuses[reference] in (Status.APPROVED, Status.DECLINED):
            continue
        elif reference not in pages:
            label = Status(statuses[reference]).label.lower()
            changed.append(f"{reference} is now: {label}.")
        elif differs := _what_differs(pages[reference], page, statuses[reference]):
            changed.append(f"{reference} has changed: {', '.join(differs)}.")
    changed += [f"{reference} is not in the pack." for reference in pages if reference not in told]
    if ranked.left + _approved_since(pack) != Decimal(pack.content["left"]):
        changed.append(f"The money left is now {format_money(ranked.left, pence=True)}.")
    return changed


def _what_differs(page: dict, before: dict, status: str) -> list[str]:
    """The headings of the parts that differ. That it was deferred since is a decision, and no change."""
    now, then = compared(page), compared(before)
    if status == Status.DEFERRED:
        now.pop("recommendation", None)
        then.pop("recommendation", None)
    return [
        (now.get(key) or then[key])["heading"].lower()
        for key in dict.fromkeys([*now, *then])
        if now.get(key) != then.get(key)
    ]


def _approved_since(pack: DecisionPack) -> Decimal:
    approved = Decision.objects.filter(
        application__round=pack.round, outcome=Decision.Outcome.APPROVED, decided_at__gte=pack.made_at
    )
    return approved.aggregate(total=Sum("amount"))["total"] or Decimal(0)
