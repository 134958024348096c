"""The list of applications, its filters, and doing something with all of it, in a browser."""

from applications import services
from applications.models import BulkItem
from tests import factories

from .checks import assert_sound


def test_from_a_filter_to_the_result(
    page, sign_in, picture, officer, applicant, organisation, open_round, office
):
    two = [
        factories.submitted(applicant, factories.draft(applicant, open_round, organisation)) for _ in range(2)
    ]
    services.save_filter(by=officer, name="Waiting for a check", query="status=submitted", is_shared=True)
    sign_in(page, officer)
    page.goto("/office/applications/?q=young+people&status=submitted&only=moved&sort=-asked")
    assert_sound(page)
    picture(page, "applications filtered")
    page.get_by_role("link", name="Only: Moved from another fund").click()
    page.get_by_role("link", name="Received", exact=True).click()
    assert_sound(page)
    picture(page, "applications")
    page.get_by_role("link", name="Save this filter").click()
    assert_sound(page)
    page.go_back()
    page.get_by_role("link", name="Download the list").click()
    assert_sound(page)
    page.go_back()
    page.get_by_role("link", name="Do something with all 2").click()
    assert_sound(page)
    page.get_by_label("Record as eligible").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Notes of your check").fill("All complete.")
    assert_sound(page)
    page.get_by_role("button", name="See what would happen").click()
    assert_sound(page)
    picture(page, "bulk preview")
    page.get_by_label("Why are you doing this?").fill("They are complete.")
    page.get_by_role("button", name="Record as eligible").click()
    assert_sound(page)
    picture(page, "bulk result")
    assert "2 done, 0 left out" in page.locator("main").inner_text()
    assert {one.application_id for one in BulkItem.objects.all()} == {one.pk for one in two}
    page.goto("/office/applications/filters/")
    assert_sound(page)
    page.goto("/office/applications/done/")
    assert_sound(page)
