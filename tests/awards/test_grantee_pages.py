"""What a recipient sees and does: the grant, the agreement, signing and declining."""

from datetime import timedelta

import pytest
from django.urls import reverse

from awards import services
from awards.models import Status
from pcc_grants.lib import clock
from pcc_grants.lib.clock import format_date

from .conftest import pay

PAGES = ["grant", "agreement", "agreement_pdf", "agreement_sign", "agreement_signed", "offer_decline"]
SIGNED = {"signed_name": "The Chair", "signed_role": "Chair", "is_authorised": "on", "accepts": "on"}


@pytest.fixture
def an_offer(award_in):
    """A direct grant, which is made quicker than a competed one and looks the same from here."""
    return award_in("offered")


def page(client, name, award, status=200):
    response = client.get(reverse(name, args=[award.reference]))
    assert response.status_code == status
    return response.content.decode()


def test_an_offer_says_what_to_do_and_by_when(an_offer, applicant, login):
    html = page(login(applicant), "grant", an_offer)
    assert f"Read and sign the agreement by {format_date(an_offer.accept_by)}" in html
    assert "Offer to accept" in html
    assert reverse("offer_decline", args=[an_offer.reference]) in html


def test_each_instalment_says_what_it_waits_for(active_award, applicant, login):
    html = page(login(applicant), "grant", active_award)
    condition = active_award.instalments.get(number=2).conditions.get(kind="return")
    assert f"Waiting for {condition.waiting_for}" in html
    assert "Ready to release" in html
    assert "Mid-year return" in html


def test_a_payment_shows_with_its_date_and_reference(paid_award, applicant, login):
    html = page(login(applicant), "grant", paid_award)
    assert f"Paid on {format_date(clock.today())}, reference" in html


def test_less_paid_than_planned_shows_with_its_reason(released, finance, applicant, login):
    from decimal import Decimal

    pay(finance, released, amount=Decimal("4999.99"), difference_reason="The invoice came to less.")
    html = page(login(applicant), "grant", released.award)
    assert "We paid £4,999.99: The invoice came to less." in html


def test_history_keeps_the_office_s_own_matters_to_itself(released, officer, finance, applicant, login):
    services.hold_instalment(by=officer, instalment=released, reason="A question is open.")
    html = page(login(applicant), "grant", released.award)
    history = html.split("History")[1]
    assert "The offer of £10,000 was made" in history
    assert "The agreement is signed by both of us" in history
    assert "Nobody else offers" not in html
    for internal in (str(officer), "put instalment", "direct award", "planned 2 instalments"):
        assert internal not in history


def test_a_hold_and_an_early_end_say_why(award_in, applicant, login, officer):
    award = award_in("suspended")
    assert "The returns are late." in page(login(applicant), "grant", award)
    services.end_early(by=officer, award=award, reason="The work stopped for good.")
    assert "The work stopped for good." in page(login(applicant), "grant", award)


@pytest.mark.parametrize("status", [s for s in Status if s not in ("proposed", "refused", "prepared")])
def test_the_grant_s_page_stands_in_every_state(status, award_in, applicant, login):
    award = award_in(status)
    html = page(login(applicant), "grant", award)
    assert award.get_status_display() in html
    assert page(login(applicant), "agreement", award)


@pytest.mark.parametrize("status", ["proposed", "refused", "prepared"])
def test_what_was_not_offered_is_not_there_for_the_recipient(status, award_in, applicant, login):
    award = award_in(status)
    for name in PAGES:
        page(login(applicant), name, award, status=404)


# -- Reading -------------------------------------------------------------------------------------------------


def test_the_agreement_reads_with_contents_and_clause_numbers(an_offer, applicant, login):
    html = page(login(applicant), "agreement", an_offer)
    for section in an_offer.agreement.text["sections"]:
        assert f'href="#section-{section["number"]}"' in html
        assert f'id="section-{section["number"]}"' in html
        for clause in section["clauses"]:
            assert f'<span class="paper-number">{clause["number"]}</span>' in html
    assert an_offer.agreement.document_hash in html
    assert "Go on to sign" in html


def test_the_pdf_downloads_under_the_reference(an_offer, applicant, login):
    response = login(applicant).get(reverse("agreement_pdf", args=[an_offer.reference]))
    assert response["Content-Type"] == "application/pdf"
    assert f"{an_offer.reference}%20agreement.pdf" in response["Content-Disposition"]
    assert response.content.startswith(b"%PDF-")


# -- Signing -------------------------------------------------------------------------------------------------


def test_signing_goes_to_the_signed_page(an_offer, applicant, login):
    client = login(applicant)
    response = client.post(
        reverse("agreement_sign", args=[an_offer.reference]), SIGNED, REMOTE_ADDR="192.0.2.9"
    )
    assert response.status_code == 302
    assert response.url == reverse("agreement_signed", args=[an_offer.reference])
    an_offer.refresh_from_db()
    assert an_offer.status == Status.ACCEPTED
    assert an_offer.agreement.signed_from == "192.0.2.9"
    html = client.get(response.url).content.decode()
    assert "Agreement signed" in html
    assert "We check the agreement and sign it too" in html


def test_posting_the_signature_twice_signs_once(an_offer, applicant, login):
    client, url = login(applicant), reverse("agreement_sign", args=[an_offer.reference])
    client.post(url, SIGNED)
    again = client.post(url, SIGNED | {"signed_name": "Another"})
    assert again.status_code == 302
    an_offer.agreement.refresh_from_db()
    assert an_offer.agreement.signed_name == "The Chair"
    assert client.get(url).status_code == 302


def test_a_connection_without_an_address_still_signs(an_offer, applicant, login):
    login(applicant).post(reverse("agreement_sign", args=[an_offer.reference]), SIGNED, REMOTE_ADDR="unix:")
    an_offer.agreement.refresh_from_db()
    assert an_offer.agreement.signed_at
    assert an_offer.agreement.signed_from is None


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("signed_name", "Enter your full name as your signature"),
        ("signed_role", "Enter your role in the organisation"),
        (
            "is_authorised",
            "Select the box to confirm that you are authorised to sign for Example Youth Project",
        ),
        ("accepts", "Select the box to confirm that you accept this agreement"),
    ],
)
def test_each_thing_missing_has_its_sentence_and_the_rest_is_kept(
    missing, sentence, an_offer, applicant, login
):
    typed = {name: value for name, value in SIGNED.items() if name != missing}
    response = login(applicant).post(reverse("agreement_sign", args=[an_offer.reference]), typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in html
    assert html.count(sentence) == 2
    if missing != "signed_name":
        assert 'value="The Chair"' in html
    an_offer.refresh_from_db()
    assert an_offer.status == Status.OFFERED


def test_an_offer_that_ended_says_so_and_cannot_be_signed(an_offer, applicant, login):
    client = login(applicant)
    with clock.at(an_offer.accept_by + timedelta(days=1)):
        said = f"This offer ended on {format_date(an_offer.accept_by)}"
        for name in ("grant", "agreement", "agreement_sign"):
            html = page(client, name, an_offer)
            assert said in html
            assert "Sign and accept" not in html
        response = client.post(reverse("agreement_sign", args=[an_offer.reference]), SIGNED)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_the_signed_page_is_there_only_once_it_is_signed(an_offer, applicant, login):
    response = login(applicant).get(reverse("agreement_signed", args=[an_offer.reference]))
    assert response.status_code == 302
    assert response.url == reverse("agreement", args=[an_offer.reference])


# -- Declining -----------------------------------------------------------------------------------------------


def test_declining_is_confirmed_and_says_it_cannot_be_undone(an_offer, applicant, login):
    client, url = login(applicant), reverse("offer_decline", args=[an_offer.reference])
    assert "You cannot undo this." in client.get(url).content.decode()
    response = client.post(url, {"reason": ""})
    assert response.url == reverse("grant", args=[an_offer.reference])
    an_offer.refresh_from_db()
    assert an_offer.status == Status.DECLINED
    assert "You declined this offer" in page(client, "grant", an_offer)
    assert client.post(url, {"reason": ""}).status_code == 302


@pytest.mark.parametrize("status", ["accepted", "active", "suspended", "closed", "ended_early", "prepared"])
def test_only_an_open_offer_is_asked_whether_to_decline_it(award_in, applicant, login, status):
    award = award_in(status)
    response = login(applicant).get(reverse("offer_decline", args=[award.reference]))
    if status == "prepared":
        assert response.status_code == 404
    else:
        assert response.url == reverse("grant", args=[award.reference])


def test_what_is_signed_is_not_declined(active_award, applicant, login):
    response = login(applicant).post(reverse("offer_decline", args=[active_award.reference]), {"reason": ""})
    assert response.status_code == 422
    assert "It is: active." in response.content.decode()


# -- Who sees it ---------------------------------------------------------------------------------------------


def test_a_colleague_sees_it_and_a_stranger_finds_nothing(
    an_offer, colleague, stranger, other_organisation, login
):
    for name in PAGES:
        url = reverse(name, args=[an_offer.reference])
        assert login(colleague).get(url).status_code in (200, 302)
        assert login(stranger).get(url).status_code == 404
        assert login(stranger).post(url, SIGNED).status_code in (404, 405)


@pytest.mark.parametrize("role", ["officer", "approver", "finance", "auditor", "panel_officer", "assessor"])
def test_the_office_does_not_open_the_recipient_s_pages(role, an_offer, login, request):
    client = login(request.getfixturevalue(role))
    for name in PAGES:
        page(client, name, an_offer, status=403)


def test_someone_who_left_the_organisation_finds_nothing(an_offer, colleague, login):
    from django.utils import timezone

    colleague.memberships.update(ended_at=timezone.now())
    assert login(colleague).get(reverse("grant", args=[an_offer.reference])).status_code == 404


def test_an_officer_who_is_also_an_applicant_elsewhere_does_not_sign_here(an_offer, officer, login):
    officer.roles = ["applicant", "officer"]
    officer.save()
    assert login(officer).get(reverse("grant", args=[an_offer.reference])).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(an_offer, client):
    for name in PAGES:
        response = client.get(reverse(name, args=[an_offer.reference]))
        assert response.status_code == 302
        assert reverse("sign_in") in response.url
