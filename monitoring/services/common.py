"""What the services of returns share: the lock, and letters to the recipient."""

from django.db.models import Model

from monitoring.models import Return
from notifications.services import queue
from organisations.services import members_of
from pcc_grants.lib.locking import locked


def lock(award_return: Return) -> Return:
    """The return as it is now, locked until the transaction ends. Its award is read, not locked."""
    return locked(Return.objects.select_related("award__organisation", "condition"), award_return.pk)


def tell_members(award_return: Return, template: str, event: Model, **context) -> None:
    """One letter to everyone who acts for the recipient. The audit event names the obligation."""
    for user in members_of(award_return.award.organisation):
        queue(
            key=f"{template}:{event.pk}:{user.pk}",
            to=user,
            template=f"monitoring/{template}",
            context={"return": award_return, "award": award_return.award, "user": user, **context},
            about=award_return,
        )
