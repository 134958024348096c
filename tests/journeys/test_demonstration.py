"""The demonstration, loaded once for all tests here: the history, the two papers, and today's work."""

import io
import json
import re
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from applications.models import Application, BusinessCase
from awards.models import Award, EndingNotice, ExtensionOption, Payment
from awards.models import Status as AwardStatus
from demonstration.people import SAMPLES
from funds.models import Fund
from monitoring.models import Return
from notifications.models import Message
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.working_days import working_day_on_or_after
from reports.models import Paper

from . import books
from .visitor import Page, Visitor, squeeze

FROM = "From: Matthew Scott, Kent Police and Crime Commissioner"
TO = "To: Kent and Medway Police and Crime Panel"
NOVEMBER_2017 = {
    "date": "2017-11-15",
    "written": "15 November 2017",
    "introduction": "Introduction:",
    "headings": [
        "Amelix Ltd, £31,335.00 – 14 July 2017:",
        "Magnate Generation, £10,000.00 – 15 August 2017:",
        "Shepway Chariots, £500.00 – 5 September 2017:",
        "PCC for North Yorkshire, £2,000.00 – 1 August 2017:",
    ],
    "selection": "For information, the first three items were selected by Panel Officers on behalf of "
    "Members, with the last one being selected by the OPCC.",
    "total": Decimal("43835.00"),
}
JUNE_2019 = {
    "date": "2019-06-12",
    "written": "12 June 2019",
    "introduction": "INTRODUCTION:",
    "headings": [
        "9 NOVEMBER 2018 - GRAVESHAM NETWORK DEVELOPMENT CIC, £10,000",
        "14 NOVEMBER 2018 - REFORM RESTORE RESPECT, £10,000",
        "30 JANUARY 2019 - I-THREE ANALYTICS (BIG DATA ANALYSIS), £20,000",
        "25 APRIL 2019 - ISVA AND CISVA SERVICES, QUARTER 1 2019-20, £112,422.87",
    ],
    "selection": "For information, the first three items were selected by Panel Officers on behalf of "
    "Members and relate to 2018/19 expenditure. The last item was selected by the OPCC and relates to "
    "2019/20 expenditure.",
    "total": Decimal("152422.87"),
}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """What `manage.py demo` said. One transaction around every test of this file, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        said = io.StringIO()
        call_command("demo", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def sample(loaded):
    """`sample("officer")` is the person of that sample account."""
    return lambda key: User.objects.get(email=SAMPLES[key][0])


# -- Loading -------------------------------------------------------------------------------------------------


def test_it_says_who_can_sign_in(loaded):
    assert loaded.startswith("The demonstration data is loaded.\n")
    for email, _, _ in SAMPLES.values():
        assert email in loaded
    assert not User.objects.exclude(is_sample=True).filter(is_active=True).exists()


def test_loading_it_again_changes_nothing(loaded):
    before = every_row()
    said = io.StringIO()
    call_command("demo", stdout=said)
    assert said.getvalue().startswith("The demonstration data was loaded before. Nothing was changed.")
    assert every_row() == before


def every_row() -> dict[str, tuple]:
    """Every table with its number of rows and a hash of what they say."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*), sum(hashtext(row::text)) FROM {name} AS row")  # noqa: S608
            found[table] = cursor.fetchone()
    return found


def test_it_is_refused_where_demonstrations_are_off(settings):
    settings.DEMONSTRATION = False
    before = every_row()
    with pytest.raises(CommandError, match="The demonstration is switched off here. Set DEMONSTRATION=true"):
        call_command("demo")
    assert every_row() == before


def test_everything_that_must_hold_holds(loaded):
    books.assert_in_order()


def test_it_wrote_to_nobody(loaded):
    assert not Message.objects.exclude(state=Message.State.SUPPRESSED).exists()
    assert Message.objects.exists()


# -- History -------------------------------------------------------------------------------------------------


def test_the_violence_reduction_awards_of_july_2019_are_those_of_the_paper(loaded):
    awards = Award.objects.filter(fund__code="VRF", start_year=2019)
    named = {str(award.organisation): (award.amount, award.decision.decided_at.year) for award in awards}
    assert {name: amount for name, (amount, _) in named.items()} == {
        "Kent Police": 36814,
        "Rising Sun": 35000,
        "Kent CrimeStoppers": 35000,
        "Uprising Youth and Community": 32000,
        "Reform Restore Respect": 5000,
        "The Forward Trust": 34125,
    }
    assert awards.aggregate(total=Sum("amount"))["total"] == 177_939
    over = awards.get(organisation__name="Kent Police").decision
    assert over.exception_reason
    assert [str(one) for one in awards.get(organisation__name="Rising Sun").partners.all()] == ["Choices"]


def test_awards_went_on_were_extended_lapsed_or_ended_with_their_fund(loaded):
    later = Award.objects.filter(fund__code="VRF", continues__isnull=False)
    assert later.count() == 6
    assert {(one.start_year, one.continues.start_year) for one in later} == {(2020, 2019)}
    options = ExtensionOption.objects.filter(award__fund__code="VSS")
    assert sorted(options.values_list("status", flat=True)) == ["declined", "granted", "lapsed"]
    assert [one.shown_status for one in EndingNotice.objects.all()] == ["Accepted", "Accepted"]


def test_every_known_payment_is_there_and_published(loaded):
    known = Payment.objects.filter(paid_on__lt="2020-01-01").exclude(
        instalment__award__fund__code__in=["VRF", "VSS", "MHP"]  # of the last two the papers name nobody
    )
    found = [
        (str(one.instalment.award.organisation), one.amount, one.paid_on.isoformat())
        for one in known.select_related("instalment__award__organisation").order_by("paid_on")
    ]
    assert found == [
        ("Amelix Ltd", Decimal("31335.00"), "2017-07-14"),
        ("PCC for North Yorkshire", Decimal("2000.00"), "2017-08-01"),
        ("Magnate Generation CIC", Decimal("10000.00"), "2017-08-15"),
        ("Shepway Chariots", Decimal("500.00"), "2017-09-05"),
        ("Gravesham Network Development CIC", Decimal("10000.00"), "2018-11-09"),
        ("Reform Restore Respect", Decimal("10000.00"), "2018-11-14"),
        ("i-Three Analytics", Decimal("20000.00"), "2019-01-30"),
        ("Family Matters", Decimal("112422.87"), "2019-04-25"),
    ]
    assert not known.filter(published_item=None).exists()


def test_the_funds_and_streams_of_the_office_are_there(loaded):
    codes = set(Fund.objects.values_list("code", flat=True))
    assert {"SIK", "VRF", "VSS", "CTF", "MHP"} <= codes
    sik = Fund.objects.get(code="SIK")
    assert [criterion.name for criterion in sik.criteria.all()] == [
        "The Safer in Kent Plan",
        "Need",
        "Outcomes",
        "Sustainability",
    ]
    assert sik.themes.count() == 7
    assert Fund.objects.get(code="VSS").criteria.count() == 9
    assert Fund.objects.get(code="MHP").ended_on


def test_one_organisation_has_one_name_in_two_funds(loaded):
    respect = Organisation.objects.get(name="Reform Restore Respect")
    assert set(respect.awards.values_list("fund__code", flat=True)) == {"SIK", "VRF"}


def test_the_application_that_moved_keeps_its_history(loaded):
    moved = Application.objects.get(transfers__isnull=False)
    assert str(moved.organisation) == "Shepway Chariots"
    assert moved.reference.startswith("CTF-0117-")
    assert moved.transfers.get().old_reference.startswith("SIK-0117-")


# -- The papers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [NOVEMBER_2017, JUNE_2019], ids=["November 2017", "June 2019"])
def test_the_known_papers_come_out_as_they_were(loaded, tmp_path, paper):
    pdf, html = tmp_path / "paper.pdf", tmp_path / "paper.html"
    call_command("panel_paper", paper["date"], "--format", "pdf", "--out", str(pdf), stdout=io.StringIO())
    call_command("panel_paper", paper["date"], "--format", "html", "--out", str(html), stdout=io.StringIO())

    lines = [
        line
        for sheet in PdfReader(io.BytesIO(pdf.read_bytes())).pages
        for line in sheet.extract_text().splitlines()
        if not re.fullmatch(r"Page \d+ of \d+", line)
    ]
    assert lines[:2] == [FROM, TO]
    assert lines[2].startswith("Subject: ")
    assert lines[3] == f"Date: {paper['written']}"
    assert lines[4] == paper["introduction"]
    assert [line for line in lines if line in paper["headings"]] == paper["headings"]

    numbers = [int(found) for found in re.findall(r"^(\d+)\. ", "\n".join(lines), re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert f"4. {paper['selection']}" in squeeze(" ".join(lines))
    page = Page(html.read_text(encoding="utf-8")).text
    assert squeeze(" ".join(lines)).replace("• ", "") in page

    stored = Paper.objects.with_totals().get(meeting_on=paper["date"])
    assert stored.item_total == paper["total"]
    assert stored.versions.get().data["total"] == str(paper["total"])
    assert [item.chosen_by for item in stored.items.order_by("position")] == ["panel"] * 3 + ["office"]


def test_two_headings_of_june_2019_share_one_narrative(loaded):
    sections = Paper.objects.get(meeting_on=JUNE_2019["date"]).versions.get().data["sections"]
    assert [section["headings"] for section in sections] == [
        JUNE_2019["headings"][:2],
        JUNE_2019["headings"][2:3],
        JUNE_2019["headings"][3:],
    ]


# -- Today ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "officer",
            [
                "Overdue return",
                "Check: ",
                "Assign: ",
                "Recommend: ",
                "Prepare: ",
                "Release: ",
                "The Panel chooses",
            ],
        ),
        ("second_officer", ["Overdue return", "Check: "]),
        ("approver", ["Decide: ", "Way out", "Example training for officers"]),
        ("finance", ["Mark as paid: ", "£1,250.25", "Months not yet published"]),
        ("assessor", ["Score next application"]),
        ("panel", ["Next Panel meeting", "Choose items"]),
        ("administrator", ["Service health"]),
        ("auditor", ["Overdue return", "Check the application"]),
        (
            "applicant",
            ["To do", "Finish your application: Bike repair workshop", "Accept our offer: Next step"],
        ),
        ("second_applicant", ["Send your mid-year return", "Overdue"]),
    ],
)
def test_each_role_finds_work_on_its_home_today(sample, key, words):
    Visitor(sample(key)).home().sees(*words)


def test_every_stage_of_a_grant_is_in_somebodys_hands(loaded):
    current = Q(organisation__name__startswith="Example ")
    stages = set(Application.objects.filter(current).values_list("status", flat=True))
    assert stages >= {"draft", "submitted", "eligible", "assessed", "recommended", "approved"}
    standing = dict(Award.objects.filter(current).values_list("status").annotate(Count("pk")))
    assert standing[AwardStatus.ACTIVE] >= 4
    assert standing[AwardStatus.OFFERED] == 1
    assert standing[AwardStatus.PROPOSED] == 1
    today = clock.today()
    assert Return.objects.overdue(today).count() == 1
    assert Return.objects.owed().filter(due_on__gte=today).exists()


def test_a_round_is_open_to_everybody(loaded):
    Visitor().visit("/funding/").follow("Safer in Kent Fund").sees("Check if you can apply", "£10,000")
    Visitor().visit("/funding/").follow("Victim Specialist Services Fund").sees("Opens 9am on ")


def test_the_panel_finds_items_to_choose(sample):
    person = Visitor(sample("panel")).home().follow("Choose items")
    assert person.has_button("Review selection")
    person.sees("Example Youth Project")


def test_nothing_that_is_over_is_chased(loaded):
    """Only what is owed by the example organisations is, and only once."""
    past = Award.objects.exclude(organisation__name__startswith="Example ").exclude(fund__code="CRG")
    assert not past.exclude(status=AwardStatus.CLOSED).exists()
    assert not Return.objects.owed().filter(award__in=past).exists()
    day = working_day_on_or_after(clock.today())
    first, second = (chased(day.isoformat()) for _ in range(2))
    assert first["sent"] > 0
    assert {one["organisation"].split()[0] for one in first["details"]} == {"Example"}
    assert (second["sent"], second["failed"]) == (0, 0)
    people = set(Message.objects.filter(state=Message.State.QUEUED).values_list("to", flat=True))
    assert people <= {SAMPLES["applicant"][0], SAMPLES["second_applicant"][0]}


def chased(day: str) -> dict:
    said = io.StringIO()
    call_command("chase", "--on", day, "--json", stdout=said)
    return json.loads(said.getvalue())


def test_a_visitor_signs_in_with_one_click(loaded):
    visitor = Visitor().visit(reverse("sign_in")).sees("Demonstration")
    visitor.press("Sample approver").sees("Waiting for your decision", "Sample approver")


def test_partnerships_of_the_reduction_grant_stand_at_every_stage(sample):
    """This year one uses its pot and one waits for a project; next year's allocations are being asked for."""
    grant = Visitor(sample("applicant")).home().sees("Write your business case: Crime Reduction Grant")
    grant.follow("Business case").follow("Your allocation").sees(
        "Lights for a dark path", "Waiting for a decision"
    )
    approver = Visitor(sample("approver")).home().sees("Allocations for", "Projects to decide")
    approver.follow("Past decisions")
    desk = Visitor(sample("officer")).home().sees("Recommend the projects")
    desk.follow("Tactical projects").sees("Extra patrols in the holidays", "£900.00")
    written = BusinessCase.objects.filter(round__fund__code="CRG", application__isnull=False)
    assert {one.application.status for one in written.select_related("application")} == {
        "approved", "recommended", "assessed", "draft",
    }  # fmt: skip
    desk.home().sees("Look at the overlap").follow("Overlaps").sees("To look at", "Not an overlap")
    desk.follow("Evening boxing at school and Boxing after school").sees("was kept, to fund")
