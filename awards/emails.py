"""Who is told what about an award, through the outbox, in the transaction of what it tells."""

from notifications.services import queue
from organisations.services import members_of


def tell_recipient(award, template: str, *, about: str, **context) -> None:
    """Write to everyone who acts for the recipient. `about` names the event, so that it is told once."""
    for member in members_of(award.organisation):
        queue(
            key=f"award:{award.pk}:{about}:{member.pk}",
            to=member,
            template=f"awards/{template}",
            context={"award": award, **context},
            about=award,
        )


def tell_officer(award, template: str, *, about: str, **context) -> None:
    """Write to the officer responsible for the award. `about` names the event, so that it is told once."""
    officer = award.responsible_officer
    queue(
        key=f"award:{award.pk}:{about}:{officer.pk}",
        to=officer,
        template=f"awards/{template}",
        context={"award": award, **context},
        about=award,
    )
