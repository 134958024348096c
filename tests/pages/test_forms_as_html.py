"""screens.md section 6, requirements 11 to 19: what a form looks like to a browser and a screen reader."""

import pytest
from django.template import engines
from django.test import RequestFactory

from pcc_grants import forms
from pcc_grants.context import site
from pcc_grants.gallery import WRONG, ExampleForm

from .reading import Page

EVIL = '<script>alert("x")</script>&"\''


def rendered(
    form, template='{% include "components/error_summary.html" %}{% include "components/form.html" %}'
):
    request = RequestFactory().get("/")
    return engines["django"].from_string(template).render({"form": form, **site(request)}, request)


@pytest.fixture(scope="module")
def blank():
    return Page(rendered(ExampleForm()))


@pytest.fixture(scope="module")
def wrong():
    return Page(rendered(ExampleForm(WRONG)))


class EvilForm(forms.GovukForm):
    """Everything an officer may write is hostile."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(EVIL, EVIL), ("b", EVIL)]
        common = {"hint": EVIL, "empty": EVIL, "name": EVIL}
        self.fields["text"] = forms.TextField(EVIL, **common)
        self.fields["words"] = forms.WordsField(EVIL, max_words=3, **common)
        self.fields["money"] = forms.MoneyField(EVIL, **common)
        self.fields["date"] = forms.DateField(EVIL, **common)
        self.fields["radios"] = forms.ChoiceRadios(EVIL, choices, hints={"b": EVIL}, **common)
        self.fields["boxes"] = forms.Checkboxes(EVIL, choices, hints={"b": EVIL}, **common)
        self.fields["select"] = forms.ChoiceSelect(EVIL, choices, blank=EVIL, **common)
        self.fields["tick"] = forms.Tick(EVIL, **common)
        self.fields["heading"] = forms.TextField(EVIL, heading=True, **common)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {
            "text": EVIL * 20,
            "words": f"{EVIL} a b c d",
            "money": EVIL,
            "date_day": EVIL,
            "date_month": EVIL,
            "date_year": EVIL,
            "radios": EVIL,
            "boxes": [EVIL, "b"],
            "select": EVIL,
            "heading": EVIL,
        },
    ],
    ids=["blank", "empty", "hostile"],
)
def test_everything_people_write_is_escaped(data):
    html = rendered(EvilForm(data))
    assert "<script" not in html
    assert not Page(html).all("script")


def test_each_summary_link_leads_to_a_control_on_the_page(wrong):
    links = [a.attrs["href"] for a in wrong.all("a") if a.attrs["href"].startswith("#")]
    assert len(links) == 13
    controls = {e.attrs.get("id") for e in wrong.elements if e.tag in ("input", "select", "textarea")}
    assert {link.removeprefix("#") for link in links} <= controls


def test_the_summary_links_to_the_first_radio_and_the_first_faulty_part_of_a_date(wrong):
    links = {a.text: a.attrs["href"] for a in wrong.all("a")}
    assert links["Select what type of organisation you are"] == "#id_kind_0"
    assert links["Project start date must be a real date"] == "#id_starts_on_day"
    incomplete = Page(rendered(ExampleForm({"starts_on_day": "1", "starts_on_month": "June"})))
    links = {a.text: a.attrs["href"] for a in incomplete.all("a")}
    assert links["Project start date must include a year"] == "#id_starts_on_year"


def test_only_the_faulty_part_of_a_date_is_marked():
    page = Page(rendered(ExampleForm({"starts_on_day": "1", "starts_on_month": "June"})))
    marked = [
        e.attrs["id"]
        for e in page.all("input", class_="govuk-date-input__input")
        if "govuk-input--error" in e.classes
    ]
    assert marked == ["id_starts_on_year"]


def test_the_summary_s_words_stand_beside_the_field_with_a_hidden_word_error(wrong):
    beside = {p.text for p in wrong.all("p", class_="govuk-error-message")}
    for link in wrong.all("a"):
        assert f"Error: {link.text}" in beside


def test_every_describedby_names_something_on_the_page(wrong, blank):
    for page in (wrong, blank):
        described = [e for e in page.elements if e.attrs.get("aria-describedby")]
        assert described
        for element in described:
            assert set(element.attrs["aria-describedby"].split()) <= set(page.ids)


def test_every_error_is_in_the_description_of_its_field(wrong):
    described = {id_ for e in wrong.elements for id_ in (e.attrs.get("aria-describedby") or "").split()}
    assert {p.attrs["id"] for p in wrong.all("p", class_="govuk-error-message")} <= described


def test_every_control_has_a_label_and_every_group_a_legend(blank):
    labels = {label.attrs["for"] for label in blank.all("label")}
    for control in blank.all("input") + blank.all("select") + blank.all("textarea"):
        if control.attrs.get("type") != "hidden":
            assert control.attrs["id"] in labels
        if control.attrs.get("type") == "radio":
            assert control.inside("fieldset")
    assert len(blank.all("fieldset")) == len(blank.all("legend")) == 4


def test_the_browser_judges_nothing(blank, wrong):
    for page in (blank, wrong):
        assert "novalidate" in page.one("form").attrs
        for element in page.elements:
            if element.tag in ("input", "select", "textarea"):
                forbidden = {"required", "maxlength", "minlength", "min", "max", "pattern", "placeholder"}
                assert not forbidden & set(element.attrs)
                assert element.attrs.get("type") != "number"


def test_the_attributes_that_libraries_set_are_taken_off():
    from django import forms as django_forms

    class LibraryForm(forms.GovukFormMixin, django_forms.Form):
        name = django_forms.CharField(max_length=10)
        count = django_forms.IntegerField(min_value=1)

    page = Page(rendered(LibraryForm({"name": "x" * 11, "count": "0"})))
    name, count = page.one("input", name="name"), page.one("input", name="count")
    assert "maxlength" not in name.attrs and "required" not in name.attrs
    assert (
        count.attrs["type"] == "text" and count.attrs["inputmode"] == "numeric" and "min" not in count.attrs
    )
    assert "govuk-input--error" in name.classes


def test_what_was_typed_comes_back_even_when_it_is_wrong(wrong):
    assert wrong.one("input", id="id_title").attrs["value"] == "x" * 201
    assert wrong.one("input", id="id_amount").attrs["value"] == "10,450"
    assert wrong.one("input", id="id_starts_on_month").attrs["value"] == "June"
    assert wrong.one("textarea", id="id_need").text.count("word") == 341


def test_passwords_never_come_back():
    page = Page(rendered(ExampleForm({**WRONG, "password": "correct horse"})))
    assert not page.one("input", id="id_password").attrs.get("value")


def test_numbers_get_the_number_keyboard_and_people_s_facts_their_autocomplete(blank):
    assert blank.one("input", id="id_sessions").attrs["inputmode"] == "numeric"
    assert blank.one("input", id="id_amount").attrs["inputmode"] == "decimal"
    assert blank.one("input", id="id_email").attrs["autocomplete"] == "email"
    assert blank.one("input", id="id_password").attrs["autocomplete"] == "current-password"


def test_a_long_answer_says_its_limit_before_typing(blank):
    assert blank.one("div", id="id_need-info").text == "You can enter up to 300 words"
    assert "id_need-info" in blank.one("textarea", id="id_need").attrs["aria-describedby"]


def test_buttons_guard_against_a_second_click(blank):
    button = blank.one("button", class_="govuk-button", type="submit")
    assert button.attrs["data-prevent-double-click"] == "true"


def test_a_question_can_be_the_heading_of_its_page():
    class OneQuestion(forms.GovukForm):
        need = forms.WordsField("Why is it needed?", heading=True)

    class OneChoice(forms.GovukForm):
        kind = forms.ChoiceRadios("What kind?", [("a", "A")], heading=True)

    assert Page(rendered(OneQuestion())).one("h1").text == "Why is it needed?"
    assert Page(rendered(OneChoice())).one("h1").inside("legend")


def test_an_error_of_the_whole_form_stands_first_without_a_link():
    form = ExampleForm({})
    form.add_error(None, "This fund closed at 5pm on Friday 17 May 2019.")
    items = Page(rendered(form)).all("li")
    assert items[0].text == "This fund closed at 5pm on Friday 17 May 2019."


def test_a_rule_broken_on_a_date_marks_all_its_parts():
    form = ExampleForm({"starts_on_day": "1", "starts_on_month": "6", "starts_on_year": "2019"})
    form.add_error("starts_on", "Project start date must be on or after 1 July 2019")
    page = Page(rendered(form))
    assert (
        len(
            [
                e
                for e in page.all("input", class_="govuk-date-input__input")
                if "govuk-input--error" in e.classes
            ]
        )
        == 3
    )


def test_errors_of_several_rows_link_to_their_own_row():
    from django.forms import formset_factory

    class Row(forms.GovukForm):
        amount = forms.MoneyField("Amount", empty="Enter an amount")

    rows = formset_factory(Row, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-amount": "5", "form-1-amount": "x"}
    )
    page = Page(
        rendered(
            rows, '{% load crispy_forms_tags %}{% include "components/error_summary.html" %}{% crispy form %}'
        )
    )
    assert page.one("a").attrs["href"] == "#id_form-1-amount"
    assert "id_form-1-amount" in page.ids


def test_the_helper_of_a_form_can_lay_its_fields_out():
    from crispy_forms.layout import Fieldset, Layout

    class LaidOut(forms.GovukForm):
        name = forms.TextField("Name")
        email = forms.EmailField()

        @property
        def helper(self):
            helper = super().helper
            helper.layout = Layout(Fieldset("About you", "name", "email"))
            return helper

    page = Page(rendered(LaidOut()))
    assert page.one("legend").text == "About you"
    assert len(page.all("input", class_="govuk-input")) == 2


def test_error_words_follow_the_house_style():
    form = ExampleForm(WRONG)
    for sentences in form.errors.values():
        for sentence in sentences:
            for banned in ("please", "valid", "invalid", "sorry", "This field", "mandatory"):
                assert banned.lower() not in sentence.lower()
            assert not sentence.endswith(".")
