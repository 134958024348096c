"""The form that a new round starts with, drawn from its fund: its sections, questions and keys.

Officers change it in the browser before the round is published. What the office wants to know of every
applicant is here once (screens.md 3.4); what a fund wants to know comes from its criteria.
"""

from questionnaires.models import Question

from .models import Criterion, Round

Kind = Question.Kind
SUMMARY_WORD_LIMIT = 100
ABOUT_YOU, PROJECT, PAPERS = "About you", "Your project", "Money and papers"
CASE = "Your business case"
NO_NAMES = "Leave out names and anything about a person who could be identified."
YES = ["yes"]


def sections_of(round: Round, criteria: list[Criterion], *, brief: bool = False) -> list[dict]:
    """The standard form of a round, as `questionnaires.services.draw_up` takes it.

    `brief` leaves only the project, the criteria and the budget: for small grants.
    """
    has_themes = round.fund.themes.exists()
    if round.is_allocated:
        return _of_an_allocation(has_themes, criteria)
    middle = [_project(has_themes, brief), *[_about(criterion) for criterion in criteria]]
    if round.is_by_invitation:
        middle.insert(0, SO_FAR)
    budget = _budget(round.years)
    if brief:
        return [*middle, budget]
    return [
        ORGANISATION,
        CONTACTS,
        INTERESTS,
        *middle,
        MEASURES,
        SAFEGUARDING,
        budget,
        DOCUMENTS,
    ]


def _of_an_allocation(has_themes: bool, criteria: list[Criterion]) -> list[dict]:
    """The short form of a business case whose projects carry the money (domain.md section 3, CRG)."""
    area = {"key": "area", "title": "Your area", "group": CASE, "questions": [*AREA]}
    if has_themes:
        area["questions"].insert(0, _theme())
    return [area, *[_about(criterion) for criterion in criteria], CASE_CONTACTS]


def _theme() -> dict:
    return _q(
        "theme",
        Kind.ONE_OF,
        "What type of project is it?",
        "The type of project",
        source=Question.Source.THEMES,
        fact="theme",
    )


def question_about(criterion: Criterion) -> dict:
    """The question that a form asks about a criterion."""
    return {
        "key": f"about-{criterion.key}",
        "kind": Kind.LONG_TEXT,
        "text": criterion.question,
        "name": criterion.name[:150],
        "hint": NO_NAMES,
        "guidance": criterion.guidance,
        "word_limit": criterion.word_limit,
        "criterion": criterion.key,
    }


def _about(criterion: Criterion) -> dict:
    return {
        "key": f"about-{criterion.key}",
        "title": criterion.name[:150],
        "group": PROJECT,
        "questions": [question_about(criterion)],
    }


def _q(key: str, kind: str, text: str, name: str, **more) -> dict:
    return {"key": key, "kind": kind, "text": text, "name": name} | more


def _project(has_themes: bool, brief: bool) -> dict:
    questions = [
        _q(
            "title",
            Kind.SHORT_TEXT,
            "What is the name of your project?",
            "Name of your project",
            empty="Enter the name of your project",
            fact="title",
        ),
        _q(
            "summary",
            Kind.LONG_TEXT,
            "Summary of your project",
            "Summary of your project",
            empty="Enter a summary of your project",
            hint="What you will do, for whom and where. We publish it if we fund the project. " + NO_NAMES,
            word_limit=SUMMARY_WORD_LIMIT,
            fact="summary",
        ),
    ]
    if has_themes:
        questions.append(_theme())
    questions += [
        _q(
            "districts",
            Kind.MANY_OF,
            "Where will it take place?",
            "Districts",
            empty="Select at least one district where your project will take place",
            hint="Select all that apply",
            source=Question.Source.DISTRICTS,
            fact="districts",
        ),
        _q(
            "starts-on",
            Kind.DATE,
            "When will your project start?",
            "Project start date",
            empty="Enter the date your project will start",
            fact="starts_on",
        ),
        _q(
            "ends-on",
            Kind.DATE,
            "When will it end?",
            "Project end date",
            empty="Enter the date your project will end",
            fact="ends_on",
        ),
    ]
    if not brief:
        questions += [
            _q(
                "activities",
                Kind.LONG_TEXT,
                "What will you do?",
                "What you will do",
                empty="Enter what you will do",
                hint=NO_NAMES,
                guidance="what happens, step by step\nwho does it, and what experience they have\n"
                "how people hear of it and take part",
                word_limit=500,
            ),
        ]
    questions += [
        _q(
            "has-partners",
            Kind.YES_NO,
            "Will you deliver it together with partner organisations?",
            "Whether you will work with partner organisations",
        ),
        _q(
            "partners",
            Kind.PARTNERS,
            "Which organisations are your partners?",
            "Your partners",
            hint="You are the lead organisation: the grant is paid to you and you answer for it.",
            depends_on="has-partners",
            shown_if=YES,
        ),
    ]
    return {"key": "project", "title": "What you will do", "group": PROJECT, "questions": questions}


def costs_of(years: int) -> list[dict]:
    """The questions that ask for the cost lines, one for each year."""
    return [
        _q(
            "costs" if year == 1 else f"costs-year-{year}",
            Kind.COSTS,
            "What will you spend the money on?"
            if years == 1
            else f"What will you spend the money on in year {year}?",
            "Your costs" if years == 1 else f"Your costs in year {year}",
            hint="Only what you ask us to pay for. Money from others comes on the next page.",
            required=year == 1,
            year=year,
        )
        for year in range(1, years + 1)
    ]


def _budget(years: int) -> dict:
    return {
        "key": "budget",
        "title": "Budget",
        "group": PAPERS,
        "questions": [
            *costs_of(years),
            _q(
                "has-match",
                Kind.YES_NO,
                "Is anyone else paying towards this project?",
                "Whether anyone else is paying towards this project",
            ),
            _q(
                "match",
                Kind.MATCH,
                "Who else is paying towards this project?",
                "Who else is paying",
                depends_on="has-match",
                shown_if=YES,
            ),
        ],
    }


ORGANISATION = {
    "key": "organisation",
    "title": "About your organisation",
    "group": ABOUT_YOU,
    "questions": [
        _q(
            "organisation-purpose",
            Kind.LONG_TEXT,
            "What does your organisation do?",
            "What your organisation does",
            empty="Enter what your organisation does",
            word_limit=100,
            is_offered_again=True,
        ),
        _q(
            "yearly-income",
            Kind.MONEY,
            "What was its income in the last financial year?",
            "Income in the last financial year",
            empty="Enter your income in the last financial year, or 0",
            hint="From your accounts. Enter 0 if it is new.",
            is_offered_again=True,
        ),
    ],
}
CONTACTS = {
    "key": "contacts",
    "title": "Main and senior contact",
    "group": ABOUT_YOU,
    "introduction": "We write to the main contact about this application, and to the senior contact when it matters.",
    "questions": [
        _q("contact-name", Kind.SHORT_TEXT, "Full name of the main contact", "The full name of the main contact", is_offered_again=True),
        _q("contact-email", Kind.EMAIL, "Email address of the main contact", "Email address of the main contact", empty="Enter the email address of the main contact", is_offered_again=True),
        _q("contact-phone", Kind.PHONE, "Telephone number of the main contact", "Telephone number of the main contact", empty="Enter the telephone number of the main contact", is_offered_again=True),
        _q("senior-name", Kind.SHORT_TEXT, "Full name of the senior contact", "The full name of the senior contact", hint="Someone else, such as your chair, treasurer or chief executive", is_offered_again=True),
        _q("senior-role", Kind.SHORT_TEXT, "Their role in the organisation", "The role of the senior contact", is_offered_again=True),
        _q("senior-email", Kind.EMAIL, "Email address of the senior contact", "Email address of the senior contact", empty="Enter the email address of the senior contact", is_offered_again=True),
    ],
}  # fmt: skip
INTERESTS = {
    "key": "interests",
    "title": "Interests and links",
    "group": ABOUT_YOU,
    "questions": [
        _q(
            "has-interests",
            Kind.YES_NO,
            "Does anyone in your organisation have a link with the police force or with our office?",
            "Whether anyone has a link with the police force or our office",
            hint="Such as working there, a close relative who does, or a paid contract. It does not rule you out.",
        ),
        _q(
            "interests",
            Kind.LONG_TEXT,
            "What is the link?",
            "What the link is",
            empty="Enter what the link is",
            hint="Say who by their role, not by name.",
            word_limit=150,
            depends_on="has-interests",
            shown_if=YES,
        ),
    ],
}
MEASURES = {
    "key": "measures",
    "title": "What you will measure",
    "group": PROJECT,
    "introduction": "If we fund your project, your reports to us will show these outcomes with your targets.",
    "questions": [
        _q(
            "outcomes",
            Kind.OUTCOMES,
            "What will change, how will you measure it, and what do you aim for?",
            "Your outcomes",
            hint="Numbers only: of people, sessions, reports or whatever shows the change.",
        )
    ],
}
SAFEGUARDING = {
    "key": "safeguarding",
    "title": "Safeguarding and schools",
    "group": PAPERS,
    "questions": [
        _q(
            "works-with-children",
            Kind.YES_NO,
            "Will you work with children or with adults at risk?",
            "Whether you will work with children or with adults at risk",
        ),
        _q(
            "safeguarding-lead",
            Kind.SHORT_TEXT,
            "What is the role of the person who leads on safeguarding?",
            "The role of the person who leads on safeguarding",
            depends_on="works-with-children",
            shown_if=YES,
        ),
        _q(
            "works-in-schools",
            Kind.YES_NO,
            "Will you work in schools?",
            "Whether you will work in schools",
            depends_on="works-with-children",
            shown_if=YES,
        ),
        _q(
            "in-schools",
            Kind.LONG_TEXT,
            "How do you plan the visits with each school?",
            "How you plan the visits with each school",
            empty="Enter how you plan the visits with each school",
            guidance="what you agree with the school beforehand\nwho of the school is in the room\n"
            "how pupils can ask for help afterwards",
            word_limit=200,
            depends_on="works-in-schools",
            shown_if=YES,
        ),
    ],
}
USUAL_DOCUMENTS = [
    _q(
        "governing-document",
        Kind.FILE,
        "Your governing document",
        "Governing document",
        hint="A constitution, articles or a trust deed. It tells us who you are and how you decide.",
        is_offered_again=True,
    ),
    _q(
        "accounts",
        Kind.FILE,
        "Your latest accounts",
        "Latest accounts",
        hint="They tell us that you can look after the money. A photo of them is good enough.",
        is_offered_again=True,
    ),
    _q(
        "safeguarding-policy",
        Kind.FILE,
        "Your safeguarding policy",
        "Safeguarding policy",
        hint="We ask for it because you work with children or with adults at risk.",
        is_offered_again=True,
        depends_on="works-with-children",
        shown_if=YES,
    ),
    _q(
        "insurance-certificate",
        Kind.FILE,
        "Your insurance certificate",
        "Insurance certificate",
        hint="Public liability, and employers’ liability if you employ people.",
        is_offered_again=True,
    ),
    _q(
        "equality-policy",
        Kind.FILE,
        "Your equality policy",
        "Equality policy",
        hint="It tells us how you treat everyone fairly.",
        is_offered_again=True,
    ),
]
ASKED_OF_ALL = ("governing-document", "accounts", "safeguarding-policy")
DOCUMENTS = {
    "key": "documents",
    "title": "Documents",
    "group": PAPERS,
    "questions": [asked for asked in USUAL_DOCUMENTS if asked["key"] in ASKED_OF_ALL],
}
SO_FAR = {
    "key": "so-far",
    "title": "What has been achieved so far",
    "group": PROJECT,
    "questions": [
        _q(
            "achieved",
            Kind.LONG_TEXT,
            "What has been achieved so far with our money?",
            "What has been achieved so far",
            empty="Enter what has been achieved so far",
            hint=NO_NAMES,
            guidance="what was delivered, in figures\nwhat has changed, and how you know",
            word_limit=400,
        ),
        _q(
            "need-continues",
            Kind.LONG_TEXT,
            "Why does the need continue?",
            "Why the need continues",
            empty="Enter why the need continues",
            hint=NO_NAMES,
            word_limit=300,
        ),
    ],
}
AREA = [
    _q(
        "area-needs",
        Kind.LONG_TEXT,
        "What does your area need?",
        "What your area needs",
        empty="Enter what your area needs",
        hint=NO_NAMES,
        guidance="which crime and anti-social behaviour matters most, and where\nfigures or other evidence\n"
        "what people there have told you",
        word_limit=500,
    ),
    _q(
        "last-year",
        Kind.LONG_TEXT,
        "What did last year’s projects achieve?",
        "What last year’s projects achieved",
        empty="Enter what last year’s projects achieved",
        hint="Say so if you had none. " + NO_NAMES,
        word_limit=500,
    ),
    _q(
        "how-chosen",
        Kind.LONG_TEXT,
        "How were the projects chosen?",
        "How the projects were chosen",
        empty="Enter how the projects were chosen",
        hint="Who took part in the choice, and what it was based on.",
        word_limit=300,
    ),
]
CASE_CONTACTS = {
    "key": "contacts",
    "title": "Contact",
    "group": CASE,
    "introduction": "We write to this person about the business case.",
    "questions": [asked for asked in CONTACTS["questions"] if asked["key"].startswith("contact-")],
}
