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
    """The documents that the answers give, now or before a move; with earlier answers for who wrote them."""
    responses = [application.response_id, *application.transfers.values_list("from_response", flat=True)]
    return Document.objects.filter(
        pk__in=_named_in(responses, with_history), organisation=application.organisation_id
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


def _named_in(responses, with_history: bool) -> set[int]:
    """The primary keys of documents that answers of these responses name."""
    found = set()
    for model in (Answer, AnswerVersion) if with_history else (Answer,):
        values = model.objects.filter(response__in=responses, question__kind=FILE).values_list(
            "value__document", flat=True
        )
        found.update(pk for pk in values if isinstance(pk, int))
    return found
