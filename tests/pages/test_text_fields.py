"""Words: whatever is pasted can be stored and read again, and limits are counted as people count."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from pcc_grants import forms
from pcc_grants.forms import clean_text


def error(field, value):
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    (sentence,) = caught.value.messages
    return sentence


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("from Word\x0bnext line", "from Word\nnext line"),
        ("\ufeffcurly ’quotes’ and • bullets", "curly ’quotes’ and • bullets"),
        ("half \ud83d character", "half  character"),
        ("cafe\u0301", "café"),
        ("  trimmed\t\n", "trimmed"),
        ("👩\u200d🌾 and ❤\ufe0f", "👩\u200d🌾 and ❤\ufe0f"),
        (None, ""),
    ],
)
def test_text_is_made_storable_and_nothing_visible_is_lost(typed, kept):
    assert clean_text(typed) == kept


@given(st.text())
def test_any_text_can_be_encoded_for_the_database(typed):
    assert "\x00" not in clean_text(typed)
    clean_text(typed).encode("utf-8")


def test_an_empty_line_is_answered_with_its_own_sentence():
    field = forms.TextField("Project name", empty="Enter the name of your project")
    for nothing in ("", "   ", "\x00", "\u200b", "\u2060\u200d \u3164", "\u2800\u00ad", None):
        assert error(field, nothing) == "Enter the name of your project"


def test_the_sentence_for_nothing_is_made_from_the_label_when_none_is_given():
    assert error(forms.TextField("Project name"), "") == "Enter project name"
    assert error(forms.ChoiceSelect("Theme", [("a", "A")]), "") == "Select theme"


def test_one_line_stays_one_line():
    assert forms.TextField("Name").clean("Two\r\nlines") == "Two lines"


def test_a_line_that_is_too_long_says_by_its_name():
    field = forms.TextField("What is it called?", name="Project name", max_length=200)
    assert error(field, "x" * 201) == "Project name must be 200 characters or fewer"
    assert field.clean("x" * 200) == "x" * 200


def test_an_address_is_stored_in_lower_case():
    assert forms.EmailField().clean(" Officer@Example.ORG ") == "officer@example.org"


@pytest.mark.parametrize(
    "typed", ["name", "name@", "name example.com", "a@b", "@example.com", "a@example..com"]
)
def test_an_address_in_another_shape_is_refused(typed):
    sentence = "Enter an email address in the correct format, like name@example.com"
    assert error(forms.EmailField(), typed) == sentence


def test_a_password_keeps_its_spaces():
    assert forms.PasswordField().clean(" two words ") == " two words "


@pytest.mark.parametrize(("typed", "number"), [("25", 25), (" 1,250 ", 1250), ("007", 7), ("0", 0)])
def test_whole_numbers_are_read_as_people_write_them(typed, number):
    assert forms.NumberField("Sessions").clean(typed) == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the number of sessions"),
        ("a few", "Number of sessions must be a whole number, like 25"),
        ("2.5", "Number of sessions must be a whole number, like 25"),
        ("٣", "Number of sessions must be a whole number, like 25"),
        ("-1", "Number of sessions must be 0 or more"),
        ("1001", "Number of sessions must be 1,000 or fewer"),
        ("9" * 400, "Number of sessions must be a whole number, like 25"),
    ],
)
def test_other_numbers_are_refused_with_the_reason(typed, sentence):
    field = forms.NumberField(
        "Sessions", name="Number of sessions", empty="Enter the number of sessions", maximum=1000
    )
    assert error(field, typed) == sentence


def test_an_answer_passes_exactly_at_its_limit():
    field = forms.WordsField("Why?", name="Why the project is needed", max_words=300)
    assert field.clean("word\n" * 300)
    sentence = "Why the project is needed must be 300 words or fewer. You have used 341"
    assert error(field, "word " * 341) == sentence


def test_a_limit_in_words_is_also_one_in_characters():
    field = forms.WordsField("Why?", name="Why the project is needed", max_words=10)
    assert error(field, "x" * 301) == "Why the project is needed must be 300 characters or fewer"


def test_an_answer_that_may_be_left_out_is_empty():
    assert forms.WordsField("Notes", max_words=None, required=False).clean(" ") == ""
