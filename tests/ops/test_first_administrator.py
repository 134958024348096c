"""A new installation begins with one administrator, made at the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import Event


def test_the_first_administrator_is_made_recorded_and_given_a_link(db):
    out = StringIO()
    call_command("first_administrator", "administrator@example.org", "Administrator", stdout=out)

    person = User.objects.get()
    assert (person.email, person.roles) == ("administrator@example.org", ["administrator"])
    assert not person.has_usable_password()
    assert Event.objects.get().verb == "person.added"
    assert "http" in out.getvalue()


def test_there_is_only_one_first(db):
    call_command("first_administrator", "administrator@example.org", "Administrator", stdout=StringIO())

    with pytest.raises(CommandError, match="There is an administrator already"):
        call_command("first_administrator", "second@example.org", "Second administrator")


@pytest.mark.parametrize(
    ("email", "name", "sentence"),
    [
        ("nobody", "Administrator", "nobody is not an e-mail address"),
        ("administrator@example.org", " ", "Give the person's name"),
        ("officer@example.org", "Administrator", "has an account with other roles"),
    ],
)
def test_bad_input_is_named(db, email, name, sentence):
    User.objects.create_user("officer@example.org", name="Officer", roles=["officer"])

    with pytest.raises(CommandError, match=sentence):
        call_command("first_administrator", email, name)
