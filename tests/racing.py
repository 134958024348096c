"""Two people at the same moment: the second begins before what the first did is committed."""

import threading

from django.db import connection, transaction


def while_it_is_under_way(first, second, then=None):
    """What `second` gives, or the exception it ends with, when it has to wait for `first`.

    `then`: how the first goes on once the second waits, in the same transaction.
    """
    outcome = []

    def run():
        try:
            outcome.append(second())
        except Exception as error:
            outcome.append(error)
        finally:
            connection.close()

    waiting = threading.Thread(target=run)
    with transaction.atomic():
        first()
        waiting.start()
        waiting.join(timeout=0.5)
        assert outcome == [], "the second did not wait for the first"
        if then:
            then()
    waiting.join(timeout=10)
    return outcome[0]
