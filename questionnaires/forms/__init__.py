"""Forms: answering a page of questions, and drawing the questions up."""

from .answers import AnswersForm, take_off_row
from .editing import KindForm, PlaceForm, QuestionForm, QuestionnaireFilter, SectionForm

__all__ = [
    "AnswersForm",
    "KindForm",
    "PlaceForm",
    "QuestionForm",
    "QuestionnaireFilter",
    "SectionForm",
    "take_off_row",
]
