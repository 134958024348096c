"""A month's spending is published by the two-part rule, once it has ended, and then stays as it is."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from awards.models import Award
from funds.models import LegalPower
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from reports import services
from reports.models import Publication, PublishedItem

from . import making

NOVEMBER = date(2018, 11, 1)


@pytest.mark.parametrize(
    ("kind", "power", "amount", "is_published"),
    [
        (Award.Kind.GRANT, LegalPower.CRIME_AND_DISORDER, "0.01", True),
        (Award.Kind.GRANT, LegalPower.CRIME_AND_DISORDER, "500.00", True),
        (Award.Kind.GRANT, LegalPower.CRIME_AND_DISORDER, "500.01", True),
        (Award.Kind.GRANT, LegalPower.VICTIMS, "500.00", False),
        (Award.Kind.GRANT, LegalPower.VICTIMS, "500.01", True),
        (Award.Kind.CONTRACT, LegalPower.CONTRACT, "500.00", False),
        (Award.Kind.CONTRACT, LegalPower.CONTRACT, "500.01", True),
        (Award.Kind.CONTRACT, LegalPower.CRIME_AND_DISORDER, "500.00", False),
        (Award.Kind.SUBSCRIPTION, LegalPower.OTHER, "500.00", False),
        (Award.Kind.SUBSCRIPTION, LegalPower.OTHER, "500.01", True),
        (Award.Kind.PURCHASE, LegalPower.OTHER, "499.99", False),
    ],
)
def test_every_crime_grant_is_published_and_other_items_above_500(finance, kind, power, amount, is_published):
    paid = making.payment(amount=amount, kind=kind, legal_power=power)
    publication = services.publish_month(by=finance, month=NOVEMBER)
    assert [item.payment for item in publication.items.all()] == ([paid] if is_published else [])
    assert paid.instalment.award.is_cdr_grant == (
        kind == Award.Kind.GRANT and power == LegalPower.CRIME_AND_DISORDER
    )


def test_a_published_item_is_a_copy_of_the_payment_and_its_award(finance):
    paid = making.payment("Magnate Generation CIC", amount="112422.87", known_as="Magnate Generation")
    organisation = paid.instalment.award.organisation
    organisation.company_number = "01234567"
    organisation.save()
    item = services.publish_month(by=finance, month=NOVEMBER).items.get()
    award = paid.instalment.award
    assert (item.paid_on, item.amount, item.finance_reference) == (
        paid.paid_on,
        Decimal("112422.87"),
        paid.finance_reference,
    )
    assert (item.supplier, item.supplier_registration) == ("Magnate Generation CIC", "GB-COH-01234567")
    assert (item.purpose, item.reasons, item.fund) == (award.purpose, award.reasons, award.fund.name)
    assert item.is_grant
    assert item.legal_power == award.legal_power


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"purpose": " "}, "the purpose"),
        ({"reasons": " \n"}, "the reasons"),
        ({"purpose": "\t", "reasons": " "}, "the purpose and the reasons"),
    ],
)
def test_an_empty_purpose_or_reasons_blocks_the_month_and_is_named(finance, facts, what):
    paid = making.payment("Shepway Chariots", amount="500", **facts)
    making.payment("Amelix Ltd")
    with pytest.raises(RuleBroken) as broken:
        services.publish_month(by=finance, month=NOVEMBER)
    assert f"{paid.finance_reference} to Shepway Chariots: {what}" in str(broken.value)
    assert "Amelix" not in str(broken.value)
    assert not Publication.objects.exists()
    assert [str(one) for one in services.blocking(NOVEMBER)] == [
        f"{paid.finance_reference} to Shepway Chariots: {what}"
    ]


def test_what_is_not_published_does_not_block(finance):
    making.payment(amount="500", kind=Award.Kind.PURCHASE, purpose=" ")
    assert services.publish_month(by=finance, month=NOVEMBER).items.count() == 0


def test_a_month_without_payments_is_published_too(finance):
    publication = services.publish_month(by=finance, month=date(2018, 12, 25))
    assert publication.month == date(2018, 12, 1)
    assert not publication.items.exists()


def test_publishing_twice_changes_nothing(finance):
    making.payment()
    first = services.publish_month(by=finance, month=NOVEMBER)
    events = Event.objects.filter(verb__startswith="spending.").count()
    second = services.publish_month(by=finance, month=NOVEMBER)
    assert first.pk == second.pk
    assert PublishedItem.objects.count() == 1
    assert Event.objects.filter(verb__startswith="spending.").count() == events == 1


def test_a_payment_recorded_late_is_added_and_the_others_stay(finance):
    making.payment()
    first = services.publish_month(by=finance, month=NOVEMBER)
    kept = first.items.get()
    late = making.payment(paid_on=date(2018, 11, 30))
    assert list(services.unpublished(NOVEMBER)) == [late]
    services.publish_month(by=finance, month=NOVEMBER)
    assert first.items.count() == 2
    assert first.items.filter(pk=kept.pk).exists()
    assert Event.objects.filter(verb="spending.added").count() == 1


def test_only_the_payments_of_the_month_are_published(finance):
    making.payment(paid_on=date(2018, 10, 31))
    inside = [making.payment(paid_on=day) for day in (date(2018, 11, 1), date(2018, 11, 30))]
    making.payment(paid_on=date(2018, 12, 1))
    publication = services.publish_month(by=finance, month=NOVEMBER)
    assert [item.payment for item in publication.items.order_by("paid_on")] == inside


@pytest.mark.parametrize(
    ("moment", "has_ended"),
    [
        (datetime(2019, 3, 31, 22, 59, tzinfo=UTC), False),  # 11:59pm in London, summer time
        (datetime(2019, 3, 31, 23, 0, tzinfo=UTC), True),  # midnight: 1 April
        (datetime(2019, 3, 1, tzinfo=UTC), False),
    ],
)
def test_a_month_ends_at_midnight_in_london(finance, moment, has_ended):
    with clock.at(moment):
        if has_ended:
            services.publish_month(by=finance, month=date(2019, 3, 1))
        else:
            with pytest.raises(RuleBroken, match="March 2019 has not ended"):
                services.publish_month(by=finance, month=date(2019, 3, 1))


@pytest.mark.parametrize("role", ["officer", "approver", "auditor", "panel_officer", "applicant", "assessor"])
def test_only_finance_publishes(request, role):
    person = request.getfixturevalue(role)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.publish_month(by=person, month=NOVEMBER)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_published(change):
    item = making.published()
    rows = PublishedItem.objects.filter(pk=item.pk)
    with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
        rows.update(amount=1) if change == "update" else rows.delete()


def test_the_months_say_how_they_stand(finance):
    making.payment(paid_on=date(2018, 11, 9))
    making.payment(paid_on=date(2018, 12, 9), purpose=" ")
    making.payment(paid_on=date(2019, 2, 9))
    with clock.at(date(2019, 2, 20)):
        services.publish_month(by=finance, month=NOVEMBER)
        making.payment(paid_on=date(2018, 11, 10))
        standings = {month.first: month.standing for month in services.months()}
        assert standings == {
            date(2019, 2, 1): "Ends on 28\u00a0February\u00a02019",
            date(2019, 1, 1): "Ready",
            date(2018, 12, 1): "Something is missing",
            date(2018, 11, 1): "Payments recorded since",
        }


def test_the_known_payments_add_up():
    items = making.published_list(making.NOVEMBER_2017)
    assert sum(item.amount for item in items) == Decimal("43835.00")
