"""Publication of the known payments, and the Panel's papers of November 2017 and June 2019."""

from datetime import date

from reports import papers, services
from reports.models import Paper, PublishedItem

from .people import Cast

# The month of each known payment, and the day on which it was published.
PUBLISHED = [
    (date(2017, 7, 1), date(2017, 8, 8)),
    (date(2017, 8, 1), date(2017, 9, 8)),
    (date(2017, 9, 1), date(2017, 10, 6)),
    (date(2018, 11, 1), date(2018, 12, 7)),
    (date(2019, 1, 1), date(2019, 2, 8)),
    (date(2019, 4, 1), date(2019, 5, 7)),
    (date(2019, 5, 1), date(2019, 6, 7)),
    (date(2019, 7, 1), date(2019, 8, 7)),
    (date(2020, 4, 1), date(2020, 5, 7)),
    (date(2020, 10, 1), date(2020, 11, 6)),
]

NOVEMBER_2017 = {
    "Amelix Ltd": """The grant pays for the ‘Is it worth it?’ tours, which Amelix Ltd takes to young people in years 7 to 10, aged 11 to 15, in schools across Kent and Medway.

Schools have had the tours for some years, and the Police and Crime Commissioner (PCC) now pays for them. They are about cybercrime: staying safe online, the trail that people leave there, the risks of sexual images made by young people, how to report bullying, and where to find help.

Schools speak well of the tours. Amelix Ltd works with the music industry, which matches the funding, and a rising artist brings the message, so that young people listen.

There are three blocks of two weeks each year, in October, February and July.

During 2017 and 2018 the office works with Amelix Ltd and Kent Police on the tours and on how schools give feedback, so that a change in behaviour can be seen and the message stays in step with young people's lives.

A grant agreement sets out what is expected and what is paid, so that it is clear who answers for what.""",
    "Magnate Generation CIC": """Magnate Generation, a community interest company, applied to the first round of the Safer in Kent Fund, which was open from 7 March to 30 May 2017.

It helps young people in Kent who run a business or want to start one. Its bid was for young people who face disadvantage or have offended, and want to make something of their own.

The award pays for local workshops, business mentoring, support from peers and events at which young people present their ideas.

The project turns young people away from crime and anti-social behaviour, reduces youth unemployment and teaches the skills of business.

It starts in Folkestone and goes on to Ashford and Canterbury, with the aim of at least one school in each town.

Every project that the PCC funds sends a report on progress and a report at the end of the year. The report of October 2017 tells, among other things, of:
- a young person who set up a carpentry business with the help of a mentor
- someone who had offended and was helped to find part-time work and, through a partner, care for their health

The main programme will also run in one school for three groups of 10 students, three days a week: 30 students each day.""",
    "Shepway Chariots": """The Safer in Kent Plan says that offenders should pay for the harm they cause. Kent Police seizes and auctions their property, often vehicles used in crime, and the Communities Together Fund gives that money to communities that may have been harmed.

Volunteer, community and charity groups and social enterprises could bid. A bid had to meet at least one of five criteria:
- volunteers and neighbours who act against crime and anti-social behaviour
- a community that holds together and includes everyone
- awareness of mental health and wellbeing
- a safer community
- the wellbeing of children and young people

Shepway Chariots first bid to the Safer in Kent Fund. The bid was moved because it fits the criteria above better.

The award is for the Community Garden Pathways and Octagon Outdoor Classroom, a garden and classroom where neighbours learn together, so that fewer people are alone and there is less trouble.

The project offers crafts and learning, and brings Shepway's neighbours together.""",
    "PCC for North Yorkshire": """The National Rural Crime Network was founded in July 2014. PCCs and their forces, 28 of them, pay a subscription of £2,000 a year, and NFU Mutual adds sponsorship. North Yorkshire Police keeps its budget.

PCCs of rural areas set it up because more was to be done for rural communities, and because what works in cities does not always work in villages.

The network looks at all crime and anti-social behaviour in the countryside. It takes no political side. Beside PCCs and police forces it includes charities and companies that care about rural life.

Its work is to share what works, to speak for rural communities and to shape policy.

It has five aims:
- to show what rural crime costs people and places, so that resources are shared fairly
- to collect good examples that others can take up
- to show people in the countryside that they are heard, and to bring their views forward
- to encourage people and businesses to act locally
- to think ahead with those who do the work

Members meet every quarter around England and Wales and judge new ideas for quality and for use elsewhere.

The network works with the national leads for rural crime and for heritage crime, and with the College of Policing.""",
}

JUNE_2019 = {
    "Gravesham Network Development CIC": """The Safer in Kent Fund is for projects that prevent crime and anti-social behaviour in neighbourhoods. Projects of seven types could apply:
- rural and coastal communities
- less re-offending
- young people: diversion and prevention, for those who cause trouble, are on the edge of the criminal justice system or are in it
- anti-social behaviour
- crime and fraud
- awareness of risk, above all in communities that are hard to access
- new ideas that meet one of the PCC's priorities and fit none of the others

A bid could ask for up to £10,000. Bids were judged on four criteria:
- the Safer in Kent Plan
- need
- outcomes
- sustainability

Gravesham Network Development CIC applied to the second round in September 2018. It was awarded £10,000 to deliver at least 3 youth music events in Gravesham.

The events bring young people of all backgrounds together to learn about youth violence and anti-social behaviour, and to meet people who can help them decide well. Kent Police, the council, early help services and public health support them.

One event was held on 19 December 2018 and 2 more are planned. Young people, some of them out of school and work, met the police and others in a relaxed setting, and left readier to talk to them.

Reform Restore Respect also applied to the second round in September 2018. It was awarded £10,000 to deliver ‘I Didn't Know That!’, workshops of 90 minutes that challenge gang and knife behaviour, in primary and secondary schools in Kent and Medway.

The workshops began in November 2018 and schools have booked until July 2019. To date there have been 20 workshops for over 2,000 young people in 19 schools, including in Sevenoaks, Tonbridge and Malling, Medway, Swale, Maidstone, Ashford and Gravesham.

Young people who took part told the project what they took away:
- one means to put ten times the work into school
- one will choose better and think more about what is to come
- one knows how to stand up to pressure from friends and gangs, and to hold on to a goal
- one has seen how gangs use people, and how dangerous it is to belong to one""",
    "i-Three Analytics": """The Home Office counts 55 offences as violent crime, many without injury: harassment, malicious messages and stalking among them. Some are still reported too rarely.

In June 2018 the PCC began the Violence Reduction Challenge, a year's study of violent crime in the county with the question how to protect the most vulnerable from the most violent.

For the study the PCC had 16 years of Kent Police's records of violent crime analysed, to see what violence with injury is like in Kent and what could be done about it.

i-Three Analytics did the work with Kent Police, building on its earlier analysis of domestic abuse, from which the force made a problem profile that it uses to improve its service.

Thousands of rows were cleaned before patterns of offending, of repeat victims and of places could be found. The result is a profile of violence with injury.

Among its conclusions:
- offenders are of more different ages than before, and violence crosses generations
- many who are violent in general are violent to their partners too
- the most violent are among those most often harmed
- more offenders are female
- violence rises with the temperature
- most offenders offend once, so that partners have more openings than policing alone

Some recommendations are being carried out already:
- £614,000 over three years for the county lines project of St Giles Trust, to which the Home Office adds £202,000 in 2019/20
- a taskforce of many agencies against violent crime in Medway
- a focus on violent crime in what Community Safety Partnerships are paid for
- £1m over three years for a Violence Reduction Fund, whose round for 2019/20 closed on Friday 17 May 2019 with 38 bids

The PCC plans to publish a report on the Challenge later in the year.""",
    "Family Matters": """The Ministry of Justice leaves it to PCCs to commission services for victims, including victims of sexual violence and of child sexual abuse.

Independent Sexual Violence Advisers (ISVAs) used to be paid for by short grants that were never sure from year to year, while more people sought help each year. Providers and victims could not plan.

Until 1 April 2019 two organisations were granted money to cover the county. To be consistent, meet demand and be good value, one countywide service was tendered for in early autumn 2018.

The service helps people who suffered rape or sexual violence, whether or not they told the police, whenever it happened, and wherever their case stands.

It has three parts:
- an ISVA gives independent support, advice and information and brings other services together around the person
- a CISVA does the same for those aged 18 and under, and works with their families and carers
- support services offer counselling, help in crisis and therapy, with particular care for groups that need it

The contract holds the service to standards of delivery: independent and flexible support, clear boundaries, care centred on the person, no charge, confidence, respect, access for everyone, places across the county, work with partners and a voice for the people who use it.

Family Matters was awarded the contract in December 2018 and began on 1 April 2019. The contract runs for three years and can be extended by a year three times.

The service is monitored against five outcomes:
- better health and wellbeing
- better able to cope with everyday life
- feeling safer
- better informed and able to act
- content with the quality of support

The contract is worth £450,000 a year and is paid quarterly.

The specification asks the service to change through the life of the contract as needs and ways of working change.""",
}


def publishing(cast: Cast):
    for month, day in PUBLISHED:
        yield day
        services.publish_month(by=cast.finance, month=month)


def _paper(cast: Cast, *, meeting_on, days, preset, period, panel, office, narratives, joined=()):
    """From planning to publication. `days` are those of planning, selection, drafting, approval and publication."""
    planned, selected, drafted, approved, published = days
    yield planned
    paper = papers.plan_paper(
        by=cast.officer, meeting_on=meeting_on, period_start=period[0], period_end=period[1], preset=preset
    )
    yield selected
    chosen = list(PublishedItem.objects.filter(supplier__in=panel, paid_on__range=period).order_by("paid_on"))
    papers.choose(by=cast.panel, paper=paper, published_items=chosen)
    papers.send_selection(by=cast.panel, paper=paper)
    yield drafted
    paper.refresh_from_db()
    for supplier in office:
        item = PublishedItem.objects.get(supplier=supplier, paid_on__range=period)
        papers.add_office_item(by=cast.officer, paper=paper, published_item=item)
    items = paper.items.select_related("published_item")
    for item in items.filter(published_item__supplier__in=joined):
        papers.set_joined(by=cast.officer, item=item, joined=True)
    for item in items.filter(published_item__supplier__in=narratives):
        narrative = narratives[item.published_item.supplier]
        papers.edit_narrative(by=cast.officer, item=item, narrative=narrative)
    papers.send_for_approval(by=cast.officer, paper=paper)
    yield approved
    paper = Paper.objects.get(pk=paper.pk)
    papers.approve(by=cast.approver, paper=paper)
    yield published
    paper.refresh_from_db()
    papers.publish(by=cast.officer, paper=paper)


def november_2017(cast: Cast):
    yield from _paper(
        cast,
        meeting_on=date(2017, 11, 15),
        days=[
            date(2017, 10, 9),
            date(2017, 10, 16),
            date(2017, 10, 30),
            date(2017, 11, 3),
            date(2017, 11, 7),
        ],
        preset=Paper.Preset.YEAR_2017,
        period=(date(2017, 7, 1), date(2017, 9, 30)),
        panel=["Amelix Ltd", "Magnate Generation CIC", "Shepway Chariots"],
        office=["PCC for North Yorkshire"],
        narratives=NOVEMBER_2017,
    )


def june_2019(cast: Cast):
    yield from _paper(
        cast,
        meeting_on=date(2019, 6, 12),
        days=[date(2019, 5, 8), date(2019, 5, 15), date(2019, 5, 28), date(2019, 6, 3), date(2019, 6, 4)],
        preset=Paper.Preset.YEAR_2019,
        period=(date(2018, 11, 1), date(2019, 4, 30)),
        panel=["Gravesham Network Development CIC", "Reform Restore Respect", "i-Three Analytics"],
        office=["Family Matters"],
        narratives=JUNE_2019,
        joined=["Reform Restore Respect"],
    )


STORIES = (publishing, november_2017, june_2019)
