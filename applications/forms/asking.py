"""Forms of questions and answers, both ways. They check shape; the services judge."""

from pcc_grants.forms import (
    ChoiceRadios,
    ChoiceSelect,
    DateField,
    GovukForm,
    ModelCheckboxes,
    Tick,
    WordsField,
)

LONGEST = 500  # words of a question or an answer


class ClarifyForm(GovukForm):
    """What we ask about an application, which sections it opens, and by when we want the answer."""

    question = WordsField(
        "What do you want to ask?",
        name="Your question",
        empty="Enter your question",
        hint="Everyone who takes part in the application reads it on their own pages.",
        max_words=LONGEST,
        rows=6,
        size="m",
    )

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sections"] = ModelCheckboxes(
            "Which sections can they change? (optional)",
            sections,
            name="Sections",
            hint="Only these can be changed, and what was sent before stays on the record. Select none if "
            "words are enough. A section that depends on answers in another opens with it.",
            required=False,
            size="m",
        )
        self.fields["reply_by"] = DateField(
            "What is the last day for the answer?",
            name="Last day for the answer",
            empty="Enter the last day for the answer",
            hint="Tomorrow or later. We remind them 2 days before. Without an answer the application is "
            "assessed as it was sent.",
            size="m",
        )


class ReplyForm(GovukForm):
    """The answer to our question. It may be empty when answers of the form were changed instead."""

    reply = WordsField("Your answer", max_words=LONGEST, rows=8, required=False, size="m")


class AskForm(GovukForm):
    """A question about a round."""

    text = WordsField(
        "What do you want to ask?",
        name="Your question",
        empty="Enter your question",
        hint="We may publish your question with the answer, without your name and in words that do not "
        "tell who you are.",
        max_words=LONGEST,
        rows=6,
        size="m",
    )


class AnswerForm(GovukForm):
    """An answer to a question about a round, for everybody or for who asked."""

    audience = ChoiceRadios(
        "Who is the answer for?",
        [("everybody", "Everybody: publish it"), ("asker", "Only the person who asked")],
        hints={
            "everybody": "The usual way, so that all applicants know the same.",
            "asker": "For what concerns only them, such as help with signing in.",
        },
        empty="Select who the answer is for",
        size="m",
    )
    wording = WordsField(
        "The question as it will be published",
        hint="Take out everything that tells who asked: names, places, the project. Not needed for an answer "
        "to one person.",
        max_words=LONGEST,
        rows=5,
        required=False,
        size="m",
    )
    answer = WordsField("Your answer", empty="Enter the answer", max_words=LONGEST, rows=8, size="m")
    checked = Tick("I have checked that what looks like personal data can be published", required=False)


class PublicQuestionFilter(GovukForm):
    """Which questions the office's list shows."""

    state = ChoiceSelect(
        "Show",
        [("waiting", "Waiting for an answer"), ("answered", "Answered"), ("all", "All questions")],
        blank=None,
        required=False,
    )
