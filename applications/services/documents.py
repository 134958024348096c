"""The documents of an application: uploaded for a question, offered again, handed out with it."""

from django.db import transaction
from django.db.models import Q

from organisations import documents
from organisations.models import RESTORABLE_FOR, Document
from organisations.services import is_member
from pcc_grants.lib import clock
from questionnaires.models import Answer, AnswerVersion, Question

from ..models import Application
from .answering import lock_for_writing

FILE = Question.Kind.FILE
MOST_OFFERED = 5


def upload_document(*, by, application: Application, question: Question, upload) -> Document:
    """Take a document for one question, from whoever may answer it now. It belongs to the organisation.

    The answer itself is saved afterwards, so that a good upload outlives whatever else is wrong.
    Raises organisations.documents.FileRefused for what is wrong with the file, RuleBroken for the rest.
    """
    with documents.inspected(upload) as found, transaction.atomic():
        application = lock_for_writing(by, application, keys=[question.key])
        return documents.store(by=by, organisation=application.organisation, kind=question.key, found=found)


def documents_of(application: Application, *, with_history: bool = False):
    """The documents that the answers give, now, before a question of ours or in another fund.

    With earlier answers for who wrote them; without, nothing that is not sent yet.
    """
    moves = application.transfers.values_list("from_response", "to_response")
    responses = {application.response_id, *(pk for move in moves for pk in move if pk)}
    named, unsent = _named_in(responses, with_history), set()
    for question in application.clarifications.all():
        named |= _named_by(question.before) | _named_by(question.after)
        if question.ended_at is None and not with_history:
            unsent = _named_in([application.response_id], False, keys=question.before)
            unsent -= _named_by(question.before)
    return Document.objects.filter(
        pk__in=named - unsent, organisation=application.organisation_id
    ).select_related("removed_by")


def offered_documents(user, application: Application, question: Question) -> list[Document]:
    """What can be chosen instead of an upload, the latest first: never asked for twice (WCAG 3.3.7).

    The organisation's documents of this kind, for its own people; for others what they brought themselves,
    and what this application has had.
    """
    own = Q(pk__in=_named_in([application.response_id], True)) | Q(uploaded_by=user)
    if question.is_offered_again and is_member(user, application.organisation_id):
        own |= Q(organisation=application.organisation_id)
    found = Document.objects.present().filter(
        own, organisation=application.organisation_id, kind=question.key
    )
    return list(found.exclude(scan=Document.Scan.INFECTED)[:MOST_OFFERED])


def erase_removed_documents() -> int:
    """Delete what was removed more than 30 days ago and no answer, present or past, names. How many."""
    old = Document.objects.filter(removed_at__lt=clock.now() - RESTORABLE_FOR)
    erased = 0
    for document in old:
        answers = (model.objects.filter(value__document=document.pk) for model in (Answer, AnswerVersion))
        if not any(named.exists() for named in answers):
            documents.erase(document=document)
            erased += 1
    return erased


def _named_by(values: dict) -> set[int]:
    """The primary keys of documents in answers that are kept by question key."""
    found = (value.get("document") for value in values.values() if isinstance(value, dict))
    return {pk for pk in found if isinstance(pk, int)}


def _named_in(responses, with_history: bool, keys=None) -> set[int]:
    """The primary keys of documents that answers of these responses name; of questions with `keys` only."""
    found = set()
    for model in (Answer, AnswerVersion) if with_history else (Answer,):
        answers = model.objects.filter(response__in=responses, question__kind=FILE)
        if keys is not None:
            answers = answers.filter(question__key__in=keys)
        values = answers.values_list("value__document", flat=True)
        found.update(pk for pk in values if isinstance(pk, int))
    return found
