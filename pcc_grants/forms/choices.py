"""Fields for choosing. An answer that was not offered is treated as no answer."""

from django import forms
from django.core.exceptions import ValidationError

from .text import GovukFieldMixin


class ChoiceMixin(GovukFieldMixin):
    """`hints` maps a choice's value to a line under it; `inline` puts two short radios side by side."""

    verb = "Select"

    def __init__(self, label, *, hints=None, inline=False, **kwargs):
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}
        self.inline = inline
        super().__init__(label, **kwargs)

    def hint_of(self, value):
        return self.hints.get(str(value), "")

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError as error:
            raise ValidationError(self.empty, code="invalid_choice") from error


class ChoiceRadios(ChoiceMixin, forms.ChoiceField):
    """One of a few choices, as radios. Nothing is chosen beforehand."""

    widget = forms.RadioSelect

    def __init__(self, label, choices, **kwargs):
        super().__init__(label, choices=choices, **kwargs)


class ChoiceSelect(ChoiceMixin, forms.ChoiceField):
    """One of many choices, as a list that opens. `blank` is the text of the empty choice; None: no such."""

    def __init__(self, label, choices, *, blank="Select one", **kwargs):
        choices = list(getattr(choices, "choices", choices))
        if blank is not None:
            choices.insert(0, ("", blank))
        super().__init__(label, choices=choices, **kwargs)


class Checkboxes(ChoiceMixin, forms.MultipleChoiceField):
    """Any number of choices."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, label, choices, **kwargs):
        super().__init__(label, choices=choices, **kwargs)


class Tick(GovukFieldMixin, forms.BooleanField):
    """A single box to tick: a declaration. `empty` is what is said when it is required and not ticked."""

    verb = "Confirm that"


class OfRows(ChoiceMixin):
    """Choices from rows. `text` makes a row's label; `row_hint` the line under it."""

    def __init__(self, label, queryset, *, text=str, row_hint=None, **kwargs):
        self.text, self.row_hint = text, row_hint
        super().__init__(label, queryset=queryset, **kwargs)

    def label_from_instance(self, row):
        return self.text(row)

    def hint_of(self, value):
        return self.row_hint(value.instance) if self.row_hint and hasattr(value, "instance") else ""


class ModelRadios(OfRows, forms.ModelChoiceField):
    """One of a few rows, as radios."""

    widget = forms.RadioSelect

    def __init__(self, label, queryset, **kwargs):
        super().__init__(label, queryset, empty_label=None, **kwargs)


class ModelSelect(OfRows, forms.ModelChoiceField):
    """One of many rows, as a list that opens."""

    def __init__(self, label, queryset, *, blank="Select one", **kwargs):
        super().__init__(label, queryset, empty_label=blank, **kwargs)


class ModelCheckboxes(OfRows, forms.ModelMultipleChoiceField):
    """Any number of rows."""

    widget = forms.CheckboxSelectMultiple
