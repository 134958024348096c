"""The agreement is plain data: parties as at its day, money, dates, returns and numbered clauses."""

from datetime import timedelta
from decimal import Decimal

from awards import papers, services
from awards.models import Award
from funds.models import LegalPower
from pcc_grants.lib import clock
from pcc_grants.lib.clock import format_date
from tests import factories

from .conftest import decided, offered


def words(text: dict) -> str:
    """Every word of it, for asking what stands in it."""
    return papers.json.dumps(text, ensure_ascii=False).replace("\u00a0", " ")


def section(text: dict, heading: str) -> dict:
    return next(one for one in text["sections"] if one["heading"] == heading)


def test_it_names_the_parties_the_money_and_the_dates(office, offered_award):
    text = offered_award.agreement.text
    facts = dict(map(tuple, text["facts"]))
    assert text["title"] == "Grant agreement"
    assert facts["From"] == "Office of the Example Police and Crime Commissioner"
    assert facts["To"] == "Example Youth Project"
    assert facts["Amount"] == "£10,000 (ten thousand pounds)"
    assert facts["Starts"] == format_date(offered_award.starts_on)
    assert (
        "We award you £10,000 (ten thousand pounds) to deliver workshops in the example district."
        in words(text)
    )
    assert f"Decision {offered_award.decision.number}" in words(text)


def test_the_office_is_named_as_it_was_on_the_day(administrator, office, cast):
    factories.office_settings(
        administrator, clock.today() + timedelta(days=10), office_name="Office of the Next Commissioner"
    )
    before = offered(cast).agreement.text
    with clock.at(clock.today() + timedelta(days=11)):
        after = offered(cast).agreement.text
    assert before["office"] == "Office of the Example Police and Crime Commissioner"
    assert after["office"] == "Office of the Next Commissioner"


def test_instalments_stand_with_what_they_wait_for(offered_award):
    first, second = offered_award.agreement.text["instalments"]
    assert first["amount"] == second["amount"] == "£5,000.00"
    assert first["waits_for"] == ["this agreement, signed by you and by us"]
    assert second["waits_for"][1].startswith("our acceptance of the mid-year return, due")


def test_returns_that_instalments_wait_for_are_promised(offered_award):
    (clause,) = section(offered_award.agreement.text, "Returns")["clauses"]
    assert clause["points"][0].startswith("the mid-year return, due")


def test_the_round_s_terms_are_numbered_clauses(offered_award):
    terms = section(offered_award.agreement.text, "Terms")
    assert [(one["number"], one["text"]) for one in terms["clauses"]] == [
        (f"{terms['number']}.1", "Spend the money on the project."),
        (f"{terms['number']}.2", "Keep records for six years."),
    ]


def test_clauses_are_numbered_without_a_gap_through_the_sections(cast):
    award = decided(
        cast,
        agreed_outcomes="More young people stay at school\nFewer of them offend",
        delivery_standards="Staff are vetted",
        special_conditions="1. A member of school staff stays in the room.\n2) Publicity names us.",
        partners=[cast.other_organisation],
        annual_value=Decimal("3333.33"),
    )
    services.set_instalments(
        by=cast.officer, award=award, rows=[{"amount": award.amount, "due_on": clock.today()}]
    )
    text = services.offer(by=cast.officer, award=award, accept_by=clock.today()).text
    assert [one["number"] for one in text["sections"]] == list(range(1, len(text["sections"]) + 1))
    for one in text["sections"]:
        expected = [f"{one['number']}.{n}" for n in range(1, len(one["clauses"]) + 1)]
        assert [clause["number"] for clause in one["clauses"]] == expected
    special = section(text, "Special conditions")["clauses"]
    assert [one["text"] for one in special] == [
        "A member of school staff stays in the room.",
        "Publicity names us.",
    ]
    assert "Example Community Association" in words(section(text, "The award"))
    assert section(text, "What you will deliver")["clauses"][0]["points"] == [
        "More young people stay at school",
        "Fewer of them offend",
    ]


def test_a_contract_carries_its_options_and_terms_of_its_own(cast):
    award = decided(cast, kind=Award.Kind.CONTRACT, legal_power=LegalPower.CONTRACT)
    start = award.ends_on + timedelta(days=1)
    services.add_extension_options(
        by=cast.officer,
        award=award,
        options=[{"starts_on": start, "ends_on": start + timedelta(days=364), "decide_by": start}],
    )
    services.set_instalments(
        by=cast.officer, award=award, rows=[{"amount": award.amount, "due_on": clock.today()}]
    )
    text = services.offer(by=cast.officer, award=award, accept_by=clock.today()).text
    assert text["title"] == "Contract"
    assert "We may extend this agreement" in words(text)
    assert "You provide the services with reasonable skill and care" in words(text)
    assert "We pay you £10,000" in words(text)


def test_a_subscription_has_short_terms_and_no_grant_s_power(cast):
    award = offered(cast, kind=Award.Kind.SUBSCRIPTION, legal_power=LegalPower.OTHER)
    text = award.agreement.text
    assert text["title"] == "Subscription agreement"
    assert "given under the" not in words(text)
    assert len(section(text, "Terms")["clauses"]) == 3


def test_bullets_in_terms_hang_under_their_clause(cast):
    made = papers.Section(4, "Terms")
    papers._add_terms(made, "You report:\n- twice a year\n- at the end\n\nYou keep records.")
    assert [(one.number, one.text, one.points) for one in made.clauses] == [
        ("4.1", "You report:", ["twice a year", "at the end"]),
        ("4.2", "You keep records.", []),
    ]


def test_terms_without_empty_lines_are_a_clause_a_line():
    made = papers.Section(4, "Terms")
    papers._add_terms(made, "You report.\nYou keep records.\n• of money\n• of visits")
    assert [(one.text, one.points) for one in made.clauses] == [
        ("You report.", []),
        ("You keep records.", ["of money", "of visits"]),
    ]


def test_what_an_organisation_is_called_is_text_and_nothing_else(cast):
    cast.organisation.name = "Example <b>Youth</b> & “Arts”"
    cast.organisation.save()
    agreement = offered(cast).agreement
    assert agreement.text["recipient"] == "Example <b>Youth</b> & “Arts”"
    html = papers.agreement_html(agreement)
    assert "<b>Youth</b>" not in html
    assert "Example &lt;b&gt;Youth&lt;/b&gt; &amp; “Arts”" in html


# -- The hash ------------------------------------------------------------------------------------------------


def test_the_hash_is_of_the_text_whatever_the_order_of_its_keys(offered_award):
    agreement = offered_award.agreement
    turned = dict(reversed(list(agreement.text.items())))
    assert papers.document_hash(turned) == agreement.document_hash


def test_any_change_changes_the_hash(offered_award):
    agreement = offered_award.agreement
    agreement.text["instalments"][0]["amount"] = "£5,000.01"
    assert papers.document_hash(agreement.text) != agreement.document_hash


def test_what_was_offered_stays_when_the_award_s_words_change(offered_award):
    before = papers.agreement_html(offered_award.agreement)
    offered_award.title = "Another title"
    offered_award.save()
    offered_award.organisation.name = "Another name"
    offered_award.organisation.save()
    assert papers.agreement_html(Award.objects.get(pk=offered_award.pk).agreement) == before
