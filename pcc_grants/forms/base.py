"""The base class of every form: the markup's ids and classes, so that templates only print them."""

from crispy_forms.helper import FormHelper
from django import forms
from django.forms.boundfield import BoundField

# Attributes that browsers would act on before we could say what is wrong (screens.md 6.14).
BROWSER_RULES = ("required", "maxlength", "minlength", "min", "max", "step", "pattern", "placeholder")


class GovukBoundField(BoundField):
    """A field on a form, with what templates/govuk/ needs to print it."""

    @property
    def kind(self) -> str:
        """Which markup: input, textarea, select, radios, checkboxes, tick, date, rows, file, password …"""
        widget = self.field.widget
        for kind, widget_class in (
            ("hidden", forms.HiddenInput),
            ("checkboxes", forms.CheckboxSelectMultiple),
            ("radios", forms.RadioSelect),
            ("select", forms.Select),
            ("tick", forms.CheckboxInput),
            ("textarea", forms.Textarea),
            ("file", forms.FileInput),
            ("password", forms.PasswordInput),
        ):
            if isinstance(widget, widget_class):
                return kind
        return getattr(widget, "kind", "input")

    @property
    def is_group(self) -> bool:
        """Whether several controls share one question, in a fieldset with a legend."""
        return self.kind in ("radios", "checkboxes", "date", "rows")

    @property
    def hint(self):
        return self.help_text

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error"

    @property
    def describedby(self) -> str:
        """The ids of the hint and the error that are on the page, for aria-describedby."""
        ids = [self.hint_id] if self.hint else []
        if self.kind == "textarea" and getattr(self.field, "max_words", None):
            ids.append(f"{self.auto_id}-info")
        if self.errors:
            ids.append(self.error_id)
        return " ".join(ids)

    @property
    def faulty_cells(self) -> dict[str, list[str]]:
        """Of rows: the sentences about each cell, by the end of its id ("-2-amount")."""
        found: dict[str, list[str]] = {}
        for error in self.form.errors.get(self.name, forms.utils.ErrorList()).as_data():
            found.setdefault((error.params or {}).get("cell", ""), []).extend(error.messages)
        return found

    @property
    def faulty_parts(self) -> tuple[str, ...]:
        """Of a date: the parts that are wrong; all of them when the error does not say."""
        for error in self.form.errors.get(self.name, forms.utils.ErrorList()).as_data():
            parts = (error.params or {}).get("parts") if isinstance(error.params, dict) else None
            return tuple(parts or self.field.widget.parts)
        return ()

    @property
    def first_id(self) -> str:
        """The id of the first faulty control, where the error summary links to. Empty when there is none."""
        kind = self.kind
        if kind == "hidden" or not self.auto_id:
            return ""
        if kind in ("radios", "checkboxes"):
            options = self.options
            return options[0]["id"] if options else ""
        if kind == "date":
            return f"{self.auto_id}_{(self.faulty_parts or self.field.widget.parts)[0]}"
        if kind == "rows":
            return self.field.widget.id_for_label(self.auto_id)
        return self.auto_id

    @property
    def error_links(self) -> list[tuple[str, str]]:
        """(sentence, id of the control it is about) of each error of this field."""
        if self.kind != "rows":
            return [(error, self.first_id) for error in self.errors]
        return [
            (sentence, self.auto_id + cell if cell else self.first_id)
            for cell, sentences in self.faulty_cells.items()
            for sentence in sentences
        ]

    @property
    def options(self) -> list[dict]:
        """The radios or checkboxes of this field: id, name, value, label, hint, checked."""
        hint_of = getattr(self.field, "hint_of", lambda value: "")
        found = []
        for subwidget in self.subwidgets:
            data = subwidget.data
            found.append(
                {
                    "id": data["attrs"]["id"],
                    "name": data["name"],
                    "value": str(data["value"]),
                    "label": data["label"],
                    "hint": hint_of(data["value"]),
                    "checked": data["selected"],
                    "disabled": bool(self.field.disabled),
                }
            )
        return found

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.pop("required", None)
        attrs.pop("aria-invalid", None)
        attrs.pop("aria-describedby", None)
        classes = {
            "input": "govuk-input",
            "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
            "textarea": "govuk-textarea",
            "select": "govuk-select",
            "file": "govuk-file-upload",
            "tick": "govuk-checkboxes__input",
        }
        kind = self.kind
        if kind in classes:
            names = classes[kind]
            if self.errors and kind != "tick":
                names += f" {classes[kind].split()[0]}--error"
            if width := getattr(self.field, "width", None):
                names += f" govuk-input--width-{width}"
            if kind == "textarea" and getattr(self.field, "max_words", None):
                names += " govuk-js-character-count"
            own = self.field.widget.attrs.get("class", "")
            attrs["class"] = f"{names} {own}".strip()
            if self.describedby:
                attrs["aria-describedby"] = self.describedby
        elif kind == "date":
            attrs["faulty"] = self.faulty_parts
        elif kind == "rows":
            attrs["faulty_cells"] = self.faulty_cells
            attrs["blank_rows"] = getattr(self.field, "blank_rows", 1)
        return attrs


class GovukFormMixin:
    """Turns any Django form, ours or a library's, into one that templates/govuk/ can print."""

    bound_field_class = GovukBoundField
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            self._tame(field.widget)

    @staticmethod
    def _tame(widget):
        """Browsers judge nothing: the server says what is wrong, in words."""
        for name in BROWSER_RULES:
            widget.attrs.pop(name, None)
        if isinstance(widget, forms.NumberInput):
            widget.input_type = "text"
            widget.attrs.setdefault("inputmode", "numeric")

    @property
    def helper(self):
        """For `{% crispy form %}`: fields only; the page writes the form element and the buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        return helper

    def error_items(self) -> list[tuple[str, str]]:
        """(sentence, id of the faulty control or '') in the order of the page, for the error summary."""
        items = [(error, "") for error in self.non_field_errors()]
        for bound in self:
            items += bound.error_links
        return items


class GovukForm(GovukFormMixin, forms.Form):
    """The base of our forms. Forms check shape; services judge (house.md 2.8)."""


class GovukModelForm(GovukFormMixin, forms.ModelForm):
    """For settings-like rows whose service takes the fields as they are."""
