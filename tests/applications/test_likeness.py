"""How alike two projects are, and why: the provider, the words, the school; a district only adds to it."""

import time

import pytest

from applications.likeness import (
    ALL_PAIRS,
    Facts,
    candidates,
    compare,
    near_name,
    plain_name,
    plain_number,
    plain_school,
)
from tests.applications.overlapping import AIMS, OTHER_AIMS

SAME_IN_OTHER_WORDS = (
    "We will run workshops in secondary schools about the harm that carrying knives does, led by a former "
    "gang member, with mentoring for pupils at risk."
)


def facts(key=1, **more) -> Facts:
    return Facts(**{"key": key, "party": key, "provider_name": ("", "Alpha", "Bravo", "Tango")[key]} | more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Reform Restore Respect", "Reform, Restore & Respect Ltd."),
        ("The Forward Trust", "FORWARD TRUST"),
        ("Magnate Generation CIC", "Magnate Genration C.I.C."),
        ("Porchlight", "Porch Light"),
        ("Rising Sun", "Rising Sun Domestic Violence"),
        ("Example Youth Community Interest Company", "Example Youth CIC"),
        ("Café Example", "Cafe Example Limited"),
    ],
)
def test_a_name_is_near_whatever_people_write_differently(one, other):
    found = compare(facts(1, provider_name=one), facts(2, provider_name=other))
    assert "name" in found.reasons[0]
    assert found.percent >= 43


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Example Youth Trust", "Example Youth Club"),
        ("Canterbury Street Pastors", "Thanet Street Pastors"),
        ("Kent Police", "Kent CrimeStoppers"),
        ("Age Concern Dover", "Age Concern Deal"),
        ("The Ltd", ""),
        ("", ""),
    ],
)
def test_other_names_are_not_near(one, other):
    assert compare(facts(1, provider_name=one), facts(2, provider_name=other)) is None
    assert near_name(plain_name(one), plain_name(other)) < 86


def test_the_provider_is_known_by_its_number_or_its_organisation():
    by_number = compare(
        facts(1, provider_number="Charity no. 110 1234"), facts(2, provider_number="01101234")
    )
    assert by_number.reasons == ["Their providers have the same registered number: Charity no. 110 1234."]
    linked = {"organisation": 7, "organisation_name": "Example Mentors", "is_linked": True}
    assert "Example Mentors" in compare(facts(1, **linked), facts(2, **linked)).reasons[0]
    by_alias = compare(facts(1, **linked), facts(2, **linked | {"is_linked": False}))
    assert "are Example Mentors" in by_alias.reasons[0]
    apart = {"provider_name": "Example Mentors"}
    assert compare(facts(1, organisation=7, **apart), facts(2, organisation=8, **apart)) is not None
    near = compare(
        facts(1, organisation=7, provider_name="Example Mentors"),
        facts(2, organisation=8, provider_name="Example Mentorz"),
    )
    assert near is None, "two organisations that we know apart are not near"


def test_the_same_work_in_other_words_is_alike_and_other_work_is_not():
    one = facts(1, title="Knife crime workshops in schools", aims=AIMS)
    same = facts(2, title="Workshops on knife crime for pupils", aims=SAME_IN_OTHER_WORDS)
    other = facts(3, title="Rural watch", aims=OTHER_AIMS)
    assert "titles and aims are alike" in compare(one, same).reasons[0]
    assert compare(one, other) is None
    assert compare(same, other) is None


def test_a_district_alone_is_never_enough_but_adds_to_it():
    place = {"districts": ("Ashford", "Swale")}
    assert compare(facts(1, **place), facts(2, **place)) is None
    one, two = facts(1, provider_number="1101234"), facts(2, provider_number="1101234")
    without = compare(one, two)
    with_it = compare(
        facts(1, provider_number="1101234", **place), facts(2, provider_number="1101234", **place)
    )
    assert with_it.percent == without.percent + 5
    assert with_it.reasons[-1] == "They take place in the same districts: Ashford and Swale."


def test_the_same_school_however_it_is_written_and_not_its_neighbour():
    one = facts(1, schools=("St. Anselm's C of E Primary School",))
    same = facts(2, schools=("Another school", "Saint Anselms Church of England Primary"))
    other = facts(3, schools=("St Anselm's Grammar School",))
    assert compare(one, same).reasons == [
        "They take place at the same school: St. Anselm's C of E Primary School."
    ]
    assert compare(one, other) is None
    assert plain_school("The School") == ""


@pytest.mark.parametrize(
    ("number", "plain"),
    [("", ""), ("none", ""), ("n/a 12", ""), ("0 1234567", "1234567"), ("sc 123456", "SC123456")],
)
def test_what_is_no_number_is_none(number, plain):
    assert plain_number(number) == plain


def test_pairs_of_one_party_are_not_compared_and_thousands_are_compared_quickly():
    same = [facts(1), facts(1), facts(2)]
    assert candidates(same) == {(0, 2), (1, 2)}
    words = [f"word{number}" for number in range(700)]
    many = [
        facts(
            1,
            party=number % 13,
            provider_name=f"Body {words[number % 400]}",
            title=f"{words[number % 500]} {words[number % 300]} evenings",
            aims=" ".join(words[(number * step) % 700] for step in range(1, 60)),
            schools=(f"School of {words[number % 350]}",),
        )
        for number in range(2000)
    ]
    assert len(many) * (len(many) - 1) // 2 > ALL_PAIRS
    started = time.monotonic()
    pairs = candidates(many)
    alike = [(one, other) for one, other in pairs if compare(many[one], many[other])]
    assert time.monotonic() - started < 8, "about 2 seconds on an idle machine"
    assert (0, 400) in pairs, "the same provider"
    assert len(pairs) < 200_000
    assert alike
