"""Forms in the office's own style: the base class, its fields and their exact error messages.

How to write a form, a view and a template: templates/components/README.md.
"""

from .base import GovukForm, GovukFormMixin, GovukModelForm
from .choices import Checkboxes, ChoiceRadios, ChoiceSelect, ModelCheckboxes, ModelRadios, ModelSelect, Tick
from .dates import DateField, DateInputs
from .files import FileField
from .money import MoneyField
from .rows import Column, RowsField, RowsInput
from .text import EmailField, NumberField, PasswordField, TextField, WordsField, clean_text

__all__ = [
    "Checkboxes",
    "ChoiceRadios",
    "ChoiceSelect",
    "Column",
    "DateField",
    "DateInputs",
    "EmailField",
    "FileField",
    "GovukForm",
    "GovukFormMixin",
    "GovukModelForm",
    "ModelCheckboxes",
    "ModelRadios",
    "ModelSelect",
    "MoneyField",
    "NumberField",
    "PasswordField",
    "RowsField",
    "RowsInput",
    "TextField",
    "Tick",
    "WordsField",
    "clean_text",
]
