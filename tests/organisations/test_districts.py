"""The districts of the police area: data of the office, not of the code."""

import pytest

from audit.models import Event
from organisations import services
from organisations.models import District
from pcc_grants.lib.rules import RuleBroken


def add(browser, **typed):
    return browser.post("/manage/districts/new/", {"name": "Example valley", "code": "E07000109", **typed})


def test_an_administrator_adds_a_district_and_applicants_are_asked_about_it(
    administrator, applicant, draft, login
):
    assert add(login(administrator)).status_code == 302
    district = District.objects.get(code="E07000109")
    assert Event.objects.about(district).get().verb == "district.added"
    form = login(applicant).get(f"/applications/{draft.reference}/project/title/")
    assert "Example valley" in form.content.decode()


def test_the_same_district_twice_is_one(administrator, login):
    add(login(administrator))
    assert add(login(administrator)).status_code == 302
    assert District.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "109"}, "District code must be a letter and 8 digits, like E07000109"),
        ({"code": ""}, "Enter the code of the district"),
        ({"name": ""}, "Enter the name of the district"),
        ({"code": "E07000999"}, "There is already a district of that name or code"),
    ],
)
def test_what_cannot_be_a_district_is_refused_and_comes_back(administrator, login, typed, sentence):
    add(login(administrator))
    response = add(login(administrator), **typed)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert District.objects.count() == 1


def test_a_district_is_renamed_and_keeps_its_code(administrator, login):
    add(login(administrator))
    district = District.objects.get()
    login(administrator).post(f"/manage/districts/{district.pk}/", {"name": "Example and coast"})
    district.refresh_from_db()
    assert (district.name, district.code) == ("Example and coast", "E07000109")
    assert Event.objects.about(district).first().verb == "district.renamed"


def test_nobody_but_an_administrator_changes_districts(officer, auditor, login):
    with pytest.raises(RuleBroken):
        services.add_district(by=officer, code="E07000109", name="Example district")
    assert add(login(officer)).status_code == 403
    assert add(login(auditor)).status_code == 403
    assert login(auditor).get("/manage/districts/").status_code == 200
