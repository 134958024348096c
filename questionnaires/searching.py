"""The words of answers, as PostgreSQL's full-text search reads them (docs/adr/0030-searching-answers.md)."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Value

MOST_BYTES = 200_000  # an answer longer than this is kept, and not searched: an index entry has a limit


class AnswerWords(Func):
    """The words in a JSON value, stemmed: text, and every text in lists, rows and objects; never their keys.

    It is the expression of the index of `Answer`, so its SQL never changes without a migration.
    """

    template = (
        f"(CASE WHEN octet_length((%(expressions)s)::text) < {MOST_BYTES} "
        "THEN to_tsvector('english'::regconfig, %(expressions)s) END)"
    )
    output_field = SearchVectorField()


class WordsQuery(Func):
    """What somebody typed as a search: words, "phrases", or, -not. The last word may be the beginning of one.

    Worked out once for each query, from text alone: whatever is typed can be searched for.
    """

    template = (
        "(SELECT CASE WHEN typed::text LIKE '%%%%''' THEN (typed::text || ':*')::tsquery ELSE typed END "
        "FROM websearch_to_tsquery('english'::regconfig, %(expressions)s) AS typed)"
    )
    output_field = models.TextField()

    def __init__(self, words: str, **extra):
        super().__init__(Value(words), **extra)


class Contains(Func):
    """Whether the words of a value (`AnswerWords`) answer a query (`WordsQuery`)."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = models.BooleanField()


HIT_STARTS, HIT_ENDS = "\u27e6", "\u27e7"


class Excerpts(Func):
    """A JSON value of the same shape in which every text is cut to what was found, marked."""

    template = (
        "ts_headline('english'::regconfig, %(expressions)s, "
        f"'StartSel={HIT_STARTS}, StopSel={HIT_ENDS}, MaxWords=24, MinWords=12, ShortWord=1')"
    )
    output_field = models.JSONField()


def holds(field: str, words: str) -> Contains:
    """A condition: the JSON value in `field` answers the search for `words`."""
    return Contains(AnswerWords(field), WordsQuery(words))


def excerpt_of(found) -> list[tuple[str, bool]]:
    """The first text with something marked in the value of `Excerpts`, as (text, whether it was found)."""
    texts = list(_texts_in(found))
    text = next((one for one in texts if HIT_STARTS in one), " ".join(texts)[:150])
    parts = []
    for index, piece in enumerate(text.split(HIT_STARTS)):
        hit, _, rest = piece.partition(HIT_ENDS) if index else ("", "", piece)
        parts += [(hit, True), (rest, False)]
    return [(words, is_hit) for words, is_hit in parts if words]


def _texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(one)
