"""Choices: an answer that was not offered counts as none, whatever was sent."""

import pytest

from office.models import Counter
from pcc_grants import forms

pytestmark = pytest.mark.django_db
CHOICES = [("charity", "Charity"), ("school", "School")]
ODD = ["other", "\x00", "9" * 50, "-1", "1; DROP TABLE", "é" * 5000]


class Form(forms.GovukForm):
    kind = forms.ChoiceRadios("Kind", CHOICES, empty="Select what type of organisation you are")
    theme = forms.ChoiceSelect("Theme", CHOICES, empty="Select a theme")
    priorities = forms.Checkboxes("Priorities", CHOICES, empty="Select at least one priority")
    correct = forms.Tick("It is correct", empty="Confirm that it is correct")


class RowForm(forms.GovukForm):
    one = forms.ModelRadios(
        "One", Counter.objects.order_by("series"), text=lambda row: row.series, empty="Select one row"
    )
    other = forms.ModelSelect("Other", Counter.objects.all(), empty="Select another row")
    many = forms.ModelCheckboxes(
        "Many",
        Counter.objects.order_by("series"),
        row_hint=lambda row: f"Up to {row.last}",
        empty="Select some rows",
    )


def test_each_choice_has_its_own_sentence_for_none():
    assert list(Form({}).errors.values()) == [
        ["Select what type of organisation you are"],
        ["Select a theme"],
        ["Select at least one priority"],
        ["Confirm that it is correct"],
    ]


@pytest.mark.parametrize("sent", ODD)
def test_what_was_not_offered_counts_as_no_answer(sent):
    form = Form({"kind": sent, "theme": sent, "priorities": ["charity", sent], "correct": "on"})
    assert list(form.errors.values()) == [
        ["Select what type of organisation you are"],
        ["Select a theme"],
        ["Select at least one priority"],
    ]


@pytest.mark.parametrize("sent", ODD)
def test_a_row_that_was_not_offered_counts_as_no_answer(sent):
    form = RowForm({"one": sent, "other": sent, "many": [sent]})
    assert list(form.errors.values()) == [["Select one row"], ["Select another row"], ["Select some rows"]]


def test_rows_are_shown_with_their_text_and_hint():
    row = Counter.objects.create(series="SIK", last=7)
    form = RowForm()
    assert form["one"].options[0]["label"] == "SIK"
    assert form["one"].options[0]["value"] == str(row.pk)
    assert form["many"].options[0]["hint"] == "Up to 7"
    answered = RowForm({"one": row.pk, "other": row.pk, "many": [row.pk]})
    assert answered.is_valid()
    assert answered.cleaned_data["one"] == row
    assert list(answered.cleaned_data["many"]) == [row]


def test_a_list_starts_with_no_answer_chosen():
    assert Form()["theme"].field.choices[0] == ("", "Select one")
    assert not any(option["checked"] for option in Form()["kind"].options)


def test_the_choices_of_a_model_can_be_given_as_they_are():
    from organisations.models import Organisation

    kind = Organisation._meta.get_field("kind").choices
    assert len(forms.ChoiceSelect("Kind", kind).choices) == len(list(kind)) + 1
