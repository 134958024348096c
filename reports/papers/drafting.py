"""A first text for an item that nobody has written about yet: plain sentences, every fact from a record."""

from pcc_grants.lib.money import format_money
from reports.text_blocks import plain_date

from .content import Block, Run
from .sentences import in_words, payee

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip


def ordinal(number: int) -> str:
    """'first' to 'tenth', then '11th'."""
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def draft(items) -> list[Block]:
    """The paragraphs for items that share a narrative: each fund once, then each item."""
    blocks, told = [], set()
    for item in items:
        award = item.published_item.payment.instalment.award
        if award.fund_id not in told:
            told.add(award.fund_id)
            blocks.append(_plain(f"{_source(award.fund.name)} {_sentence(award.fund.purpose)}"))
        blocks += _about(item.published_item)
    return blocks


def _about(published_item) -> list[Block]:
    award = published_item.payment.instalment.award
    blocks = [_plain(f"{_awarded(published_item)} {_sentence(published_item.reasons)}")]
    if award.kind == award.Kind.CONTRACT:
        blocks.append(_plain(_contract(award)))
        outcomes = [line.strip(" -•\t") for line in award.agreed_outcomes.splitlines() if line.strip(" -•\t")]
        if outcomes:
            bullets = tuple((Run(outcome),) for outcome in outcomes)
            blocks.append(Block((Run("The service is measured against these outcomes:"),), bullets))
    elif part := _part_of_award(published_item.payment):
        blocks.append(_plain(part))
    return blocks


def _source(fund_name: str) -> str:
    if fund_name.casefold().endswith(("fund", "grant")):
        return f"The money comes from the {fund_name}."
    return f"The money comes from the budget for “{fund_name}”."


def _awarded(published_item) -> str:
    """What was given and what for; the purpose is as published, and finishes "awarded £x to …"."""
    payment = published_item.payment
    award = payment.instalment.award
    is_bought = award.kind in {award.Kind.SUBSCRIPTION, award.Kind.PURCHASE}
    verb, amount = ("paid", payment.amount) if is_bought else ("awarded", award.amount)
    purpose = published_item.purpose.strip().rstrip(".")
    return f"{payee(award.organisation)} was {verb} {format_money(amount)} to {purpose}."


def _part_of_award(payment) -> str:
    """Which instalment this is, and what the next one waits for; empty when the award is paid in one."""
    instalment = payment.instalment
    instalments = sorted(instalment.award.instalments.all(), key=lambda one: one.number)
    if len(instalments) < 2:
        return ""
    total = format_money(instalment.award.amount)
    text = f"This is the {ordinal(instalment.number)} instalment towards a total of {total}."
    following = next((one for one in instalments if one.number == instalment.number + 1), None)
    if following and any(condition.kind == "return" for condition in following.conditions.all()):
        number, amount = ordinal(following.number), format_money(following.amount)
        text += f" The {number} instalment, {amount}, depends on a satisfactory monitoring return."
    return text


def _contract(award) -> str:
    text = f"The contract runs from {plain_date(award.starts_on)} to {plain_date(award.ends_on)}."
    options = sorted(award.extension_options.all(), key=lambda option: option.number)
    open_options = [option for option in options if option.status == option.Status.AVAILABLE]
    if open_options:
        count = "once" if len(open_options) == 1 else f"{in_words(len(open_options))} times"
        until = plain_date(open_options[-1].ends_on)
        text += (
            f" It can be extended {count}, each time by a decision of its own, until {until} at the latest."
        )
    if award.annual_value is not None:
        text += f" Its value is {format_money(award.annual_value)} a year."
    return text


def _plain(text: str) -> Block:
    """A paragraph of our own making: nothing in it is read as mark-up."""
    return Block((Run(" ".join(text.split())),))


def _sentence(text: str) -> str:
    """The record's own words, closed with a full stop."""
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."
