"""What the tests of working at volume share: several applications of one round."""

import pytest

from applications import services
from applications.forms.lists import ApplicationFilter
from applications.models import Application
from applications.services.finding import find
from questionnaires.models import Answer, Response
from tests import factories


def found(user, query="") -> set[str]:
    """The references that a filter, as a query string, lets through."""
    return {one.reference for one in find(user, ApplicationFilter(query).wanted)}


def of(query):
    return ApplicationFilter(query).wanted


@pytest.fixture
def make(applicant, organisation, open_round):
    """`make(need="…")` is one more submitted application of the organisation, or of another."""

    def made(need="", *, by=applicant, body=organisation, **facts):
        draft = factories.draft(by, open_round, body, **facts)
        if need:
            services.save_answers(by=by, application=draft, values={"about-need": need})
        return factories.submitted(by, draft)

    return made


def copies(application, count: int) -> list[Application]:
    """As many rows like one application, with its answers; past the services, for lists that are long."""
    answers = list(application.response.answers.all())
    responses = Response.objects.bulk_create(
        Response(questionnaire=application.response.questionnaire, organisation=application.organisation)
        for _ in range(count)
    )
    for answer in answers:
        Answer.objects.bulk_create(
            Answer(
                response=response,
                question_id=answer.question_id,
                value=answer.value,
                changed_by_id=answer.changed_by_id,
            )
            for response in responses
        )
    fields = [f.attname for f in Application._meta.concrete_fields if not f.primary_key]
    base = {name: getattr(application, name) for name in fields}
    return Application.objects.bulk_create(
        Application(**base | {"reference": f"TST-C{number:04}", "response_id": response.pk})
        for number, response in enumerate(responses)
    )
