"""People of the office and the Panel sign in with a password, which they choose by a link sent to them."""

import re

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import User
from audit.models import Event
from notifications.models import Message
from notifications.services import deliver_due
from tests import factories

PASSWORD = "a long password"
NEW = "three unlikely words"
NO_MATCH = "The ones you entered do not match"


@pytest.fixture(autouse=True)
def fresh_limits():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def client():
    return Client(REMOTE_ADDR="192.0.2.8")


def sign_in(client, email, password=PASSWORD, follow_to=""):
    return client.post(reverse("sign_in_password") + follow_to, {"email": email, "password": password})


def is_signed_in(client) -> bool:
    return SESSION_KEY in client.session


def text(response) -> str:
    return response.content.decode()


def without_tokens(response) -> str:
    return re.sub(r'value="\w+"', "", text(response))


@pytest.mark.parametrize(
    "role", ["administrator", "officer", "assessor", "approver", "finance", "panel", "auditor"]
)
def test_each_role_lands_on_its_home(client, role):
    person = factories.person(role)
    assert sign_in(client, person.email).url == reverse(person.home)
    assert is_signed_in(client)


def test_the_page_that_needed_signing_in_comes_next(client, administrator):
    assert sign_in(client, administrator.email, follow_to="?next=/manage/people/").url == "/manage/people/"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", r"\\evil.example"])
def test_nobody_is_sent_to_another_site(client, administrator, address):
    response = client.post(
        reverse("sign_in_password"), {"email": administrator.email, "password": PASSWORD, "next": address}
    )
    assert response.url == reverse("manage_home")


def test_every_wrong_pair_gets_the_same_answer(officer, applicant, colleague):
    applicant.set_password(PASSWORD)
    applicant.save()
    closed = factories.person("finance")
    closed.is_active = False
    closed.save()
    pairs = [
        (officer.email, "not the password"),
        ("nobody@example.org", PASSWORD),
        (closed.email, PASSWORD),
        (applicant.email, PASSWORD),
        (colleague.email, PASSWORD),
    ]
    answers = set()
    for email, password in pairs:
        client = Client()
        response = sign_in(client, email, password)
        assert response.status_code == 422
        assert NO_MATCH in text(response)
        assert not is_signed_in(client)
        answers.add(without_tokens(response).replace(email, "ADDRESS"))
    assert len(answers) == 1


def test_the_password_is_never_shown_again(client, officer):
    assert "not the password" not in text(sign_in(client, officer.email, "not the password"))


def test_after_5_wrong_passwords_the_right_one_has_to_wait(client, officer):
    with time_machine.travel("2026-03-02 10:00:00Z") as clock:
        for _ in range(5):
            sign_in(client, officer.email, "not the password")
        response = sign_in(client, officer.email)
        assert "You have tried too many times. Wait 5 minutes and try again" in text(response)
        assert not is_signed_in(client)
        clock.shift(5 * 60 + 1)
        sign_in(client, officer.email)
        assert is_signed_in(client)


@pytest.mark.parametrize("password", ["", "\x00", "x" * 5000, "é" * 50, " "])
def test_any_password_may_be_typed(client, officer, password):
    assert sign_in(client, officer.email, password).status_code == 422


def test_signing_out_ends_the_session(login, officer):
    client = login(officer)
    assert client.post(reverse("sign_out")).url == reverse("sign_in")
    assert not is_signed_in(client)


def test_signing_out_is_never_done_by_a_link(login, officer):
    client = login(officer)
    assert client.get(reverse("sign_out")).status_code == 405
    assert is_signed_in(client)


def test_closing_an_account_ends_its_sessions(login, officer, administrator):
    client = login(officer)
    services.deactivate(by=administrator, person=officer)
    assert client.get(reverse("account")).status_code == 302


# -- Choosing a password -----------------------------------------------------------------------------------


def link_in_mail() -> str:
    deliver_due()
    return re.search(r"http\S+(/sign-in/password/\S+/\S+/)", mail.outbox[-1].body)[1]


def ask_for_link(client, email):
    return client.post(reverse("password_forgotten"), {"email": email})


def open_link(client, link):
    """The page that takes the password, after the key has moved into the session."""
    response = client.get(link)
    assert response.status_code == 302
    return response.url


def test_a_forgotten_password_is_replaced_by_a_link(client, officer):
    assert ask_for_link(client, officer.email).url == reverse("password_link_sent")
    page = open_link(client, link_in_mail())
    response = client.post(page, {"password": NEW})
    assert response.url == reverse("office_home")
    assert is_signed_in(client)
    officer.refresh_from_db()
    assert officer.check_password(NEW)
    assert Event.objects.about(officer).first().verb == "person.password_chosen"


def test_the_key_does_not_stay_in_the_address(client, officer):
    ask_for_link(client, officer.email)
    link = link_in_mail()
    key = link.rstrip("/").rpartition("/")[2]
    page = open_link(client, link)
    assert key not in page
    assert key not in text(client.get(page))


def test_the_link_is_kept_nowhere(client, officer):
    ask_for_link(client, officer.email)
    assert Message.objects.get().secret
    link_in_mail()
    assert Message.objects.get().body == ""


def test_a_link_works_once(client, officer):
    ask_for_link(client, officer.email)
    link = link_in_mail()
    client.post(open_link(client, link), {"password": NEW})
    response = Client().get(link)
    assert response.status_code == 410
    assert "This link no longer works" in text(response)


def test_looking_at_a_link_does_not_use_it_up(client, officer):
    ask_for_link(client, officer.email)
    link = link_in_mail()
    Client().get(link)
    open_link(client, link)


def test_a_link_ends_after_3_days(client, officer):
    with time_machine.travel("2026-03-02 10:00:00Z") as clock:
        ask_for_link(client, officer.email)
        link = link_in_mail()
        clock.shift(3 * 24 * 3600 + 60)
        assert client.get(link).status_code == 410


@pytest.mark.parametrize("change", ["closed", "applicant"])
def test_a_link_ends_with_the_account(client, officer, change):
    ask_for_link(client, officer.email)
    link = link_in_mail()
    page = open_link(client, link)
    changes = {"is_active": False} if change == "closed" else {"roles": ["applicant"]}
    User.objects.filter(pk=officer.pk).update(**changes)
    assert client.get(link).status_code == 410
    assert client.post(page, {"password": NEW}).status_code == 410


@pytest.mark.parametrize(
    "link",
    ["MQ/new", "x/y", "MQ/c0ffee-abc", "9999999999999999999999/new", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5/a-b"],
)
def test_a_made_up_link_does_not_work(client, link):
    assert client.get(f"/sign-in/password/{link}/").status_code == 410


def test_a_new_password_ends_the_sessions_that_were_open(client, login, officer):
    elsewhere = login(officer)
    ask_for_link(client, officer.email)
    client.post(open_link(client, link_in_mail()), {"password": NEW})
    assert elsewhere.get(reverse("account")).status_code == 302
    assert client.get(reverse("account")).status_code == 200


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Enter a password"),
        ("short", "Password must be 12 characters or more"),
        ("q1w2e3r4t5y6", "Password must not be one that many people use"),
        ("sample officer!", "Password must not be like your name or email address"),
        ("x" * 1001, "New password must be 1,000 characters or fewer"),
    ],
)
def test_a_weak_password_is_refused_and_says_why(client, officer, password, sentence):
    ask_for_link(client, officer.email)
    response = client.post(open_link(client, link_in_mail()), {"password": password})
    assert response.status_code == 422
    assert sentence in text(response)
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_everybody_who_forgot_sees_the_same_page_and_only_the_owner_learns_more(officer, applicant):
    for email in (officer.email, applicant.email, "nobody@example.org"):
        assert ask_for_link(Client(), email).url == reverse("password_link_sent")
    deliver_due()
    assert [message.template for message in Message.objects.order_by("id")] == [
        "accounts/password_link",
        "accounts/use_code",
        "accounts/no_account",
    ]
    assert not re.search(r"/sign-in/password/\S+/\S+-\S+/", mail.outbox[1].body + mail.outbox[2].body)


# -- Sample accounts ---------------------------------------------------------------------------------------


@pytest.fixture
def sample():
    person = factories.person("finance")
    User.objects.filter(pk=person.pk).update(is_sample=True)
    person.refresh_from_db()
    return person


def test_a_demonstration_offers_each_sample_account_with_one_click(client, settings, sample, officer):
    settings.DEMONSTRATION = True
    page = text(client.get(reverse("sign_in")))
    assert f"Sign in as {sample.name}" in page
    assert officer.name not in page
    response = client.post(reverse("sign_in_as", args=[sample.pk]))
    assert response.url == reverse("finance_home")
    assert client.session[SESSION_KEY] == str(sample.pk)


def test_changing_to_another_sample_account_leaves_nothing_of_the_first(
    client, settings, sample, login, officer
):
    settings.DEMONSTRATION = True
    client = login(officer)
    session = client.session.session_key
    client.post(reverse("sign_in_as", args=[sample.pk]))
    assert client.session[SESSION_KEY] == str(sample.pk)
    assert client.session.session_key != session


def test_other_accounts_are_never_offered_so(client, settings, officer):
    settings.DEMONSTRATION = True
    assert client.post(reverse("sign_in_as", args=[officer.pk])).status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_a_demonstration_there_is_no_such_page(client, settings, sample, method):
    settings.DEMONSTRATION = False
    assert getattr(client, method)(reverse("sign_in_as", args=[sample.pk])).status_code == 404
    assert sample.name not in text(client.get(reverse("sign_in")))
    assert not is_signed_in(client)


# -- Allauth's own pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "accounts/login/", "accounts/signup/", "accounts/email/", "accounts/password/reset/", "signup/",
        "account/email/", "account/password/change/", "account/2fa/", "account/login/code/",
    ],
)  # fmt: skip
def test_no_other_page_of_allauth_can_be_reached(login, officer, path):
    assert login(officer).get(f"/{path}").status_code == 404
