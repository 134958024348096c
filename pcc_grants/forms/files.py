"""A field for a file. What is in the file is judged by the service that takes it."""

from django import forms

from .text import GovukFieldMixin

# What the browser offers first: the types we take (screens.md 3.9). A phone offers its camera for pictures.
ACCEPTED = ".pdf,.doc,.docx,.xls,.xlsx,.odt,.ods,.jpg,.jpeg,.png"


class FileField(GovukFieldMixin, forms.FileField):
    """One file. An empty one passes, so that whoever takes it can say so in its own words."""

    verb = "Select"

    def __init__(self, label, **kwargs):
        sentence = "The selected file could not be uploaded - try again"
        kwargs["error_messages"] = {"invalid": sentence, "missing": sentence}
        super().__init__(
            label, widget=forms.FileInput(attrs={"accept": ACCEPTED}), allow_empty_file=True, **kwargs
        )
