"""What each person finds of each kind of record, whatever page asks for it."""

import pytest
from django.apps import apps
from django.db.models import Q

from accounts.models import KeptText, User
from applications.models import (
    Application,
    ApplicationInvitation,
    Assessment,
    BulkAction,
    BusinessCase,
    Decision,
    Extension,
    Overlap,
    Project,
    PublicQuestion,
    SavedFilter,
)
from audit.models import Event
from awards.models import (
    Award,
    Condition,
    Continuation,
    EndingNotice,
    ExtensionOption,
    Instalment,
    Payment,
)
from awards.models.awards import SEEN_BY_GRANTEE
from funds.models import Fund, Round
from monitoring.models import Return
from notifications.models import Message
from organisations.models import (
    DeclaredInterest,
    Document,
    DueDiligence,
    Invitation,
    JoinRequest,
    Organisation,
)
from questionnaires.models import Questionnaire
from reports.models import Paper

EVERYONE = Q()
NOBODY = Q(pk__in=[])
APPLICANTS = ("owner", "colleague", "stranger")
STAFF = (
    "administrator", "officer", "assessor", "assessor_2", "other_assessor", "approver", "finance", "panel",
    "auditor",
)  # fmt: skip
OFFICE = ("officer", "approver", "auditor")


def their_organisation(world, part):
    return world.other_organisation if part == "stranger" else world.organisation


def of_their_organisation(path):
    """Records whose `path` leads to the applicant's own organisation."""
    return lambda world, part: Q(**{path: their_organisation(world, part).pk})


def of_their_awards(path):
    """Records of awards that have been offered to the applicant's own organisation."""
    return lambda world, part: Q(
        **{
            f"{path}organisation": their_organisation(world, part),
            f"{path}status__in": SEEN_BY_GRANTEE,
        }
    )


def table(*, all_to=(), some_to=None, applicants=NOBODY):
    """Who finds what: a condition for each person; nobody who is not named finds anything."""
    rows = dict.fromkeys(STAFF, NOBODY) | dict.fromkeys(APPLICANTS, applicants)
    return rows | dict.fromkeys(all_to, EVERYONE) | (some_to or {})


def scored_by(world, part):
    """An assessor's applications, once they have said whether they have an interest."""
    person = world.people[part]
    declared = Assessment.objects.filter(assessor=person, declared_at__isnull=False)
    return Q(pk__in=declared.exclude(status="recused").values("application"))


def their_own_account(world, part):
    return Q(pk=world.people[part].pk)


def by_their_address(world, part):
    return Q(email__iexact=world.people[part].email, accepted_at=None, cancelled_at=None)


def of_their_business_cases(path):
    """Records of business cases that the applicant's own organisation was asked for."""
    return lambda world, part: Q(
        **{f"{path}organisation": their_organisation(world, part), f"{path}invited_at__isnull": False}
    )


SUBMITTED = Q(submitted_at__isnull=False)
PUBLISHED = Q(published_at__isnull=False)
ASSESSORS = ("assessor", "assessor_2", "other_assessor")
AWARD_READERS = (*OFFICE, "finance")

VISIBLE = {
    User: dict.fromkeys((*STAFF, *APPLICANTS), their_own_account)
    | {"administrator": EVERYONE, "auditor": EVERYONE},
    Organisation: table(all_to=AWARD_READERS, applicants=of_their_organisation("pk")),
    Fund: dict.fromkeys((*STAFF, *APPLICANTS), EVERYONE),  # every fund of the world has opened or given
    Round: dict.fromkeys((*STAFF, *APPLICANTS), PUBLISHED) | dict.fromkeys(AWARD_READERS, EVERYONE),
    Application: table(
        some_to=dict.fromkeys(OFFICE, SUBMITTED) | dict.fromkeys(ASSESSORS, scored_by),
        applicants=of_their_organisation("organisation"),
    ),
    Assessment: table(
        all_to=OFFICE,
        some_to=dict.fromkeys(ASSESSORS, lambda world, part: Q(assessor=world.people[part])),
    ),
    Decision: table(all_to=OFFICE),
    BusinessCase: table(all_to=OFFICE, applicants=of_their_business_cases("")),
    Project: table(all_to=OFFICE, applicants=of_their_business_cases("business_case__")),
    Overlap: table(all_to=OFFICE),
    Award: table(all_to=AWARD_READERS, applicants=of_their_awards("")),
    Instalment: table(all_to=AWARD_READERS, applicants=of_their_awards("award__")),
    Condition: table(all_to=AWARD_READERS, applicants=of_their_awards("instalment__award__")),
    Payment: table(all_to=AWARD_READERS, applicants=of_their_awards("instalment__award__")),
    ExtensionOption: table(all_to=AWARD_READERS, applicants=of_their_awards("award__")),
    Continuation: table(all_to=AWARD_READERS, applicants=of_their_awards("award__")),
    EndingNotice: table(all_to=AWARD_READERS, applicants=of_their_awards("award__")),
    Return: table(all_to=OFFICE, applicants=of_their_awards("award__")),
    Paper: table(all_to=(*OFFICE, "panel")),
    Message: table(all_to=("administrator", "auditor")),
    Questionnaire: table(all_to=AWARD_READERS),
    PublicQuestion: dict.fromkeys((*STAFF, *APPLICANTS), PUBLISHED) | dict.fromkeys(OFFICE, EVERYONE),
    Extension: table(all_to=OFFICE),
    SavedFilter: table(all_to=OFFICE),  # the one of the world is shared
    BulkAction: table(some_to={"officer": EVERYONE}),  # the one of the world is only prepared
    Document: table(all_to=AWARD_READERS, applicants=of_their_organisation("organisation")),
    DueDiligence: table(all_to=AWARD_READERS),
    DeclaredInterest: table(all_to=AWARD_READERS),
    KeptText: dict.fromkeys((*STAFF, *APPLICANTS), lambda world, part: Q(user=world.people[part])),
    Invitation: table(applicants=by_their_address),
    ApplicationInvitation: table(applicants=by_their_address),
    JoinRequest: table(
        all_to=AWARD_READERS,
        some_to={"owner": lambda world, part: Q(organisation=world.organisation)},
        applicants=lambda world, part: Q(user=world.people[part]),
    ),
    Event: table(all_to=("administrator", "auditor")),
}

# Kinds of records that are only reached through one of those above, or are public.
REACHED_THROUGH_ANOTHER = {
    "applications.AgreedScore": "its application",
    "applications.AssessmentReminder": "its assessment",
    "applications.CheckAnswer": "its application",
    "applications.BulkItem": "its bulk action",
    "applications.Clarification": "its application",
    "applications.Copy": "its application",
    "applications.DecisionPack": "its round",
    "applications.DraftReminder": "its application",
    "applications.Feedback": "its application",
    "applications.ModerationMeeting": "its round",
    "applications.OutcomeLetter": "its application",
    "applications.Participant": "its application",
    "applications.Partner": "its application",
    "applications.AssessorQuestion": "its assessment",
    "applications.Commitment": "its budget",
    "applications.Score": "its assessment",
    "applications.Transfer": "its application",
    "awards.Agreement": "its award",
    "awards.Retention": "its award",
    "funds.Budget": "its fund",
    "funds.CheckItem": "its round",
    "funds.Criterion": "its fund or its round",
    "funds.EligibilityQuestion": "its round",
    "funds.RoundExtension": "its round",
    "funds.FundingSource": "pages that need “read funds”",
    "funds.Theme": "its fund",
    "monitoring.Chaser": "its return",
    "notifications.Attachment": "its message, and the copy of its application",
    "office.Counter": "nobody",
    "office.PreElectionPeriod": "pages that need “read office settings”",
    "office.OfficeSettings": "pages that need “read office settings”; what it says is on every page",
    "organisations.Alias": "its organisation",
    "organisations.District": "everybody",
    "organisations.Membership": "its organisation",
    "questionnaires.Answer": "its response",
    "questionnaires.AnswerVersion": "its response",
    "questionnaires.Comment": "its response, and never the office",
    "questionnaires.CompletedSection": "its response",
    "questionnaires.Question": "its questionnaire, or its round once that is published",
    "questionnaires.Response": "what it is for",
    "questionnaires.Section": "its questionnaire",
    "reports.PaperItem": "its paper",
    "reports.PaperVersion": "its paper",
    "reports.Publication": "everybody, once published",
    "reports.PublishedItem": "everybody, once published",
    "reports.TextBlock": "pages that need “read paper drafts”",
}

OURS = [model for model in apps.get_models() if not model.__module__.startswith(("django.", "allauth."))]


def test_every_kind_of_record_says_who_sees_it():
    unsaid = [
        model._meta.label
        for model in OURS
        if model not in VISIBLE and model._meta.label not in REACHED_THROUGH_ANOTHER
    ]
    assert unsaid == []
    assert all(hasattr(model.objects, "visible_to") for model in VISIBLE)
    labels = {model._meta.label for model in OURS if not hasattr(model.objects, "visible_to")}
    assert set(REACHED_THROUGH_ANOTHER) <= labels


@pytest.mark.parametrize("model", VISIBLE, ids=lambda model: model._meta.label)
def test_each_person_finds_exactly_what_is_theirs_to_see(world, model):
    wrong = {}
    for part, condition in VISIBLE[model].items():
        if callable(condition):
            condition = condition(world, part)
        expected = set(model.objects.filter(condition).values_list("pk", flat=True))
        found = set(model.objects.visible_to(world.people[part]).values_list("pk", flat=True))
        if found != expected:
            wrong[part] = {"too much": found - expected, "too little": expected - found}
    assert wrong == {}


@pytest.mark.parametrize("model", [Organisation, Application, Award, Instalment, Condition, Payment, Return])
def test_two_organisations_share_nothing(world, model):
    mine = set(model.objects.visible_to(world.owner).values_list("pk", flat=True))
    theirs = set(model.objects.visible_to(world.stranger).values_list("pk", flat=True))
    assert mine
    assert theirs
    assert not mine & theirs
    assert mine == set(model.objects.visible_to(world.colleague).values_list("pk", flat=True))


@pytest.mark.parametrize("model", VISIBLE, ids=lambda model: model._meta.label)
def test_somebody_whose_account_is_closed_finds_nothing_that_is_not_public(world, model):
    closed = User.objects.get(pk=world.officer.pk)
    closed.is_active = False
    found = set(model.objects.visible_to(closed).values_list("pk", flat=True))
    public = {User: Q(pk=closed.pk), Fund: EVERYONE, Round: PUBLISHED, PublicQuestion: PUBLISHED}
    expected = model.objects.filter(public.get(model, NOBODY))
    assert found == set(expected.values_list("pk", flat=True))


def test_somebody_who_left_an_organisation_finds_nothing_of_it(world):
    from organisations import services

    services.end_membership(by=world.owner, membership=world.membership)
    for model in (Organisation, Application, Award, Instalment, Condition, Payment, Return):
        assert not model.objects.visible_to(world.colleague).exists(), model
