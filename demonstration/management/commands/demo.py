"""manage.py demo: the demonstration data and the sample accounts."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.permissions import Role
from demonstration.load import load


class Command(BaseCommand):
    help = (
        "Loads the demonstration: the office's funds, awards, payments and papers of 2017 to 2021, and work in hand "
        "today. Running it again changes nothing. Refused unless DEMONSTRATION is on."
    )

    def handle(self, *args, **options):
        if not settings.DEMONSTRATION:
            raise CommandError(
                "The demonstration is switched off here. Set DEMONSTRATION=true on a system without real data."
            )
        if load():
            self.stdout.write("The demonstration data is loaded.")
        else:
            self.stdout.write("The demonstration data was loaded before. Nothing was changed.")
        self.stdout.write("Sample accounts, one click each on the sign-in page:")
        for user in User.objects.filter(is_sample=True).order_by("pk"):
            roles = ", ".join(Role(role).label for role in user.roles)
            self.stdout.write(f"  {user.email:34} {roles}")
