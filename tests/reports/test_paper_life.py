"""A paper goes from choosing to the public record: who may do what, when, and what a second time changes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from reports import papers
from reports.models import Paper, PaperItem, PaperStatus, PaperVersion

from . import making


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


@pytest.fixture
def items():
    return making.published_list(making.JUNE_2019)


def at(status, items, officer, approver):
    """A paper that stands at `status`."""
    if status == PaperStatus.CHOOSING:
        return making.paper(officer)
    paper = making.drafted_paper(items[:3], items[3:], officer=officer)
    if status == PaperStatus.DRAFTING:
        return paper
    papers.send_for_approval(by=officer, paper=paper)
    paper.refresh_from_db()
    if status != PaperStatus.CHECKING:
        published_by = officer if status == PaperStatus.PUBLISHED else None
        making.as_if_approved(paper, approver=approver, published_by=published_by)
    assert paper.status == status
    return paper


def test_a_paper_goes_out_five_clear_working_days_before_the_meeting(officer):
    paper = making.paper(officer, meeting_on=date(2019, 6, 12))
    assert paper.despatch_on == date(2019, 6, 4)
    easter = making.paper(officer, meeting_on=date(2019, 4, 24))  # Good Friday and Easter Monday in between
    assert easter.despatch_on == date(2019, 4, 12)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"period_end": date(2018, 10, 31)}, "period must end"),
        ({"despatch_on": date(2019, 6, 13)}, "sent out on or before"),
        ({"despatch_on": date(2019, 6, 3), "selection_due_on": date(2019, 6, 4)}, "selection must be due"),
        ({"preset": "2021"}, "how the headings are written"),
    ],
)
def test_dates_out_of_order_are_refused(officer, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        making.paper(officer, **facts)


def test_a_meeting_has_one_paper(officer, officer_2):
    first = making.paper(officer)
    assert making.paper(officer).pk == first.pk
    assert Event.objects.filter(verb="paper.planned").count() == 1
    with pytest.raises(RuleBroken, match="already a paper"):
        making.paper(officer_2)
    with pytest.raises(RuleBroken, match="already a paper"):
        making.paper(officer, period_end=date(2019, 5, 31))


def test_panel_officers_are_told_and_so_is_the_office(panel_officer, officer, approver, items):
    paper = making.paper(officer)
    papers.choose(by=panel_officer, paper=paper, published_items=items[:1])
    papers.send_selection(by=panel_officer, paper=paper)
    papers.send_for_approval(by=officer, paper=paper)
    papers.send_back(by=approver, paper=paper, reason="Paragraph 6 needs a figure.")
    papers.send_for_approval(by=officer, paper=paper)
    papers.approve(by=approver, paper=paper)
    sent = [(message.template, message.to) for message in Message.objects.order_by("id")]
    assert sent == [
        ("reports/selection_open", panel_officer.email),
        ("reports/selection_sent", panel_officer.email),
        ("reports/selection_sent", officer.email),
        ("reports/ready_to_approve", approver.email),
        ("reports/sent_back", officer.email),
        ("reports/ready_to_approve", approver.email),
        ("reports/paper_ready", panel_officer.email),
    ]
    assert "Paragraph 6 needs a figure." in Message.objects.get(template="reports/sent_back").body


MOVES = {
    "choose": lambda people, paper, items: papers.choose(
        by=people["panel"], paper=paper, published_items=[making.published("Example organisation")]
    ),
    "unchoose": lambda people, paper, items: papers.unchoose(
        by=people["panel"], paper=paper, published_items=[items[0]]
    ),
    "ask": lambda people, paper, items: papers.ask(
        by=people["panel"], paper=paper, questions={paper.items.first().pk: "How many schools?"}
    ),
    "send_selection": lambda people, paper, items: papers.send_selection(by=people["panel"], paper=paper),
    "reopen_selection": lambda people, paper, items: papers.reopen_selection(
        by=people["officer"], paper=paper
    ),
    "add_office_item": lambda people, paper, items: papers.add_office_item(
        by=people["officer"], paper=paper, published_item=making.published("Example organisation")
    ),
    "remove_item": lambda people, paper, items: papers.remove_item(
        by=people["officer"], item=paper.items.get(chosen_by="office")
    ),
    "move_item": lambda people, paper, items: papers.move_item(
        by=people["officer"], item=paper.items.first(), up=False
    ),
    "set_joined": lambda people, paper, items: papers.set_joined(
        by=people["officer"], item=paper.items.all()[1], joined=True
    ),
    "edit_narrative": lambda people, paper, items: papers.edit_narrative(
        by=people["officer"], item=paper.items.first(), narrative="Our own words."
    ),
    "send_for_approval": lambda people, paper, items: papers.send_for_approval(
        by=people["other officer"], paper=paper
    ),
    "send_back": lambda people, paper, items: papers.send_back(
        by=people["approver"], paper=paper, reason="Shorter."
    ),
    "approve": lambda people, paper, items: papers.approve(by=people["other approver"], paper=paper),
    "publish": lambda people, paper, items: papers.publish(by=people["officer"], paper=paper),
    "change_plan": lambda people, paper, items: papers.change_plan(
        by=people["officer"], paper=paper, subject="Another subject"
    ),
}
C, D, K, A, P = (
    PaperStatus.CHOOSING,
    PaperStatus.DRAFTING,
    PaperStatus.CHECKING,
    PaperStatus.APPROVED,
    PaperStatus.PUBLISHED,
)
REFUSED = {
    "choose": [D, K, A, P],
    "unchoose": [D, K, A, P],
    "ask": [D, K, A, P],
    "send_selection": [K, A, P],
    "reopen_selection": [K, A, P],
    "add_office_item": [K, A, P],
    "remove_item": [K, A, P],
    "move_item": [K, A, P],
    "set_joined": [K, A, P],
    "edit_narrative": [K, A, P],
    "send_for_approval": [C, K, A, P],
    "send_back": [C, D, A, P],
    "approve": [C, D, A, P],
    "publish": [C, D, K],
    "change_plan": [K, A, P],
}


@pytest.mark.parametrize(("move", "status"), [(move, status) for move in REFUSED for status in REFUSED[move]])
def test_a_move_at_the_wrong_stage_is_refused_and_changes_nothing(
    officer, officer_2, approver, approver_2, panel_officer, items, move, status
):
    paper = at(status, items, officer, approver)
    people = {
        "officer": officer,
        "other officer": officer_2,
        "panel": panel_officer,
        "approver": approver,
        "other approver": approver_2,
    }
    if move == "choose":
        making.published("Example organisation")
    before = snapshot(paper)
    with pytest.raises(RuleBroken):
        MOVES[move](people, paper, items)
    assert snapshot(paper) == before


def snapshot(paper):
    fields = ("published_item_id", "position", "joins_previous", "narrative", "members_question")
    return (
        Paper.objects.filter(pk=paper.pk).values().get(),
        list(paper.items.order_by("position").values(*fields)),
        paper.versions.count(),
    )


BY_ROLE = {
    "choose": ["officer", "approver", "auditor", "finance", "administrator", "assessor", "applicant"],
    "edit_narrative": [
        "approver",
        "auditor",
        "finance",
        "administrator",
        "assessor",
        "applicant",
        "panel_officer",
    ],
    "send_for_approval": ["approver", "auditor", "finance", "panel_officer", "applicant"],
    "approve": ["officer", "auditor", "finance", "administrator", "assessor", "applicant", "panel_officer"],
    "publish": ["approver", "auditor", "finance", "panel_officer", "applicant"],
    "plan": ["approver", "auditor", "finance", "panel_officer", "applicant", "administrator", "assessor"],
    "reopen": ["approver", "auditor", "finance", "applicant"],
}


@pytest.mark.parametrize(("move", "role"), [(move, role) for move in BY_ROLE for role in BY_ROLE[move]])
def test_a_move_by_the_wrong_role_is_refused(request, items, move, role):
    person = request.getfixturevalue(role)
    paper = making.drafted_paper(items[:1])
    moves = {
        "choose": lambda: papers.choose(by=person, paper=paper, published_items=items),
        "edit_narrative": lambda: papers.edit_narrative(
            by=person, item=paper.items.get(), narrative="Words."
        ),
        "send_for_approval": lambda: papers.send_for_approval(by=person, paper=paper),
        "approve": lambda: papers.approve(by=person, paper=paper),
        "publish": lambda: papers.publish(by=person, paper=paper),
        "plan": lambda: making.paper(person, meeting_on=date(2019, 9, 24)),
        "reopen": lambda: papers.reopen_selection(by=person, paper=paper),
    }
    with pytest.raises(RuleBroken, match="does not allow"):
        moves[move]()


def test_nobody_approves_what_they_sent(items, officer):
    officer.roles = ["approver", "officer"]
    officer.save()
    officer = type(officer).objects.get(pk=officer.pk)
    paper = making.checking_paper(items[:1], officer=officer)
    with pytest.raises(RuleBroken, match="You sent this paper for approval"):
        papers.approve(by=officer, paper=paper)
    assert not PaperVersion.objects.exists()


def test_every_move_made_twice_by_the_same_person_is_made_once(items, officer, approver, panel_officer):
    paper = making.paper(officer)
    versions = []
    for move in (
        lambda: papers.choose(by=panel_officer, paper=paper, published_items=items[:3]),
        lambda: papers.ask(by=panel_officer, paper=paper, questions={paper.items.first().pk: "Why?"}),
        lambda: papers.send_selection(by=panel_officer, paper=paper),
        lambda: papers.add_office_item(by=officer, paper=paper, published_item=items[3]),
        lambda: papers.set_joined(by=officer, item=paper.items.all()[1], joined=True),
        lambda: papers.edit_narrative(by=officer, item=paper.items.all()[0], narrative="Our own words."),
        lambda: papers.send_for_approval(by=officer, paper=paper),
        lambda: papers.send_back(by=approver, paper=paper, reason="Shorter."),
        lambda: papers.send_for_approval(by=officer, paper=paper),
        lambda: versions.append(papers.approve(by=approver, paper=paper)),
        lambda: papers.publish(by=officer, paper=paper),
    ):
        move()
        events, messages, before = Event.objects.count(), Message.objects.count(), snapshot(paper)
        move()
        assert (Event.objects.count(), Message.objects.count()) == (events, messages)
        assert snapshot(paper) == before
    assert versions[0].pk == versions[1].pk


def test_an_empty_selection_cannot_be_sent(panel_officer):
    with pytest.raises(RuleBroken, match="at least one item"):
        papers.send_selection(by=panel_officer, paper=making.paper())


def test_a_paper_without_items_cannot_be_sent_for_approval(officer):
    paper = making.drafted_paper([], officer=officer)
    with pytest.raises(RuleBroken, match="at least one item"):
        papers.send_for_approval(by=officer, paper=paper)


def test_the_office_goes_on_without_a_selection_only_once_it_is_overdue(officer):
    paper = making.paper(officer, meeting_on=date(2019, 6, 12))
    with clock.at(paper.selection_due_on), pytest.raises(RuleBroken, match="have until"):
        papers.start_drafting(by=officer, paper=paper)
    with clock.at(paper.selection_due_on + date.resolution):
        papers.start_drafting(by=officer, paper=paper)
    paper.refresh_from_db()
    assert paper.status == PaperStatus.DRAFTING
    assert paper.selection_sent_at is None


def test_panel_officers_may_change_their_selection_until_the_office_writes(officer, panel_officer, items):
    paper = making.drafted_paper(items[:2], officer=officer, panel_officer=panel_officer)
    papers.reopen_selection(by=panel_officer, paper=paper)
    paper.refresh_from_db()
    assert (paper.status, paper.selection_sent_at) == (PaperStatus.CHOOSING, None)
    papers.send_selection(by=panel_officer, paper=paper)
    papers.edit_narrative(by=officer, item=paper.items.first(), narrative="Our own words.")
    with pytest.raises(RuleBroken, match="begun to write"):
        papers.reopen_selection(by=panel_officer, paper=paper)
    papers.reopen_selection(by=officer, paper=paper)
    assert paper.items.first().narrative == "Our own words."


def test_an_item_that_the_office_had_added_becomes_the_panels_when_they_choose_it(
    officer, panel_officer, items
):
    paper = making.paper(officer)
    papers.add_office_item(by=officer, paper=paper, published_item=items[0])
    papers.choose(by=panel_officer, paper=paper, published_items=items[:2])
    assert list(paper.items.values_list("chosen_by", flat=True)) == ["panel", "panel"]
    assert [item.position for item in paper.items.all()] == [1, 2]


def test_questions_about_items_of_the_office_or_of_another_paper_are_passed_over(
    officer, panel_officer, items
):
    paper = making.paper(officer)
    papers.add_office_item(by=officer, paper=paper, published_item=items[0])
    other = making.paper(officer, meeting_on=date(2019, 9, 24))
    papers.choose(by=panel_officer, paper=other, published_items=items[1:2])
    questions = {item.pk: "Why?" for item in PaperItem.objects.all()}
    papers.ask(by=panel_officer, paper=paper, questions=questions)
    assert not PaperItem.objects.exclude(members_question="").exists()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_an_approved_version(items, change):
    paper = making.approved_paper(items[:1])
    rows = PaperVersion.objects.filter(paper=paper)
    with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
        rows.update(html="") if change == "update" else rows._raw_delete(rows.db)


def test_an_approved_paper_does_not_follow_later_changes(administrator, items):
    paper = making.approved_paper(items[:1])
    before = paper.versions.get()
    organisation = items[0].payment.instalment.award.organisation
    organisation.known_as = "Another name"
    organisation.save()
    version = paper.versions.get()
    assert (version.html, bytes(version.pdf)) == (before.html, bytes(before.pdf))
    assert "Another name" not in version.html
    assert "DRAFT" not in version.html


def test_every_step_leaves_an_event(items, officer):
    paper = making.approved_paper(items[:1], items[1:2], officer=officer)
    papers.publish(by=officer, paper=paper)
    verbs = set(Event.objects.about(paper).values_list("verb", flat=True))
    assert verbs == {
        "paper.planned",
        "paper.chosen",
        "paper.selection_sent",
        "paper.item_added",
        "paper.sent_for_approval",
        "paper.approved",
        "paper.published",
    }
