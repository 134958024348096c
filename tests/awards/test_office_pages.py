"""The office's register of awards, one award's page, and each step of looking after it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards import services
from awards.models import Award, Condition, Instalment, Status
from funds.models import LegalPower
from pcc_grants.lib import clock
from pcc_grants.lib.clock import format_date

from .conftest import decided, pay, propose


def date_in(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def show(client, name, *args, status=200):
    response = client.get(reverse(name, args=args))
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, status=302, **data):
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == status, response.content.decode()[:3000]
    return response


@pytest.fixture
def office_client(login, officer):
    return login(officer)


# -- The list ------------------------------------------------------------------------------------------------


def test_the_list_shows_each_award_with_what_was_paid(released, finance, office_client):
    pay(finance, released)
    html = show(office_client, "office_awards")
    assert released.award.reference in html
    assert "£10,000.00" in html
    assert "£5,000.00" in html


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "active"}, True),
        ({"status": "closed"}, False),
        ({"kind": "grant"}, True),
        ({"kind": "contract"}, False),
        ({"words": "school tours"}, True),
        ({"words": "youth"}, True),
        ({"words": "known otherwise"}, True),
        ({"words": "nothing like it"}, False),
        ({"kind": "not a kind"}, False),
        ({"year": "1999"}, False),
        ({"fund": "999999"}, False),
        ({"fund": "x" * 5000}, False),
        ({"words": "\x00"}, True),
        ({"page": "99"}, True),
        ({"page": "x"}, True),
    ],
)
def test_the_list_is_filtered(asked, found, award_in, office_client, officer, organisation):
    from organisations.services import add_alias

    add_alias(by=officer, organisation=organisation, name="Known otherwise")
    award = award_in("active")
    response = office_client.get(reverse("office_awards"), asked)
    assert response.status_code == 200
    assert (award.reference in response.content.decode()) is found


def test_the_list_is_filtered_by_fund_and_year(award_in, office_client):
    award = award_in("prepared")
    html = office_client.get(
        reverse("office_awards"), {"fund": award.fund_id, "year": award.start_year}
    ).content.decode()
    assert award.reference in html


def test_the_list_costs_the_same_at_one_and_three_rows(award_in, office_client, django_assert_num_queries):
    award_in("active")
    show(office_client, "office_awards")  # the first page of a session also writes the session
    with CaptureQueriesContext(connection) as one:
        show(office_client, "office_awards")
    for _ in range(2):
        award_in("active")
    with django_assert_num_queries(len(one)):
        show(office_client, "office_awards")


# -- One award -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_the_page_of_an_award_stands_in_every_state(status, award_in, office_client):
    award = award_in(status)
    html = show(office_client, "office_award", award.reference)
    assert award.get_status_display() in html
    assert html.count("<h1") == 1


def test_everything_about_one_award_is_on_its_page(paid_award, office_client):
    html = show(office_client, "office_award", paid_award.reference)
    returned = paid_award.returns.get()
    for there in (
        paid_award.purpose,
        paid_award.decision.number,
        returned.reference,
        "Waiting for return",
        "The Chair (Chair)",
        "Paid on",
        "released instalment 1",
        "is signed by both of us",  # an e-mail's subject
        "from 192.0.2.1",
    ):
        assert there in html, there


def test_the_page_costs_the_same_at_one_and_three_instalments(cast, office_client, django_assert_num_queries):
    from .conftest import active

    def rows(count):
        parts = services.equal_parts(Decimal(10000), count)
        return [{"amount": part, "due_on": clock.today(), "other_condition": "a visit"} for part in parts]

    small, large = active(cast, rows=rows(1)), active(cast, rows=rows(3))
    show(office_client, "office_award", small.reference)
    with CaptureQueriesContext(connection) as one:
        show(office_client, "office_award", small.reference)
    with django_assert_num_queries(len(one)):
        show(office_client, "office_award", large.reference)


@pytest.mark.parametrize("status", Status)
def test_the_auditor_sees_everything_and_no_button(status, award_in, auditor, login):
    award = award_in(status)
    html = show(login(auditor), "office_award", award.reference)
    main = html.split("<main")[1].split("</main>")[0]
    assert 'role="button"' not in main
    assert "<form" not in main
    for link in ("/hold/", "/approve/", "/meet/", "/decide/awards/", "/offer/", "/new/"):
        assert link not in main


# -- Preparing -----------------------------------------------------------------------------------------------


def test_preparing_from_an_approved_application(approved_application, office_client):
    ref = approved_application.reference
    html = show(office_client, "office_award_prepare", ref)
    assert "They were awarded £10,000 to deliver workshops in the example district." in html
    send(
        office_client,
        "office_award_prepare",
        ref,
        **date_in("starts_on", approved_application.starts_on),
        **date_in("ends_on", approved_application.ends_on),
        agreed_outcomes="More young people stay at school",
        special_conditions="",
    )
    award = Award.objects.get(reference=ref)
    assert award.agreed_outcomes == "More young people stay at school"
    assert "Plan the instalments, then make the offer." in show(office_client, "office_award", ref)
    assert office_client.get(reverse("office_award_prepare", args=[ref])).status_code == 302


def test_what_is_not_approved_cannot_be_prepared(submitted_application, office_client):
    response = send(
        office_client,
        "office_award_prepare",
        submitted_application.reference,
        status=422,
        **date_in("starts_on", clock.today()),
        **date_in("ends_on", clock.today()),
    )
    assert "once the application has been approved" in response.content.decode()


def direct(cast, **changes):
    today = clock.today()
    return {
        "kind": "grant",
        "fund": cast.fund.pk,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "organisation": cast.organisation.pk,
        "title": "Example school tours",
        "purpose": "tour schools in the example area",
        "reasons": "It diverts young people from crime.",
        "direct_ground": "only_provider",
        "direct_reason": "No one else offers it.",
        "amount": "£10,000.50",
        "start_year": cast.fund.budgets.first().start_year,
        "years": "1",
        **date_in("starts_on", today),
        **date_in("ends_on", today + timedelta(days=300)),
    } | changes


def test_proposing_a_direct_award(cast, office_client):
    assert "Propose a direct award" in show(office_client, "office_award_new")
    typed = direct(cast, partner=cast.other_organisation.pk, hide_location="on", years="2")
    check = send(office_client, "office_award_new", status=200, **typed).content.decode()
    assert not Award.objects.exists()
    for words in ("£5,000.25", "Only this organisation can provide it", "whatever its amount"):
        assert words in check
    assert 'name="starts_on_day"' in check
    again = send(office_client, "office_award_new", status=200, **typed, change="yes").content.decode()
    assert "No one else offers it." in again
    response = send(office_client, "office_award_new", **typed, checked="yes")
    award = Award.objects.get()
    assert (award.direct_ground, award.years) == ("only_provider", 2)
    assert response.url == reverse("office_award", args=[award.reference])
    assert (award.status, award.amount) == (Status.PROPOSED, Decimal("10000.50"))
    assert list(award.partners.all()) == [cast.other_organisation]
    assert not award.publish_location


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": ""}, "Select what kind of award it is"),
        ({"fund": ""}, "Select the fund that pays"),
        ({"fund": "999999"}, "Select the fund that pays"),
        ({"legal_power": "x"}, "Select the legal power"),
        ({"organisation": "abc"}, "Select the organisation"),
        ({"title": ""}, "Enter a title for the award"),
        ({"title": "x" * 151}, "must be 150 characters or fewer"),
        ({"purpose": ""}, "Enter what the money is for"),
        ({"purpose": "To do things"}, "leave out “to”"),
        ({"reasons": ""}, "Enter the reasons for the award"),
        ({"direct_reason": ""}, "Enter why the award was not competed for"),
        ({"direct_ground": ""}, "Select on what ground it is not competed for"),
        ({"direct_ground": "retained"}, "Select on what ground it is not competed for"),
        ({"amount": "ten"}, "The amount must be a number, like 250 or 250.50"),
        ({"amount": "0"}, "The amount must be more than £0"),
        ({"amount": "1.005"}, "The amount must be a number"),
        ({"amount": "9" * 40}, "The amount must be"),
        ({"start_year": "1066"}, "Select the first financial year"),
        ({"years": "11"}, "must be 10 or fewer"),
        ({"starts_on_month": "13"}, "Start date must be a real date"),
        ({"ends_on_year": ""}, "End date must include a year"),
        ({"ends_on_year": "2001"}, "The award must end on or after"),
        ({"legal_power": "contract"}, "A grant is not given under a contract"),
    ],
)
def test_a_proposal_s_faults_each_have_their_sentence_and_nothing_typed_is_lost(
    change, sentence, cast, office_client
):
    response = send(office_client, "office_award_new", status=422, **direct(cast, **change))
    html = response.content.decode()
    assert "<title>Error: " in html
    assert sentence in html
    if "direct_reason" not in change:
        assert "No one else offers it." in html
    assert not Award.objects.exists()


# -- The plan ------------------------------------------------------------------------------------------------


def plan(*rows, **more):
    data = {"row-TOTAL_FORMS": str(len(rows)), "row-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        for name, value in row.items():
            data[f"row-{index}-{name}"] = value
    return data | more


def row(amount, day=None, **more):
    return {"amount": amount} | date_in("due_on", day or clock.today()) | more


def test_planning_instalments(cast, office_client):
    award = decided(cast)
    html = show(office_client, "office_instalments", award.reference)
    assert html.count("Instalment 2") >= 1
    send(
        office_client,
        "office_instalments",
        award.reference,
        **plan(
            row("3,333.33"),
            row("£6,666.67", waits_for_return="on", other_condition="a visit", period="year 1"),
            {"amount": ""},
        ),
    )
    assert [one.amount for one in award.instalments.order_by("number")] == [
        Decimal("3333.33"),
        Decimal("6666.67"),
    ]
    assert set(award.instalments.get(number=2).conditions.values_list("kind", flat=True)) == {
        "agreement",
        "return",
        "other",
    }
    again = show(office_client, "office_instalments", award.reference)
    assert "3,333.33" in again
    assert "a visit" in again


def test_a_plan_that_does_not_add_up_comes_back_as_typed(cast, office_client):
    award = decided(cast)
    response = send(
        office_client, "office_instalments", award.reference, status=422, **plan(row("4000"), row("5000"))
    )
    html = response.content.decode()
    assert "The instalments add up to £9,000. They must add up to £10,000." in html
    assert "<title>Error: " in html
    assert 'value="4000"' in html
    assert not award.instalments.exists()


@pytest.mark.parametrize(
    ("faulty", "sentence"),
    [
        ({"amount": "5000"}, "Enter the date on which instalment 2 is due"),
        (row("five"), "The amount of instalment 2 must be a number"),
        (row(""), "Enter an amount for instalment 2"),
        (row("5000", due_on_month="14"), "The date of instalment 2 must be a real date"),
        (row("5000", period="x" * 101), "must be 100 characters or fewer"),
    ],
)
def test_a_faulty_row_has_its_sentence_with_its_number(faulty, sentence, cast, office_client):
    award = decided(cast)
    response = send(
        office_client, "office_instalments", award.reference, status=422, **plan(row("5000"), faulty)
    )
    html = response.content.decode()
    assert html.count(sentence) == 2
    assert "There is a problem" in html


def test_another_row_is_added_without_losing_what_was_typed(cast, office_client):
    award = decided(cast)
    response = send(
        office_client,
        "office_instalments",
        award.reference,
        status=200,
        **plan(row("4000"), row("banana", other_condition="a visit"), add="yes"),
    )
    html = response.content.decode()
    assert "Instalment 3" in html
    assert 'value="4000"' in html
    assert 'value="banana"' in html
    assert "a visit" in html
    assert not award.instalments.exists()


@pytest.mark.parametrize(
    ("preset", "parts"), [("one", ["10,000"]), ("two", ["5,000"] * 2), ("four", ["2,500"] * 4)]
)
def test_a_plan_can_be_filled_in(preset, parts, cast, office_client):
    award = decided(cast)
    url = reverse("office_instalments", args=[award.reference])
    html = office_client.get(url, {"preset": preset}).content.decode()
    assert html.count(f'value="{parts[0]}"') == len(parts)
    assert html.count("checked") == len(parts) - 1
    assert office_client.get(url, {"preset": "x" * 500}).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"row-TOTAL_FORMS": "abc", "row-INITIAL_FORMS": "0"},
        {"row-TOTAL_FORMS": "-5", "row-INITIAL_FORMS": "0"},
        {"row-TOTAL_FORMS": "1000000", "row-INITIAL_FORMS": "0"},
        {"row-TOTAL_FORMS": "1000000", "row-INITIAL_FORMS": "999", "add": "yes"},
        {"row-TOTAL_FORMS": "9" * 5000, "row-INITIAL_FORMS": "0", "add": "yes"},
        {"add": "yes"},
        {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0", "row-0-amount": "\x00" * 100},
        {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0", "row-0-amount": "9" * 100000},
        {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0", "row-0-due_on_year": "²"},
    ],
)
def test_a_page_of_rows_that_was_tampered_with_is_refused_gently(data, cast, office_client):
    award = decided(cast)
    response = office_client.post(reverse("office_instalments", args=[award.reference]), data)
    assert response.status_code in (200, 422)
    assert not award.instalments.exists()


# -- The offer and the agreement -----------------------------------------------------------------------------


def test_the_life_of_an_offer_through_the_pages(cast, office_client, applicant, login):
    award = decided(cast)
    ref = award.reference
    send(office_client, "office_instalments", ref, **plan(row("10000")))
    until = clock.today() + timedelta(days=28)
    html = show(office_client, "office_offer", ref)
    assert f'value="{until.day}"' in html
    assert "2 people are told by email." in html
    send(office_client, "office_offer", ref, **date_in("accept_by", until))
    assert show(office_client, "office_agreement", ref)
    assert office_client.get(reverse("office_agreement_pdf", args=[ref])).content.startswith(b"%PDF")
    send(office_client, "office_offer_withdraw", ref, reason="The dates are wrong.")
    show(office_client, "office_agreement", ref, status=404)
    send(office_client, "office_offer", ref, **date_in("accept_by", until))
    send(
        office_client,
        "office_paper_agreement",
        ref,
        signed_name="The Chair",
        signed_role="Chair",
        **date_in("signed_on", clock.today()),
    )
    assert "The Chair (Chair) signed on" in show(office_client, "office_countersign", ref)
    send(office_client, "office_countersign", ref)
    send(office_client, "office_countersign", ref)  # a double click
    award.refresh_from_db()
    assert award.status == Status.ACTIVE


def test_an_organisation_without_an_account_is_offered_on_paper(cast, officer, office_client):
    from organisations import services as organisations

    body = organisations.register(by=officer, name="Example Company Ltd", kind="company")
    award = decided(cast, organisation=body)
    assert "record its signature on paper" in show(office_client, "office_offer", award.reference)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("office_offer", {}, "Enter the last day to accept the offer"),
        ("office_offer_withdraw", {}, "Enter the reason"),
        ("office_paper_agreement", {}, "Enter the name of the person who signed"),
        ("office_award_hold", {"reason": " "}, "Enter the reason"),
        ("office_award_close", {}, "Enter the reason"),
        ("office_award_end", {}, "Enter the reason"),
        ("office_extension_new", {}, "Enter the date the extension starts"),
        ("office_countersign", {}, "once the recipient has signed"),
        ("office_award_resume", {"reason": "Sent."}, "are not on hold"),
        ("office_award_close", {"reason": "Done."}, "Only an active award can be closed"),
    ],
)
def test_each_step_says_what_is_missing_or_in_the_way(name, data, sentence, award_in, office_client):
    award = award_in("prepared")
    response = send(office_client, name, award.reference, status=422, **data)
    html = response.content.decode()
    assert sentence in html
    assert "<title>Error: " in html


# -- In force ------------------------------------------------------------------------------------------------


def test_a_condition_is_met_and_the_instalment_released_through_the_pages(award_in, office_client):
    award = award_in("active")
    first, second = award.instalments.order_by("number")
    condition = second.conditions.get(kind="other")
    assert "Record that it is met" in show(office_client, "office_award", award.reference)
    send(office_client, "office_condition_meet", condition.pk, evidence="Visited on 3 May.")
    condition.refresh_from_db()
    assert condition.met_at
    html = show(office_client, "office_instalment_approve", first.pk)
    assert "Release £5,000" in html
    send(office_client, "office_instalment_approve", first.pk)
    send(office_client, "office_instalment_approve", first.pk)
    first.refresh_from_db()
    assert first.status == Instalment.Status.APPROVED


def test_what_is_blocked_shows_why_and_no_button(active_award, office_client):
    second = active_award.instalments.get(number=2)
    html = show(office_client, "office_instalment_approve", second.pk)
    assert "Waiting for the mid-year return, due" in html
    assert "Release £5,000</button>" not in html
    response = send(office_client, "office_instalment_approve", second.pk, status=422)
    assert "Instalment 2 cannot be released" in response.content.decode()


def test_holding_and_resuming_an_instalment_through_the_pages(award_in, office_client):
    award = award_in("active")
    one = award.instalments.get(number=1)
    send(office_client, "office_instalment_hold", one.pk, reason="A question is open.")
    assert "A question is open." in show(office_client, "office_award", award.reference)
    show(office_client, "office_instalment_resume", one.pk)
    send(office_client, "office_instalment_resume", one.pk)
    one.refresh_from_db()
    assert one.status == Instalment.Status.PLANNED


def test_holding_resuming_and_ending_an_award_through_the_pages(award_in, office_client):
    award = award_in("active")
    for name in ("office_award_hold", "office_award_resume", "office_award_end"):
        assert show(office_client, name, award.reference)
        send(office_client, name, award.reference, reason="So it is.")
    award.refresh_from_db()
    assert award.status == Status.ENDED_EARLY


def test_closing_through_the_page(released, finance, office_client):
    pay(finance, released)
    award = released.award
    with clock.at(award.ends_on + timedelta(days=1)):
        send(office_client, "office_award_close", award.reference, reason="The work is done.")
    award.refresh_from_db()
    assert award.status == Status.CLOSED


def test_an_extension_option_is_added_and_decided_through_the_pages(award_in, office_client, approver, login):
    award = award_in("active", kind="contract", legal_power=LegalPower.CONTRACT)
    start = award.ends_on + timedelta(days=1)
    send(
        office_client,
        "office_extension_new",
        award.reference,
        **date_in("starts_on", start),
        **date_in("ends_on", start + timedelta(days=364)),
        **date_in("decide_by", start - timedelta(days=90)),
    )
    option = award.extension_options.get()
    assert "Extension 1" in show(office_client, "office_award", award.reference)
    assert "Record the decision" not in show(office_client, "office_extension", option.pk)
    assert office_client.post(reverse("office_extension", args=[option.pk])).status_code == 403
    decider = login(approver)
    assert "Record the decision" in show(decider, "office_extension", option.pk)
    refused = send(decider, "office_extension", option.pk, status=422)
    assert "Select a decision" in refused.content.decode()
    send(decider, "office_extension", option.pk, grant="yes", reason="It works well.")
    award.refresh_from_db()
    assert award.ends_on == option.ends_on
    assert "It works well." in show(decider, "office_extension", option.pk)


# -- Deciding on a direct award ------------------------------------------------------------------------------


def test_an_approver_decides_on_a_direct_award(cast, approver, login):
    award = propose(cast)
    client = login(approver)
    html = show(client, "decide_award", award.reference)
    assert "No one else offers it." in html
    assert "Approving commits £10,000 from the Example Fund." in html
    send(client, "decide_award", award.reference, approve="yes", reasons="It is good value for money.")
    award.refresh_from_db()
    assert award.status == Status.PREPARED
    html = show(client, "decide_award", award.reference)
    assert award.decision.number in html
    assert "Record the decision" not in html


def test_an_approver_refuses_a_direct_award(cast, approver, login):
    award = propose(cast)
    send(login(approver), "decide_award", award.reference, approve="no", reasons="It should be competed for.")
    award.refresh_from_db()
    assert award.status == Status.REFUSED


def test_a_decision_asks_for_both_answers_and_says_what_is_in_the_way(cast, approver, login, officer):
    award = propose(cast, amount=Decimal("60000"))
    client = login(approver)
    html = send(client, "decide_award", award.reference, status=422).content.decode()
    assert "Select a decision" in html
    assert "Enter the reasons, which will be published" in html
    html = send(
        client, "decide_award", award.reference, status=422, approve="yes", reasons="Good."
    ).content.decode()
    assert "There is £50,000 left in the Example Fund" in html
    officer.roles = ["officer", "approver"]
    officer.save()
    assert "Someone else must decide on it." in show(login(officer), "decide_award", award.reference)
    html = send(
        login(officer), "decide_award", award.reference, status=422, approve="yes", reasons="Good."
    ).content.decode()
    assert "Someone else must decide" in html


def test_earlier_awards_to_the_organisation_stand_beside_the_decision(cast, award_in, approver, login):
    earlier = award_in("active")
    award = propose(cast)
    assert earlier.reference in show(login(approver), "decide_award", award.reference)


def test_a_competed_award_has_no_page_for_a_direct_decision(prepared_award, approver, login):
    show(login(approver), "decide_award", prepared_award.reference, status=404)


# -- Who may -------------------------------------------------------------------------------------------------

BY_REFERENCE = [
    "office_instalments",
    "office_offer",
    "office_offer_withdraw",
    "office_paper_agreement",
    "office_countersign",
    "office_award_hold",
    "office_award_resume",
    "office_award_close",
    "office_award_end",
    "office_extension_new",
]


@pytest.mark.parametrize(
    "role", ["approver", "finance", "auditor", "panel_officer", "assessor", "administrator", "applicant"]
)
def test_only_an_officer_opens_the_steps(role, award_in, login, request):
    award = award_in("active")
    client = login(request.getfixturevalue(role))
    instalment = award.instalments.first()
    condition = Condition.objects.get(instalment__award=award, kind="other")
    urls = [reverse(name, args=[award.reference]) for name in BY_REFERENCE]
    urls += [
        reverse("office_award_new"),
        reverse("office_award_prepare", args=[award.reference]),
        reverse("office_instalment_approve", args=[instalment.pk]),
        reverse("office_instalment_hold", args=[instalment.pk]),
        reverse("office_instalment_resume", args=[instalment.pk]),
        reverse("office_condition_meet", args=[condition.pk]),
    ]
    for url in urls:
        assert client.get(url).status_code == 403, url
        assert client.post(url, {}).status_code == 403, url


@pytest.mark.parametrize("role", ["panel_officer", "assessor", "administrator", "applicant", "stranger"])
def test_who_has_no_business_with_awards_opens_none(role, award_in, login, request):
    award = award_in("active")
    client = login(request.getfixturevalue(role))
    for name, args in (
        ("office_awards", []),
        ("office_award", [award.reference]),
        ("office_agreement", [award.reference]),
        ("office_agreement_pdf", [award.reference]),
        ("decide_award", [award.reference]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 403


@pytest.mark.parametrize("role", ["officer", "finance", "auditor"])
def test_only_an_approver_posts_a_decision(role, cast, login, request):
    award = propose(cast)
    client = login(request.getfixturevalue(role))
    url = reverse("decide_award", args=[award.reference])
    assert client.get(url).status_code == 200
    assert client.post(url, {"approve": "yes", "reasons": "Good."}).status_code == 403


@pytest.mark.parametrize("name", ["office_award", "office_agreement", "office_offer", "decide_award"])
@pytest.mark.parametrize("ref", ["TST-0026-22", "x" * 2000, "-", "0"])
def test_an_award_that_is_not_there_is_not_found(name, ref, officer, approver, login):
    client = login(approver if name == "decide_award" else officer)
    assert client.get(f"{reverse(name, args=['REF']).replace('REF', ref)}").status_code == 404


@pytest.mark.parametrize("pk", ["0", "99999999", "9" * 30])
def test_an_instalment_that_is_not_there_is_not_found(pk, office_client):
    for path in ("instalments/{}/approve", "instalments/{}/hold", "conditions/{}/meet", "extensions/{}"):
        assert office_client.get(f"/office/{path.format(pk)}/").status_code == 404


def test_an_agreement_s_or_a_return_s_condition_is_not_met_by_hand(active_award, office_client):
    for condition in Condition.objects.filter(instalment__award=active_award):
        show(office_client, "office_condition_meet", condition.pk, status=404)


def test_no_page_changes_anything_when_it_is_read(award_in, office_client, approver, finance, login):
    from audit.models import Event

    award = award_in("active")
    before = (Event.objects.count(), award.status)
    for name in ("office_awards",):
        show(office_client, name)
    for name in BY_REFERENCE:
        show(office_client, name, award.reference)
    for instalment in award.instalments.all():
        show(office_client, "office_instalment_approve", instalment.pk)
        show(login(finance), "finance_instalment", instalment.pk)
    award.refresh_from_db()
    assert (Event.objects.count(), award.status) == before


def test_dates_are_written_out(award_in, office_client):
    award = award_in("active")
    assert format_date(award.starts_on) in show(office_client, "office_award", award.reference)
