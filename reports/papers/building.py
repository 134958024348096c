"""From a paper's records to its data."""

import re
from decimal import Decimal
from itertools import count

from django.db.models import Prefetch

from awards.models import Instalment
from office.models import OfficeSettings
from pcc_grants.lib.rules import RuleBroken
from reports import text_blocks
from reports.models import Paper, PaperItem

from .content import Block, PaperData, Paragraph, Run, Section, parse_narrative, parse_runs
from .drafting import draft
from .sentences import heading, introduction_heading, payee, selection_sentence


def items_of(paper) -> list[PaperItem]:
    """The paper's items in their order, with everything that headings and first texts are made of."""
    instalments = Instalment.objects.order_by("number").prefetch_related("conditions")
    award = "published_item__payment__instalment__award"
    return list(
        PaperItem.objects.filter(paper=paper)
        .order_by("position")
        .select_related(f"{award}__organisation", f"{award}__fund")
        .prefetch_related(
            Prefetch(f"{award}__instalments", queryset=instalments), f"{award}__extension_options"
        )
    )


def groups_of(items: list[PaperItem]) -> list[list[PaperItem]]:
    """Items that share a narrative stand together: each group begins with one that does not join."""
    groups: list[list[PaperItem]] = []
    for item in items:
        if item.joins_previous and groups:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def narrative_blocks(group: list[PaperItem]) -> list[Block]:
    """What is said about a group: what somebody wrote, or a first text from the records."""
    return parse_narrative(group[0].narrative) or draft(group)


def build(paper: Paper, *, is_draft: bool = True) -> PaperData:
    """The whole paper as data, its texts and the office's facts as at the meeting.

    Raises RuleBroken when the office's facts have never been entered.
    """
    office = OfficeSettings.objects.as_at(paper.meeting_on)
    if office is None:
        raise RuleBroken(
            "The office's own facts are missing. Ask an administrator to enter the office settings."
        )
    items = items_of(paper)
    groups = groups_of(items)
    introduction = _introduction(paper, office, items)
    narratives = _link_recipients([narrative_blocks(group) for group in groups], groups)
    numbers = count(1)
    return PaperData(
        meeting_on=paper.meeting_on,
        subject=paper.subject,
        header=(
            ("From", f"{office.commissioner_name}, {office.commissioner_title}"),
            ("To", office.panel_name),
            ("Subject", paper.subject),
            ("Date", text_blocks.plain_date(paper.meeting_on)),
        ),
        introduction=Section((introduction_heading(paper.preset),), _numbered(introduction, numbers)),
        sections=tuple(
            Section(
                headings=tuple(heading(item.published_item, paper.preset) for item in group),
                paragraphs=_numbered(blocks, numbers),
                items=tuple(item.pk for item in group),
            )
            for group, blocks in zip(groups, narratives, strict=True)
        ),
        total=sum((item.published_item.amount for item in items), Decimal(0)),
        is_draft=is_draft,
    )


def _numbered(blocks: list[Block], numbers) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(next(numbers), block.runs, block.bullets) for block in blocks)


def _introduction(paper, office, items) -> list[Block]:
    """Always four paragraphs: the allocations, the law, what is shown, and who selected it."""
    texts = text_blocks.texts_as_at(paper.meeting_on)
    facts = text_blocks.values(paper, office)
    third = "introduction_3_first" if paper.is_first else "introduction_3"
    blocks = [
        Block(parse_runs(text_blocks.fill(texts[key], facts)))
        for key in ("introduction_1", "introduction_2", third)
    ]
    chosen = {by: [] for by in PaperItem.ChosenBy.values}
    for item in items:
        chosen[item.chosen_by].append(item.published_item.paid_on)
    sentence = selection_sentence(
        chosen[PaperItem.ChosenBy.PANEL], chosen[PaperItem.ChosenBy.OFFICE], office.office_short_name
    )
    return [*blocks, Block((Run(sentence),))]


# -- A recipient's website is linked at the first mention ----------------------------------------------------


def _link_recipients(narratives: list[list[Block]], groups) -> list[list[Block]]:
    wanted = {}
    for group in groups:
        for item in group:
            organisation = item.published_item.payment.instalment.award.organisation
            if organisation.website:
                wanted.setdefault(organisation.pk, organisation)
    for organisation in wanted.values():
        _link_first_mention(narratives, organisation)
    return narratives


def _link_first_mention(narratives: list[list[Block]], organisation) -> None:
    """Link the first words that name the organisation, unless its website is linked already."""
    addresses = {run.url for blocks in narratives for block in blocks for run in block.runs}
    if organisation.website in addresses:
        return
    names = sorted({payee(organisation), organisation.name}, key=len, reverse=True)
    mention = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names))
    for blocks in narratives:
        for index, block in enumerate(blocks):
            for position, run in enumerate(block.runs):
                match = None if run.url else mention.search(run.text)
                if match:
                    linked = _with_link(run, match, organisation.website)
                    runs = (*block.runs[:position], *linked, *block.runs[position + 1 :])
                    blocks[index] = Block(runs, block.bullets)
                    return


def _with_link(run: Run, match: re.Match, url: str) -> list[Run]:
    parts = [Run(run.text[: match.start()]), Run(match[0], url), Run(run.text[match.end() :])]
    return [part for part in parts if part.text]
