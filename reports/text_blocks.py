"""The standing sentences of the papers: neutral ones here, until an officer writes others (TextBlock).

Fields in braces are filled in from the office's facts as at the meeting, and from the paper itself.
A link is written [its words](its address).
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .models import TextBlock

FIELD = re.compile(r"\{([a-z_]+)\}")

FIELDS = {
    "office_name": "the office's name",
    "office_short_name": "the office's short name, such as OPCC",
    "commissioner_name": "the Commissioner's name",
    "commissioner_title": "the Commissioner's title",
    "plan_title": "the plan's full title",
    "plan_short_title": "the plan's short title",
    "plan_page": "the page of the plan with the allocations",
    "plan_url": "the plan's address, for a link",
    "spending_url": "the address of the published spending, for a link",
    "panel_name": "the Panel's name",
    "financial_year": "the financial year of the meeting, such as 2019/20",
    "period": "the paper's period, such as 1 November 2018 to 30 April 2019",
}


@dataclass(frozen=True)
class Block:
    label: str
    default: str


BLOCKS = {
    "introduction_1": Block(
        "1: where the allocations are",
        "The commissioning allocations of the {office_name} ({office_short_name}) can be found on page "
        "{plan_page} of [{plan_title}]({plan_url}).",
    ),
    "introduction_2": Block(
        "2: the law, and the published expenditure",
        "As the Elected Local Policing Bodies (Specified Information) Order 2011 requires, the "
        "{office_short_name} puts [what it has spent]({spending_url}) on its website: each crime and "
        "disorder reduction grant, and every other item above £500.",
    ),
    "introduction_3": Block(
        "3: what the paper gives examples of",
        "Like the reports before it, this paper takes examples from recent published expenditure, and says "
        "how each of them serves the priorities of the {plan_short_title}.",
    ),
    "introduction_3_first": Block(
        "3: the same, in the first paper of a series",
        "After the initial report to the Panel, this paper is the first to take examples from published "
        "expenditure. It says how each of them serves the priorities of the {plan_short_title}.",
    ),
}


def plain_date(day: date) -> str:
    """'12 June 2019' with ordinary spaces: papers are quoted, searched and compared."""
    return f"{day.day} {day:%B %Y}"


def period(start: date, end: date) -> str:
    return f"{plain_date(start)} to {plain_date(end)}"


def values(paper, office) -> dict[str, str]:
    """What the fields stand for in one paper. `office` are the settings as at the meeting."""
    return {
        "office_name": office.office_name,
        "office_short_name": office.office_short_name,
        "commissioner_name": office.commissioner_name,
        "commissioner_title": office.commissioner_title,
        "plan_title": office.plan_title,
        "plan_short_title": office.plan_short_title,
        "plan_page": str(office.plan_allocations_page),
        "plan_url": office.plan_url,
        "spending_url": office.spending_url,
        "panel_name": office.panel_name,
        "financial_year": str(FinancialYear.containing(paper.meeting_on)),
        "period": period(paper.period_start, paper.period_end),
    }


def fill(text: str, facts: dict[str, str]) -> str:
    """Put the facts into a text; what is not a field stays as it is."""
    return FIELD.sub(lambda match: facts.get(match[1], match[0]), text)


def texts_as_at(day: date) -> dict[str, str]:
    """Every block's text as it holds on a date: the newest version until then, or ours."""
    newest = (
        TextBlock.objects.filter(effective_from__lte=day)
        .order_by("key", "-effective_from")
        .distinct("key")
        .values_list("key", "text")
    )
    return {key: block.default for key, block in BLOCKS.items()} | dict(newest)


@transaction.atomic
def set_text(*, by, key: str, effective_from: date, text: str) -> TextBlock:
    """Write a block as it holds from a date, in place of a version of that very date. Approved papers stay.

    Raises RuleBroken for a text without words or with a field that does not exist.
    """
    by.require(Permission.PREPARE_PAPERS)
    if key not in BLOCKS:
        raise RuleBroken("There is no such text. Choose one from the list.")
    text = " ".join(clean(text).split())
    if not text:
        raise RuleBroken("Enter the text of the paragraph.")
    unknown = sorted(set(FIELD.findall(text)) - set(FIELDS))
    if unknown:
        raise RuleBroken(f"There is no field {{{unknown[0]}}}. Use only the fields listed below the box.")
    old = (
        TextBlock.objects.select_for_update(no_key=True)
        .filter(key=key, effective_from=effective_from)
        .first()
    )
    if old and old.text == text:
        return old
    block, _ = TextBlock.objects.update_or_create(
        key=key,
        effective_from=effective_from,
        defaults={"text": text, "changed_by": by, "changed_at": clock.now()},
    )
    record(
        "text.changed",
        block,
        f"{by} wrote the text “{BLOCKS[key].label}” as it holds from {clock.format_date(effective_from)}.",
        by=by,
        changes={"old": old.text if old else None, "new": text},
    )
    return block
