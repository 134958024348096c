"""The office's pages about deadlines, on a desk and on a telephone, and what applicants see of them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import services
from pcc_grants.lib import clock
from tests import factories

from .checks import assert_accessible, assert_no_sideways_scroll

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def look(page, picture):
    """`look("name")`: the page fits a telephone and a desk, and everybody can use it."""

    def looked(name) -> None:
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert_no_sideways_scroll(page)
            picture(page, f"deadlines-{name}-{size['width']}")
        assert_accessible(page)

    return looked


@pytest.mark.usefixtures("office")
def test_more_time_from_the_list_of_drafts_to_the_second_officer(
    page, look, sign_in, draft, officer, officer_2, stranger, other_organisation
):
    factories.draft(stranger, draft.round, other_organisation)
    sign_in(page, officer)
    page.goto(reverse("office_round_drafts", args=[draft.round_id]))
    look("drafts")
    page.get_by_role("link", name=f"Propose more time for {draft.reference}").click()
    look("propose-more-time")
    until = clock.london_date(draft.round.closes_at + timedelta(days=2))
    for part, value in (("Day", until.day), ("Month", until.month), ("Year", until.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_label("Until what time?").fill("5pm")
    page.get_by_label("A fault of the service").check()
    page.get_by_label("What happened?").fill("The page did not load.")
    page.get_by_role("button", name="Propose more time").click()
    look("a-proposal-of-ones-own")
    sign_in(page, officer_2)
    page.goto(reverse("office_more_times"))
    look("proposals")
    page.get_by_role("link", name=draft.reference).click()
    look("a-proposal")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("The time has been given").wait_for()
    draft.refresh_from_db()
    assert services.closes_at(draft) > draft.round.closes_at


@pytest.mark.usefixtures("office")
def test_a_round_extended_for_everyone_is_seen_by_everyone(page, look, sign_in, draft, officer, applicant):
    sign_in(page, officer)
    page.goto(reverse("office_round_extend", args=[draft.round_id]))
    look("extend-for-everyone")
    services.extend_for_everyone(
        by=officer,
        round=draft.round,
        closes_at=draft.round.closes_at + timedelta(days=1),
        reason="The service was slow.",
    )
    page.goto(reverse("round_page", args=[draft.round.fund.slug, draft.round.slug]))
    page.get_by_text("The closing time was moved from").wait_for()
    look("a-round-that-was-extended")
    sign_in(page, applicant)
    type(draft.round).objects.update(
        opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() + timedelta(hours=3)
    )
    page.goto(reverse("application", args=[draft.reference]))
    page.get_by_text("This fund closes at").wait_for()
    look("the-last-day")
    type(draft.round).objects.update(closes_at=clock.now() - timedelta(hours=3))
    services.close_rounds()
    page.goto(reverse("application", args=[draft.reference]))
    page.get_by_text("Your application was not submitted").wait_for()
    look("not-submitted")
