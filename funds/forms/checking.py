"""The form of one question of the check before applying."""

from pcc_grants.forms import ChoiceRadios, GovukForm

from ..eligibility import options_of
from ..models import EligibilityQuestion

EMPTY = {
    EligibilityQuestion.Asks.ORGANISATION: "Select what type of organisation you are",
    EligibilityQuestion.Asks.YES_NO: "Select yes, no or not sure",
}


class CheckForm(GovukForm):
    """One question, as the heading of its page."""

    def __init__(self, question: EligibilityQuestion, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"] = ChoiceRadios(
            question.text,
            options_of(question),
            empty=EMPTY[EligibilityQuestion.Asks(question.asks)],
            hint=question.hint,
            heading=True,
        )
