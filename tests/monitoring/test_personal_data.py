"""The screening of free text: it finds forms of personal data, and leaves counts, money and dates alone."""

import time

import pytest

from pcc_grants.lib.personal_data import findings

FOUND = [
    ("Write to someone@example.org.", "an email address"),
    ("SOMEONE.ELSE+tag@sub.example.co.uk", "an email address"),
    ("ring 01622 123 456", "a phone number"),
    ("ring 07700 900123 today", "a phone number"),
    ("+44 7700 900 123", "a phone number"),
    ("(01622) 123456", "a phone number"),
    ("her number QQ 12 34 56 C", None),
    ("his is AB123456C", "a National Insurance number"),
    ("ab 12 34 56 c", "a National Insurance number"),
    ("they live at ME15 9BZ", "a full postcode"),
    ("me159bz", "a full postcode"),
    ("NHS 943 476 5919", "an NHS number"),
    ("9434765919", "an NHS number"),
]


@pytest.mark.parametrize(("text", "finding"), FOUND)
def test_each_form_is_found(text, finding):
    assert findings(text) == ([finding] if finding else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We held 20 workshops for over 2,000 young people in 19 schools.",
        "It cost £112,422.87, paid on 25 April 2019.",
        "From 1 October 2018 to 31 March 2019, in ME15 and CT1.",
        "Grant TST-0119-2A-M1, payment 1000000002.",
        "9434765918 is no such number",
        "See @example for more",
    ],
)
def test_counts_money_dates_and_districts_are_left_alone(text):
    assert findings(text) == []


def test_each_kind_is_named_once():
    assert findings("a@example.org b@example.org ME15 9BZ CT1 2EH") == [
        "an email address",
        "a full postcode",
    ]


@pytest.mark.parametrize(
    "text", ["a" * 500_000, "a@" * 200_000, "0 " * 200_000, "AB" * 200_000, "@" * 300_000]
)
def test_no_text_takes_long(text):
    started = time.monotonic()
    findings(text)
    assert time.monotonic() - started < 5
