"""A date in three boxes: what is taken, and which error comes first (screens.md section 6.16)."""

from datetime import date

import pytest

from pcc_grants.forms import DateField, GovukForm


class Form(GovukForm):
    starts_on = DateField(
        "When will your project start?",
        name="Project start date",
        empty="Enter the date your project will start",
        earliest=date(2019, 7, 1),
        latest=date(2021, 3, 31),
    )


def posted(day="", month="", year=""):
    return Form({"starts_on_day": day, "starts_on_month": month, "starts_on_year": year})


@pytest.mark.parametrize("month", ["7", "07", "Jul", "jul", "July", "JULY", "Jul."])
@pytest.mark.parametrize("day", ["6", "06", " 6 "])
def test_days_and_months_are_read_as_people_write_them(day, month):
    form = posted(day, month, "2019")
    assert form.is_valid()
    assert form.cleaned_data["starts_on"] == date(2019, 7, 6)


@pytest.mark.parametrize(
    ("parts", "sentence", "faulty"),
    [
        (("", "", ""), "Enter the date your project will start", ("day", "month", "year")),
        (("6", "7", ""), "Project start date must include a year", ("year",)),
        (("", "", "2019"), "Project start date must include a day and month", ("day", "month")),
        (("6", "7", "19"), "Year must include 4 numbers", ("year",)),
        (("32", "7", "2019"), "Project start date must be a real date", ("day",)),
        (("31", "6", "2020"), "Project start date must be a real date", ("day", "month", "year")),
        (("29", "2", "2021"), "Project start date must be a real date", ("day", "month", "year")),
        (("6", "13", "2019"), "Project start date must be a real date", ("month",)),
        (("6", "ju", "2019"), "Project start date must be a real date", ("month",)),
        (("six", "seven", "2019"), "Project start date must be a real date", ("day", "month", "year")),
        (("6", "7", "0001"), "Project start date must be a real date", ("year",)),
        (("6", "7", "9999"), "Project start date must be a real date", ("year",)),
        (("²", "7", "2019"), "Project start date must be a real date", ("day",)),
        (("9" * 500, "7", "2019"), "Project start date must be a real date", ("day",)),
        (("\x00", "7", "2019"), "Project start date must include a day", ("day",)),
        (
            ("30", "6", "2019"),
            "Project start date must be on or after 1\u00a0July\u00a02019",
            ("day", "month", "year"),
        ),
        (
            ("1", "4", "2021"),
            "Project start date must be on or before 31\u00a0March\u00a02021",
            ("day", "month", "year"),
        ),
    ],
)
def test_the_most_useful_error_comes_alone(parts, sentence, faulty):
    form = posted(*parts)
    assert form.errors["starts_on"] == [sentence]
    assert form["starts_on"].faulty_parts == faulty
    assert form["starts_on"].first_id == f"id_starts_on_{faulty[0]}"


def test_a_date_may_be_left_out_where_it_is_not_required():
    class Optional(GovukForm):
        ends_on = DateField("End", required=False)

    form = Optional({})
    assert form.is_valid()
    assert form.cleaned_data["ends_on"] is None


def test_a_date_already_known_fills_the_boxes():
    widget = Form(initial={"starts_on": date(2019, 7, 6)})["starts_on"].as_widget()
    assert [f'value="{part}"' in widget for part in ("6", "7", "2019")] == [True] * 3


def test_a_name_with_a_percent_sign_breaks_nothing():
    class Percent(GovukForm):
        day = DateField("50% date", name="50% date")

    assert Percent({"day_day": "1"}).errors["day"] == ["50% date must include a month and year"]
