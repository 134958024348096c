"""`manage.py verify` names each message whose row cannot be true."""

import pytest
from django.db import transaction

from notifications.models import Message
from notifications.services import deliver_due, queue
from notifications.verify import violations
from pcc_grants.lib import clock

State = Message.State


@pytest.fixture
def message():
    return queue(key="test:1", to="person@example.org", template="accounts/use_code", context={}, secret=True)


def test_a_message_that_was_sent_is_in_order(message):
    assert list(violations()) == []
    deliver_due()
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": State.SENT, "sent_at": clock.now()}, "secrets are cleared"),
        ({"state": State.FAILED, "attempts": 8}, "secrets are cleared"),
        ({"state": State.SENDING}, "messages being sent are claimed"),
        ({"state": State.FAILED, "attempts": 2, "body": ""}, "failed messages had every attempt"),
    ],
)
def test_what_cannot_be_true_is_named(message, changes, rule):
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**changes)
    [violation] = violations()
    assert violation.rule == rule
    assert violation.sentence.startswith(f"Message {message.pk} (test:1) ")
