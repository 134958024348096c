"""What people see when something fails: what happened, what is safe, and the way on."""

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory

from accounts.models import KeptText
from pcc_grants import views
from pcc_grants.lib.sent import MADE_FOR, sign_for
from tests.applications.form_pages import LATER, answer, need, page

from .reading import Page

pytestmark = pytest.mark.django_db
TYPED = {
    "need": "Line one\r\nLine two",
    "summary": "Text <b>with</b> & signs",
    "password": "correct horse",
    "new_password1": "battery staple",
    "code": "123456",
    "otp_token": "654321",
    "sort_code": "309430",
    "account_number": "12345678",
    "csrfmiddlewaretoken": "abcdefgh",
    "empty": "  ",
}


@pytest.fixture
def strict():
    """A browser whose forms are checked, as outside tests."""
    return Client(enforce_csrf_checks=True)


def test_an_unknown_address_says_so_and_shows_the_way_back(client):
    response = client.get("/no-such-page/")
    page = Page(response)
    assert response.status_code == 404
    assert page.one("h1").text == "Page not found"
    assert any(a.attrs["href"] == "/" for a in page.all("a") if a.inside("main"))


@pytest.mark.parametrize(("method", "address"), [("get", "/sign-out/"), ("post", "/help/")])
def test_an_address_that_does_not_take_the_request_says_so_and_shows_the_way_back(client, method, address):
    response = getattr(client, method)(address)
    page = Page(response)
    assert response.status_code == 405
    assert response.headers["Allow"]
    assert page.one("h1").text == "You cannot open this page by its address"
    assert "Nothing was changed" in page.one("main").text


@pytest.mark.parametrize(
    ("view", "status"),
    [(views.bad_request, 400), (views.permission_denied, 403), (views.page_not_found, 404)],
)
def test_each_handler_answers_with_its_status_and_the_whole_frame(view, status, client):
    request = client.get("/help/").wsgi_request
    response = view(request, PermissionDenied())
    page = Page(response)
    assert response.status_code == status
    assert page.one("h1").text and page.one("footer").text and page.one("header").text
    assert "Nothing was changed" in page.one("main").text or status != 403


@pytest.mark.parametrize(
    ("address", "asked_for"), [("/help/?a=b", "/help/?a=b"), ("//evil.example/", "/%2Fevil.example/")]
)
def test_a_page_whose_session_ended_meanwhile_is_asked_for_again(address, asked_for):
    request = RequestFactory().generic("POST", "/")
    request.path, _, query = address.partition("?")
    request.META["QUERY_STRING"] = query
    response = views.bad_request(request, SessionInterrupted("gone"))
    assert (response.status_code, response.url) == (302, asked_for)


def test_the_page_for_our_own_faults_needs_no_database(django_assert_num_queries):
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        for view, status in ((views.server_error, 500), (views.service_unavailable, 503)):
            response = view(request)
            assert response.status_code == status
            assert Page(response).one("h1").text
    assert connection.in_atomic_block


def test_an_out_of_date_form_gives_back_what_was_typed(strict):
    response = strict.post("/help/", TYPED)
    page = Page(response)
    assert response.status_code == 200
    assert page.one("h1").text == "Your answers were not saved"
    kept = {area.attrs["id"]: area.text for area in page.all("textarea")}
    assert list(kept.values()) == ["Line one Line two", "Text <b>with</b> & signs"]
    assert all("readonly" in area.attrs for area in page.all("textarea"))
    assert {label.attrs["for"] for label in page.all("label")} == set(kept)
    assert any(a.attrs["href"] == "/help/" for a in page.all("a") if a.inside("main"))


@pytest.mark.parametrize(
    "field", ["password", "new_password1", "code", "otp_token", "sort_code", "account_number"]
)
def test_an_out_of_date_form_never_shows_a_secret(strict, field):
    assert TYPED[field] not in strict.post("/help/", TYPED).content.decode()


@pytest.mark.parametrize(
    "name", ["q-opinion", "q-safeguarding-policy-code-of-conduct", "postcode", "sorting", "about-pins"]
)
def test_a_name_that_only_contains_a_secret_word_hides_nothing(strict, name):
    assert "My words" in strict.post("/help/", {name: "My words"}).content.decode()


@pytest.fixture
def asked(draft):
    """The page of a question, and what is typed on it."""
    return page(draft, "about-need", "about-need"), need(draft, "My words") | LATER


def form_again(response) -> tuple[str, dict]:
    """Where the form that sends again goes, and what it sends."""
    read = Page(response)
    [form] = [f for f in read.all("form") if f.inside("main")]
    hidden = [e for e in read.all("input") if e.inside("main") and e.attrs.get("type") == "hidden"]
    return form.attrs["action"], {e.attrs["name"]: e.attrs["value"] for e in hidden}


def test_an_out_of_date_form_is_sent_again_with_one_button(strict, applicant, draft, asked):
    address, typed = asked
    strict.force_login(applicant)
    response = strict.post(f"{address}?next=submit", typed | {MADE_FOR: sign_for(applicant)})
    assert Page(response).one("h1").text == "Your answers were not saved"
    assert answer(draft, "about-need") != "My words"
    where, fields = form_again(response)
    assert where == f"{address}?next=submit"
    assert strict.post(where, fields).status_code == 302
    assert answer(draft, "about-need") == "My words"


def test_an_out_of_date_form_of_someone_else_is_kept_for_them_and_not_shown(
    strict, applicant, colleague, asked
):
    address, typed = asked
    strict.force_login(colleague)
    response = strict.post(address, typed | {MADE_FOR: sign_for(applicant)})
    assert "My words" not in response.content.decode()
    assert "This page was made for someone else" in Page(response).one("main").text
    assert KeptText.objects.get().user == applicant


def test_an_out_of_date_form_of_somebody_signed_out_is_kept_until_they_sign_in(strict, applicant, asked):
    address, typed = asked
    response = strict.post(address, typed | {MADE_FOR: sign_for(applicant)})
    kept = KeptText.objects.get()
    assert (kept.user, kept.path) == (applicant, address)
    assert response.url.endswith(f"/kept/{kept.key}/")


def test_an_out_of_date_form_with_a_secret_is_not_sent_again(strict, applicant, asked):
    address, typed = asked
    strict.force_login(applicant)
    typed |= {MADE_FOR: sign_for(applicant), "sort_code": "309430"}
    response = strict.post(address, typed)
    assert "309430" not in response.content.decode()
    assert not [f for f in Page(response).all("form") if f.inside("main")]
    assert "My words" in response.content.decode()


def test_a_page_put_together_elsewhere_is_never_sent_again(strict, applicant, asked):
    address, typed = asked
    strict.force_login(applicant)
    typed |= {MADE_FOR: sign_for(applicant)}
    response = strict.post(address, typed, headers={"origin": "https://elsewhere.example"})
    assert "My words" not in response.content.decode()
    assert not [f for f in Page(response).all("form") if f.inside("main")]


def test_nobody_elsewhere_can_put_words_on_our_pages(strict):
    response = strict.post(
        "/help/", {"need": "Send money to us"}, headers={"origin": "https://elsewhere.example"}
    )
    assert "Send money" not in response.content.decode()
    response = strict.post("/help/", {"need": "Send money to us"}, headers={"sec-fetch-site": "cross-site"})
    assert "Send money" not in response.content.decode()


def test_a_form_from_our_own_page_is_recognised(strict):
    response = strict.post("/help/", {"need": "My words"}, headers={"origin": "http://testserver"})
    assert "My words" in response.content.decode()


def test_an_out_of_date_form_with_odd_bytes_and_many_fields_is_no_fault_of_ours(strict):
    data = {f"field-{n}": "x\x00y" for n in range(300)}
    response = strict.post("/help/", data)
    assert response.status_code == 200
    assert len(Page(response).all("textarea")) == 50


def test_more_fields_than_anyone_types_get_the_page_for_bad_requests(strict):
    response = strict.post("/help/", {f"f{n}": "x" for n in range(2500)})
    assert response.status_code == 400
    assert Page(response).one("h1").text == "There is a problem with this address or form"


def test_public_pages_only_answer_reading(client):
    assert client.post("/help/").status_code == 405
