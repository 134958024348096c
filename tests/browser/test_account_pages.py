"""Signing in, and the administrator's pages, in a real browser."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from notifications.models import Message
from notifications.services import deliver_due
from tests import factories

from .checks import assert_sound


def code_sent() -> str:
    deliver_due()
    return re.search(r"^\d{6}$", mail.outbox[-1].body, re.M)[0]


def test_an_applicant_signs_in_by_code_without_scripts(
    page_without_scripts, applicant, organisation, picture
):
    page = page_without_scripts
    page.goto(reverse("home"))
    page.fill("#id_email", applicant.email)
    page.click("text=Send the code")
    page.fill("#id_code", "000000")
    page.click("text=Continue")
    assert page.title().startswith("Error: ")
    page.fill("#id_code", code_sent())
    page.click("text=Continue")
    assert page.url.endswith(reverse("home"))


def test_the_pages_of_signing_in_are_sound(page, applicant, picture):
    User.objects.filter(pk=applicant.pk).update(is_sample=True)
    for name in ("sign_in", "create_account", "sign_in_password", "password_forgotten", "password_link_sent"):
        page.goto(reverse(name))
        assert_sound(page)
        picture(page, name)
        button = page.locator("main form:has(input:visible) button[type=submit]")
        if button.count():
            button.click()
            assert page.title().startswith("Error: "), name
            assert_sound(page)
    page.goto(reverse("sign_in"))
    page.fill("#id_email", applicant.email)
    page.click("text=Send the code")
    assert_sound(page)
    picture(page, "sign_in_code")


@pytest.mark.parametrize("part", ["administrator", "auditor"])
def test_the_pages_of_the_administrator_are_sound(
    page, sign_in, request, part, organisation, office, picture
):
    person = request.getfixturevalue(part)
    other = factories.person("officer")
    pages = {
        "manage_home": [], "people": [], "person": [other.pk], "outbox": [], "audit": [], "account": [],
        "office_settings": [], "office_settings_version": [office.pk],
    }  # fmt: skip
    if part == "administrator":
        pages |= {
            "person_new": [], "person_roles": [other.pk], "person_close": [other.pk],
            "office_settings_new": [],
        }  # fmt: skip
    sign_in(page, person)
    for name, args in pages.items():
        page.goto(reverse(name, args=args))
        assert_sound(page)
        picture(page, f"{part}-{name}")


def test_an_administrator_adds_a_person_and_reads_the_email(page, sign_in, administrator, office, picture):
    sign_in(page, administrator)
    page.goto(reverse("people"))
    page.click("text=Add a person")
    page.fill("#id_name", "New Person")
    page.fill("#id_email", "new@example.org")
    page.check("text=Commissioning officer")
    page.click("text=Add and invite")
    assert page.locator("h1").inner_text() == "New Person"
    picture(page, "person-added")
    page.goto(reverse("message", args=[Message.objects.get().pk]))
    assert "Its text is shown to nobody" in page.locator("main").inner_text()
    assert_sound(page)
    picture(page, "message")
