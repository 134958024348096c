"""The assessor's pages: declare first, score one criterion at a time, submit; nobody else's scores."""

import pytest
from django.urls import reverse

from applications import services
from applications.models import Assessment, Score, Status
from tests import factories

from .conftest import put_in, score_all

ANSWER = "Our answer about Need."


@pytest.fixture
def signed_in(login, assessor):
    return login(assessor)


@pytest.fixture
def declared(assessment, assessor):
    services.declare(by=assessor, assessment=assessment)
    return assessment


def page(signed_in, name, *args, status=200):
    response = signed_in.get(reverse(name, args=args))
    assert response.status_code == status
    return response.content.decode()


def test_the_home_shows_what_is_due_and_leads_to_the_next(signed_in, assessment):
    html = page(signed_in, "assess_home")
    assert "You have scored 0 of 1 application." in html
    assert "0 of 2" in html
    assert reverse("assess_interest", args=[assessment.pk]) in html


def test_the_home_counts_criteria_and_leads_on_to_the_first_gap(signed_in, declared, assessor):
    need = declared.application.round.criteria.get(name="Need")
    services.score(by=assessor, assessment=declared, criterion=need, score=3, reason="Fair.")
    html = page(signed_in, "assess_home")
    assert "1 of 2" in html
    assert reverse("assess_criterion", args=[declared.pk, 2]) in html


def test_an_empty_home_says_so(signed_in):
    assert "You have no applications to score" in page(signed_in, "assess_home")


def test_nothing_of_the_application_is_shown_before_the_interest_is_declared(signed_in, assessment):
    for name, args in (("assessment", []), ("assess_criterion", [1]), ("assess_submit", [])):
        response = signed_in.get(reverse(name, args=[assessment.pk, *args]), follow=True)
        assert response.redirect_chain[-1][0] == reverse("assess_interest", args=[assessment.pk])
        html = response.content.decode()
        assert ANSWER not in html and "Workshops for young people" not in html
        assert "Example Youth Project" in html


def test_no_interest_leads_to_the_application(signed_in, assessment):
    url = reverse("assess_interest", args=[assessment.pk])
    response = signed_in.post(url, {"has_interest": "no", "interest": "left over"})
    assert response.headers["Location"] == reverse("assessment", args=[assessment.pk])
    assessment.refresh_from_db()
    assert (assessment.interest, assessment.status) == ("", Assessment.Status.ASSIGNED)
    assert "Workshops for young people" in page(signed_in, "assessment", assessment.pk)


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({}, "Select whether you have an interest in this application"),
        ({"has_interest": "perhaps"}, "Select whether you have an interest in this application"),
        ({"has_interest": "yes", "interest": "  "}, "Enter what your interest is"),
        ({"has_interest": "yes", "interest": "a" * 5001}, "5,000 characters or fewer"),
    ],
)
def test_the_interest_page_says_what_is_missing(signed_in, assessment, posted, sentence):
    response = signed_in.post(reverse("assess_interest", args=[assessment.pk]), posted)
    assert response.status_code == 422
    html = response.content.decode()
    assert "<title>Error: " in html and sentence in html
    assessment.refresh_from_db()
    assert assessment.declared_at is None


def test_a_declared_interest_closes_every_page(signed_in, assessment):
    url = reverse("assess_interest", args=[assessment.pk])
    response = signed_in.post(url, {"has_interest": "yes", "interest": "My sister works there."})
    assert response.headers["Location"] == reverse("assess_home")
    for name, args in PAGES:
        page(signed_in, name, assessment.pk, *args, status=404)
    assert "You have no applications to score" in page(signed_in, "assess_home")


def test_a_declared_interest_closes_the_pages_to_an_officer_who_assesses_too(login, assessor, assessment):
    assessor.roles = ["assessor", "officer"]
    assessor.save()
    assessor.__dict__.pop("permissions", None)
    services.declare(by=assessor, assessment=assessment, interest="A link.")
    for name, args in PAGES:
        page(login(assessor), name, assessment.pk, *args, status=404)


PAGES = [("assess_interest", []), ("assessment", []), ("assess_criterion", [1]), ("assess_submit", [])]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_another_assessor_finds_nothing(login, declared, assessor_2, name, args):
    url = reverse(name, args=[declared.pk, *args])
    assert login(assessor_2).get(url).status_code == 404
    if name != "assessment":
        assert login(assessor_2).post(url, {"has_interest": "no"}).status_code == 404


@pytest.mark.parametrize(("name", "args"), [("assess_home", None), *PAGES])
@pytest.mark.parametrize("role", ["administrator", "officer", "approver", "finance", "panel", "applicant"])
def test_other_roles_are_refused(login, declared, role, name, args):
    url = reverse(name, args=[] if args is None else [declared.pk, *args])
    assert login(factories.person(role)).get(url).status_code == 403


def test_the_auditor_looks_but_finds_no_assessment_of_theirs_and_changes_nothing(login, declared, auditor):
    signed_in = login(auditor)
    assert "You have no applications to score" in page(signed_in, "assess_home")
    page(signed_in, "assessment", declared.pk, status=404)
    assert signed_in.post(reverse("assess_submit", args=[declared.pk])).status_code == 403


def test_the_answer_stands_beside_the_scale(signed_in, declared):
    html = page(signed_in, "assess_criterion", declared.pk, 1)
    assert ANSWER in html and "Why is the project needed?" in html
    assert "5 – Excellent: strong evidence throughout" in html
    assert "Our answer about Outcomes." not in html


def test_scoring_leads_from_criterion_to_criterion_to_the_check(signed_in, declared):
    first, second = (reverse("assess_criterion", args=[declared.pk, n]) for n in (1, 2))
    response = signed_in.post(first, {"score": "4", "reason": "Clear figures."})
    assert response.headers["Location"] == second
    response = signed_in.post(second, {"score": "0", "reason": "No measures."})
    assert response.headers["Location"] == reverse("assess_submit", args=[declared.pk])
    assert list(Score.objects.order_by("id").values_list("score", "reason")) == [
        (4, "Clear figures."),
        (0, "No measures."),
    ]


def test_a_score_and_its_reason_are_both_needed_to_go_on(signed_in, declared):
    response = signed_in.post(
        reverse("assess_criterion", args=[declared.pk, 1]), {"score": "", "reason": " "}
    )
    assert response.status_code == 422
    html = response.content.decode()
    assert "Select a score for Need" in html and "Enter a reason for your score" in html
    assert not Score.objects.exists()


def test_what_was_typed_comes_back_with_the_error(signed_in, declared):
    response = signed_in.post(
        reverse("assess_criterion", args=[declared.pk, 1]), {"reason": "Half a thought"}
    )
    assert response.status_code == 422
    assert "Half a thought" in response.content.decode()


@pytest.mark.parametrize(
    ("posted", "saved"),
    [
        ({"score": "4"}, (4, "")),
        ({"reason": "So far"}, (None, "So far")),
        ({"score": "", "reason": ""}, (None, "")),
    ],
)
def test_come_back_later_saves_whatever_is_there(signed_in, declared, posted, saved):
    url = reverse("assess_criterion", args=[declared.pk, 1])
    response = signed_in.post(url, {**posted, "later": "yes"})
    assert response.headers["Location"] == reverse("assess_home")
    assert Score.objects.values_list("score", "reason").get() == saved


def test_a_saved_score_is_shown_again(signed_in, declared, assessor):
    need = declared.application.round.criteria.get(name="Need")
    services.score(by=assessor, assessment=declared, criterion=need, score=2, reason="Thin.")
    html = page(signed_in, "assess_criterion", declared.pk, 1)
    assert 'value="2" checked' in html and "Thin." in html


@pytest.mark.parametrize(
    "posted",
    [
        {"score": "6", "reason": "x"},
        {"score": "-1", "reason": "x"},
        {"score": "9" * 400, "reason": "x"},
        {"score": "٣", "reason": "x"},
        {"score": ["1", "x"], "reason": ["a", "b"]},
        {"score": "3", "reason": "\x00\x01"},
        {"score": "3", "reason": "a" * 200_000},
    ],
)
def test_hostile_scores_are_refused_in_words(signed_in, declared, posted):
    response = signed_in.post(reverse("assess_criterion", args=[declared.pk, 1]), posted)
    assert response.status_code == 422
    assert not Score.objects.exists()


@pytest.mark.parametrize("position", [0, 3, 99999999999999999999])
def test_a_criterion_that_does_not_exist_is_not_found(signed_in, declared, position):
    assert signed_in.get(f"/assess/{declared.pk}/{position}/").status_code == 404


def test_an_assessment_that_does_not_exist_is_not_found(signed_in):
    assert signed_in.get("/assess/99999999999999999999/").status_code == 404


def test_incomplete_scores_are_not_submitted(signed_in, declared):
    response = signed_in.post(reverse("assess_submit", args=[declared.pk]))
    assert response.status_code == 422
    html = response.content.decode()
    assert "<title>Error: " in html
    assert "Select a score for Need" in html and "Enter a reason for your score for Outcomes" in html


def test_scores_are_checked_and_submitted_once(signed_in, declared):
    score_all(declared, [4, 3])
    assert "4 out of 5" in page(signed_in, "assess_submit", declared.pk)
    for _ in range(2):
        response = signed_in.post(reverse("assess_submit", args=[declared.pk]))
        assert response.headers["Location"] == reverse("assess_home")
    declared.refresh_from_db()
    assert declared.status == Assessment.Status.SUBMITTED
    html = page(signed_in, "assess_home")
    assert "You have scored 1 of 1 application." in html and "Score next application" not in html


def test_after_submitting_the_own_scores_can_be_read_and_not_changed(signed_in, declared, assessor):
    score_all(declared, [4, 3])
    services.submit_scores(by=assessor, assessment=declared)
    html = page(signed_in, "assessment", declared.pk)
    assert "4 out of 5" in html and "Change" not in html
    for name, args in (("assess_criterion", [1]), ("assess_submit", []), ("assess_interest", [])):
        response = signed_in.get(reverse(name, args=[declared.pk, *args]))
        assert response.headers["Location"] == reverse("assessment", args=[declared.pk])
    response = signed_in.post(
        reverse("assess_criterion", args=[declared.pk, 1]), {"score": "0", "reason": "Changed my mind."}
    )
    assert response.status_code == 302
    assert Score.objects.order_by("id").first().score == 4


def test_no_page_shows_what_another_assessor_gave(signed_in, declared, second_assessment):
    score_all(second_assessment, [1, 1], reason="A reason of someone else.")
    services.submit_scores(by=second_assessment.assessor, assessment=second_assessment)
    score_all(declared, [4, 3])
    for name, args in (("assessment", []), ("assess_criterion", [1]), ("assess_submit", [])):
        html = page(signed_in, name, declared.pk, *args)
        assert "A reason of someone else." not in html
        assert str(second_assessment.assessor.name) not in html


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.ASSESSED])
def test_an_application_that_is_no_longer_scored_says_so(signed_in, declared, status):
    put_in(declared.application, status)
    assert "no longer being scored" in page(signed_in, "assessment", declared.pk)
    assert signed_in.get(reverse("assess_criterion", args=[declared.pk, 1])).status_code == 302
    assert "You have no applications to score" in page(signed_in, "assess_home")


def test_a_withdrawn_application_shows_nothing_to_who_had_not_declared(signed_in, assessment):
    put_in(assessment.application, Status.WITHDRAWN)
    html = page(signed_in, "assessment", assessment.pk)
    assert "no longer being scored" in html
    assert "Workshops for young people" not in html


def test_looking_writes_nothing(signed_in, declared):
    before = (Score.objects.count(), Assessment.objects.values().get())
    for name, args in PAGES:
        signed_in.get(reverse(name, args=[declared.pk, *args]))
    assert (Score.objects.count(), Assessment.objects.values().get()) == before
