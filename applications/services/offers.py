"""What is known already is offered, not asked again (WCAG 3.3.7; screens.md 6.28)."""

from pcc_grants.lib.clock import format_date
from questionnaires.models import Answer

CHECKED = "You told us this when you checked whether you can apply."


class Offers(dict):
    """Answers known from elsewhere, by question key; `sentences` says where each comes from."""

    def __init__(self):
        super().__init__()
        self.sentences: dict[str, str] = {}

    def add(self, key: str, value, sentence: str) -> None:
        self[key], self.sentences[key] = value, sentence

    def values_with_sentences(self):
        """The distinct sentences, in order: one page may be filled in from one earlier form."""
        return dict.fromkeys(self.sentences.values())


def offers_for(application, entries) -> Offers:
    """What can be offered where nobody has answered: from the check before applying, from earlier forms."""
    offers = Offers()
    open_entries = [entry for entry in entries if entry.answer is None]
    for entry in open_entries:
        known = application.eligibility.get(entry.question.key)
        if known in ("yes", "no"):
            offers.add(entry.question.key, known, CHECKED)
    keys = [
        e.question.key for e in open_entries if e.question.is_offered_again and e.question.key not in offers
    ]
    if not keys:
        return offers
    earlier = (
        Answer.objects.filter(
            response__organisation=application.organisation_id,
            response__application__isnull=False,
            question__key__in=keys,
        )
        .exclude(response=application.response_id)
        .select_related("question", "response__application")
        .order_by("question__key", "-changed_at")
        .distinct("question__key")
    )
    kinds = {entry.question.key: entry.question.kind for entry in open_entries}
    for answer in earlier:
        if answer.value and kinds[answer.question.key] == answer.question.kind:
            reference = answer.response.application.reference
            when = format_date(answer.changed_at)
            sentence = f"From your application {reference} of {when}. Check that it still holds."
            offers.add(answer.question.key, answer.value, sentence)
    return offers
