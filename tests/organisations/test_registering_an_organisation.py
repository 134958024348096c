"""Applicants register and lead; the office registers without a member; nobody takes another's name."""

import pytest

from audit.models import Event
from organisations import services
from organisations.models import Membership, Organisation
from pcc_grants.lib.rules import RuleBroken
from tests.racing import while_it_is_under_way

FACTS = {"name": "Example Sports Club", "kind": Organisation.Kind.COMMUNITY}


def test_an_applicant_registers_and_leads(applicant):
    made = services.register(by=applicant, **FACTS)
    assert made.reference.startswith("ORG-")
    membership = Membership.objects.get(organisation=made)
    assert (membership.user, membership.role) == (applicant, Membership.Role.LEAD)
    assert Event.objects.filter(verb="organisation.registered", target_id=str(made.pk)).count() == 1


def test_the_office_registers_without_becoming_a_member(officer):
    made = services.register(by=officer, **FACTS)
    assert not made.memberships.exists()


@pytest.mark.parametrize(
    "role", ["assessor", "approver", "finance", "panel_officer", "auditor", "administrator"]
)
def test_nobody_else_registers(role, request):
    with pytest.raises(RuleBroken):
        services.register(by=request.getfixturevalue(role), **FACTS)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("charity_number", "12345", "Charity number must be 6 or 7 digits, like 1123456"),
        ("charity_number", "12345678", "Charity number must be 6 or 7 digits, like 1123456"),
        ("charity_number", "11234S6", "Charity number must be 6 or 7 digits, like 1123456"),
        ("charity_number", "١١٢٣٤٥٦", "Charity number must be 6 or 7 digits, like 1123456"),
        ("company_number", "1234567", "Company number must be 8 characters, like 01234567 or SC123456"),
        ("company_number", "SC1234567", "Company number must be 8 characters, like 01234567 or SC123456"),
        ("company_number", "S-123456", "Company number must be 8 characters, like 01234567 or SC123456"),
        ("name", " \n ", "Enter the name of your organisation"),
        ("kind", "club", "Select what type of organisation you are"),
    ],
)
def test_a_wrong_fact_is_refused_in_the_exact_words(applicant, field, value, sentence):
    with pytest.raises(RuleBroken) as refusal:
        services.register(by=applicant, **(FACTS | {field: value}))
    assert str(refusal.value) == sentence
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"), [("sc 123456", "SC123456"), ("01234567", "01234567"), (" 0123 4567 ", "01234567")]
)
def test_a_company_number_keeps_its_zeros_and_loses_spaces(applicant, typed, kept):
    assert services.register(by=applicant, **FACTS, company_number=typed).company_number == kept


@pytest.mark.parametrize(
    "taken",
    [
        {"name": "EXAMPLE sports  club"},
        {"name": "The former club"},
        {"name": "Another", "charity_number": "1123456"},
        {"name": "Another", "company_number": "SC123456"},
    ],
)
def test_a_taken_name_or_number_gives_one_sentence_that_reveals_nothing(applicant, stranger, officer, taken):
    first = services.register(by=applicant, **FACTS, charity_number="1123456", company_number="SC123456")
    services.add_alias(by=officer, organisation=first, name="The Former Club")
    with pytest.raises(RuleBroken) as refusal:
        services.register(by=stranger, **(FACTS | taken))
    assert str(refusal.value) == services.TAKEN
    assert "Sample" not in str(refusal.value)
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("role", ["applicant", "officer"])
def test_a_form_sent_twice_registers_once(role, request):
    by = request.getfixturevalue(role)
    first = services.register(by=by, **FACTS)
    assert services.register(by=by, **FACTS) == first
    assert Event.objects.filter(verb="organisation.registered").count() == 1
    with pytest.raises(RuleBroken):
        services.register(by=by, **(FACTS | {"kind": "other"}))


@pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://example.org", "example"])
def test_a_website_is_a_web_address(applicant, website):
    with pytest.raises(RuleBroken, match="Enter a website address"):
        services.register(by=applicant, **FACTS, website=website)


def test_many_organisations_have_no_number(applicant):
    services.register(by=applicant, **FACTS)
    services.register(by=applicant, name="Another club", kind=Organisation.Kind.COMMUNITY)


def test_control_characters_never_reach_the_name(applicant):
    made = services.register(by=applicant, name="Example\x00 \u202eClub\r\n", kind="other")
    assert made.name == "Example Club"


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_registers_one_organisation(applicant):
    def register():
        return services.register(by=applicant, **FACTS)

    assert while_it_is_under_way(register, register) == Organisation.objects.get()
