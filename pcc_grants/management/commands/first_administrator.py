"""`manage.py first_administrator EMAIL NAME`: the account that a new installation begins with."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import Role
from accounts.services import password_link
from audit.services import record


class Command(BaseCommand):
    """Only while there is no administrator: after that, administrators add each other in the pages."""

    help = "Create the first administrator and print the link to choose a password with."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the person's e-mail address")
        parser.add_argument("name", help="the person's name, as others will see it")

    @transaction.atomic
    def handle(self, *, email, name, **options):
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        if not name.strip():
            raise CommandError("Give the person's name after the address.")
        if User.objects.filter(roles__contains=[Role.ADMINISTRATOR], is_active=True).exists():
            raise CommandError("There is an administrator already, who can add people at /manage/people/.")
        try:
            with transaction.atomic():
                person = User.objects.create_user(email, name=name.strip(), roles=[Role.ADMINISTRATOR])
        except IntegrityError:
            raise CommandError(f"{email} has an account with other roles. Use another address.") from None
        record("person.added", person, f"{person} was added as the first administrator.")
        self.stdout.write(f"{person} can choose a password at {password_link(person)}")
