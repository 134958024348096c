"""How alike two projects are, as plain functions: who delivers them, what they say, where they take place.

Nothing here knows the database. `candidates` names the pairs that are worth comparing, so that 2,000 projects
are not compared two million times; `compare` says how alike a pair is, and why, in sentences.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from rapidfuzz import fuzz

# Names: two slips of the pen in a name of 15 letters still reach 86; other names that share one word of
# two or three, such as "Example Youth Trust" and "Example Youth Club", stay below it.
NEAR_NAME = 86
# Schools are told apart by one word ("primary", "grammar"), so theirs must be nearly the same.
NEAR_SCHOOL = 92
# Titles and aims: unrelated texts about crime and young people reach about 55 when their words are sorted and
# compared letter by letter, the same work described twice by two people about 70 and more.
ALIKE_WORDS = 68
# What each likeness counts for, of 100. The provider weighs most: one body would be paid twice.
PROVIDER, WORDS, SCHOOL, DISTRICT = 50, 35, 10, 5
# So few pairs are all compared; above it, those that have a key in common.
ALL_PAIRS = 40_000
# A key that more projects than this have in common does not tell two of them apart.
COMMON = 40

# Forms in law and words that a name is written with or without.
LEFT_OUT = {
    "the", "ltd", "limited", "cic", "cio", "plc", "llp", "charity", "charitable", "registered", "company",
    "co", "community interest company", "and", "of", "uk",
}  # fmt: skip
STOP_WORDS = {
    "a", "about", "across", "all", "also", "an", "and", "are", "as", "at", "be", "been", "by", "can", "for",
    "from", "has", "have", "how", "in", "into", "is", "it", "its", "more", "not", "of", "on", "or", "our",
    "other", "project", "projects", "programme", "that", "the", "their", "them", "they", "this", "to", "was",
    "we", "were", "what", "when", "where", "which", "who", "will", "with", "work",
}  # fmt: skip
SAME_WORD = {"saint": "st", "ce": "cofe"}
# Companies of other registers than that of England and Wales have two letters before their number.
NUMBER = r"(?:SC|NI|OC|SO|CE|CS|IP|RS|SP|NP)?[0-9]{5,8}"
LONGEST = 4000  # letters of aims that are compared; a project says what it is about long before


@dataclass(frozen=True)
class Facts:
    """What is compared of a project. `organisation`: the key of its provider in the register, when known;
    `organisation_name` as registered; `is_linked` when the office said so."""

    key: int
    party: int
    provider_name: str
    provider_number: str = ""
    organisation: int | None = None
    organisation_name: str = ""
    is_linked: bool = False
    title: str = ""
    aims: str = ""
    schools: tuple[str, ...] = ()
    districts: tuple[str, ...] = field(default=())

    @cached_property
    def number(self) -> str:
        return plain_number(self.provider_number)

    @cached_property
    def name(self) -> str:
        return plain_name(self.provider_name)

    @cached_property
    def title_words(self) -> str:
        return sorted_words(self.title)

    @cached_property
    def aims_words(self) -> str:
        return sorted_words(self.aims)

    @cached_property
    def plain_schools(self) -> dict[str, str]:
        """Plain name → the name as it was written."""
        return {plain: school for school in self.schools if (plain := plain_school(school))}


@dataclass(frozen=True)
class Likeness:
    percent: int
    reasons: list[str]


# -- Words ---------------------------------------------------------------------------------------------------


def _plain_words(text: str) -> list[str]:
    """Words in lower case without accents, apostrophes and punctuation; "&" is "and"."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[.'’‘`]", "", text)  # noqa: RUF001
    return re.findall(r"[^\W_]+", text)


def plain_name(name: str) -> str:
    """A provider's name without what people write differently: "The Example Trust Ltd." is "example trust".

    A name of nothing but such words is kept as it is.
    """
    words = _plain_words(re.sub(r"(?i)\bcommunity interest company\b", " ", name))
    return " ".join(word for word in words if word not in LEFT_OUT) or " ".join(words)


def plain_number(number: str) -> str:
    """The charity or company number in what was typed, without the noughts before it; "" for what is none."""
    found = re.search(NUMBER, re.sub(r"[^0-9A-Z]", "", number.upper()))
    return found[0].lstrip("0") if found else ""


def plain_school(name: str) -> str:
    """A school's name without "the" and "school", with "Saint" as "St"."""
    name = re.sub(r"(?i)\b(c\.? ?of ?e\.?|church of england)\b", " cofe ", name)
    words = [SAME_WORD.get(word, word) for word in _plain_words(name)]
    return " ".join(sorted(word for word in words if word not in {"the", "school", "schools", "academy"}))


def sorted_words(text: str) -> str:
    """The telling words of a text, each once, in order of the alphabet."""
    return " ".join(sorted(set(_plain_words(text[:LONGEST])) - STOP_WORDS))


def near_name(first: str, second: str) -> float:
    """From 0 to 100, how near two plain names are: slips of the pen, other order, a word more or less.

    A name of two words or more that stands whole in the other counts as near: "Example Youth Project" and
    "Example Youth Project Kent".
    """
    if not first or not second:
        return 0
    if first == second:
        return 100
    shorter, longer = sorted((set(first.split()), set(second.split())), key=len)
    contained = 90 if len(shorter) >= 2 and shorter <= longer else 0
    joined = fuzz.ratio(first.replace(" ", ""), second.replace(" ", ""))
    return max(fuzz.token_sort_ratio(first, second), joined if joined >= NEAR_NAME else 0, contained)


# -- A pair --------------------------------------------------------------------------------------------------


def compare(one: Facts, other: Facts) -> Likeness | None:
    """How alike two projects are, with a sentence for each reason; None when they do not overlap.

    The same provider, alike words, or the same school make an overlap. A district alone never does.
    """
    provider, sentences = _provider(one, other)
    words = _words(one, other)
    if words >= ALIKE_WORDS:
        sentences.append(f"Their titles and aims are alike: “{one.title}” and “{other.title}”.")
    schools = _schools(one, other)
    if schools:
        sentences.append(f"They take place at the same school: {_join(schools)}.")
    if not sentences:
        return None
    shared = [name for name in one.districts if name in other.districts]
    if shared:
        district = "district" if len(shared) == 1 else "districts"
        sentences.append(f"They take place in the same {district}: {_join(shared)}.")
    percent = PROVIDER * provider / 100 + WORDS * words / 100
    percent += SCHOOL * bool(schools) + DISTRICT * bool(shared)
    return Likeness(min(100, round(percent)), sentences)


def _provider(one: Facts, other: Facts) -> tuple[float, list[str]]:
    """From 0 to 100, and why; 0 when the providers are not the same or near."""
    names = f"“{one.provider_name}” and “{other.provider_name}”"
    if one.number and one.number == other.number:
        return 100, [f"Their providers have the same registered number: {one.provider_number.strip()}."]
    if one.organisation and one.organisation == other.organisation:
        if one.is_linked and other.is_linked:
            return 100, [f"The same organisation provides both: {one.organisation_name}."]
        return 100, [f"Their providers are the same organisation: {names} are {one.organisation_name}."]
    near = near_name(one.name, other.name)
    if near == 100:
        return 100, [f"Their providers have the same name: {one.provider_name}."]
    if one.organisation and other.organisation:
        return 0, []  # two organisations that we know apart, whatever their names
    return (near, [f"Their providers’ names are near: {names}."]) if near >= NEAR_NAME else (0, [])  # noqa: RUF001


def _words(one: Facts, other: Facts) -> float:
    """From 0 to 100: the titles count a third, the aims two thirds, for they say more."""
    if not (one.title_words and other.title_words and one.aims_words and other.aims_words):
        return 0
    title = fuzz.token_sort_ratio(one.title_words, other.title_words)
    aims = fuzz.token_sort_ratio(one.aims_words, other.aims_words)
    return (title + 2 * aims) / 3


def _schools(one: Facts, other: Facts) -> list[str]:
    return [
        written
        for plain, written in one.plain_schools.items()
        if any(fuzz.ratio(plain, theirs) >= NEAR_SCHOOL for theirs in other.plain_schools)
    ]


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


# -- Many projects -------------------------------------------------------------------------------------------


def candidates(projects: Iterable[Facts]) -> set[tuple[int, int]]:
    """The pairs worth comparing, by position: of two parties, with the same provider or rare words in common.

    Up to ALL_PAIRS all of them. Beyond, two projects meet at a key: the provider's number, organisation or
    name; a school; how a word of either name begins; two rare words of title and aims. A key that more than
    COMMON projects share is dropped, except those of the provider or school itself.
    """
    projects = list(projects)
    if len(projects) * (len(projects) - 1) // 2 <= ALL_PAIRS:
        return _across_parties(projects, combinations(range(len(projects)), 2))
    certain, loose = defaultdict(set), defaultdict(set)
    telling = _rare_words(projects)
    for position, facts in enumerate(projects):
        for key in _certain_keys(facts):
            certain[key].add(position)
        for key in _loose_keys(facts, telling):
            loose[key].add(position)
    groups = [*certain.values(), *(group for group in loose.values() if len(group) <= COMMON)]
    return _across_parties(projects, (pair for group in groups for pair in combinations(sorted(group), 2)))


def _across_parties(projects: list[Facts], pairs) -> set[tuple[int, int]]:
    return {(one, other) for one, other in pairs if projects[one].party != projects[other].party}


def _certain_keys(facts: Facts) -> Iterable[tuple]:
    if facts.number:
        yield "number", facts.number
    if facts.organisation:
        yield "organisation", facts.organisation
    if facts.name:
        yield "name", facts.name
    for school in facts.plain_schools:
        yield "school", school


def _loose_keys(facts: Facts, telling: Counter) -> Iterable[tuple]:
    for word in facts.name.split():
        yield "name begins", word[:4]
    for school in facts.plain_schools:
        for word in school.split():
            yield "school begins", word[:5]
    rarest = sorted(
        {*facts.title_words.split(), *facts.aims_words.split()}, key=lambda word: (telling[word], word)
    )
    rarest = [word for word in rarest if telling[word] > 1][:8]
    yield from (("words", *pair) for pair in combinations(sorted(rarest), 2))


def _rare_words(projects: list[Facts]) -> Counter:
    """In how many projects each word occurs."""
    return Counter(
        word for facts in projects for word in {*facts.title_words.split(), *facts.aims_words.split()}
    )
