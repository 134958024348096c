"""The frame of the pages for people who have signed in: their links, and the way out."""

import pytest

from accounts.navigation import for_user

from .checks import assert_sound

STAFF = ["administrator", "officer", "assessor", "approver", "finance", "panel_officer", "auditor"]


@pytest.mark.parametrize("role", [*STAFF, "applicant"])
def test_each_role_s_navigation_is_sound(page, sign_in, request, role, picture):
    person = request.getfixturevalue(role)
    sign_in(page, person)
    page.goto("/help/")
    links = page.locator("nav[aria-label=Menu] a").all_inner_texts()
    assert links == [item.label for item in for_user(person)]
    assert_sound(page)
    picture(page, f"navigation-{role}")


def test_signing_out_takes_one_click(page, sign_in, officer):
    sign_in(page, officer)
    page.goto("/help/")
    page.click("header >> text=Sign out")
    page.goto("/help/")
    assert page.locator("header >> text=Sign in").is_visible()
