"""Finding an organisation that we know by what somebody typed, without revealing any other (screens.md 3.3).

Only a whole number, or a whole name, is ever confirmed. A name may differ in what people write differently:
capitals, punctuation, "The", "Ltd". There is no list to look through.
"""

from dataclasses import dataclass

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Lower

from pcc_grants.lib.text import clean_line

from ..models import Organisation

# Words that a name is written with or without: forms in law, and the article.
_LEFT_OUT = r"\m(the|ltd|limited|cic|cio|plc|llp|community interest company)\M"


@dataclass(frozen=True)
class Found:
    """The organisation that was meant. `is_exact`: by number or whole name; else its name is only near."""

    organisation: Organisation
    is_exact: bool


@dataclass(frozen=True)
class Several:
    """More than one organisation has a name near to what was typed: only a number tells them apart."""


def find(words: str) -> Found | Several | None:
    """What we know under a charity or company number, or a name, exactly as somebody typed it."""
    words = clean_line(words)
    if not words:
        return None
    if exact := Organisation.objects.filter(by_number(words) | by_name(words)).distinct().first():
        return Found(exact, is_exact=True)
    near = _near(words)
    if len(near) > 1:
        return Several()
    return Found(near[0], is_exact=False) if near else None


def by_name(name: str) -> Q:
    """Organisations of this name, or with it as another name; whatever its capitals."""
    return Q(name__iexact=name) | Q(aliases__name__iexact=name)


def by_number(words: str) -> Q:
    """Organisations with this charity or company number, with or without spaces."""
    number = words.replace(" ", "").upper()
    return Q(charity_number=number) | Q(company_number=number)


def _near(name: str) -> list[Organisation]:
    """At most two whose name, or another name, is the same once both are simplified."""
    wanted = _simple(Value(name, output_field=CharField()))
    found = Organisation.objects.annotate(wanted=wanted).exclude(wanted="")
    by_own = found.annotate(simple=_simple("name")).filter(simple=F("wanted"))
    by_alias = found.annotate(simple=_simple("aliases__name")).filter(simple=F("wanted"))
    keys = {*by_own.values_list("pk", flat=True)[:2], *by_alias.values_list("pk", flat=True)[:2]}
    return list(Organisation.objects.filter(pk__in=keys).order_by("pk")[:2])


def _simple(text):
    """The name without what people write differently. The database does it, to both sides alike."""
    text = _replace(Lower(text), r"[.'’‘`]", "")  # noqa: RUF001
    text = _replace(text, "&", " and ")
    text = _replace(text, r"[^[:alnum:]]+", " ")
    return _replace(_replace(text, _LEFT_OUT, ""), r"\s+", "")


def _replace(text, pattern: str, by: str):
    return Func(
        text, Value(pattern), Value(by), Value("g"), function="regexp_replace", output_field=CharField()
    )
