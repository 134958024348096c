"""Every address of the service, walked by everybody: who may open it is declared, and holds."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from .addresses import EXAMPLES, GUARDED, OPEN_TO_EVERY_APPLICANT, PAGES, PUBLIC_ANSWERS, THEIR_OWN

# One person of each role; `owner` applies.
ONE_OF_EACH = (
    "administrator", "officer", "assessor", "approver", "finance", "panel", "auditor", "owner",
)  # fmt: skip
PAGE_ANSWERS = {200, 302, 405}  # 405: a page that only takes POST
WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "MERGE", "CREATE", "ALTER", "DROP")


class Writes:
    """Collects the statements that change anything but sessions."""

    def __init__(self):
        self.found: list[str] = []

    def __call__(self, execute, sql, parameters, many, context):
        if sql.lstrip(" (").upper().startswith(WRITING) and '"django_session"' not in sql:
            self.found.append(sql[:120])
        return execute(sql, parameters, many, context)


def test_every_address_has_a_name_and_declares_who_may_open_it():
    assert [str(page) for page in PAGES if not page.name] == []
    assert [str(page) for page in PAGES if not page.access] == []


def test_every_address_that_names_a_record_has_an_example():
    assert [str(page) for page in PAGES if page.takes and page.name not in EXAMPLES] == []
    assert sorted(set(EXAMPLES) - {page.name for page in PAGES}) == []


def test_a_visitor_is_asked_to_sign_in_everywhere_but_on_public_pages(world):
    visitor, wrong = Client(), []
    for page in PAGES:
        address = page.address(world)
        for method in (visitor.get, visitor.post):
            if page.is_public and method == visitor.post:
                continue
            response = method(address)
            if page.is_public:
                if response.status_code != PUBLIC_ANSWERS.get(page.name, 200) and response.status_code != 302:
                    wrong.append(f"{page}: {response.status_code}")
            elif response.status_code != 302 or not response.url.startswith(reverse("sign_in") + "?next="):
                wrong.append(f"{page}: {response.status_code}")
    assert wrong == []


def test_each_role_opens_what_it_may_read_and_is_refused_everything_else(world, visitors):
    wrong, opened = [], set()
    for page in GUARDED:
        address = page.address(world)
        for part in (*ONE_OF_EACH, "assessor_2"):
            person = world.people[part]
            status = visitors[part].get(address).status_code
            if not person.may(page.access["read"]):
                if status != 403:
                    wrong.append(f"{page} as {part}: {status} instead of 403")
            elif status in PAGE_ANSWERS:
                opened.add(page.name)
            elif status not in (403, 404):  # 403 and 404 here: the record is not theirs
                wrong.append(f"{page} as {part}: {status}")
    assert wrong == []
    assert sorted({page.name for page in GUARDED} - opened) == [], "nobody could open these"


def test_everyone_signed_in_opens_their_own_account_pages(world, visitors):
    for page in PAGES:
        if page.access["read"] == "signed in":
            for part, visitor in visitors.items():
                expected = (200, 302) if part == "owner" or not page.takes else (404,)  # theirs alone
                assert visitor.get(page.address(world)).status_code in expected, f"{page} as {part}"


def test_each_role_has_a_home_that_it_may_open_and_navigation_that_leads_somewhere(world, visitors):
    from accounts.navigation import ENTRIES, for_user

    for _, _, name in ENTRIES:
        reverse(name)
    for part in ONE_OF_EACH:
        person = world.people[part]
        addresses = [item.url for item in for_user(person)]
        assert reverse(person.home) in addresses, part
        for address in addresses:
            assert visitors[part].get(address, follow=True).status_code == 200, f"{address} as {part}"


def test_an_applicant_of_another_organisation_finds_no_page_of_a_record(world, visitors):
    wrong = []
    for page in PAGES:
        if page.access["read"] != "apply" or not page.takes or page.name in OPEN_TO_EVERY_APPLICANT:
            continue
        address = page.address(world)
        owner = visitors["owner"].get(address).status_code
        reads = visitors["stranger"].get(address).status_code
        posts = visitors["stranger"].post(address, {"signed_name": "x"}).status_code
        patches = visitors["stranger"].patch(address).status_code
        answers = {reads, posts, patches}
        if owner not in PAGE_ANSWERS or 404 not in answers or not answers <= {404, 405}:
            wrong.append(f"{page}: owner {owner}, stranger {answers}")
    assert wrong == []


def test_a_colleague_opens_every_page_of_a_record_of_their_organisation(world, visitors):
    wrong = []
    for page in PAGES:
        if page.access["read"] == "apply" and page.takes:
            status = visitors["colleague"].get(page.address(world)).status_code
            if status not in PAGE_ANSWERS | {403} and page.name not in THEIR_OWN:
                wrong.append(f"{page}: {status}")
    assert wrong == []


def test_an_assessor_finds_no_page_of_what_another_was_given(world, visitors):
    wrong = []
    for page in PAGES:
        if page.access["read"] == "read assessments" and page.takes:
            address = page.address(world)
            reads = visitors["other_assessor"].get(address).status_code
            posts = visitors["other_assessor"].post(address).status_code
            if reads != 404 or posts != (404 if page.access["write"] else 403):
                wrong.append(f"{page}: {reads} and {posts}")
    assert wrong == []


def test_the_auditor_changes_nothing(world, visitors):
    wrong = []
    for page in GUARDED:
        status = visitors["auditor"].post(page.address(world), {"confirm": "yes"}).status_code
        if status != 403:
            wrong.append(f"{page}: {status}")
    assert wrong == []


@pytest.mark.parametrize("part", ONE_OF_EACH)
def test_nobody_posts_where_they_may_not_write(world, visitors, part):
    wrong = []
    for page in GUARDED:
        if page.access["write"] is None or not world.people[part].may(page.access["write"]):
            status = visitors[part].post(page.address(world)).status_code
            if status != 403:
                wrong.append(f"{page}: {status}")
    assert wrong == []


def test_looking_at_a_page_writes_nothing(world, visitors):
    wrong = []
    for page in PAGES:
        address = page.address(world)
        may = [p for p in visitors if not page.is_guarded or world.people[p].may(page.access["read"])]
        readers = [visitors[part] for part in may] + ([Client()] if page.is_public else [])
        for visitor in readers:
            writes = Writes()
            with connection.execute_wrapper(writes):
                status = visitor.get(address).status_code
            wrong += [f"{page}: {sql}" for sql in writes.found]
            if page.is_guarded and status == 200:
                break
    assert wrong == []


def test_the_walk_would_notice_a_write(world):
    writes = Writes()
    with connection.execute_wrapper(writes):
        world.owner.save()
    assert len(writes.found) == 1
