"""Forms of the office's check, and of interests in what is decided."""

from funds.models import Round
from pcc_grants.forms import (
    Checkboxes,
    ChoiceRadios,
    ChoiceSelect,
    GovukForm,
    ModelRadios,
    ModelSelect,
    TextField,
    WordsField,
)

from ..models import CheckAnswer

Answer = CheckAnswer.Answer
LONGEST_NOTE = 5_000


class CheckForm(GovukForm):
    """Is the application complete, and may the fund support it?

    `lines`: of the checklist of its round (services.checking.Line). `later`: only what is answered so far is
    kept, so nothing has to be complete.
    """

    def __init__(self, *args, lines=(), later=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines, self.later = list(lines), later
        for number, line in enumerate(self.lines, start=1):
            self._add_line(number, line)
        self.fields["eligible"] = ChoiceRadios(
            "Is the application eligible?",
            [("yes", "Yes, it can be assessed"), ("no", "No, it is not eligible")],
            empty="Select whether the application is eligible",
            required=not later,
            size="m",
        )
        self.fields["notes"] = WordsField(
            "Notes of your check",
            hint="If it is not eligible, say why: the applicant reads it. Else only the office does.",
            max_words=None,
            required=False,
            size="m",
        )

    def _add_line(self, number, line) -> None:
        given = line.given
        self.fields[f"answer_{line.item.pk}"] = ChoiceRadios(
            f"{number}. {line.item.text}",
            Answer.choices,
            hint=line.item.hint,
            empty=f"Select yes, no or does not apply for line {number}",
            initial=given.answer if given else None,
            inline=True,
            required=False,
            size="s",
        )
        self.fields[f"note_{line.item.pk}"] = WordsField(
            f"Note on {number}, if the answer is not yes",
            name=f"The note on {number}",
            initial=given.note if given else "",
            max_words=None,
            max_characters=LONGEST_NOTE,
            rows=2,
            required=False,
        )

    def groups(self) -> list[dict]:
        """The fields of the lines by what they are about, in the order of the checklist."""
        found: dict[str, dict] = {}
        for line in self.lines:
            about = line.item.about
            group = found.setdefault(
                about, {"about": about, "label": line.item.get_about_display(), "fields": []}
            )
            group["fields"] += [self[f"answer_{line.item.pk}"], self[f"note_{line.item.pk}"]]
        return list(found.values())

    def clean(self):
        cleaned = super().clean()
        for number, line in enumerate(self.lines, start=1):
            answer, note = (cleaned.get(f"{part}_{line.item.pk}") for part in ("answer", "note"))
            note_name = f"note_{line.item.pk}"
            if not answer and note:
                self.add_error(
                    f"answer_{line.item.pk}", f"Select yes, no or does not apply for line {number}"
                )
            elif not answer and cleaned.get("eligible") == "yes" and not self.later:
                self.add_error(
                    f"answer_{line.item.pk}", f"Answer line {number} before you find the application eligible"
                )
            if answer in (Answer.NO, Answer.NOT_APPLICABLE) and not note and note_name not in self.errors:
                self.add_error(note_name, f"Enter a note on line {number}, which is not answered yes")
        return cleaned

    @property
    def answers(self) -> dict[int, tuple[str, str]]:
        """What the services take: the pk of a line → (answer, note), of what is answered."""
        data = self.cleaned_data
        return {
            line.item.pk: (data[f"answer_{line.item.pk}"], data[f"note_{line.item.pk}"])
            for line in self.lines
            if data.get(f"answer_{line.item.pk}")
        }


YES_OR_NO = [("no", "No, in none of them"), ("yes", "Yes, in those I tick below")]
INTEREST_HINT = "One or two sentences. The office reads this; the organisations do not."


class RoundInterestsForm(GovukForm):
    """In which organisations of a round an assessor has an interest. `bodies`: key → its name."""

    def __init__(self, *args, bodies: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["has_interest"] = ChoiceRadios(
            "Do you have an interest in any of these organisations?",
            YES_OR_NO,
            empty="Select whether you have an interest in any of these organisations",
            size="m",
        )
        self.fields["bodies"] = Checkboxes(
            "Organisations in which you have an interest",
            list(bodies.items()),
            hint="Tick none if you have no interest",
            empty="Select the organisations in which you have an interest",
            required=False,
            size="m",
        )
        self.fields["interest"] = WordsField(
            "What is your interest?",
            hint=INTEREST_HINT,
            max_words=None,
            max_characters=LONGEST_NOTE,
            required=False,
            size="m",
        )

    def clean(self):
        cleaned = super().clean()
        says, chosen = cleaned.get("has_interest"), cleaned.get("bodies")
        if says == "yes" and not chosen and "bodies" not in self.errors:
            self.add_error("bodies", "Select the organisations in which you have an interest")
        if says == "yes" and not cleaned.get("interest") and "interest" not in self.errors:
            self.add_error("interest", "Enter what your interest is")
        if says == "no" and chosen:
            self.add_error(
                "has_interest", "Select yes if you have an interest in an organisation that you ticked"
            )
        return cleaned


class HandOnForm(GovukForm):
    """An approver's interest in what is to be decided, and who decides instead.

    `organisations`: the lead and its partners; `others`: the approvers who may decide, perhaps none.
    """

    def __init__(self, *args, organisations, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_pk = {str(one.pk): one for one in organisations}
        if len(self.by_pk) > 1:
            self.fields["organisations"] = Checkboxes(
                "In which organisation do you have an interest?",
                [(pk, one.name) for pk, one in self.by_pk.items()],
                empty="Select the organisation in which you have an interest",
                size="m",
            )
        self.fields["interest"] = WordsField(
            "What is your interest?",
            empty="Enter what your interest is",
            hint=INTEREST_HINT,
            max_words=None,
            max_characters=LONGEST_NOTE,
            size="m",
        )
        if others.exists():
            self.fields["handed_to"] = ModelRadios(
                "Who decides instead?", others, empty="Select who decides instead", size="m"
            )

    def facts(self) -> dict:
        """What the services take."""
        chosen = self.cleaned_data.get("organisations") or list(self.by_pk)
        return {
            "organisations": [self.by_pk[pk] for pk in chosen],
            "interest": self.cleaned_data["interest"],
            "handed_to": self.cleaned_data.get("handed_to"),
        }


class EndInterestForm(GovukForm):
    """Why an interest has ended."""

    reason = WordsField(
        "Why has the interest ended?",
        name="Reason",
        empty="Enter why the interest has ended",
        hint="It stays on the register, with this reason",
        max_words=None,
        max_characters=LONGEST_NOTE,
        size="m",
    )


class InterestFilter(GovukForm):
    """What the register of interests is narrowed to."""

    q = TextField("Organisation or person", required=False)
    round = ModelSelect(
        "Round", Round.objects.published().select_related("fund"), blank="All rounds", required=False
    )
    state = ChoiceSelect(
        "State", [("current", "Current"), ("ended", "Ended")], blank="Current and ended", required=False
    )
