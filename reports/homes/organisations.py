"""Work on organisations, as rows of the officers' home."""

from django.urls import reverse

from accounts.permissions import Permission
from organisations.models import JoinRequest

from .rows import Action, Kind, Row, kind_of, waited


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
