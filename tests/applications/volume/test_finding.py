"""A filter finds what it says, and a search finds words wherever they stand; never what was not sent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from applications import services
from applications.forms.lists import ApplicationFilter
from applications.models import AgreedScore
from applications.services.finding import SORTS, find, in_order, total_asked, where_found
from funds.models import Round
from organisations import services as organisations
from pcc_grants.lib import clock
from questionnaires.models import Answer
from questionnaires.searching import holds
from tests import factories

from .conftest import found, of

HOSTILE = [
    "'", '"', "\\", "%", "_", "':*", "a & b | !", "(", "((()", "<->", "' OR 1=1 --", "\x00", "💥", "-", "or",
    '"unfinished phrase', "the", "-the", '-"two words"', "a" * 500,
    ":*", "\u27e6\u27e7", "né\u0301", "\ud800",
]  # fmt: skip


def test_each_filter_lets_through_what_it_says(
    make, officer, officer_2, assessor, assessor_2, stranger, other_organisation, open_round, applicant
):
    waiting = make(amount=Decimal(900))
    asked = factories.eligible(officer, make(amount=Decimal(2000)))
    services.assign(
        by=officer, application=asked, assessor=assessor, due_on=clock.today() + timedelta(days=1)
    )
    apart = factories.eligible(officer, make(by=stranger, body=other_organisation))
    factories.assessed(officer, apart, [assessor], scores=(5, 5))
    factories.assessed(officer, apart, [assessor_2], scores=(2, 5))
    recommended = factories.recommended(officer_2, apart)
    draft = factories.draft(applicant, open_round, asked.organisation)
    today = clock.today()
    tomorrow = today + timedelta(days=1)

    def day(name, one):
        return f"{name}_day={one.day}&{name}_month={one.month}&{name}_year={one.year}"

    every = {waiting.reference, asked.reference, recommended.reference}
    for query, expected in (
        ("", every),
        (f"fund={open_round.fund_id}", every),
        (f"round={open_round.pk}", every),
        (f"round={factories.open_round(officer, open_round.fund).pk}", set()),
        ("status=submitted&status=eligible", {waiting.reference, asked.reference}),
        (f"assessor={assessor.pk}", {asked.reference, recommended.reference}),
        (f"district={factories.district().pk}", every),
        (f"district={factories.district('Elsewhere').pk}", set()),
        (f"theme={waiting.theme_id}", every),
        (f"theme={open_round.fund.themes.last().pk}", set()),
        ("asked_from=1,000", {asked.reference, recommended.reference}),
        ("asked_from=900&asked_to=2000", {waiting.reference, asked.reference}),
        (day("received_from", today), every),
        (day("received_from", tomorrow), set()),
        (day("received_to", today), every),
        (day("received_to", today - timedelta(days=1)), set()),
        ("checked=yes", {asked.reference, recommended.reference}),
        ("checked=no", {waiting.reference}),
        ("only=wide", {recommended.reference}),
        ("only=unassigned", set()),
        ("only=mine", set()),
        ("only=grace", set()),
        ("only=moved", set()),
        ("only=late_scores", set()),
    ):
        assert found(officer, query) == expected, query
    assert found(officer_2, "only=mine") == {recommended.reference}
    with clock.at(today + timedelta(days=5)):
        assert found(officer, "only=late_scores") == {asked.reference}
    assert draft.reference not in found(officer)
    assert found(applicant, "only=mine") == set()
    assert total_asked(find(officer, of("asked_to=2000"))) == Decimal(2900)


def test_a_search_finds_words_in_answers_by_stem_phrase_and_beginning(make, officer, applicant):
    one = make(need="Knife crime among schoolchildren is rising in the valley.")
    other = make(need="Crime with a knife. Neighbours look after streets.")
    rows = [{"what": "Trampoline hire", "type": "equipment", "amount": "10000"}]
    services.reopen(by=applicant, application=other)
    services.save_answers(by=applicant, application=other, values={"costs": rows})
    factories.submitted(applicant, other)
    both, first, second = {one.reference, other.reference}, {one.reference}, {other.reference}
    for words, expected in (
        ("crimes", both),
        ('"knife crime"', first),
        ("schoolchild", first),
        ("knife -valley", second),
        ("valley or neighbours", both),
        ("trampolin", second),
        ("what", set()),  # the key of a column is no word of anybody
        ("knife trampoline", set()),  # all words stand in one answer
        (one.reference.lower(), first),
        ("example youth", both),
        ("workshops", both),
    ):
        assert found(officer, f"q={words}") == expected, words
    page = list(in_order(find(officer, of("q=valley")), "-received", officer))
    hits = where_found(page, "valley")[one.pk]
    assert ("valley", True) in hits[0].excerpt
    assert "Need" in hits[0].where or "Why" in hits[0].where
    assert "<" not in "".join(words for words, _ in hits[0].excerpt)


def test_a_search_finds_names_numbers_and_former_references(make, officer, stranger, other_organisation):
    one = make(by=stranger, body=other_organisation)
    other_organisation.charity_number = "1123456"
    other_organisation.save()
    organisations.add_alias(by=officer, organisation=other_organisation, name="The Old Mill")
    before = one.reference
    fund = factories.fund(officer, code="OTH", name="Other Fund", budget=None)
    services.transfer(
        by=officer,
        application=one,
        to_round=factories.open_round(officer, fund),
        reason="It fits.",
        message="We moved it.",
    )
    one.refresh_from_db()
    for words in ("old mill", "1123456", "community association", before, before[:6], one.reference):
        assert found(officer, f"q={words}") == {one.reference}, words
    page = list(in_order(find(officer, {"q": before}), "-received", officer))
    assert [hit.where for hit in where_found(page, before)[one.pk]] == ["Reference at another time"]
    assert (
        where_found(page, "old mill")[one.pk][0].excerpt == [("The Old Mill", False)]
        or (
            "Old Mill",
            True,
        )
        in where_found(page, "old mill")[one.pk][0].excerpt
    )


def test_what_is_typed_for_a_question_of_ours_is_not_found_before_it_is_sent(make, officer, applicant):
    one = make(need="Our first answer speaks of lighthouses.")
    factories.asked(officer, one)
    services.save_answers(by=applicant, application=one, values={"about-need": "Now it is about windmills."})
    assert found(officer, "q=windmills") == set()
    assert found(officer, "q=lighthouse") == {one.reference}
    page = list(in_order(find(officer, of("q=lighthouse")), "-received", officer))
    assert ("lighthouses", True) in where_found(page, "lighthouse")[one.pk][0].excerpt


def test_drafts_are_never_found(draft, officer, applicant):
    services.save_answers(by=applicant, application=draft, values={"about-need": "Unheard-of zebras"})
    assert found(officer, "q=zebras") == set()


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_is_searched_for_is_an_ordinary_search(submitted_application, login, officer, words):
    response = login(officer).get("/office/applications/", {"q": words.encode("utf-8", "replace")})
    assert response.status_code == 200


def test_the_longest_answers_that_can_be_kept_are_kept(draft, officer, applicant):
    longest = " ".join(f"w{number}x" for number in range(14_000))
    unindexed = " ".join(f"\u5b57{number}\U00020000" for number in range(12_000))
    for text in (longest, unindexed):
        services.save_answers(by=applicant, application=draft, values={"about-need": text[:100_000]})
        assert draft.response.answers.get(question__key="about-need").value == text[:100_000]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{key}" for key in SORTS)])
def test_the_list_is_sorted_both_ways(sort, make, officer, stranger, other_organisation):
    first = make(amount=Decimal(1000), title="Alpha")
    with clock.at(clock.now() + timedelta(minutes=1)):
        second = factories.eligible(
            officer, make(by=stranger, body=other_organisation, amount=Decimal(2000), title="beta")
        )
    names = [one.title for one in in_order(find(officer, {}), sort, officer)]
    expected = [first.title, second.title]
    if sort.removeprefix("-") == "organisation":
        expected.reverse()  # Example Community Association before Example Youth Project
    if sort.removeprefix("-") in ("reference", "score"):
        assert sorted(names) == sorted(expected)
    else:
        assert names == (expected[::-1] if sort.startswith("-") else expected)


def test_the_score_in_the_list_is_what_the_scores_come_to(assessed_application, officer):
    listed = in_order(find(officer, {}), "score", officer).get()
    assert listed.percentage == services.totals(assessed_application)["percentage"] == Decimal("70.0")
    criterion = assessed_application.round.criteria.first()
    AgreedScore.objects.create(
        application=assessed_application, criterion=criterion, score=5, reason="Agreed.", agreed_by=officer
    )
    assert in_order(find(officer, {}), "score", officer).get().percentage == Decimal("80.0")


def test_who_has_still_to_score_sees_no_score_and_no_spread(assessed_application, officer, login):
    both = factories.person("officer")
    both.roles = ["officer", "assessor"]
    both.save()
    assessed_application.status = "eligible"
    assessed_application.save()
    services.assign(
        by=officer,
        application=assessed_application,
        assessor=both,
        due_on=clock.today() + timedelta(days=1),
    )
    assert in_order(find(both, {}), "score", both).get().percentage is None
    page = login(both).get("/office/applications/").content.decode()
    assert "Hidden" in page
    assert "70.0%" not in page


def test_a_filter_says_itself_as_a_query_and_can_be_taken_apart(open_round, officer):
    query = (
        f"q=knife+crime&round={open_round.pk}&asked_from=1%2C000&received_from_day=1&received_from_month=may"
        "&received_from_year=2026&status=submitted&status=eligible&page=7&nonsense=1"
    )
    form = ApplicationFilter(query)
    assert form.unread == []
    assert ApplicationFilter(form.query).wanted == form.wanted
    assert "page" not in form.query
    labels = {(label, words) for label, words, _ in form.tags}
    assert ("Status", "Being assessed") in labels
    assert ("Received from", "1\xa0May\xa02026") in labels
    assert ("Asked for, at least", "£1,000") in labels
    for label, words, rest in form.tags:
        left = {(a, b) for a, b, _ in ApplicationFilter(rest).tags}
        assert left == labels - {(label, words)}


def test_a_filter_that_can_no_longer_be_read_says_so(submitted_application, officer):
    form = ApplicationFilter("round=999999&status=submitted&assessor=x&received_to_day=31&asked_to=lots")
    assert form.wanted == {"status": ["submitted"]}
    assert form.unread == ["Round", "Assessor", "Asked for, at most", "Received up to"]
    assert Round.objects.filter(pk=999999).count() == 0


def test_a_search_can_use_the_index(submitted_application):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "answer_words" in Answer.objects.filter(holds("value", "valley")).explain()
