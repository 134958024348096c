"""The assessor's pages: declare an interest, score one criterion at a time, check, submit."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from applications import services
from applications.forms.assess import InterestForm, ScoreForm, chosen_of
from applications.models import Assessment, Status
from funds.models import Criterion, Round
from organisations.handing_out import hand_out
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_date, format_deadline
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

from .recommend import posted, status_of

PAGE = 25
LATEST_ROUNDS = 5


def _own(user):
    """The person's own assessments, without those they stepped aside from: whatever other roles they hold."""
    return (
        Assessment.objects.visible_to(user)
        .filter(assessor=user)
        .exclude(status=Assessment.Status.RECUSED)
        .select_related(
            "application__round__fund",
            "application__organisation",
            "application__theme",
            "application__response",
        )
    )


def _open(user):
    """What waits for the person's scores, the earliest due first."""
    return (
        _own(user)
        .filter(status=Assessment.Status.ASSIGNED, application__status=Status.ELIGIBLE)
        .order_by("due_on", "pk")
    )


def _is_open(assessment) -> bool:
    return (
        assessment.status == Assessment.Status.ASSIGNED and assessment.application.status == Status.ELIGIBLE
    )


def _may_read(user, assessment) -> bool:
    """Whether the answers are shown: no interest was declared, and none is known from elsewhere."""
    return assessment.declared_at is not None and not services.tie_of(user, assessment.application)


def _next_step(assessment) -> str:
    """Where the assessor goes on: the interest, the first criterion that is not finished, or the check."""
    if assessment.declared_at is None:
        return reverse("assess_interest", args=[assessment.pk])
    gaps = services.score_gaps(assessment)
    if gaps:
        return reverse("assess_criterion", args=[assessment.pk, gaps[0][0].position])
    return reverse("assess_submit", args=[assessment.pk])


@requires(Permission.READ_ASSESSMENTS)
def assess_home(request):
    """Due dates, how far each is, and one button to the next."""
    given = Q(scores__score__isnull=False) | Q(scores__passed__isnull=False)
    finished = given & ~Q(scores__reason="")
    criteria = (
        Criterion.objects.filter(round=OuterRef("application__round"))
        .order_by()
        .values("round")
        .annotate(count=Count("pk"))
        .values("count")
    )
    listed = (
        _own(request.user)
        .filter(Q(status=Assessment.Status.SUBMITTED) | Q(application__status=Status.ELIGIBLE))
        .annotate(
            scored=Count("scores", filter=finished),
            criteria=Coalesce(Subquery(criteria), 0),
            is_done=Case(When(status=Assessment.Status.SUBMITTED, then=1), default=0),
        )
        .order_by("is_done", F("due_on"), "pk")
    )
    following = _open(request.user).first()
    submitted = _own(request.user).filter(status=Assessment.Status.SUBMITTED)
    done = submitted.count()
    rounds = Round.objects.filter(pk__in=submitted.values("application__round")).select_related("fund")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "applications/assess/home.html",
        {
            "heading": "Your assessments",
            "page_obj": page,
            "done": done,
            "following": following,
            "scored_rounds": rounds.order_by("-closes_at", "pk")[:LATEST_ROUNDS],
            "all": page.paginator.count,
            "rounds_to_declare": _rounds_to_declare(request.user),
            "next_url": _next_step(following) if following and request.user.may(Permission.ASSESS) else "",
        },
    )


def _rounds_to_declare(user):
    """The rounds in which the person has not said yet where they have an interest."""
    undeclared = Assessment.objects.filter(
        assessor=user, status=Assessment.Status.ASSIGNED, declared_at=None,
        application__status=Status.ELIGIBLE, application__round=OuterRef("pk"),
    )  # fmt: skip
    return Round.objects.filter(Exists(undeclared)).select_related("fund").order_by("closes_at", "pk")


@requires(Permission.READ_ASSESSMENTS, write=Permission.ASSESS)
def assess_interest(request, pk):
    """Whether there is an interest: asked before any answer is shown, and open until the scores are in."""
    assessment = get_object_or_404(_own(request.user), pk=pk)
    if not _is_open(assessment):
        return redirect("assessment", pk=pk)
    form = InterestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.declare(by=request.user, assessment=assessment, interest=form.declared)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return _declared(request, assessment, form.declared)
    application = assessment.application
    context = {
        "heading": "Declare an interest",
        "assessment": assessment,
        "application": application,
        "partners": services.partners_of(application),
        "tie": services.tie_of(request.user, application),
        "many": services.open_assessments(request.user, application.round).count() > 1,
        "form": form,
        "back_url": reverse("assess_home"),
    }
    return render(request, "applications/assess/interest.html", context, status=status_of(form))


def _declared(request, assessment, interest):
    if not interest:
        return redirect("assessment", pk=assessment.pk)
    messages.success(
        request,
        f"You have declared an interest. You will not score {assessment.application.reference}, "
        "and the office has been told.",
    )
    return redirect("assess_home")


@requires(Permission.READ_ASSESSMENTS)
def assessment(request, pk):
    """One application to score: what it is about, and how far each criterion is; later, the scores given."""
    assessment = get_object_or_404(_own(request.user), pk=pk)
    application = assessment.application
    tie = services.tie_of(request.user, application)
    if _is_open(assessment) and (tie or assessment.declared_at is None):
        return redirect("assess_interest", pk=pk)
    context = {
        "heading": f"Score {application.reference}",
        "assessment": assessment,
        "application": application,
        "crumbs": [("Your assessments", reverse("assess_home"))],
        "is_open": _is_open(assessment),
        "round": application.round,
        "tie": tie,
    }
    if assessment.declared_at and not tie:
        context |= {
            "facts": _facts(assessment),
            "scores": _scores(assessment),
            "asked_office": assessment.questions.all(),
            "questions": services.questions_with_changes(application),
            "former": services.former_answers(application),
        }
    if context["is_open"]:
        context |= {"tasks": _tasks(assessment), "next_url": _next_step(assessment)}
    return render(request, "applications/assess/assessment.html", context)


def _facts(assessment) -> list[tuple]:
    application = assessment.application
    partners = services.partners_of(application)
    return [
        ("Organisation", application.organisation),
        *([("Partners", "\n".join(partners))] if partners else []),
        ("Fund", application.round),
        ("Project", application.title),
        ("What the project will do", application.summary),
        ("Type of project", application.theme),
        ("Where", ", ".join(district.name for district in application.districts.all())),
        ("Dates", f"{format_date(application.starts_on)} to {format_date(application.ends_on)}"),
        ("Amount asked for", format_money(application.amount_asked)),
        *(
            ("More time", f"They had until {format_deadline(one.until)} to submit")
            for one in services.more_time_of(application)  # why is for the office alone
        ),
        ("Scores due", format_date(assessment.due_on)),
    ]


def _scores(assessment) -> list[dict]:
    """A row per criterion: what was given, or None; whether it needs none, since another is not passed."""
    given = {score.criterion_id: score for score in assessment.scores.all()}
    is_failed = any(score.passed is False for score in given.values())
    criteria = assessment.application.round.criteria.all()
    return [
        {
            "criterion": criterion,
            "given": given.get(criterion.pk),
            "not_needed": is_failed and not criterion.is_pass_fail,
        }
        for criterion in criteria
    ]


def _tasks(assessment) -> list[dict]:
    tasks = []
    for row in _scores(assessment):
        given = row["given"]
        is_given = given is not None and (given.score is not None or given.passed is not None)
        complete = is_given and given.reason
        started = is_given or (given is not None and given.reason)
        tasks.append(
            {
                "title": str(row["criterion"]),
                "url": reverse("assess_criterion", args=[assessment.pk, row["criterion"].position]),
                "status": "Completed" if complete else _how_far(row, started),
            }
        )
    return tasks


def _how_far(row, started) -> str:
    if row["not_needed"]:
        return "Not needed"
    return "In progress" if started else "Not yet started"


@requires(Permission.READ_ASSESSMENTS, write=Permission.ASSESS)
def assess_criterion(request, pk, position):
    """One criterion: the answer beside the score and its reason. Any part can be saved and finished later."""
    assessment = get_object_or_404(_own(request.user), pk=pk)
    if not _is_open(assessment) or not _may_read(request.user, assessment):
        return redirect("assessment", pk=pk)
    criteria = list(assessment.application.round.criteria.all())
    criterion = next((one for one in criteria if one.position == position), None)
    if criterion is None:
        raise Http404
    later = "later" in request.POST
    form = ScoreForm(
        posted(request),
        criterion=criterion,
        round=assessment.application.round,
        complete=not later,
        initial=_initial(assessment, criterion),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.score(by=request.user, assessment=assessment, criterion=criterion, **form.given)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            return _scored(request, assessment, criteria, criterion, later=later)
    context = {
        "heading": str(criterion),
        "assessment": assessment,
        "application": assessment.application,
        "criterion": criterion,
        "number": criteria.index(criterion) + 1,
        "count": len(criteria),
        "answers": _answers(assessment.application, criterion),
        "former": services.former_answers(assessment.application),
        "form": form,
        "document_page": "assess_document",
        "document_key": assessment.pk,
        "back_url": _previous(assessment, criteria, criterion),
    }
    return render(request, "applications/assess/criterion.html", context, status=status_of(form))


def _answers(application, criterion) -> list[tuple]:
    """What answers a criterion: each answer, with what it was before our question when that changed it."""
    changed = services.originals(application)
    entries = services.reading_of(application).scored_for(criterion.key)
    return [(entry, changed.get(entry.question.key)) for entry in entries]


def _initial(assessment, criterion) -> dict:
    given = assessment.scores.filter(criterion=criterion).first()
    return {"score": chosen_of(given), "reason": given.reason} if given else {}


def _scored(request, assessment, criteria, criterion, *, later):
    if later:
        messages.success(request, "Your scores have been saved")
        return redirect("assess_home")
    later_ones = criteria[criteria.index(criterion) + 1 :]
    if assessment.scores.filter(passed=False).exists():  # what is scored needs nothing then
        later_ones = [one for one in later_ones if one.is_pass_fail]
    if later_ones:
        return redirect("assess_criterion", pk=assessment.pk, position=later_ones[0].position)
    return redirect("assess_submit", pk=assessment.pk)


def _previous(assessment, criteria, criterion) -> str:
    index = criteria.index(criterion)
    if index:
        return reverse("assess_criterion", args=[assessment.pk, criteria[index - 1].position])
    return reverse("assessment", args=[assessment.pk])


@requires(Permission.READ_ASSESSMENTS, write=Permission.ASSESS)
def assess_submit(request, pk):
    """All scores and reasons once more, then hand them in."""
    assessment = get_object_or_404(_own(request.user), pk=pk)
    submitted = assessment.status == Assessment.Status.SUBMITTED
    if not _may_read(request.user, assessment) or not (_is_open(assessment) or submitted):
        return redirect("assessment", pk=pk)
    page_errors = []
    if request.method == "POST":
        page_errors = [] if submitted else [sentence for _, sentence in services.score_gaps(assessment)]
        if not page_errors:
            try:
                services.submit_scores(by=request.user, assessment=assessment)
            except RuleBroken as error:
                page_errors = [str(error)]
            else:
                messages.success(
                    request, f"You have submitted your scores of {assessment.application.reference}"
                )
                return redirect("assess_home")
    elif submitted:
        return redirect("assessment", pk=pk)
    context = {
        "heading": "Check your scores",
        "assessment": assessment,
        "application": assessment.application,
        "scores": _scores(assessment),
        "round": assessment.application.round,
        "page_errors": page_errors,
        "back_url": reverse("assessment", args=[pk]),
    }
    return render(request, "applications/assess/submit.html", context, status=422 if page_errors else 200)


@requires(Permission.READ_ASSESSMENTS)
@require_safe
def assess_document(request, pk, document):
    """A document of an application, for whoever scores it and has declared to have no interest."""
    assessment = get_object_or_404(_own(request.user).exclude(declared_at=None), pk=pk)
    if not _may_read(request.user, assessment):
        return redirect("assessment", pk=pk)
    found = get_object_or_404(services.documents_of(assessment.application), pk=document)
    return hand_out(request, found, back_url=reverse("assessment", args=[pk]))
