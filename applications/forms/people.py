"""Forms about the people on an application: they check shape; the services judge."""

from pcc_grants.forms import ChoiceRadios, EmailField, GovukForm, ModelCheckboxes, TextField

from ..models import PART_HINTS, Part


class PartForm(GovukForm):
    """What a person may do with an application. `sections`: those of its form."""

    part = ChoiceRadios(
        "What will they do?", Part.choices, hints=PART_HINTS, empty="Select what they will do", size="m"
    )

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sections"] = ModelCheckboxes(
            "Which sections can a contributor change? (optional)",
            sections,
            name="Sections",
            hint="Only for a contributor. Select none for every section",
            required=False,
            size="m",
        )


class InviteForm(PartForm):
    """The same, and whom to invite."""

    name = TextField("Full name", empty="Enter the full name of the person", max_length=150)
    email = EmailField("Email address", hint="We will write to this address", autocomplete="off")
    field_order = ["name", "email", "part", "sections"]
