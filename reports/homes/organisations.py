"""Work on organisations, as rows of the officers' home."""

from django.urls import reverse

from accounts.permissions import Permission
from organisations.models import JoinRequest
from reports.diligence import diligence_to_renew

from .rows import Action, Kind, Row, kind_of, waited, wanted_by


def join_requests() -> Kind:
    """Requests to join an organisation that no lead of it can answer, or has."""

    def make(join_request) -> Row:
        url = reverse("office_join_request", args=[join_request.pk])
        return Row(
            "Answer a request to join",
            join_request.organisation.name,
            f"{join_request.user}",
            url,
            action=Action("Answer", url, Permission.MANAGE_ORGANISATIONS),
            **waited(join_request.requested_at),
        )

    return kind_of(
        JoinRequest.objects.for_office()
        .select_related("organisation", "user")
        .order_by("requested_at", "pk"),
        make,
        "requests to join",
        reverse("office_join_requests"),
    )


def diligence_expired(today) -> Kind:
    """Due diligence that no longer holds, of organisations with something in hand."""
    return _diligence(
        diligence_to_renew(by_day=today).filter(expires_on__lt=today), "Renew due diligence that has expired"
    )


def diligence_expiring(today, ahead) -> Kind:
    """Due diligence that soon no longer holds."""
    return _diligence(
        diligence_to_renew(by_day=today + ahead).filter(expires_on__gte=today), "Renew due diligence"
    )


def _diligence(entries, verb: str) -> Kind:
    def make(entry) -> Row:
        reference = entry.organisation.reference
        return Row(
            verb,
            entry.organisation.name,
            entry.get_kind_display(),
            reverse("office_diligence", args=[reference]),
            action=Action(
                "Record",
                f"{reverse('office_diligence_new', args=[reference])}?kind={entry.kind}",
                Permission.MANAGE_ORGANISATIONS,
            ),
            **wanted_by(entry.expires_on),
        )

    return kind_of(entries, make, "entries of due diligence", reverse("office_diligence_due"))
