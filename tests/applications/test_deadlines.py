"""Deadlines through the pages, to the second: summer, winter, and when the clocks change (3.12, 6.29)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from applications import services
from applications.models import Application, Copy, Status
from applications.views.common import closing_note
from funds.models import Round
from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories
from tests.access.addresses import PAGES
from tests.applications import form_pages as form
from tests.page_text import refused, text_of

# Closing at 5pm: the day, and that moment in UTC.
CLOSINGS = {
    "British Summer Time": (date(2019, 5, 17), datetime(2019, 5, 17, 16, 0, tzinfo=UTC)),
    "Greenwich Mean Time": (date(2019, 1, 18), datetime(2019, 1, 18, 17, 0, tzinfo=UTC)),
    "the day the clocks go forward": (date(2019, 3, 31), datetime(2019, 3, 31, 16, 0, tzinfo=UTC)),
    "the day the clocks go back": (date(2019, 10, 27), datetime(2019, 10, 27, 17, 0, tzinfo=UTC)),
}
GRACE = timedelta(minutes=15)


@pytest.fixture(params=CLOSINGS)
def closing(request, officer, applicant, organisation):
    """A complete draft of a round that closes at 5pm, and that moment."""
    day, moment = CLOSINGS[request.param]
    with clock.at(day - timedelta(days=5)):
        round = factories.open_round(
            officer, factories.fund(officer), closes_at=clock.london(day, time(17, 0))
        )
        draft = factories.draft(applicant, round, organisation)
    assert round.closes_at == moment
    return draft, moment


@pytest.mark.parametrize(
    ("clock_time", "after", "is_accepted", "is_flagged"),
    [
        ("17:00:00", timedelta(0), True, False),
        ("17:00:01", timedelta(seconds=1), True, True),
        ("17:15:00", GRACE, True, True),
        ("17:15:01", GRACE + timedelta(seconds=1), False, False),
    ],
)
def test_requirement_29(login, closing, applicant, clock_time, after, is_accepted, is_flagged):
    draft, moment = closing
    url = form.url("application_submit", draft)
    with clock.at(moment + after) as now:
        assert f"{now.astimezone(clock.LONDON):%H:%M:%S}" == clock_time
        response = login(applicant).post(url, form.SIGNED)
    draft.refresh_from_db()
    assert draft.received_in_grace == is_flagged
    if is_accepted:
        assert response.url == form.url("application_submitted", draft)
        assert (draft.status, draft.submitted_at) == (Status.SUBMITTED, moment + after)
    else:
        day = clock.format_deadline(moment).replace("\xa0", " ")
        refused(response, f"This fund closed at {day}. Your application was not submitted.")
        assert (draft.status, draft.submitted_at) == (Status.DRAFT, None)


def test_what_counts_is_when_the_request_arrived_not_how_long_it_was_worked_on(closing, applicant):
    draft, moment = closing
    with clock.at(moment + GRACE + timedelta(seconds=50)):
        services.submit(
            by=applicant,
            application=draft,
            signed_name="The Chair",
            signed_role="Chair",
            received_at=moment,
        )
    draft.refresh_from_db()
    assert (draft.submitted_at, draft.received_in_grace) == (moment, False)


# -- What is shown before it closes --------------------------------------------------------------------------


def ref_pages(application):
    """The addresses of every page of an application that takes nothing but its reference, and of its form."""
    names = [page.name for page in PAGES if page.name and page.name.startswith("application")]
    takes = {page.name: page.takes for page in PAGES if page.name}
    found = [reverse(name, args=[application.reference]) for name in names if takes[name] == {"ref"}]
    found += [form.page(application, "project", "title"), form.page(application, "budget", "costs")]
    found += [
        form.url("application_section", application, "budget"),
        form.url("application_comment", application, "budget"),
        form.url("application_history", application, "project", "title"),
    ]
    return found


def test_in_the_last_24_hours_every_page_of_a_draft_says_when_it_closes(login, draft, applicant):
    browser, closes = login(applicant), draft.round.closes_at
    with clock.at(closes - timedelta(hours=2, minutes=20)):
        shown = [browser.get(url) for url in ref_pages(draft)]
        pages = [one for one in shown if one.status_code == 200 and b"<main" in one.content]
        assert len(pages) >= 8
        for page in pages:
            assert "This fund closes at 5pm today. It is now 2:40pm." in text_of(page), page.request[
                "PATH_INFO"
            ]


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (timedelta(hours=24, seconds=1), ""),
        (timedelta(hours=24), "This fund closes at 5pm tomorrow. It is now 5pm."),
        (timedelta(hours=17, minutes=1), "This fund closes at 5pm tomorrow. It is now 11:59pm."),
        (timedelta(hours=17), "This fund closes at 5pm today. It is now 12am."),
        (timedelta(0), "This fund closes at 5pm today. It is now 5pm."),
        (-GRACE, "You can still submit until 5:15pm. It is now 5:15pm."),
        (-GRACE - timedelta(seconds=1), ""),
    ],
)
def test_the_inset_says_the_time_of_the_server(draft, before, sentence):
    with clock.at(draft.round.closes_at - before):
        note = closing_note(draft)
    assert note.endswith(sentence) if sentence else not note


def test_the_inset_says_a_time_of_their_own(login, draft, applicant, officer, officer_2):
    until = draft.round.closes_at + timedelta(days=1)
    extension = services.propose_extension(
        by=officer, application=draft, until=until, reason="other", explanation="Agreed."
    )
    services.confirm_extension(by=officer_2, extension=extension)
    with clock.at(until - timedelta(hours=1)):
        text = text_of(login(applicant).get(form.url("application", draft)))
        assert "You have until 5pm today to submit. It is now 4pm." in text
        home = text_of(login(applicant).get(reverse("home")))
    assert "Finish your application" in home
    assert "You have until 5pm on" in home


# -- A page that was left open -------------------------------------------------------------------------------


def test_an_answer_typed_across_the_end_is_not_saved_and_stays_on_the_page(login, closing, applicant):
    draft, moment = closing
    browser, url = login(applicant), form.page(draft, *["about-need"] * 2)
    typed = form.need(draft, "The words of a long evening.")
    with clock.at(moment + GRACE):
        assert browser.post(url, typed | form.LATER).status_code == 302
    typed = form.need(draft, "Other words of the same evening.")
    with clock.at(moment + GRACE + timedelta(seconds=1)):
        html = refused(browser.post(url, typed), "This fund closed at 5pm on", "can no longer be changed")
        assert "Other words of the same evening." in html
        assert form.answer(draft, "about-need") == "The words of a long evening."
        services.close_rounds()
    with clock.at(moment + timedelta(hours=1)):
        services.close_rounds()
        html = refused(browser.post(url, typed), "was not submitted and cannot be changed")
    assert "Other words of the same evening." in html


def test_a_submit_page_across_the_end_says_so_before_what_is_missing(
    login, open_round, organisation, applicant
):
    empty = services.start(by=applicant, round=open_round, organisation=organisation)
    with clock.at(open_round.submissions_end_at + timedelta(seconds=1)):
        response = login(applicant).post(form.url("application_submit", empty), form.SIGNED)
    html = refused(response, "This fund closed at 5pm on", "Your application was not submitted.")
    assert "Enter the name of your project" not in html
    assert 'value="The Chair"' in html


def test_handing_over_for_a_signature_across_the_end_is_refused(login, draft, applicant, colleague):
    with clock.at(draft.round.submissions_end_at + timedelta(seconds=1)):
        response = login(applicant).post(
            form.url("application_submit", draft), {"hand_over": "yes", "signatory": applicant.pk}
        )
    refused(response, "Your application was not submitted.")


# -- After it has closed -------------------------------------------------------------------------------------


def test_in_the_grace_drafts_go_on_and_new_ones_are_not_started(
    login, draft, applicant, organisation, fund, officer
):
    start = reverse("application_start", args=[draft.round_id])
    coming = factories.open_round(
        officer,
        fund,
        opens_at=draft.round.closes_at + timedelta(days=30),
        closes_at=draft.round.closes_at + timedelta(days=60),
        projects_start_on=clock.today() + timedelta(days=90),
    )
    browser = login(applicant)
    with clock.at(draft.round.closes_at + timedelta(minutes=1)):
        for response in (browser.get(start), browser.post(start)):
            text = text_of(response)
            assert "This fund closed at 5pm on" in text
            assert f"Next round: {fund}: {coming.name}, opens" in text
        assert "You have completed" in text_of(browser.get(form.url("application", draft)))
    assert Application.objects.count() == 1
    with clock.at(draft.round.closes_at):
        assert browser.post(start).status_code == 302
    assert Application.objects.count() == 2


@pytest.mark.usefixtures("office")
def test_the_page_of_a_draft_that_was_not_submitted(login, draft, applicant, fund, officer):
    browser, url = login(applicant), form.url("application", draft)
    with clock.at(draft.round.submissions_end_at + timedelta(seconds=1)):
        text = text_of(browser.get(url))
        assert "This fund closed at 5pm on" in text
        assert "Your application was not submitted" in text
        assert "We will email you a copy of it as a PDF within the hour." in text
    with clock.at(draft.round.closes_at + timedelta(minutes=20)):
        services.close_rounds()
        response = browser.get(url)
    text = text_of(response)
    assert text.count("This fund closed at 5pm on") == 1
    assert "Example workshops" in text
    assert "Find other funding" in text
    assert "grants@example.org" in text
    assert "Next round" not in text
    copy = form.url("application_copy", draft)
    assert copy in response.content.decode()
    pdf = browser.get(copy)
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_an_earlier_copy_is_not_offered_as_the_copy_of_the_draft(login, draft, applicant):
    factories.submitted(applicant, draft)
    services.reopen(by=applicant, application=draft)
    with clock.at(draft.round.submissions_end_at + timedelta(seconds=1)):
        response = login(applicant).get(form.url("application", draft))
    assert form.url("application_copy", draft) not in response.content.decode()


def test_the_email_with_the_copy_leaves_within_the_hour(draft, mailoutbox):
    with clock.at(draft.round.closes_at + timedelta(minutes=21)):
        services.close_rounds()
        services.make_copies()
        from notifications.services import deliver_due

        deliver_due()
    assert {name for one in mailoutbox for name, _, _ in one.attachments} == {
        f"{draft.reference} draft that was not submitted.pdf"
    }
    assert Copy.objects.get().kind == Copy.Kind.UNSUBMITTED
    assert Message.objects.filter(template="applications/not_submitted", state="sent").count() == 2


def test_a_round_without_grace_ends_in_its_closing_second(login, draft, applicant):
    Round.objects.update(grace_minutes=0)
    closes = draft.round.closes_at
    with clock.at(closes + timedelta(seconds=1)):
        refused(login(applicant).post(form.url("application_submit", draft), form.SIGNED), "closed")
    with clock.at(closes):
        assert login(applicant).post(form.url("application_submit", draft), form.SIGNED).status_code == 302
