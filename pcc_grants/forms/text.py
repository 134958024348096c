"""Fields for words. Whatever is pasted, what comes out can be stored and read again."""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from pcc_grants.lib.text import clean, count_words

CHARACTERS_A_WORD = 30  # a bound on words without spaces, generous for web addresses


def clean_text(value: object) -> str:
    """Text that PostgreSQL and a page can hold (pcc_grants.lib.text), with composed accents.

    Word's own line breaks (vertical tab, form feed, U+2028) become ordinary ones. Nothing visible is lost.
    """
    if value is None:
        return ""
    text = re.sub("[\x0b\x0c\x85\u2028\u2029]", "\n", str(value)).replace("\ufeff", "")
    return unicodedata.normalize("NFC", clean(text))


def lower_first(text: str) -> str:
    """'Project name' → 'project name'; 'PCC area' stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


class GovukFieldMixin:
    """What our fields share: a hint, the size of the label, and the exact sentence for an empty answer.

    `empty`    the sentence shown when nothing was answered: "Enter the name of your project"
    `name`     the field as the subject of its other sentences: "Project name"; default: the label
    `heading`  the label (or legend) is the page's h1
    `size`     "s", "m" or "l": a bolder label
    """

    verb = "Enter"

    def __init__(self, label, *, empty="", name="", hint="", heading=False, size="", **kwargs):
        self.name = name or str(label)
        self.heading = heading
        self.size = size or ("l" if heading else "")
        self.empty = empty or f"{self.verb} {lower_first(self.name)}"
        kwargs.setdefault("help_text", hint)
        sentences = {"required": self.empty, **kwargs.pop("error_messages", {})}
        super().__init__(label=label, error_messages=sentences, **kwargs)


class TextField(GovukFieldMixin, forms.CharField):
    """One line. `width` is the box's width in characters (2, 3, 4, 5, 10, 20, 30) for a short answer."""

    def __init__(
        self, label, *, max_length=200, width=None, autocomplete="", inputmode="", spellcheck=True, **kwargs
    ):
        self.most = max_length
        self.width = width
        kwargs.setdefault("widget", forms.TextInput())
        super().__init__(label, **kwargs)
        attrs = self.widget.attrs
        if autocomplete:
            attrs["autocomplete"] = autocomplete
        if inputmode:
            attrs["inputmode"] = inputmode
        if not spellcheck:
            attrs["spellcheck"] = "false"

    def to_python(self, value):
        text = " ".join(clean_text(value).split())
        if self.most and len(text) > self.most:
            raise ValidationError(f"{self.name} must be {self.most:,} characters or fewer", code="too_long")
        return text


class EmailField(TextField):
    """An e-mail address, in lower case: addresses are compared and stored that way."""

    def __init__(self, label="Email address", **kwargs):
        kwargs.setdefault("empty", "Enter an email address in the correct format, like name@example.com")
        kwargs.setdefault("autocomplete", "email")
        super().__init__(label, max_length=254, widget=forms.EmailInput(), spellcheck=False, **kwargs)

    def to_python(self, value):
        text = super().to_python(value).lower()
        if text:
            try:
                validate_email(text)
            except ValidationError as error:
                raise ValidationError(
                    "Enter an email address in the correct format, like name@example.com", code="format"
                ) from error
        return text


class PasswordField(GovukFieldMixin, forms.CharField):
    """A password exactly as typed or pasted; never shown again. `autocomplete`: current- or new-password."""

    def __init__(self, label="Password", *, autocomplete="current-password", **kwargs):
        kwargs.setdefault("empty", "Enter your password")
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
        super().__init__(label, widget=widget, strip=False, **kwargs)
        self.validators = []  # a password is hashed, never stored: any character will do

    def to_python(self, value):
        text = "" if value is None else str(value)
        if len(text) > 1000:
            raise ValidationError(f"{self.name} must be 1,000 characters or fewer", code="too_long")
        return text


class NumberField(GovukFieldMixin, forms.Field):
    """A whole number from `minimum` to `maximum`. Takes 1,250 and spaces; phones show their number keys."""

    def __init__(self, label, *, minimum=0, maximum=2_147_483_647, width=5, **kwargs):
        self.minimum, self.maximum, self.width = minimum, maximum, width
        super().__init__(label, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def to_python(self, value):
        text = re.sub(r"[\s,]", "", clean_text(value))
        if not text:
            return None
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValidationError(f"{self.name} must be a whole number, like 25", code="number")
        number = int(Decimal(text))
        if number < self.minimum:
            raise ValidationError(f"{self.name} must be {self.minimum:,} or more", code="minimum")
        if number > self.maximum:
            raise ValidationError(f"{self.name} must be {self.maximum:,} or fewer", code="maximum")
        return number


class WordsField(GovukFieldMixin, forms.CharField):
    """A long answer with a limit in words, shown before typing. Over-long text comes back whole, never cut.

    `max_words=None` leaves only the bound on characters, for notes and reasons.
    """

    def __init__(self, label, *, max_words=300, rows=None, max_characters=20_000, **kwargs):
        self.max_words = max_words
        self.most = max_words * CHARACTERS_A_WORD if max_words else max_characters
        rows = rows or (5 if not max_words else min(20, max(4, max_words // 20)))
        super().__init__(label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.widget.attrs.pop("cols", None)

    def to_python(self, value):
        return clean_text(value)

    def validate(self, value):
        super().validate(value)
        words = count_words(value)
        if self.max_words and words > self.max_words:
            raise ValidationError(
                f"{self.name} must be {self.max_words:,} words or fewer. You have used {words:,}",
                code="too_long",
            )
        if len(value) > self.most:
            raise ValidationError(f"{self.name} must be {self.most:,} characters or fewer", code="too_long")
