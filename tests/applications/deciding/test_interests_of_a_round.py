"""An assessor says once for a whole round where they have an interest, before any answer is shown."""

import pytest
from django.urls import reverse

from applications import services
from applications.models import Assessment
from organisations.models import DeclaredInterest
from organisations.services import declare_interest
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

from .conftest import due


@pytest.fixture
def asked(officer, applicant, stranger, assessor, open_round, organisation, other_organisation):
    """Three applications to score: one of the project, with a partner who is not linked; two of the other."""
    made = {}
    for name, lead, body in (
        ("partnered", applicant, organisation), ("first", stranger, other_organisation),
        ("second", stranger, other_organisation),
    ):  # fmt: skip
        draft = factories.draft(lead, open_round, body)
        if name == "partnered":
            rows = [{"name": "Example Choir", "number": "", "part": "Sings"}]
            values = {"has-partners": "yes", "partners": rows}
            services.save_answers(by=lead, application=draft, values=values)
        application = factories.eligible(officer, factories.submitted(lead, draft))
        made[name] = services.assign(by=officer, application=application, assessor=assessor, due_on=due())
    return made


@pytest.fixture
def page(open_round):
    return reverse("assess_interests", args=[open_round.pk])


def states(asked) -> dict[str, tuple]:
    found = {name: Assessment.objects.get(pk=one.pk) for name, one in asked.items()}
    return {name: (one.status, bool(one.declared_at), one.interest) for name, one in found.items()}


def test_an_interest_is_declared_for_everything_of_an_organisation(
    login, assessor, officer, asked, page, open_round, other_organisation
):
    browser = login(assessor)
    home = text_of(browser.get(reverse("assess_home")))
    assert f"Declare your interests in {open_round}" in home
    text = text_of(browser.get(page))
    for name in ("Example Choir", "Example Community Association", "Example Youth Project"):
        assert name in text
    key = f"organisation-{other_organisation.pk}"
    refused(browser.post(page, {"has_interest": "yes"}), "Select the organisations", "Enter what your")
    refused(browser.post(page, {"has_interest": "no", "bodies": [key]}), "Select yes if you have an interest")
    sent = {"has_interest": "yes", "bodies": [key], "interest": "I am a trustee."}
    for _ in range(2):
        assert browser.post(page, sent).status_code == 302
    assert states(asked) == {
        "partnered": ("assigned", True, ""),
        "first": ("recused", True, "I am a trustee."),
        "second": ("recused", True, "I am a trustee."),
    }
    assert DeclaredInterest.objects.get().organisation == other_organisation
    assert "Declare your interests in" not in text_of(browser.get(reverse("assess_home")))
    register = text_of(login(officer).get(reverse("office_interests")))
    assert "Stepped aside from scoring" in register and "I am a trustee." in register


def test_a_partner_who_is_only_named_counts_and_no_interest_is_said_of_the_rest(assessor, asked, open_round):
    bodies = services.bodies_to_declare(services.open_assessments(assessor, open_round))
    [choir] = [key for key, name in bodies.items() if name == "Example Choir"]
    services.declare_for_round(by=assessor, round=open_round, bodies=[choir], interest="I sing there.")
    assert states(asked)["partnered"] == ("recused", True, "I sing there.")
    assert states(asked)["first"] == ("assigned", True, "")
    assert not DeclaredInterest.objects.exists()
    with pytest.raises(RuleBroken, match="have changed"):
        services.declare_for_round(by=assessor, round=open_round, bodies=["name-else"], interest="x")


def test_only_who_is_asked_finds_the_page(login, assessor_2, officer, auditor, asked, page):
    assert login(assessor_2).get(page).status_code == 404
    assert login(officer).get(page).status_code == 403
    assert login(auditor).post(page, {"has_interest": "no"}).status_code == 403


def test_whoever_has_an_interest_is_neither_asked_nor_scores_on(
    login, assessor, assessor_2, officer, asked, organisation
):
    declare_interest(by=assessor_2, organisation=organisation, interest="A cousin works there.")
    application = asked["partnered"].application
    with pytest.raises(RuleBroken, match="has declared an interest in Example Youth Project"):
        services.assign(by=officer, application=application, assessor=assessor_2, due_on=due())
    text = text_of(login(officer).get(reverse("office_assign", args=[application.reference])))
    assert "has declared an interest in Example Youth Project, so cannot be asked" in text
    services.declare(by=assessor, assessment=asked["partnered"])
    declare_interest(by=assessor, organisation=organisation, interest="A cousin works there.")
    criterion = application.round.criteria.first()
    for act in (
        lambda: services.score(
            by=assessor, assessment=asked["partnered"], criterion=criterion, score=3, reason="x"
        ),
        lambda: services.submit_scores(by=assessor, assessment=asked["partnered"]),
    ):
        with pytest.raises(RuleBroken, match="has declared an interest"):
            act()
