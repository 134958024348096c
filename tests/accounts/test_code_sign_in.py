"""Applicants sign in with a code from an e-mail: 15 minutes, once, and nothing to be learnt by guessing."""

import re

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.models import Message
from notifications.services import deliver_due
from tests import factories

EXPIRED = "This code has expired. Codes last 15 minutes and work once. Get a new code"
STAFF = ["administrator", "officer", "assessor", "approver", "finance", "panel", "auditor"]


@pytest.fixture
def client():
    return Client(REMOTE_ADDR="192.0.2.7")


@pytest.fixture(autouse=True)
def fresh_limits():
    from django.core.cache import cache

    cache.clear()


def ask(client, email, follow_to=""):
    return client.post(reverse("sign_in") + follow_to, {"email": email})


def last_mail():
    deliver_due()
    return mail.outbox[-1]


def code_sent() -> str:
    return re.search(r"^\d{6}$", last_mail().body, re.M)[0]


def enter(client, code, follow_to=""):
    return client.post(reverse("sign_in_code") + follow_to, {"code": code})


def is_signed_in(client) -> bool:
    return SESSION_KEY in client.session


def test_an_applicant_signs_in_with_the_code_and_lands_on_their_home(client, applicant):
    response = ask(client, applicant.email)
    assert response.url == reverse("sign_in_code")
    response = enter(client, code_sent())
    assert response.url == reverse("home")
    assert client.session[SESSION_KEY] == str(applicant.pk)


def test_the_address_is_found_whatever_its_case(client, applicant):
    ask(client, applicant.email.upper())
    enter(client, code_sent())
    assert is_signed_in(client)


@pytest.mark.parametrize("shape", ["{0} ", "{1}-{2}", "{1} {2}"])
def test_a_code_may_be_typed_with_spaces_or_a_dash(client, applicant, shape):
    ask(client, applicant.email)
    code = code_sent()
    enter(client, shape.format(code, code[:3], code[3:]))
    assert is_signed_in(client)


def test_the_code_leaves_through_the_outbox_and_is_kept_nowhere(client, applicant):
    ask(client, applicant.email)
    message = Message.objects.get()
    assert message.secret
    code = code_sent()
    message.refresh_from_db()
    assert message.body == ""
    assert code not in message.subject


def test_a_code_works_until_its_15_minutes_are_over(client, applicant):
    with time_machine.travel("2026-03-02 10:00:00Z") as clock:
        ask(client, applicant.email)
        code = code_sent()
        clock.shift(15 * 60 - 5)
        enter(client, code)
        assert is_signed_in(client)


def test_a_code_has_expired_after_15_minutes(client, applicant):
    with time_machine.travel("2026-03-02 10:00:00Z") as clock:
        ask(client, applicant.email)
        code = code_sent()
        clock.shift(15 * 60 + 5)
        response = enter(client, code)
        assert response.status_code == 422
        assert EXPIRED in response.content.decode()
    assert not is_signed_in(client)


def test_a_code_works_once(client, applicant):
    ask(client, applicant.email)
    code = code_sent()
    enter(client, code)
    client.post(reverse("sign_out"))
    response = enter(client, code)
    assert EXPIRED in response.content.decode()
    assert not is_signed_in(client)


def test_a_code_works_only_in_the_browser_that_asked(client, applicant):
    ask(client, applicant.email)
    other = Client()
    response = enter(other, code_sent())
    assert EXPIRED in response.content.decode()
    assert not is_signed_in(other)


def test_a_new_code_ends_the_one_before(client, applicant):
    ask(client, applicant.email)
    old = code_sent()
    ask(client, applicant.email)
    new = code_sent()
    if old != new:
        enter(client, old)
        assert not is_signed_in(client)
    enter(client, new)
    assert is_signed_in(client)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_wrong_code_can_be_put_right(client, applicant):
    ask(client, applicant.email)
    code = code_sent()
    response = enter(client, wrong(code))
    assert response.status_code == 422
    assert "The one you entered is not it" in response.content.decode()
    enter(client, code)
    assert is_signed_in(client)


def test_after_3_wrong_codes_the_right_one_is_of_no_use(client, applicant):
    ask(client, applicant.email)
    code = code_sent()
    for _ in range(3):
        response = enter(client, wrong(code))
    assert "You have entered a wrong code 3 times. Get a new code" in response.content.decode()
    enter(client, code)
    assert not is_signed_in(client)


@pytest.mark.parametrize("typed", ["", "      ", "12345\x00", "é", "9" * 5000, "--", "١٢٣٤٥٦"])
def test_whatever_is_typed_the_page_only_says_that_it_is_not_the_code(client, applicant, typed):
    ask(client, applicant.email)
    assert enter(client, typed).status_code == 422
    assert not is_signed_in(client)


def test_asking_too_often_for_one_address_is_refused(client, applicant):
    for _ in range(3):
        assert ask(client, applicant.email).status_code == 302
    response = ask(client, applicant.email)
    assert response.status_code == 422
    assert "You have tried too many times" in response.content.decode()
    assert Message.objects.count() == 3


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@example.org\nBcc: b@example.org", "a@exa\x00mple"])
def test_an_address_of_the_wrong_shape_says_how_to_write_it(client, email):
    response = ask(client, email)
    assert response.status_code == 422
    assert "Enter an email address in the correct format, like name@example.com" in response.content.decode()


# -- Nothing tells whether there is an account -------------------------------------------------------------


def page_for(email) -> tuple[int, str, str]:
    client = Client()
    response = ask(client, email)
    page = client.get(response.url).content.decode().replace(email, "ADDRESS")
    return response.status_code, response.url, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_everybody_sees_the_same_page(applicant, officer, colleague):
    colleague.is_active = False
    colleague.save()
    known = page_for(applicant.email)
    assert known == page_for("nobody@example.org")
    assert known == page_for(officer.email)
    assert known == page_for(colleague.email)


def wrong_answer_for(email) -> str:
    client = Client()
    ask(client, email)
    return re.sub(r'value="\w+"', "", enter(client, "000000").content.decode().replace(email, "ADDRESS"))


def test_a_wrong_code_gets_the_same_answer_with_and_without_an_account(applicant, officer):
    answers = {wrong_answer_for(email) for email in (applicant.email, officer.email, "nobody@example.org")}
    assert len(answers) == 1


def test_an_unknown_address_is_told_by_email_how_to_create_an_account(client):
    ask(client, "nobody@example.org")
    assert reverse("create_account") in last_mail().body
    assert not User.objects.exists()


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("page", ["sign_in", "create_account"])
def test_an_account_of_the_office_is_never_sent_a_code(client, role, page):
    person = factories.person(role)
    client.post(reverse(page), {"email": person.email, "name": "Somebody"})
    body = last_mail().body
    assert reverse("sign_in_password") in body
    assert not re.search(r"^\d{6}$", body, re.M)
    for code in ("", "000000"):
        enter(client, code)
    assert not is_signed_in(client)


def test_someone_who_also_works_for_the_office_is_never_sent_a_code(client):
    person = User.objects.create_user("both@example.org", name="Both", roles=["applicant", "assessor"])
    ask(client, person.email)
    assert not re.search(r"^\d{6}$", last_mail().body, re.M)


def test_an_applicant_given_a_role_at_the_office_meanwhile_cannot_use_the_code(client, applicant):
    ask(client, applicant.email)
    code = code_sent()
    User.objects.filter(pk=applicant.pk).update(roles=["applicant", "officer"])
    response = enter(client, code)
    assert response.status_code == 422
    assert not is_signed_in(client)


def test_a_closed_account_gets_no_code(client, applicant):
    applicant.is_active = False
    applicant.save()
    ask(client, applicant.email)
    assert not re.search(r"^\d{6}$", last_mail().body, re.M)


def test_an_account_closed_meanwhile_cannot_use_the_code(client, applicant):
    ask(client, applicant.email)
    code = code_sent()
    User.objects.filter(pk=applicant.pk).update(is_active=False)
    enter(client, code)
    assert not is_signed_in(client)


# -- Where they go -----------------------------------------------------------------------------------------


def test_a_page_that_needed_signing_in_is_where_they_go_afterwards(client, applicant):
    response = client.get(reverse("account"))
    assert response.url == f"{reverse('sign_in')}?next={reverse('account')}"
    response = ask(client, applicant.email, f"?next={reverse('account')}")
    assert response.url == f"{reverse('sign_in_code')}?next=%2Faccount%2F"
    assert enter(client, code_sent(), "?next=/account/").url == reverse("account")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "http:evil.example",
        r"/\evil.example",
        "javascript:alert(1)",
        "https://localhost:9999/",
        "\x00",
    ],
)
def test_nobody_is_sent_to_another_site(client, applicant, address):
    query = {"next": address}
    ask_address = reverse("sign_in")
    client.post(ask_address, {"email": applicant.email} | query)
    response = client.post(reverse("sign_in_code"), {"code": code_sent()} | query)
    assert response.url == reverse("home")


def test_the_code_page_leads_back_when_no_code_was_asked_for(client):
    assert client.get(reverse("sign_in_code")).url == reverse("sign_in")


def test_someone_signed_in_is_not_asked_again(login, applicant):
    client = login(applicant)
    for page in ("sign_in", "sign_in_code", "create_account", "sign_in_password"):
        assert client.get(reverse(page)).url == reverse("after_sign_in")
    assert client.get(reverse("after_sign_in")).url == reverse("home")


# -- New accounts ------------------------------------------------------------------------------------------


def create(client, email="new@example.org", name="New Person"):
    return client.post(reverse("create_account"), {"email": email, "name": name})


def test_a_new_account_is_made_once_the_address_is_proved(client):
    assert create(client).url == reverse("sign_in_code")
    assert not User.objects.exists()
    response = enter(client, code_sent())
    assert response.url == reverse("organisation_new")
    person = User.objects.get()
    assert (person.email, person.name, person.roles) == ("new@example.org", "New Person", ["applicant"])
    assert not person.has_usable_password()
    assert is_signed_in(client)


def test_a_new_person_comes_to_the_page_they_wanted_after_their_organisation(client):
    wanted = "/applications/start/1/"
    page = client.get(reverse("sign_in"), {"next": wanted}).content.decode()
    address = re.search(rf'{reverse("create_account")}\?next=[^"]+', page)[0]
    client.post(address, {"name": "New Person", "email": "new@example.org"})
    response = enter(client, code_sent(), f"?next={wanted}")
    assert response.url == reverse("organisation_new", query={"next": wanted})


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_new_person_is_not_sent_to_another_site(client, elsewhere):
    client.post(
        reverse("create_account", query={"next": elsewhere}),
        {"name": "New Person", "email": "new@example.org"},
    )
    response = enter(client, code_sent(), f"?next={elsewhere}")
    assert response.url == reverse("organisation_new")


def test_creating_an_account_that_exists_signs_its_owner_in_and_changes_nothing(client, applicant):
    create(client, applicant.email, "Somebody Else")
    response = enter(client, code_sent())
    assert response.url == reverse("home")
    name = applicant.name
    applicant.refresh_from_db()
    assert applicant.name == name
    assert User.objects.count() == 1


def test_creating_an_account_looks_the_same_whether_or_not_there_is_one(applicant):
    answers = set()
    for email in (applicant.email, "new@example.org"):
        client = Client()
        response = create(client, email)
        page = client.get(response.url).content.decode().replace(email, "ADDRESS")
        answers.add(re.sub(r'value="\w+"', "", page))
    assert len(answers) == 1


def test_two_browsers_that_create_one_account_share_it():
    first, second = Client(), Client()
    codes = []
    for browser in (first, second):
        create(browser)
        codes.append(code_sent())
    for browser, code in zip((first, second), codes, strict=True):
        enter(browser, code)
        assert is_signed_in(browser)
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 151])
def test_a_name_is_needed(client, name):
    response = create(client, name=name)
    assert response.status_code == 422
    assert "<title>Error: " in response.content.decode()


def test_a_name_cannot_carry_markup_or_lines_into_the_email(client):
    create(client, name="<b>New</b>\nPerson")
    enter(client, code_sent())
    assert User.objects.get().name == "<b>New</b> Person"


def test_asking_for_a_new_code_keeps_the_page_to_go_on_to(client, applicant):
    ask(client, applicant.email, f"?next={reverse('account')}")
    page = client.get(reverse("sign_in_code") + "?next=/account/").content.decode()
    assert f'{reverse("sign_in")}?next=%2Faccount%2F"' in page
