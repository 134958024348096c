"""Pages when there is nothing on them: an office on its first day, and lists in which nothing is found."""

from django.urls import reverse

from accounts.models import User
from accounts.navigation import ENTRIES
from accounts.permissions import HOMES, Role

from .every_page.walk import Visit

PUBLIC_LISTS = ("funding", "spending", "what_we_fund", "decisions", "panel_papers")


def test_every_list_and_home_is_sound_while_it_is_empty(page, sign_in, office):
    roles = set(Role.values) - {Role.AUDITOR}  # an auditor has no other role, and reads what others read
    everyone = User.objects.create_user("all@example.org", "a long password", name="All", roles=list(roles))
    names = dict.fromkeys([name for _, name in HOMES] + [name for *_, name in ENTRIES] + [*PUBLIC_LISTS])
    visit = Visit(page, office)
    sign_in(page, everyone)
    wrong = [fault for name in names for fault in visit.faults(reverse(name))]
    assert wrong == [], "\n".join(wrong)
