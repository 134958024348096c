"""The grantee's pages: write, save and come back, check, send, receipt; nobody else's can be reached."""

from datetime import timedelta

import pytest
from django.urls import reverse

from monitoring import services
from monitoring.models import Return
from pcc_grants.lib import clock
from tests import factories

from .conftest import send, write

STAFF = ["officer", "approver", "finance", "panel_officer", "auditor", "assessor", "administrator"]
WHOLE = {
    "progress": "on_track",
    "narrative": "We held 12 workshops.",
    "sessions": "12",
    "people": "1,240",
    "schools": "",
    "spent": "£2,500.50",
    "difficulties": "",
}
SIGNATURE = {"signed_name": "The Chair", "signed_role": "Chair", "declared": "on"}


def page(award_return, name="grant_return"):
    return reverse(name, args=[award_return.award.reference, award_return.number])


@pytest.fixture
def as_applicant(login, applicant):
    return login(applicant)


def test_the_form_says_whose_it_is_by_when_and_warns(as_applicant, open_return):
    html = as_applicant.get(page(open_return)).content.decode()
    assert open_return.reference in html and "(in 20 days)" in html
    assert "Give numbers, never people." in html
    assert "We have paid you £5,000." in html
    assert html.count("<h1") == 1
    assert "<title>Mid-year return - " in html


def test_save_and_continue_leads_to_the_check(as_applicant, open_return):
    response = as_applicant.post(page(open_return), WHOLE)
    assert response.status_code == 302 and response.url == page(open_return, "grant_return_submit")
    open_return.refresh_from_db()
    assert (open_return.people, str(open_return.spent), open_return.schools) == (1240, "2500.50", None)


def test_districts_are_saved(as_applicant, open_return):
    district = factories.district("Example east")
    as_applicant.post(page(open_return), WHOLE | {"districts": [str(district.pk)]})
    assert list(open_return.districts.all()) == [district]
    assert "checked" in as_applicant.get(page(open_return)).content.decode()


def test_what_is_missing_is_said_and_what_was_typed_is_kept(as_applicant, open_return):
    response = as_applicant.post(page(open_return), {"narrative": "Half a story", "people": "12"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: Mid-year return" in html
    assert "Select whether the project is on track" in html and "#id_progress_0" in html
    assert "Half a story" in html
    open_return.refresh_from_db()
    assert (open_return.narrative, open_return.people) == ("Half a story", 12)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("sessions", "a dozen", "Number of sessions must be a whole number, like 25"),
        ("people", "-1", "Number of people must be 0 or more"),
        ("people", "9" * 30, "Number of people must be a whole number, like 25"),
        ("spent", "some", "Total spent must be a number, like 250 or 250.50"),
        ("spent", "1.234", "Total spent must be a number, like 250 or 250.50"),
        (
            "spent",
            "6000",
            "Total spent must not be more than the £5,000 we have paid you. If it is, tell us why",
        ),
        ("narrative", "word " * 501, "What has happened must be 500 words or fewer. You have used 501"),
        ("progress", "splendid", "Select whether the project is on track"),
        ("districts", "none", "Select the districts where you worked"),
    ],
)
def test_each_mistake_has_its_own_sentence_and_stays_to_be_mended(
    as_applicant, open_return, field, typed, sentence
):
    response = as_applicant.post(page(open_return), WHOLE | {field: typed})
    assert response.status_code == 422
    assert sentence.replace("'", "&#x27;") in response.content.decode()
    if field not in ("progress", "districts"):  # a choice that was not offered has no box to come back to
        assert typed.strip() in response.content.decode()


def test_save_and_come_back_later_keeps_anything(as_applicant, open_return):
    response = as_applicant.post(page(open_return), {"narrative": "word " * 600, "later": "yes"}, follow=True)
    assert "Your answers have been saved" in response.content.decode()
    assert response.redirect_chain[0][0] == reverse("grant", args=[open_return.award.reference])
    open_return.refresh_from_db()
    assert len(open_return.narrative.split()) == 600


def test_come_back_later_keeps_what_cannot_be_stored_on_the_page_and_saves_the_rest(
    as_applicant, open_return
):
    typed = WHOLE | {"sessions": "a dozen", "progress": "splendid", "narrative": "", "later": "yes"}
    response = as_applicant.post(page(open_return), typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Number of sessions must be a whole number, like 25" in html
    assert "Select whether the project is on track" not in html
    assert 'value="a dozen"' in html
    assert "Your other answers have been saved" in html
    open_return.refresh_from_db()
    assert (open_return.sessions, open_return.people, open_return.progress) == (None, 1240, "")


def test_what_looks_like_personal_data_is_asked_about(as_applicant, open_return):
    typed = WHOLE | {"narrative": "Ring 01234 567 890 about it."}
    response = as_applicant.post(page(open_return), typed)
    assert response.status_code == 422
    html = response.content.decode()
    assert "a phone number" in html and "I have checked that nothing I wrote could identify a person" in html
    assert as_applicant.post(page(open_return), typed | {"personal_data_checked": "on"}).status_code == 302
    assert services.gaps(Return.objects.get(pk=open_return.pk)) == []


def test_the_check_shows_everything_with_links_to_change(as_applicant, open_return, applicant):
    write(open_return, applicant)
    html = as_applicant.get(page(open_return, "grant_return_submit")).content.decode()
    for text in ("On track", "We held 12 workshops.", "240", "£0", "#id_narrative", "#id_progress_0"):
        assert text in html
    assert "Accept and submit" in html


def test_the_check_offers_no_signature_while_something_is_missing(as_applicant, open_return):
    html = as_applicant.get(page(open_return, "grant_return_submit")).content.decode()
    assert "Before you can send it" in html and "Enter what has happened" in html
    assert "Accept and submit" not in html


def test_a_signature_sends_it_and_the_receipt_can_be_bookmarked(as_applicant, open_return, applicant):
    write(open_return, applicant)
    response = as_applicant.post(page(open_return, "grant_return_submit"), SIGNATURE, follow=True)
    assert response.redirect_chain == [(page(open_return, "grant_return_submitted"), 302)]
    html = response.content.decode()
    assert "Return sent" in html and open_return.reference in html
    assert as_applicant.get(page(open_return, "grant_return_submitted")).status_code == 200


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("signed_name", "Enter your full name as your signature"),
        ("signed_role", "Enter your role in the organisation"),
        ("declared", "Select the box to accept and submit"),
    ],
)
def test_every_part_of_the_signature_is_needed(as_applicant, open_return, applicant, left_out, sentence):
    write(open_return, applicant)
    signature = {name: value for name, value in SIGNATURE.items() if name != left_out}
    response = as_applicant.post(page(open_return, "grant_return_submit"), signature)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    open_return.refresh_from_db()
    assert open_return.status == "open"


def test_what_is_missing_stops_sending_even_without_the_page(as_applicant, open_return):
    response = as_applicant.post(page(open_return, "grant_return_submit"), SIGNATURE)
    assert response.status_code == 422
    assert "Select whether the project is on track" in response.content.decode()


def test_sending_twice_and_going_back_show_the_receipt(as_applicant, open_return, applicant):
    write(open_return, applicant)
    for _ in range(2):
        response = as_applicant.post(page(open_return, "grant_return_submit"), SIGNATURE)
        assert response.url == page(open_return, "grant_return_submitted")
    assert as_applicant.get(page(open_return, "grant_return_submit")).status_code == 302
    assert open_return.chasers.count() == 0


def test_typing_that_arrives_too_late_comes_back_whole(as_applicant, open_return, colleague):
    send(open_return, colleague)
    response = as_applicant.post(page(open_return), WHOLE | {"narrative": "A long story of mine."})
    assert response.status_code == 422
    html = response.content.decode()
    assert "A long story of mine." in html and "cannot be changed" in html
    open_return.refresh_from_db()
    assert open_return.narrative == "We held 12 workshops."


def test_changes_asked_for_stand_on_top(as_applicant, open_return, applicant, officer):
    send(open_return, applicant)
    services.request_changes(by=officer, award_return=open_return, feedback="Say how many schools.")
    html = as_applicant.get(page(open_return)).content.decode()
    assert html.index("Say how many schools.") < html.index("How is the project going?")
    assert "We held 12 workshops." in html


def test_an_accepted_return_shows_what_we_say(as_applicant, open_return, applicant, officer):
    send(open_return, applicant)
    services.accept(by=officer, award_return=open_return, feedback="A good half-year.")
    html = as_applicant.get(page(open_return)).content.decode()
    assert "A good half-year." in html and "Accepted" in html
    assert 'name="narrative"' not in html
    assert as_applicant.get(page(open_return, "grant_return_submitted")).url == page(open_return)


def test_a_return_that_is_not_open_says_when_it_opens(as_applicant, active_award, officer):
    later = services.schedule(
        by=officer,
        award=active_award,
        kind="end_of_award",
        period_start=clock.today(),
        period_end=clock.today() + timedelta(days=100),
        due_on=clock.today() + timedelta(days=130),
    )
    html = as_applicant.get(page(later)).content.decode()
    assert f"opens on {clock.format_date(later.opens_on)}" in html
    assert as_applicant.get(page(later, "grant_return_submit")).status_code == 302


PAGES = ["grant_return", "grant_return_submit", "grant_return_submitted"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(login, stranger, other_organisation, open_return, name, method):
    assert getattr(login(stranger), method)(page(open_return, name)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", STAFF)
def test_people_of_the_office_are_kept_out(login, request, open_return, name, role):
    assert login(request.getfixturevalue(role)).get(page(open_return, name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_signs_in_first(client, open_return, name):
    assert "/sign-in/" in client.get(page(open_return, name)).url


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
def test_a_number_that_is_not_there_is_not_found(as_applicant, open_return, number):
    address = page(open_return).replace("/returns/1/", f"/returns/{number}/")
    assert as_applicant.get(address).status_code == 404


def test_reading_writes_nothing(as_applicant, open_return, applicant):
    write(open_return, applicant)
    before = Return.objects.values().get(pk=open_return.pk)
    for name in PAGES:
        as_applicant.get(page(open_return, name))
    assert Return.objects.values().get(pk=open_return.pk) == before


HOSTILE = [
    {"narrative": "\x00\x01<script>alert(1)</script>\ud800".encode("utf-8", "replace").decode()},
    {"sessions": "1e400", "people": "٣", "spent": "NaN"},
    {"spent": "£" + "9" * 200},
    {"districts": ["x", "-1", "99999999999999999999999"]},
    {"progress": ["on_track", "at_risk"], "personal_data_checked": "x" * 10_000},
    {"narrative": "a" * 200_000},
]


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("later", [{}, {"later": "yes"}])
def test_hostile_input_is_refused_or_kept_but_never_breaks(as_applicant, open_return, typed, later):
    response = as_applicant.post(page(open_return), WHOLE | typed | later)
    assert response.status_code in (302, 422)
    html = as_applicant.get(page(open_return)).content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "typed", [{"signed_name": "\x00"}, {"signed_name": "n" * 5000}, {"signed_role": "\r\n"}]
)
def test_a_hostile_signature_is_refused(as_applicant, open_return, applicant, typed):
    write(open_return, applicant)
    response = as_applicant.post(page(open_return, "grant_return_submit"), SIGNATURE | typed)
    assert response.status_code == 422
