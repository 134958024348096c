"""The office's funds and streams, their themes and criteria, and the money behind them (domain.md section 3).

Amounts of budgets are examples unless the figure is known from the office's papers; those say so.
"""

from datetime import date
from decimal import Decimal

from funds.models import LegalPower, Route

DISTRICTS = {
    "Ashford": "E07000105",
    "Canterbury": "E07000106",
    "Dartford": "E07000107",
    "Dover": "E07000108",
    "Folkestone and Hythe": "E07000112",
    "Gravesham": "E07000109",
    "Maidstone": "E07000110",
    "Medway": "E06000035",
    "Sevenoaks": "E07000111",
    "Swale": "E07000113",
    "Thanet": "E07000114",
    "Tonbridge and Malling": "E07000115",
    "Tunbridge Wells": "E07000116",
}

OFFICE = {
    "effective_from": date(2016, 4, 1),
    "office_name": "Office of the Kent Police and Crime Commissioner",
    "office_short_name": "OPCC",
    "service_name": "Grants and commissioning",
    "police_area": "Kent",
    "commissioner_name": "Matthew Scott",
    "commissioner_title": "Kent Police and Crime Commissioner",
    "plan_title": "Safer in Kent: The Community Safety and Criminal Justice Plan",
    "plan_short_title": "Safer in Kent Plan",
    "plan_allocations_page": 19,
    "plan_url": "https://www.example.org/safer-in-kent-plan",
    "spending_url": "https://www.example.org/spending",
    "panel_name": "Kent and Medway Police and Crime Panel",
    "panel_officers_body": "Kent County Council",
    "contact_email": "grants@example.org",
    "contact_hours": "Monday to Friday, 9am to 5pm",
}

# Elections that were to be held in May 2020 and were postponed by a year.
PRE_ELECTION = {
    "name": "Police and Crime Commissioner elections, 6 May 2021",
    "starts_on": date(2021, 3, 23),
    "ends_on": date(2021, 5, 6),
}

COMMISSIONING = "Commissioning budget"
VICTIMS_GRANT = "Ministry of Justice victims' grant"
VRU_GRANT = "Home Office: Violence Reduction Unit"
YOUTH_GRANT = "Home Office: Early Intervention Youth Fund"
COUNTY_LINES_GRANT = "Home Office: county lines"
SEIZED_PROPERTY = "Seized and auctioned property"

SOURCES = [
    {"name": COMMISSIONING},
    {"name": VICTIMS_GRANT, "ring_fenced_for": "Services that help victims of crime."},
    {
        "name": VRU_GRANT,
        "ring_fenced_for": "The Violence Reduction Unit. Notified in June 2019, approved on 9 August 2019.",
        "spend_by": date(2020, 3, 31),
    },
    {"name": YOUTH_GRANT, "ring_fenced_for": "Early intervention with young people at risk."},
    {
        "name": COUNTY_LINES_GRANT,
        "ring_fenced_for": "The county lines project, 2019/20.",
        "spend_by": date(2020, 3, 31),
    },
    {"name": SEIZED_PROPERTY, "ring_fenced_for": "Communities harmed by the offenders it came from."},
]

REPORTS = "Every project sends a report on progress and a report at the end of the year, unless its award says otherwise."


def _criterion(name: str, question: str, guidance: str = "", words: int = 400) -> dict:
    return {"name": name, "question": question, "guidance": guidance, "word_limit": words}


def _points(*names: str) -> list[dict]:
    return [
        _criterion(name, f"How does the project meet this: {name[0].lower()}{name[1:]}?") for name in names
    ]


SIK_CRITERIA = [
    _criterion(
        "The Safer in Kent Plan",
        "How does the project support the Safer in Kent Plan?",
        "which of the plan's priorities it supports\nwhat the project does for each of them",
        300,
    ),
    _criterion(
        "Need",
        "Why is the project needed?",
        "what the problem is and where\nfigures or other evidence\nwhat people there have told you",
    ),
    _criterion(
        "Outcomes",
        "What will change, and how will you know?",
        "what will be different and for how many people\nhow you will measure it",
    ),
    _criterion(
        "Sustainability",
        "What happens after the funding ends?",
        "whether and how the work goes on\nwhat lasts without more money",
        300,
    ),
]

FUNDS = [
    {
        "code": "SIK",
        "name": "Safer in Kent Fund",
        "purpose": "The fund supports projects that prevent crime and anti-social behaviour in neighbourhoods.",
        "route": Route.OPEN,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "who_can_apply": "Charities, community groups, social enterprises and public bodies.",
        "monitoring_terms": REPORTS,
        "themes": [
            "Rural and coastal communities",
            "Reducing re-offending",
            "Young people: diversion and prevention",
            "Tackling anti-social behaviour",
            "Preventing crime and fraud",
            "Communities' awareness of risk, particularly those that are hard to access",
            "Innovative: meets at least one priority and fits none of the other types",
        ],
        "criteria": SIK_CRITERIA,
    },
    {
        "code": "VRF",
        "name": "Violence Reduction Fund",
        "purpose": (
            "The fund sets aside £1 million over three years for projects that cut violent crime. "
            "Years 2 and 3 follow only when the money was used well, monitoring was sent and a business case is approved."
        ),
        "route": Route.OPEN,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "who_can_apply": "Statutory bodies, community and voluntary groups, charities and social enterprises.",
        "monitoring_terms": REPORTS,
        "themes": ["Prevention", "Engagement and education", "Enforcement", "Rehabilitation"],
        "criteria": [
            _criterion("The four themes", "Which of the four themes does the project address, and how?"),
            _criterion("Need", "Why is the project needed?"),
            _criterion("Outcomes", "What will change, and how will you know?"),
            _criterion("Use of money", "How will the money be used well over up to three years?"),
        ],
    },
    {
        "code": "VSS",
        "name": "Victim Specialist Services Fund",
        "purpose": "The fund supports specialist help for victims of crime, free of charge and in confidence.",
        "route": Route.INVITED,
        "legal_power": LegalPower.VICTIMS,
        "who_can_apply": "For 2020/21: organisations that the fund supports already, by business case.",
        "monitoring_terms": "Paid in one instalment, with a report at the end of the award.",
        "criteria": _points(
            "Meets the needs of victims or their families, and acts in their interests",
            "Is free of charge and confidential",
            "Discriminates against nobody, whatever their residence, nationality or citizenship",
            "Is there whether or not the crime was reported to the police",
            "Is there before, during and for a fitting time after an investigation or proceedings",
            "Works together with other providers, with clear referral routes",
            "Works in ways that are new and based on evidence",
            "Understands and answers new trends, crime types and ways of working",
            "Reports clear outcomes",
        ),
    },
    {
        "code": "CTF",
        "name": "Communities Together Fund",
        "purpose": (
            "The fund gives money from seized and auctioned property of offenders back to the communities "
            "that may have been harmed."
        ),
        "route": Route.OPEN,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "who_can_apply": "Volunteer, community and charity groups and social enterprises that meet at least one criterion.",
        "monitoring_terms": REPORTS,
        "criteria": _points(
            "Supports volunteers and neighbours who act against crime and anti-social behaviour",
            "Brings people together and includes everyone",
            "Makes people more aware of mental health and wellbeing",
            "Makes the community safer",
            "Supports the wellbeing of children and young people",
        ),
    },
    {
        "code": "CRG",
        "name": "Crime Reduction Grant: Community Safety Partnerships",
        "purpose": (
            "Each partnership receives the same grant as last year for projects in its own area. Up to a third may "
            "be kept as a tactical pot for needs that arise during the year."
        ),
        "route": Route.ALLOCATED,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": "A business case before the year starts; reports at the middle and the end of the year.",
    },
    {
        "code": "CRT",
        "name": "Crime Reduction Grant: third parties",
        "purpose": "The grant supports Youth Offending and Drug and Alcohol Action Teams with the same award as last year.",
        "route": Route.ALLOCATED,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": "A business case before the year starts; a report at the end of the year and when asked.",
        "themes": ["Youth Offending Teams", "Drug and Alcohol Action Teams"],
    },
    {
        "code": "CRQ",
        "name": "Crime Reduction Grant: other projects",
        "purpose": "The grant supports National Ugly Mugs, which works to end violence against sex workers.",
        "route": Route.DIRECT,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": REPORTS,
    },
    {
        "code": "MHP",
        "name": "Mental Health and Policing Fund",
        "purpose": "The fund supported work between mental health services and the police.",
        "route": Route.INVITED,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": REPORTS,
    },
    {
        "code": "VSV",
        "name": "Other victim services",
        "purpose": "Services for victims outside the Victim Specialist Services Fund, each commissioned on its own.",
        "route": Route.DIRECT,
        "legal_power": LegalPower.VICTIMS,
        "monitoring_terms": REPORTS,
        "themes": [
            "Brake",
            "Domestic Homicide Reviews",
            "Kent County Council Integrated Domestic Abuse Service",
            "Domestic Abuse and Sexual Violence Co-ordinator",
            "Modern Slavery Safe House",
        ],
    },
    {
        "code": "VRP",
        "name": "Other violence reduction projects",
        "purpose": "Projects against serious violence that are funded directly.",
        "route": Route.DIRECT,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": REPORTS,
        "themes": ["County lines", "Domestic Abuse Perpetrator Programme pilot", "Medway Taskforce Manager"],
    },
    {
        "code": "VRU",
        "name": "Violence Reduction Unit",
        "purpose": "A partnership of police, councils and health services that finds and treats the causes of violence.",
        "route": Route.DIRECT,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": REPORTS,
    },
    {
        "code": "EYF",
        "name": "Early Intervention Youth Fund",
        "purpose": "Work that keeps young people at risk of exploitation by county lines gangs away from crime.",
        "route": Route.DIRECT,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": REPORTS,
    },
    {
        "code": "PEP",
        "name": "Prevention and engagement projects",
        "purpose": "Projects that reach young people early, in schools and in uniform.",
        "route": Route.DIRECT,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "monitoring_terms": REPORTS,
        "themes": ["School tours", "Volunteer Police Cadets"],
    },
    {
        "code": "CSV",
        "name": "Commissioned services",
        "purpose": "Contracts for three years, which the Commissioner may extend three times by a year.",
        "route": Route.CONTRACT,
        "legal_power": LegalPower.CONTRACT,
        "monitoring_terms": "Monitored against the outcomes and standards of each contract.",
    },
    {
        "code": "NGS",
        "name": "Subscriptions and one-off purchases",
        "purpose": "Spending that is not a grant: national bodies, analysis and other services.",
        "route": Route.DIRECT,
        "legal_power": LegalPower.OTHER,
    },
]

# fund code, source, first calendar year of the financial year, pounds. Known figures: VRF £1m over three years,
# VRU £1.16m a year, the youth fund £527,573, the Home Office's £202,000. The others are examples.
BUDGETS = [
    ("SIK", COMMISSIONING, 2017, Decimal("150000")),
    ("SIK", COMMISSIONING, 2018, Decimal("150000")),
    ("CTF", SEIZED_PROPERTY, 2017, Decimal("20000")),
    ("PEP", COMMISSIONING, 2017, Decimal("50000")),
    ("PEP", COMMISSIONING, 2020, Decimal("50000")),
    ("NGS", COMMISSIONING, 2017, Decimal("50000")),
    ("NGS", COMMISSIONING, 2018, Decimal("50000")),
    ("VRF", COMMISSIONING, 2019, Decimal("333333.33")),
    ("VRF", COMMISSIONING, 2020, Decimal("333333.33")),
    ("VRF", COMMISSIONING, 2021, Decimal("333333.34")),
    ("VSS", VICTIMS_GRANT, 2019, Decimal("90000")),
    ("VSS", VICTIMS_GRANT, 2020, Decimal("90000")),
    ("MHP", COMMISSIONING, 2019, Decimal("30000")),
    ("VRP", COMMISSIONING, 2019, Decimal("250000")),
    ("VRP", COUNTY_LINES_GRANT, 2019, Decimal("202000")),
    ("VRP", COMMISSIONING, 2020, Decimal("250000")),
    ("VRP", COMMISSIONING, 2021, Decimal("250000")),
    ("VRU", VRU_GRANT, 2019, Decimal("1160000")),
    ("VRU", VRU_GRANT, 2020, Decimal("1160000")),
    ("EYF", YOUTH_GRANT, 2019, Decimal("527573")),
    ("CSV", VICTIMS_GRANT, 2016, Decimal("10")),
    ("CSV", VICTIMS_GRANT, 2017, Decimal("10")),
    ("CSV", VICTIMS_GRANT, 2018, Decimal("10")),
    ("CSV", VICTIMS_GRANT, 2019, Decimal("450010")),
    ("CSV", VICTIMS_GRANT, 2020, Decimal("450010")),
    ("CSV", VICTIMS_GRANT, 2021, Decimal("450010")),
]

MHP_ENDS_ON = date(2020, 3, 31)
MHP_NOTICE = (
    "The fund ends on 31 March 2020. Recipients were told with their award for 2019/20 and are asked for a plan "
    "of how the work goes on without it."
)

TERMS = """Spend the grant only on the project that this agreement describes.

Tell us before you change the project, its dates or its budget.

Keep records of what was spent and delivered for six years, and let us see them when we ask.

Work safely with children and adults at risk, and keep a safeguarding policy.

Send each report by the date it is due. Later instalments wait for reports that are satisfactory.

Give back what is not spent when the grant ends, unless we agree otherwise in writing.

Say in your publicity that the project is funded by the Police and Crime Commissioner."""
