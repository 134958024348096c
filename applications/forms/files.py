"""A question that is answered with a document: one chosen again, one uploaded, or when it will come."""

from django.forms.utils import ErrorDict

from organisations.forms import FILE_HINT
from pcc_grants.forms import ChoiceRadios, FileField, GovukForm, TextField, clean_text
from pcc_grants.forms.text import lower_first
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.files import format_size
from questionnaires.kinds import name_of

ANOTHER = "another"


class QuestionOfFileForm(GovukForm):
    """What is uploaded wins over what is chosen, and both over "we do not have it yet".

    It refuses nothing: what was sent is stored first and judged afterwards, as on every page of the form.
    """

    def __init__(self, question, data=None, files=None, *, current=None, offered=(), later=""):
        super().__init__(data, files)
        self.question, self.current = question, current
        self.offered = {str(document.pk): document for document in offered}
        name = name_of(question)
        self.upload_name, self.chosen_name, self.later_name = name, f"{name}-chosen", f"{name}-later"
        if self.offered and not current:
            self.fields[self.chosen_name] = self._chosen()
        self.fields[self.upload_name] = FileField(
            "Replace it with another file" if current else "Upload a file",
            hint=FILE_HINT,
            required=False,
            size="m",
        )
        if not current:
            self.fields[self.later_name] = TextField(
                "If you do not have it yet, when will you have it?",
                name="When you will have it",
                hint="For example, after our annual meeting on 12 June 2019. "
                "Leave this empty if you have chosen a file.",
                required=False,
                initial=later,
                size="m",
            )
        for field in self.fields.values():
            self._tame(field.widget)

    def _chosen(self):
        name = lower_first(self.question.name)
        if len(self.offered) == 1:
            [only] = self.offered.values()
            label = f"Use the {name} you uploaded on {format_date(only.uploaded_at)}?"
            options = [(str(only.pk), f"Yes, use {_described(only)}"), (ANOTHER, "No, upload another file")]
        else:
            label = "Use a file that you uploaded before?"
            options = [
                (pk, f"{_described(document)}, uploaded on {format_date(document.uploaded_at)}")
                for pk, document in self.offered.items()
            ] + [(ANOTHER, "Upload another file")]
        return ChoiceRadios(label, options, required=False, size="m")

    def full_clean(self):
        if self._errors is None:
            self._errors, self.cleaned_data = ErrorDict(), {}

    @property
    def chosen(self):
        """The document that was chosen; None for another one, or nothing."""
        return self.offered.get(self.data.get(self.chosen_name, ""))

    @property
    def upload(self):
        """The file that was sent; None for none."""
        return self.files.get(self.upload_name)

    @property
    def later(self) -> str:
        """When it will come, as it was typed, in one line."""
        return " ".join(clean_text(self.data.get(self.later_name, "")).split())


def _described(document) -> str:
    return f"{document.name} ({document.type_name}, {format_size(document.size)})"
