"""A small world with a record at every stage, of two organisations, made through the services."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from accounts.keeping import keep
from accounts.models import User
from applications import services as applications
from awards import services as awards
from awards.models import Award, Condition, EndingNotice
from funds.models import LegalPower
from monitoring import services as monitoring
from notifications.models import Message
from office import services as office
from office.models import OfficeSettings
from organisations import services as organisations
from organisations.models import Membership
from pcc_grants.lib import clock
from reports import papers
from tests import factories
from tests.applications.overlapping import overlapping
from tests.reports import making

ROLES = {
    "administrator": "administrator",
    "officer": "officer",
    "officer_2": "officer",
    "assessor": "assessor",
    "assessor_2": "assessor",
    "other_assessor": "assessor",
    "approver": "approver",
    "finance": "finance",
    "panel": "panel",
    "auditor": "auditor",
    "owner": "applicant",
    "colleague": "applicant",
    "stranger": "applicant",
}


class World(SimpleNamespace):
    """`people` by the part they play; everything else by what it is."""

    people: dict[str, User]


def build() -> World:
    w = World(people={part: factories.person(role, name=part) for part, role in ROLES.items()})
    vars(w).update(w.people)
    factories.office_settings(w.administrator)
    w.office = OfficeSettings.objects.get()
    w.pre_election = office.add_pre_election(
        by=w.administrator,
        name="Example elections",
        starts_on=clock.today() + timedelta(days=400),
        ends_on=clock.today() + timedelta(days=440),
    )
    w.organisation = factories.organisation(w.owner, "Example Youth Project", members=[w.colleague])
    w.other_organisation = factories.organisation(w.stranger, "Example Community Association")
    w.membership = Membership.objects.get(user=w.colleague)
    w.invitation = organisations.invite(by=w.owner, organisation=w.organisation, email="invited@example.org")
    w.join_request = organisations.ask_to_join(by=factories.person("applicant"), organisation=w.organisation)
    w.fund = factories.fund(w.officer, budget=Decimal("500000"))
    w.round = factories.open_round(w.officer, w.fund)
    w.unpublished_round = factories.open_round(w.officer, w.fund, published=False, brief_form=False)
    _applications(w)
    _business_cases(w)
    _awards(w)
    _papers(w)
    w.due_diligence = factories.diligence(w.officer, w.organisation, "insurance", expires_on=clock.today())[0]
    w.declared_interest = organisations.declare_interest(
        by=w.officer_2, organisation=w.organisation, interest="A cousin works there."
    )
    w.message = Message.objects.first()
    w.kept = keep(user=w.owner, path="/account/", fields=[["name", "Sample owner"]])
    return w


def _applications(w) -> None:
    mine = (w.owner, w.round, w.organisation)
    w.draft = factories.draft(*mine)
    w.comment = applications.add_comment(
        by=w.owner,
        application=w.draft,
        section=w.draft.response.questionnaire.sections.first(),
        text="Who writes this?",
    )
    w.set_aside = _set_aside(w)
    w.helper = factories.person("applicant")
    factories.participant(w.owner, w.draft, w.helper)
    w.help_wanted = applications.invite(
        by=w.owner, application=w.draft, email="helper@example.org", name="A helper", part="reader"
    )
    w.deleted_draft = applications.withdraw(by=w.owner, application=factories.draft(*mine))
    w.submitted = factories.submitted(w.owner, factories.draft(*mine))
    w.eligible = factories.eligible(w.officer, factories.submitted(w.owner, factories.draft(*mine)))
    due = clock.today() + timedelta(days=7)
    w.undeclared = applications.assign(by=w.officer, application=w.eligible, assessor=w.assessor, due_on=due)
    w.declared = applications.assign(by=w.officer, application=w.eligible, assessor=w.assessor_2, due_on=due)
    applications.declare(by=w.assessor_2, assessment=w.declared)
    w.assessor_question = applications.ask_office(
        by=w.assessor_2, assessment=w.declared, text="Is the school in our police area?"
    )
    _documents(w, due)
    w.assessed = _assessed(w, w.owner, w.organisation)
    w.meeting = applications.record_meeting(
        by=w.officer, round=w.round, held_on=clock.today(), present=[w.officer, w.assessor]
    )
    applications.agree_score(
        by=w.officer,
        application=w.assessed,
        criterion=w.round.criteria.get(position=2),
        score=3,
        reason="The measures are weak.",
        meeting=w.meeting,
    )
    w.recommended = factories.recommended(w.officer, _assessed(w, w.owner, w.organisation))
    w.pack = applications.issue_pack(by=w.officer, round=w.round, decide_by=due)
    w.approved = _approved(w, w.owner, w.organisation)
    w.decision = w.approved.decisions.get()
    w.asked = factories.asked(w.officer, factories.submitted(w.owner, factories.draft(*mine)))
    other_fund = factories.fund(w.officer, code="OTH", name="Other Fund", budget=None)
    w.moved = applications.transfer(
        by=w.officer,
        application=factories.submitted(w.owner, factories.draft(*mine)),
        to_round=factories.open_round(w.officer, other_fund),
        reason="It fits there.",
        message="We have moved it.",
    )
    partner = {"name": w.other_organisation.name, "number": "", "part": "Lends the rooms"}
    w.partnered = factories.draft(*mine)
    applications.save_answers(
        by=w.owner, application=w.partnered, values={"has-partners": "yes", "partners": [partner]}
    )
    factories.submitted(w.owner, w.partnered)
    w.public_question = applications.ask_about_round(by=w.stranger, round=w.round, text="May schools apply?")
    published = applications.ask_about_round(by=w.stranger, round=w.round, text="May councils apply?")
    applications.answer_in_public(
        by=w.officer, question=published, wording="May councils apply?", answer="Yes, they may."
    )
    w.saved_filter = applications.save_filter(
        by=w.officer, name="To check", query="status=submitted", is_shared=True
    )
    w.bulk = applications.prepare_bulk(by=w.officer, action="remind", query="status=eligible", options={})
    w.overlap = overlapping(w, fund=w.fund).overlap
    w.other_draft = factories.draft(w.stranger, w.round, w.other_organisation)
    w.more_time = applications.propose_extension(
        by=w.officer,
        application=w.other_draft,
        until=w.round.closes_at + timedelta(days=2),
        reason="other",
        explanation="It was agreed.",
    )


def _business_cases(w) -> None:
    """An allocated round: one proposed, one being written, one recommended, one approved with a draft."""
    grant = factories.fund(w.officer, code="CRG", name="Example Reduction Grant", criteria=(), themes=())
    w.allocated = factories.allocated_round(w.officer, grant)
    w.proposed_case = applications.propose_case(
        by=w.officer, round=w.allocated, organisation=w.other_organisation, amount=Decimal("5000")
    )
    w.case = factories.invited_case(w.officer, w.approver, w.allocated, w.organisation)
    w.case_draft = factories.case_draft(w.owner, w.case)
    sent, year = (factories.allocated_round(w.officer, grant) for _ in range(2))
    case = factories.invited_case(w.officer, w.approver, sent, w.organisation)
    w.case_recommended = factories.projects_recommended(
        w.officer, factories.case_assessed(w.officer, w.owner, factories.case_draft(w.owner, case))
    )
    w.case_approved = factories.approved_case(w.officer, w.approver, w.owner, year, w.organisation)
    w.tactical = applications.save_later_project(
        by=w.owner,
        application=w.case_approved,
        kind="tactical",
        **factories.project_facts(amount=Decimal("100")),
    )


def _documents(w, due) -> None:
    """Applications with a document: a draft, and one that is being scored."""
    full = factories.open_round(w.officer, w.fund, brief_form=False)
    w.draft_with_document, w.document = factories.draft_with_document(w.owner, full, w.organisation)
    sent, w.document_sent = factories.draft_with_document(w.owner, full, w.organisation)
    w.with_document = factories.eligible(w.officer, factories.submitted(w.owner, sent))
    w.scoring_document = applications.assign(
        by=w.officer, application=sent, assessor=w.assessor_2, due_on=due
    )
    applications.declare(by=w.assessor_2, assessment=w.scoring_document)


def _set_aside(w):
    """What the owner typed on top of an answer that a colleague had changed meanwhile."""
    applications.save_answers(by=w.colleague, application=w.draft, values={"title": "Their name"})
    [conflict] = applications.save_answers(
        by=w.owner, application=w.draft, values={"title": "My name"}, revisions={"title": 1}
    )
    return conflict.mine


def _assessed(w, applicant, organisation):
    application = factories.submitted(applicant, factories.draft(applicant, w.round, organisation))
    factories.eligible(w.officer, application)
    return factories.assessed(w.officer, application, [w.assessor, w.assessor_2])


def _approved(w, applicant, organisation):
    application = factories.recommended(w.officer, _assessed(w, applicant, organisation))
    return factories.approved(w.approver, application)


def _awards(w) -> None:
    w.prepared_award = awards.prepare_award(by=w.officer, application=_approved(w, w.owner, w.organisation))
    due = {"amount": w.prepared_award.amount, "due_on": clock.today()}
    awards.set_instalments(
        by=w.officer, award=w.prepared_award, rows=[due | {"other_condition": "Proof of insurance"}]
    )
    w.condition = Condition.objects.get(instalment__award=w.prepared_award, kind=Condition.Kind.OTHER)
    w.offered_award = _offered(w, w.owner, w.organisation)
    w.accepted_award = _offered(w, w.owner, w.organisation)
    awards.sign(by=w.owner, award=w.accepted_award, signed_name="The Chair", signed_role="Chair")
    w.active_award = factories.active(w.officer, w.owner, _offered(w, w.owner, w.organisation))
    factories.first_instalment_paid(w.officer, w.finance, w.active_award)
    w.award_return = factories.open_return(w.active_award)
    w.instalment = w.active_award.instalments.get(number=2)
    w.other_award = factories.active(w.officer, w.stranger, _offered(w, w.stranger, w.other_organisation))
    factories.first_instalment_paid(w.officer, w.finance, w.other_award)
    _going_on(w)
    w.proposed_award = _contract(w)
    [w.extension] = awards.add_extension_options(
        by=w.officer,
        award=w.proposed_award,
        options=[
            {
                "starts_on": w.proposed_award.ends_on + timedelta(days=1),
                "ends_on": w.proposed_award.ends_on + timedelta(days=365),
                "decide_by": w.proposed_award.ends_on - timedelta(days=30),
            }
        ],
    )


def _going_on(w) -> None:
    """A business case to go on with the owner's active award; its recipient was told that the fund ends."""
    invited = factories.open_round(
        w.officer, w.fund, route="invited", assessors_needed=0, start_year=w.round.start_year + 1
    )
    w.continuation = monitoring.ask_for_next_year(
        by=w.officer, award=w.active_award, round=invited, amount=w.active_award.amount
    )
    # No service tells before the fund has an end, and this fund must go on.
    w.ending_notice = EndingNotice.objects.create(
        award=w.active_award, sent_by=w.officer, message="The fund ends.", plan_due_on=clock.today()
    )


def _offered(w, applicant, organisation):
    return factories.offered(
        w.officer, factories.prepared_award(w.officer, _approved(w, applicant, organisation))
    )


def _contract(w) -> Award:
    today = clock.today()
    return awards.propose_direct_award(
        by=w.officer,
        kind=Award.Kind.CONTRACT,
        legal_power=LegalPower.CONTRACT,
        fund=w.fund,
        organisation=w.organisation,
        title="Example service",
        purpose="support people in the example district",
        reasons="It is good value for money.",
        amount=Decimal("20000"),
        starts_on=today,
        ends_on=today + timedelta(days=364),
        direct_reason="It continues a service that was competed for.",
    )


def _papers(w) -> None:
    items = making.published_list(making.JUNE_2019)
    w.month = date(2018, 11, 1)
    w.choosing = making.paper(w.officer, meeting_on=date(2019, 6, 11))
    papers.choose(by=w.panel, paper=w.choosing, published_items=items[:2])
    cast = {"officer": w.officer, "panel_officer": w.panel}
    w.drafting = making.drafted_paper(items[:2], items[2:], meeting_on=date(2019, 6, 12), **cast)
    w.paper_item = w.drafting.items.first()
    w.checking = making.checking_paper(items[:2], meeting_on=date(2019, 6, 13), **cast)
    w.published = making.approved_paper(items[:2], meeting_on=date(2019, 6, 14), **cast)
    papers.publish(by=w.officer, paper=w.published)
