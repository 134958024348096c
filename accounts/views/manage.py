"""The administrator's home: what is wrong with the service, in figures that are true."""

from datetime import timedelta

from django.db.models import Count, Max, Min, Q
from django.shortcuts import render

from accounts.models import User
from accounts.permissions import Permission as P
from notifications.models import Message
from office.models import OfficeSettings
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires

WAITING = [Message.State.QUEUED, Message.State.SENDING]
TOO_LONG = timedelta(minutes=10)


@requires(P.READ_MESSAGES)
def manage_home(request):
    emails = Message.objects.aggregate(
        failed=Count("id", filter=Q(state=Message.State.FAILED)),
        waiting=Count("id", filter=Q(state__in=WAITING)),
        waiting_since=Min("queued_at", filter=Q(state__in=WAITING, attempts=0)),
        last_sent_at=Max("sent_at"),
    )
    people = User.objects.filter(is_active=True).aggregate(
        open=Count("id"), unused=Count("id", filter=Q(last_login=None))
    )
    since = emails["waiting_since"]
    context = {
        "emails": emails,
        "people": people,
        "is_stuck": since is not None and clock.now() - since > TOO_LONG,
        "has_office": OfficeSettings.objects.exists(),
    }
    return render(request, "accounts/manage_home.html", context)
