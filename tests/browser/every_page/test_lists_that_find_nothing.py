"""Lists whose filter finds nothing say so, and offer the way back."""

import pytest

LISTS = [
    ("officer", "/office/applications/"),
    ("officer", "/office/awards/"),
    ("officer", "/office/returns/"),
    ("officer", "/office/organisations/"),
    ("finance", "/finance/payments/"),
    ("administrator", "/manage/people/"),
    ("administrator", "/manage/emails/"),
    ("administrator", "/manage/audit/"),
    ("panel", "/panel/2019-06-11/choose/"),
    (None, "/spending/"),
    (None, "/what-we-fund/"),
]


@pytest.mark.parametrize(("part", "address"), LISTS)
def test_a_list_that_finds_nothing_is_sound(visit, part, address):
    one = visit(part)
    one.page.goto(address)
    box = one.page.locator("main form input[type=text]").first
    box.fill("nothing is called this")
    box.press("Enter")
    one.page.wait_for_url("**/*nothing*")
    assert one.look() == []
    assert one.page.locator("main tbody tr").count() == 0
    assert one.page.locator("main >> text=Clear").count()
