"""What a load balancer sees."""

import pytest
from django.db import OperationalError, connection


def test_anybody_may_ask_whether_the_service_answers(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/health/")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_a_database_that_does_not_answer_makes_the_service_unhealthy(client, db):
    def refuse(*query):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        answer = client.get("/health/")

    assert answer.status_code == 503


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent_to_it(client, db, method):
    assert getattr(client, method)("/health/").status_code == 405
