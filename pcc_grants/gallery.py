"""What the developers' gallery shows: each component and each field, with and without errors."""

from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator

from pcc_grants import forms
from pcc_grants.lib import clock

KINDS = (("charity", "Charity"), ("school", "School or college"), ("council", "Council"))


class ExampleForm(forms.GovukForm):
    """One of every field."""

    title = forms.TextField(
        "Project name", empty="Enter the name of your project", hint="As it will be published"
    )
    email = forms.EmailField()
    password = forms.PasswordField()
    sessions = forms.NumberField("How many sessions will you run?", name="Number of sessions")
    amount = forms.MoneyField("Cost of venue hire", maximum=Decimal(10000))
    starts_on = forms.DateField(
        "When will your project start?",
        name="Project start date",
        empty="Enter the date your project will start",
        hint="For example, 1 July 2019",
    )
    need = forms.WordsField("Why is the project needed?", name="Why the project is needed", max_words=300)
    notes = forms.WordsField("Notes", max_words=None, rows=3, required=False)
    kind = forms.ChoiceRadios(
        "What type of organisation are you?",
        KINDS,
        empty="Select what type of organisation you are",
        hints={"charity": "Registered with the Charity Commission"},
    )
    secured = forms.ChoiceRadios(
        "Is the money secured?",
        (("yes", "Yes"), ("no", "No")),
        inline=True,
        empty="Select whether the money is secured",
    )
    theme = forms.ChoiceSelect("Theme", KINDS, empty="Select a theme")
    priorities = forms.Checkboxes(
        "Which priorities does your project support?",
        KINDS,
        empty="Select at least one priority your project supports",
        hint="Select all that apply",
    )
    accounts = forms.FileField("Your latest accounts", hint="PDF, Word or a photo, smaller than 20MB")
    correct = forms.Tick("The information is correct", empty="Confirm that the information is correct")


WRONG = {
    "title": "x" * 201,
    "email": "name at example",
    "sessions": "a few",
    "amount": "10,450",
    "starts_on_day": "31",
    "starts_on_month": "June",
    "starts_on_year": "2019",
    "need": "word " * 341,
}


def examples(request) -> dict:
    """The context of the gallery page."""
    return {
        "form": ExampleForm(WRONG),
        "blank_form": ExampleForm(auto_id="blank_%s"),
        "filter_form": FilterForm(request.GET, auto_id="filter_%s"),
        "crumbs": [("Today", "/"), ("Applications", "/")],
        "statuses": ["Draft", "Submitted", "Overdue", "Due soon", "Accepted", "Ending"],
        "page_obj": Paginator(range(230), 25).get_page(request.GET.get("page", "4")),
        "rows": [
            ["Example Youth Project", "12 Jun 2019", "£10,000.00"],
            ["Example Academy", "3 May 2019", "£942.87"],
        ],
        "columns": ["Recipient", "Paid", "Amount"],
        "total": ["Total", "", "£10,942.87"],
        "facts": [
            ("Name", "Example Youth Project", "#main-content"),
            ("Website", ""),
            ("Address", "1 High Street\nKent"),
        ],
        "tasks": [
            {"title": "Your organisation", "url": "#main-content", "status": "Completed"},
            {
                "title": "Budget",
                "url": "#main-content",
                "status": "In progress",
                "hint": "Changed 10 minutes ago",
            },
            {"title": "Check and submit", "status": "Cannot start yet"},
        ],
        "events": [
            {
                "title": "Application submitted",
                "by": "the applicant",
                "at": clock.now(),
                "text": "Two lines\nof text",
            },
            {"title": "Application started", "at": date(2019, 5, 3)},
        ],
    }


class FilterForm(forms.GovukForm):
    status = forms.ChoiceSelect("Status", KINDS, blank="All", required=False)
    words = forms.TextField("Organisation", width=20, required=False)
