"""The page of one application in a decision pack: blocks of facts, lines and tables, all of them text."""

from applications.models import Status
from applications.services.recommending import WIDE_SPREAD, RankedApplication, Ranking
from organisations.models import DueDiligence
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money

HISTORY = 10
RECOMMENDED_AS = {
    Status.RECOMMENDED: "Approve",
    Status.RESERVE: "Keep on the reserve list",
    Status.NOT_RECOMMENDED: "Do not approve",
    Status.DEFERRED: "Deferred before; the last recommendation stands here",
}
NOT_COMPARED = ("history", "dissent")  # what a decision on another application changes as well


def page_of(row: RankedApplication, ranked: Ranking, totals: dict) -> dict:
    """Everything about one application that the approver reads before the decision."""
    application = row.application
    return {
        "reference": application.reference,
        "heading": f"{row.rank}. {application.title}",
        "organisation": application.organisation.name,
        "blocks": [
            block
            for block in (
                _ask(application),
                _scores(application, totals),
                _dissent(row, ranked, totals),
                _recommendation(application),
                _diligence(application),
                _history(application),
                _interests(application),
            )
            if block
        ],
    }


def compared(page: dict) -> dict[str, dict]:
    """The blocks, by key, that say whether an application has changed since the pack was issued."""
    return {block["key"]: block for block in page["blocks"] if block["key"] not in NOT_COMPARED}


def _block(key: str, heading: str, *, facts=(), lines=(), columns=(), rows=(), text="") -> dict:
    return {
        "key": key,
        "heading": heading,
        "text": text,
        "facts": [[label, str(value)] for label, value in facts if value],
        "lines": list(lines),
        "columns": list(columns),
        "rows": [list(row) for row in rows],
    }


def _ask(application) -> dict:
    round, asked = application.round, application.amount_asked
    over = asked > round.maximum
    return _block(
        "ask",
        "What they ask",
        facts=[
            ("Reference", application.reference),
            ("Organisation", application.organisation),
            ("Partners", ", ".join(str(partner) for partner in application.partners.all())),
            ("Type of project", application.theme or ""),
            ("Districts", ", ".join(str(district) for district in application.districts.all())),
            (
                "Dates",
                f"{clock.format_date(application.starts_on)} to {clock.format_date(application.ends_on)}"
                if application.starts_on and application.ends_on
                else "",
            ),
            ("Asked", format_money(asked, pence=True)),
            (
                "Most in this round",
                format_money(round.maximum, pence=True)
                + (". To approve more takes an exception with its reason" if over else ""),
            ),
            ("What the project will do", application.summary),
            *(("More time", one.in_words) for one in application.more_time),
        ],
    )


def _scores(application, totals: dict) -> dict:
    agreed = {one.criterion_id: one for one in application.agreed_scores.all()}
    percentage = totals["percentage"]
    count = totals["assessors"]
    return _block(
        "scores",
        "Scores",
        text=(
            f"{percentage}% from {count} assessor{'' if count == 1 else 's'}."
            if percentage is not None
            else "Nothing was scored."
        ),
        columns=["Criterion", "Weight", "Each assessor", "Mean", "Spread", "Agreed"],
        rows=[
            [
                str(one["criterion"]),
                "" if one["criterion"].is_pass_fail else str(one["criterion"].weight),
                ", ".join(
                    _given_words(given)
                    for _, given in _given(totals, one["criterion"])
                    if _given_words(given)
                ),
                one["result"] or ("–" if one["mean"] is None else str(one["mean"])),
                str(one["spread"]),
                _given_words(agreed[one["criterion"].pk]) if one["criterion"].pk in agreed else "",
            ]
            for one in totals["criteria"]
        ],
        lines=[
            f"{one.criterion}: {_given_words(one)} was agreed. {one.reason}"
            for one in application.agreed_scores.all()
        ],
    )


def _given(totals: dict, criterion) -> list[tuple]:
    """(assessor, score) for a criterion, in the order in which the assessors were asked."""
    return [
        (assessment.assessor, score)
        for assessment in totals["assessments"]
        for score in assessment.scores.all()
        if score.criterion_id == criterion.pk
    ]


def _given_words(score) -> str:
    if score.passed is not None:
        return "passed" if score.passed else "not passed"
    return "" if score.score is None else str(score.score)


def _dissent(row: RankedApplication, ranked: Ranking, totals: dict) -> dict | None:
    """Where the assessors are apart, in their own words, and where the advice does not follow the ranking."""
    lines = []
    for one in totals["criteria"]:
        given = _given(totals, one["criterion"])
        passed = {score.passed for _, score in given}
        if one["spread"] >= WIDE_SPREAD or passed == {True, False}:
            lines += [
                f"{one['criterion']}: {assessor} gave “{_given_words(score)}”. {score.reason}"
                for assessor, score in given
            ]
    lines += _against_the_ranking(row, ranked)
    return _block("dissent", "Where people disagree", lines=lines) if lines else None


def _against_the_ranking(row: RankedApplication, ranked: Ranking) -> list[str]:
    status = row.application.status
    passed_over = (Status.RESERVE, Status.NOT_RECOMMENDED)
    if status == Status.RECOMMENDED:
        better = [
            one.application.reference
            for one in ranked.rows[: row.rank - 1]
            if one.application.status in passed_over and one.percentage != row.percentage
        ]
        if better:
            return [f"It is recommended ahead of applications that scored higher: {', '.join(better)}."]
    if status in passed_over:
        worse = [
            one.application.reference
            for one in ranked.rows[row.rank :]
            if one.application.status == Status.RECOMMENDED and one.percentage != row.percentage
        ]
        if worse:
            return [f"Applications that scored lower are recommended instead: {', '.join(worse)}."]
    return []


def _recommendation(application) -> dict:
    if application.recommended_at is None:
        return _block("recommendation", "Recommendation", text="No recommendation has been made yet.")
    amount, asked = application.recommended_amount, application.amount_asked
    words = format_money(amount, pence=True) if amount else ""
    if amount and amount < asked:
        words += f", which is {format_money(asked - amount, pence=True)} less than was asked for"
    return _block(
        "recommendation",
        "Recommendation",
        facts=[
            ("Recommendation", RECOMMENDED_AS.get(application.status, application.get_status_display())),
            ("Amount", words),
            ("By", f"{application.recommended_by}, {clock.format_date(application.recommended_at)}"),
            ("Why", application.recommendation),
            ("Although due diligence is not in order", application.diligence_reason),
            ("Purpose proposed for publication", application.proposed_purpose),
            ("Reasons proposed for publication", application.proposed_reasons),
            ("Conditions proposed", application.proposed_conditions),
        ],
    )


def _diligence(application) -> dict:
    """The latest of each kind that was checked, and what the round needs and nobody has checked."""
    latest = {}
    for one in application.organisation.due_diligence.all():
        if one.kind not in latest or one.pk > latest[one.kind].pk:
            latest[one.kind] = one
    needed = application.round.diligence_needed
    lines = [_diligence_line(latest[kind]) for kind in DueDiligence.Kind.values if kind in latest]
    lines += [
        f"{DueDiligence.Kind(kind).label}: needed in this round, and not checked"
        for kind in needed
        if kind not in latest
    ]
    none = "" if lines else "Nothing has been recorded, and this round asks for none."
    return _block("diligence", "Due diligence", lines=lines, text=none)


def _diligence_line(one) -> str:
    words = f"{one.get_kind_display()}: {one.get_outcome_display().lower()}"
    words += f", checked on {clock.format_date(one.checked_on)}"
    if one.expires_on:
        ended = "held until" if one.has_expired else "holds until"
        words += f", {ended} {clock.format_date(one.expires_on)}"
    return f"{words}. {one.notes}".rstrip(". ") if one.notes else words


def _history(application) -> dict:
    organisation = application.organisation
    others = [
        one
        for one in organisation.applications.all()
        if one.pk != application.pk and one.submitted_at is not None
    ]
    lines = [
        f"Award {one.reference}, {one.fund}: {format_money(one.amount, pence=True)}, "
        f"{one.get_status_display().lower()}"
        for one in list(organisation.awards.all())[:HISTORY]
    ]
    lines += [
        f"Application {one.reference}, {one.round.fund}: asked for "
        f"{format_money(one.amount_asked, pence=True)}, {one.get_status_display().lower()}"
        for one in others[:HISTORY]
    ]
    none = "" if lines else "This is the organisation’s first application to us."
    return _block("history", "History with us", lines=lines, text=none)


def _interests(application) -> dict:
    lines = [f"{one.assessor} stepped aside as assessor: {one.interest}" for one in application.recused]
    for one in application.organisation.current_interests:
        words = f"{one.user} has declared an interest in the organisation: {one.interest}"
        lines.append(f"{words}. {one.handed_to} decides instead" if one.handed_to else words)
    none = "" if lines else "Nobody has declared an interest."
    return _block("interests", "Interests", lines=lines, text=none)
