"""Administrators keep the weeks before elections; nothing is stopped in them, and pages warn."""

from datetime import date

import pytest
from django.urls import reverse

from audit.models import Event
from office import services
from office.models import PreElectionPeriod
from pcc_grants.lib.rules import RuleBroken

MAY_2021 = {
    "name": "Police and Crime Commissioner elections, 6 May 2021",
    "starts_on": date(2021, 3, 23),
    "ends_on": date(2021, 5, 6),
}


@pytest.fixture
def period(administrator):
    return services.add_pre_election(by=administrator, **MAY_2021)


@pytest.mark.parametrize(
    ("day", "warns"),
    [
        (date(2021, 3, 22), False),
        (date(2021, 3, 23), True),
        (date(2021, 5, 6), True),
        (date(2021, 5, 7), False),
    ],
)
def test_it_warns_from_the_first_day_to_the_last(period, day, warns):
    warning = services.pre_election_warning(day)
    assert bool(warning) == warns
    if warns:
        assert MAY_2021["name"] in warning and "still published" in warning


def test_adding_the_same_again_changes_nothing_and_another_of_its_name_is_refused(period, administrator):
    assert services.add_pre_election(by=administrator, **MAY_2021) == period
    with pytest.raises(RuleBroken, match="on the list already"):
        services.add_pre_election(by=administrator, **MAY_2021 | {"ends_on": date(2021, 5, 7)})
    with pytest.raises(RuleBroken, match="must be on or after"):
        services.add_pre_election(by=administrator, **MAY_2021 | {"ends_on": date(2021, 1, 1)})
    assert Event.objects.filter(verb="pre_election.added").count() == 1


def test_the_pages_add_change_and_remove(login, administrator, auditor, officer):
    browser = login(administrator)
    facts = {
        "name": "Example elections",
        "starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2020",
        "ends_on_day": "7", "ends_on_month": "5", "ends_on_year": "2020",
    }  # fmt: skip
    assert "No pre-election period" in browser.get(reverse("pre_elections")).content.decode()
    assert browser.post(reverse("pre_election_new"), {}).status_code == 422
    assert browser.post(reverse("pre_election_new"), facts | {"ends_on_year": "2019"}).status_code == 422
    assert "has been added" in browser.post(reverse("pre_election_new"), facts, follow=True).content.decode()
    period = PreElectionPeriod.objects.get()
    change = reverse("pre_election_edit", args=[period.pk])
    assert "Example elections" in browser.get(change).content.decode()
    browser.post(change, facts | {"name": "Other elections"})
    remove = reverse("pre_election_remove", args=[period.pk])
    assert "Other elections" in browser.get(remove).content.decode()
    reader = login(auditor)
    assert "Other elections" in reader.get(reverse("pre_elections")).content.decode()
    assert reader.get(change).status_code == reader.post(remove).status_code == 403
    assert login(officer).get(reverse("pre_elections")).status_code == 403
    browser.post(remove)
    assert browser.post(remove).status_code == 404
    assert not PreElectionPeriod.objects.exists()
    verbs = list(Event.objects.filter(verb__startswith="pre_election.").values_list("verb", flat=True))
    assert sorted(verbs) == ["pre_election.added", "pre_election.changed", "pre_election.removed"]
