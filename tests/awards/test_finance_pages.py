"""Finance checks an instalment, marks it as paid, and finds payments."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards import services
from awards.models import Payment
from pcc_grants.lib import clock

from .conftest import pay


def paying(**changes):
    today = clock.today()
    return {
        "paid_on_day": today.day,
        "paid_on_month": today.month,
        "paid_on_year": today.year,
        "amount": "5,000",
        "finance_reference": "BACS-1",
        "difference_reason": "",
    } | changes


def url(instalment):
    return reverse("finance_instalment", args=[instalment.pk])


def test_the_checklist_says_who_did_what(released, officer, finance, login):
    html = login(finance).get(url(released)).content.decode()
    assert "Signed by The Chair on" in html
    assert f"Countersigned by {officer}" in html
    assert f"By {officer} on" in html
    assert "Mark as paid</button>" in html


def test_the_checklist_shows_conditions_with_their_evidence(award_in, officer, finance, login):
    second = award_in("active").instalments.get(number=2)
    assert "Not yet" in login(finance).get(url(second)).content.decode()
    services.meet_condition(
        by=officer, condition=second.conditions.get(kind="other"), evidence="Visited on 3 May."
    )
    html = login(finance).get(url(second)).content.decode()
    assert "Visited on 3 May. Recorded by" in html
    assert "A visit" in html
    assert "Mark as paid</button>" not in html


def test_marking_as_paid(released, finance, login):
    client = login(finance)
    response = client.post(url(released), paying())
    assert (response.status_code, response.url) == (302, url(released))
    payment = Payment.objects.get()
    assert (payment.amount, payment.paid_on, payment.finance_reference) == (
        Decimal(5000),
        clock.today(),
        "BACS-1",
    )
    html = client.get(url(released)).content.decode()
    assert "BACS-1" in html
    assert "Mark as paid</button>" not in html


def test_posting_twice_pays_once(released, finance, login):
    client = login(finance)
    assert [client.post(url(released), paying()).status_code for _ in range(2)] == [302, 302]
    assert Payment.objects.count() == 1
    response = client.post(url(released), paying(finance_reference="BACS-2"))
    assert response.status_code == 422
    assert "Instalment 1 has been paid" in response.content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": ""}, "Enter the amount paid"),
        ({"amount": "lots"}, "The amount paid must be a number, like 250 or 250.50"),
        ({"amount": "0"}, "The amount paid must be more than £0"),
        ({"amount": "-5"}, "The amount paid must be more than £0"),
        ({"amount": "5000.01"}, "The amount paid must be £5,000 or less, as planned. It is £5,000.01"),
        ({"amount": "4999.99"}, "Enter why £4,999.99 was paid, not the £5,000 planned"),
        ({"finance_reference": ""}, "Enter the finance reference"),
        ({"finance_reference": "x" * 51}, "Finance reference must be 50 characters or fewer"),
        ({"paid_on_day": ""}, "The date of the payment must include a day"),
        ({"paid_on_day": "31", "paid_on_month": "2"}, "The date of the payment must be a real date"),
        ({"paid_on_year": "2199"}, "The date of the payment must be today or in the past"),
        ({"paid_on_year": "1999"}, "when the agreement was signed"),
    ],
)
def test_each_fault_has_its_sentence_and_nothing_is_paid(change, sentence, released, finance, login):
    response = login(finance).post(url(released), paying(**change))
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert "<title>Error: " in html
    if "finance_reference" not in change:
        assert 'value="BACS-1"' in html
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "hostile",
    [
        {"finance_reference": "\x00\x07"},
        {"finance_reference": "<script>alert(1)</script>"},
        {"difference_reason": "x" * 200_000},
        {"amount": "1e5"},
        {"amount": "٣"},
        {"paid_on_day": "NaN"},
        {"paid_on_year": "9" * 400},
    ],
)
def test_hostile_input_never_breaks_the_page(hostile, released, finance, login):
    response = login(finance).post(url(released), paying(**hostile))
    assert response.status_code in (302, 422)
    assert "<script>alert(1)</script>" not in login(finance).get(url(released)).content.decode()


def test_an_empty_post_is_refused(released, finance, login):
    assert login(finance).post(url(released), {}).status_code == 422


def test_who_released_it_is_told_that_someone_else_pays(released, officer, login):
    officer.roles = ["officer", "finance"]
    officer.save()
    client = login(officer)
    assert "Someone else must mark it as paid." in client.get(url(released)).content.decode()
    response = client.post(url(released), paying())
    assert response.status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.parametrize("role", ["officer", "approver", "auditor"])
def test_the_office_reads_the_checklist_and_does_not_pay(role, released, login, request):
    client = login(request.getfixturevalue(role))
    html = client.get(url(released)).content.decode()
    assert "Checklist" in html
    assert "Mark as paid</button>" not in html
    assert client.post(url(released), paying()).status_code == 403


@pytest.mark.parametrize("role", ["applicant", "stranger", "panel_officer", "assessor", "administrator"])
def test_who_has_no_business_with_payments_sees_none(role, released, login, request):
    client = login(request.getfixturevalue(role))
    assert client.get(url(released)).status_code == 403
    assert client.get(reverse("finance_payments")).status_code == 403


# -- The payments --------------------------------------------------------------------------------------------


def test_payments_are_listed_with_their_total(released, finance, login):
    pay(finance, released)
    html = login(finance).get(reverse("finance_payments")).content.decode()
    assert "BACS-1" in html
    assert "£5,000.00" in html


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "bacs-1"}, True),
        ({"words": "youth"}, True),
        ({"words": "BACS-9"}, False),
        ({"paid_from_day": "1", "paid_from_month": "1", "paid_from_year": "2199"}, False),
        ({"paid_to_day": "1", "paid_to_month": "1", "paid_to_year": "2199"}, True),
        ({"paid_to_day": "1", "paid_to_month": "1", "paid_to_year": "1999"}, False),
        ({"paid_from_day": "x"}, False),
        ({"fund": "0"}, False),
    ],
)
def test_payments_are_filtered(asked, found, released, finance, login):
    pay(finance, released)
    response = login(finance).get(reverse("finance_payments"), asked)
    assert response.status_code == 200
    assert ("instalments/" in response.content.decode()) is found


def test_the_list_of_payments_costs_the_same_at_one_and_three_rows(
    award_in, officer, finance, login, django_assert_num_queries
):
    def paid(reference):
        one = award_in("active").instalments.get(number=1)
        services.approve_instalment(by=officer, instalment=one)
        pay(finance, one, finance_reference=reference)

    client = login(finance)
    paid("BACS-1")
    client.get(reverse("finance_payments"))  # the first page of a session also writes the session
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("finance_payments"))
    paid("BACS-2")
    paid("BACS-3")
    with django_assert_num_queries(len(one)):
        client.get(reverse("finance_payments"))


def test_a_payment_recorded_late_keeps_its_day(released, finance, login):
    paid_on = clock.today()
    with clock.at(paid_on + timedelta(days=3)):
        response = login(finance).post(
            url(released),
            paying(paid_on_day=paid_on.day, paid_on_month=paid_on.month, paid_on_year=paid_on.year),
        )
    assert response.status_code == 302
    assert Payment.objects.get().paid_on == paid_on
