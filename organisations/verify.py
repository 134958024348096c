"""What must always hold of organisations: `manage.py verify`."""

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Lower

from pcc_grants.lib.checking import Violation

from .models import Alias, Document, Membership, Organisation
from .services import CHARITY_NUMBER, COMPANY_NUMBER


def violations() -> Iterator[Violation]:
    """Names that two share, numbers of a wrong form, people without a lead, documents without their files."""
    yield from _shared_names()
    yield from _numbers()
    yield from _people()
    yield from _documents()


def _shared_names():
    named = Organisation.objects.annotate(lower=Lower("name")).filter(lower=Lower(OuterRef("name")))
    for alias in Alias.objects.filter(Exists(named)).select_related("organisation"):
        yield Violation(
            "one name, one organisation",
            alias.organisation.reference,
            f"“{alias}” is another name of {alias.organisation} and the name of an organisation.",
        )


def _numbers():
    for organisation in Organisation.objects.iterator(chunk_size=1000):
        for label, number, pattern in (
            ("charity", organisation.charity_number, CHARITY_NUMBER),
            ("company", organisation.company_number, COMPANY_NUMBER),
        ):
            if number and not pattern.fullmatch(number):
                yield Violation(
                    "numbers of organisations have their form",
                    organisation.reference,
                    f"{number} is not a {label} number.",
                )


def _people():
    current = Membership.objects.filter(organisation=OuterRef("pk"), ended_at=None)
    leaderless = Organisation.objects.filter(Exists(current)).exclude(
        Exists(current.filter(role=Membership.Role.LEAD))
    )
    for organisation in leaderless:
        yield Violation(
            "an organisation's people have a lead",
            organisation.reference,
            f"People act for {organisation}, and none of them leads it.",
        )
    for membership in Membership.objects.filter(ended_at__lt=F("created_at")).select_related("organisation"):
        yield Violation(
            "memberships end after they begin",
            membership.organisation.reference,
            f"Membership {membership.pk} ended before it began.",
        )


def _documents():
    """Each file lies where its row says, as large as it says; an infected one is gone."""
    documents = Document.objects.select_related("organisation").order_by("pk")
    for document in documents.iterator(chunk_size=1000):
        try:
            size = default_storage.size(document.file.name)
        except OSError:
            size = None
        if document.is_infected:
            wrong = size is not None and f"The infected file of document {document.pk} is still there."
        elif size is None:
            wrong = f"The file of document {document.pk} is missing."
        else:
            wrong = size != document.size and (
                f"The file of document {document.pk} has another size than was stored."
            )
        if wrong:
            yield Violation("documents have their files", document.organisation.reference, wrong)
