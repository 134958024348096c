"""The frame of the pages for people who have signed in: their links, and the way out."""

import pytest

from .checks import assert_sound

PEOPLE = ["administrator", "officer", "assessor", "approver", "finance", "panel_officer", "auditor", "applicant"]


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_s_navigation_is_sound(page, sign_in, request, role, picture):
    sign_in(page, request.getfixturevalue(role))
    page.goto("/help/")
    assert page.locator("nav[aria-label=Menu] a").count() >= 1
    assert_sound(page)
    picture(page, f"navigation-{role}")


def test_signing_out_takes_one_click(page, sign_in, officer):
    sign_in(page, officer)
    page.goto("/help/")
    page.click("header >> text=Sign out")
    page.goto("/help/")
    assert page.locator("header >> text=Sign in").is_visible()
