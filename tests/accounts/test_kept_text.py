"""What is sent after a session has ended is kept for its writer alone, and put back (screens.md 6.23)."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.keeping import MOST_KEPT, delete_old, keep
from accounts.middleware import SIGNED_OUT
from accounts.models import KeptText
from accounts.tasks import delete_kept_texts
from accounts.views.sign_in import sign_in as sign_in_view
from pcc_grants.lib import clock
from pcc_grants.lib.sent import MADE_FOR, MOST_FIELDS, label_of, sign_for
from pcc_grants.views import OUT_OF_DATE
from tests.applications.form_pages import LATER, answer, need, page
from tests.page_text import text_of
from tests.pages.reading import Page

WRITTEN = "Young people told us.\r\nThey are <b>afraid</b> & alone. "


@pytest.fixture
def question(draft):
    return page(draft, "about-need", "about-need")


@pytest.fixture
def typed(draft, applicant):
    """What the applicant's page sends: the answer, and for whom the page was made."""
    return need(draft, WRITTEN) | LATER | {MADE_FOR: sign_for(applicant)}


def fields_of(html, action=None) -> dict:
    """The hidden fields of the form that sends again."""
    read = Page(html)
    [form] = [f for f in read.all("form") if f.inside("main") and f.attrs.get("enctype")]
    assert action is None or form.attrs["action"] == action
    names = [e for e in read.all("input") if e.inside("main") and e.attrs.get("type") == "hidden"]
    return {e.attrs["name"]: e.attrs["value"] for e in names}


def kept_by(client, question, typed) -> KeptText:
    """Sent by a visitor; the one text that is now kept."""
    response = client.post(question, typed)
    kept = KeptText.objects.get()
    assert response.url == f"{reverse('sign_in')}?next=/kept/{kept.key}/"
    return kept


# -- Keeping, and putting back -----------------------------------------------------------------------------


def test_every_form_of_a_signed_in_person_says_whom_it_was_made_for(login, applicant, question):
    html = login(applicant).get(question).content.decode()
    forms = html.count('method="post"')
    assert forms >= 3  # the questions, and signing out in the header and in the warning
    assert html.count(f'name="{MADE_FOR}"') == html.count('name="csrfmiddlewaretoken"') == forms


def test_a_visitor_s_forms_are_made_for_nobody(client):
    html = client.get(reverse("sign_in")).content.decode()
    assert "csrfmiddlewaretoken" in html and MADE_FOR not in html


def test_what_is_sent_after_the_end_of_the_session_is_saved_after_signing_in(
    client, applicant, draft, question, typed
):
    kept = kept_by(client, question, typed)
    assert answer(draft, "about-need") != WRITTEN
    client.force_login(applicant)
    response = client.get(reverse("kept_text", args=[kept.key]))
    words = text_of(response)
    assert "You were signed out. We kept what you wrote" in words
    assert "About need Young people told us. They are <b>afraid</b> & alone." in words
    assert "no-store" in response["Cache-Control"]

    fields = fields_of(response, action=question)
    assert fields["q-about-need"] == WRITTEN
    response = client.post(question, fields)
    assert response.url == reverse("application", args=[draft.reference])  # "Save and come back later"
    assert answer(draft, "about-need") == "Young people told us.\nThey are <b>afraid</b> & alone."
    assert not KeptText.objects.exists()


def test_the_way_from_the_lost_page_to_the_saved_answer(applicant, draft, question, typed):
    """With the checks of tokens on, from page to page, as a browser goes."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(applicant)
    read = Page(client.get(question))
    sent = {
        e.attrs["name"]: e.attrs["value"]
        for e in read.all("input")
        if e.attrs.get("type") == "hidden" and e.inside("main")
    }
    client.session.flush()
    response = client.post(question, sent | {"q-about-need": WRITTEN}, follow=True)
    assert "We kept what you wrote. Sign in to see it." in text_of(response)
    kept = KeptText.objects.get()
    client.force_login(applicant)
    fields = fields_of(client.get(reverse("kept_text", args=[kept.key])), action=question)
    assert client.post(question, fields).status_code == 302
    assert answer(draft, "about-need").startswith("Young people told us.")


def test_the_query_of_the_page_is_kept(client, question, typed):
    assert kept_by(client, f"{question}?next=submit", typed).path == f"{question}?next=submit"


def test_what_was_kept_is_offered_when_signing_in_without_the_link(
    client, applicant, question, typed, settings
):
    kept = kept_by(client, question, typed)
    applicant.is_sample = True
    applicant.save(update_fields=["is_sample"])
    settings.DEMONSTRATION = True
    response = Client().post(reverse("sign_in_as", args=[applicant.pk]))
    assert response.url == reverse("kept_text", args=[kept.key])


def test_what_still_has_mistakes_comes_back_on_its_own_page_and_is_kept_no_longer(
    client, applicant, draft, question, typed
):
    typed = {name: value for name, value in typed.items() if name not in LATER}
    kept = kept_by(client, question, typed | {"q-about-need": "word " * 400})
    client.force_login(applicant)
    response = client.post(question, fields_of(client.get(reverse("kept_text", args=[kept.key]))))
    assert response.status_code == 422
    assert "word word" in response.content.decode()
    assert not KeptText.objects.exists()


def test_what_cannot_be_put_back_stays_kept(client, applicant, colleague, draft, question, typed):
    kept = kept_by(client, question, typed)
    client.force_login(applicant)
    fields = fields_of(client.get(reverse("kept_text", args=[kept.key])))
    assert client.post("/applications/NOT-0000/about-need/about-need/", fields).status_code == 404
    assert KeptText.objects.exists()


def test_any_form_is_kept_and_put_back(client, applicant):
    """Not only the questions of an application: here, one's own name."""
    address = reverse("account")
    kept = kept_by(client, address, {"name": "Sample treasurer", MADE_FOR: sign_for(applicant)})
    client.force_login(applicant)
    client.post(address, fields_of(client.get(reverse("kept_text", args=[kept.key])), action=address))
    applicant.refresh_from_db()
    assert applicant.name == "Sample treasurer"
    assert not KeptText.objects.exists()


def test_several_values_of_one_field_are_all_put_back(client, applicant, question, typed):
    kept = kept_by(client, question, typed | {"q-districts": ["3", "5"]})
    assert [f for f in kept.fields if f[0] == "q-districts"] == [["q-districts", "3"], ["q-districts", "5"]]


def test_a_file_is_not_kept_and_the_page_says_so(client, applicant, question, typed):
    kept = kept_by(client, question, typed | {"q-accounts": SimpleUploadedFile("a.pdf", b"%PDF-1.4 secret")})
    client.force_login(applicant)
    response = client.get(reverse("kept_text", args=[kept.key]))
    assert "We could not keep the files that you selected" in text_of(response)
    assert "q-accounts" not in fields_of(response)
    assert "PDF-1.4" not in str(kept.fields)


def test_the_same_sent_twice_is_kept_once(client, question, typed):
    for _ in range(3):
        kept_by(client, question, typed)


def test_what_is_not_wanted_is_deleted_after_a_question(client, applicant, question, typed):
    kept = kept_by(client, question, typed)
    client.force_login(applicant)
    discard = reverse("kept_text_discard", args=[kept.key])
    assert "You cannot undo this" in text_of(client.get(discard))
    assert KeptText.objects.exists()
    assert client.post(discard).url == reverse(applicant.home)
    assert not KeptText.objects.exists()
    assert client.post(discard).status_code == 404


# -- Only for its writer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["colleague", "stranger", "officer", "administrator", "auditor"])
def test_nobody_else_finds_it(client, login, request, question, typed, other):
    kept = kept_by(client, question, typed)
    browser = login(request.getfixturevalue(other))
    for name in ("kept_text", "kept_text_discard"):
        for response in (
            browser.get(reverse(name, args=[kept.key])),
            browser.post(reverse(name, args=[kept.key])),
        ):
            assert response.status_code == 404
            assert "Young people" not in response.content.decode()
    assert KeptText.objects.exists()


def test_a_visitor_is_asked_to_sign_in_first(client, question, typed):
    kept = kept_by(client, question, typed)
    response = client.get(reverse("kept_text", args=[kept.key]))
    assert response.status_code == 302 and response.url.startswith(reverse("sign_in"))
    assert "Young people" not in client.get(response.url).content.decode()


def test_nobody_deletes_what_another_put_back(client, login, colleague, question, typed):
    kept = kept_by(client, question, typed)
    sent = {name: value for name, value in typed.items() if name != MADE_FOR}
    login(colleague).post(question, sent | {"kept-text": kept.key})
    assert KeptText.objects.exists()


def test_a_page_made_for_someone_else_saves_nothing_in_another_s_name(
    login, colleague, draft, question, typed
):
    before = answer(draft, "about-need")
    response = login(colleague).post(question, typed)
    assert "This page was made for someone else" in text_of(response)
    assert "Young people" not in response.content.decode()
    assert answer(draft, "about-need") == before
    assert KeptText.objects.get().user_id != colleague.pk


# -- Not kept ----------------------------------------------------------------------------------------------


def not_kept(client, address, typed):
    response = client.post(address, typed)
    assert response.status_code in (302, 400)
    assert not KeptText.objects.exists()


@pytest.mark.parametrize("made_for", ["", "1", "1:x:y", "\x00", "é" * 500, "x" * 100_000])
def test_a_forged_name_keeps_nothing(client, question, typed, made_for):
    not_kept(client, question, typed | {MADE_FOR: made_for})


@pytest.mark.parametrize("value", ["1", None, [1], True, {"pk": 1}, 999_999_999])
def test_a_name_signed_for_something_else_keeps_nothing(client, question, typed, applicant, value):
    not_kept(client, question, typed | {MADE_FOR: signing.dumps(applicant.pk, salt="another purpose")})
    not_kept(client, question, typed | {MADE_FOR: signing.dumps(value, salt="pcc_grants.made_for")})


def test_a_page_that_does_not_say_for_whom_keeps_nothing(client, question, draft):
    not_kept(client, question, need(draft, WRITTEN))


def test_nothing_is_kept_for_a_closed_account(client, applicant, administrator, question, typed):
    services.deactivate(by=administrator, person=applicant)
    not_kept(client, question, typed)


def test_a_button_without_words_is_not_kept(client, applicant, draft):
    not_kept(client, reverse("application_withdraw", args=[draft.reference]), {MADE_FOR: sign_for(applicant)})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "a long password"),
        ("sort_code", "309430"),
        ("account-number", "12345678"),
        ("code", "123456"),
    ],
)
def test_a_form_with_a_secret_is_never_kept(client, question, typed, field, value):
    not_kept(client, question, typed | {field: value})


def test_the_pages_of_signing_in_are_never_kept(client, applicant):
    assert sign_in_view.access["write"] == "public"
    typed = {"email": applicant.email, MADE_FOR: sign_for(applicant)}
    client.post(reverse("sign_in"), typed)
    client.post(reverse("sign_out"), typed)
    assert not KeptText.objects.exists()


def test_without_a_token_of_our_own_page_nothing_from_elsewhere_is_kept(question, typed):
    strict = Client(enforce_csrf_checks=True)
    for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        response = strict.post(question, typed, headers=headers)
        assert "Young people" not in response.content.decode()
    assert not KeptText.objects.exists()


def test_more_fields_than_can_be_sent_again_are_not_kept(client, question, typed):
    not_kept(client, question, typed | {f"f{n}": "x" for n in range(MOST_FIELDS)})


def test_more_than_any_page_takes_is_not_kept(client, question, typed):
    not_kept(client, question, typed | {"q-about-need": "x" * 3_000_000})


# -- Hostile and enormous ----------------------------------------------------------------------------------


def test_a_very_long_text_comes_back_whole(client, applicant, draft, question, typed):
    text = "word " * 19_000
    kept = kept_by(client, question, typed | {"q-about-need": text})
    client.force_login(applicant)
    fields = fields_of(client.get(reverse("kept_text", args=[kept.key])))
    assert client.post(question, fields).status_code == 302
    assert answer(draft, "about-need") == text.strip()


@pytest.mark.parametrize("text", ["a\x00b", "‮turned", "<script>alert(1)</script>", "\r\n" * 10_000 + "x"])
def test_odd_characters_are_kept_and_shown_as_text(client, applicant, question, typed, text):
    data = b"q-about-need=" + b"%00%ff" + b"x&" + f"{MADE_FOR}={sign_for(applicant)}".encode()
    client.post(question, data, content_type="application/x-www-form-urlencoded")
    client.post(question, typed | {"q-about-need": text})
    assert KeptText.objects.count() == 2
    client.force_login(applicant)
    for kept in KeptText.objects.all():
        response = client.get(reverse("kept_text", args=[kept.key]))
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
        assert client.post(question, fields_of(response)).status_code in (302, 422)


@pytest.mark.parametrize("name", ["x" * 500, "\x00", "<b>", "a\r\nb", "q-\x00", "constructor"])
def test_odd_names_of_fields_are_no_fault_of_ours(client, applicant, question, typed, name):
    kept = kept_by(client, question, typed | {name: "words"})
    client.force_login(applicant)
    response = client.get(reverse("kept_text", args=[kept.key]))
    assert response.status_code == 200
    assert client.post(question, fields_of(response)).status_code in (302, 422)


def test_an_address_too_long_to_keep_loses_only_its_query(client, question, typed):
    assert kept_by(client, f"{question}?{'x' * 600}", typed).path == question


@pytest.mark.parametrize("key", ["x", "x" * 43, "\x00", "-" * 5_000])
def test_a_made_up_key_puts_nothing_back_and_is_no_fault(login, applicant, draft, question, key):
    assert (
        login(applicant).post(question, need(draft, "Words") | LATER | {"kept-text": key}).status_code == 302
    )


def test_of_one_person_only_the_latest_are_kept(applicant):
    for number in range(MOST_KEPT + 3):
        keep(user=applicant, path="/account/", fields=[["name", str(number)]])
    assert KeptText.objects.count() == MOST_KEPT
    assert KeptText.objects.order_by("pk").first().fields == [["name", "3"]]


# -- For a week --------------------------------------------------------------------------------------------


def test_it_is_deleted_after_seven_days(applicant, settings):
    assert settings.CELERY_BEAT_SCHEDULE["delete-kept-texts"]["task"] == delete_kept_texts.name
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        keep(user=applicant, path="/account/", fields=[["name", "Sample"]])
        travel.shift(timedelta(days=7))
        assert delete_kept_texts() == 0
        travel.shift(timedelta(seconds=1))
        assert delete_kept_texts() == 1
        assert delete_old() == 0


# -- A script whose session has ended ----------------------------------------------------------------------


def test_saving_while_typing_is_told_that_the_session_has_ended(client, draft):
    response = client.patch(reverse("application_autosave", args=[draft.reference]), "q-title=x")
    assert (response.status_code, response.json()) == (401, {"message": SIGNED_OUT})


def test_saving_while_typing_is_told_that_the_token_is_old(applicant, draft):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(applicant)
    response = strict.patch(reverse("application_autosave", args=[draft.reference]), "q-title=x")
    assert (response.status_code, response.json()) == (403, {"message": OUT_OF_DATE})


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("q-about-need", "About need"),
        ("q-costs-0-what", "Costs 1 what"),
        ("q-starts-on_day", "Starts on day"),
        ("reason", "Reason"),
    ],
)
def test_a_field_s_name_is_shown_as_words(name, label):
    assert label_of(name) == label
