"""The applicant's pages: start, write, submit, and what can still be done afterwards."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from funds.models import Round
from organisations.models import Membership, Organisation
from organisations.services import members_of
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.applicant import AnswerForm, ProjectForm, StartForm, SubmitForm, WithdrawForm
from ..models import MOVES, Application, Status
from ..services.applying import closed_sentence, require_open
from ..services.completeness import answer_problem, project_gaps

SAVED = "Your answers have been saved"


def _mine(user):
    """The organisations that the person acts for."""
    return Organisation.objects.filter(
        pk__in=Membership.objects.filter(user=user, ended_at=None).values("organisation")
    )


def _application(request, ref) -> Application:
    """An application of one of the person's organisations; a reference it had before a move finds it too."""
    applications = Application.objects.filter(organisation__in=_mine(request.user)).select_related(
        "round__fund", "organisation", "theme", "submitted_by", "withdrawn_by"
    )
    former = applications.filter(transfers__old_reference=ref).values("pk")
    return get_object_or_404(applications, Q(reference=ref) | Q(pk__in=former))


def _posted(request):
    return request.POST if request.method == "POST" else None


def _is_editable(application) -> bool:
    return application.status == Status.DRAFT and application.round.accepts_submissions


def closing_note(round) -> str:
    """From 24 hours before closing: 'This fund closes at 5pm today. It is now 2:40pm.' (screens.md 3.12)."""
    now = clock.now()
    seconds = (round.closes_at - now).total_seconds()
    if seconds > 24 * 3600:
        return ""
    time_now = f"It is now {clock.format_time(now)}."
    is_today = clock.london_date(round.closes_at) == clock.today()
    day = "today" if is_today else "tomorrow"
    if now <= round.closes_at:
        return f"This fund closes at {clock.format_time(round.closes_at)} {day}. {time_now}"
    if now <= round.submissions_end_at:
        until = clock.format_time(round.submissions_end_at)
        return f"{closed_sentence(round)}. You can still submit until {until}. {time_now}"
    return ""


def _context(application, **more) -> dict:
    context = {"application": application, "round": application.round, "fund": application.round.fund}
    if application.status == Status.DRAFT:
        context["closing_note"] = closing_note(application.round)
    return context | more


# -- Start -------------------------------------------------------------------------------------------------


@requires(Permission.APPLY)
def application_start(request, round_pk):
    """Start an application to a round, once the person has confirmed for whom."""
    round = get_object_or_404(Round.objects.published().select_related("fund"), pk=round_pk)
    organisations = _mine(request.user).order_by("name", "pk")
    several = len(organisations) > 1
    form = StartForm(_posted(request), organisations=organisations) if several else None
    context = {
        "heading": f"Apply to the {round.fund}",
        "round": round,
        "fund": round.fund,
        "organisations": organisations,
        "form": form,
        "back_url": reverse("round_page", args=[round.fund.slug, round.slug]),
    }
    try:
        require_open(round)
    except RuleBroken as broken:
        context |= {"heading": str(broken), "form": None}
        return render(request, "applications/applicant/closed.html", context)
    if request.method == "POST" and organisations and (form is None or form.is_valid()):
        chosen = form.cleaned_data["organisation"] if form else organisations[0]
        try:
            application = services.start(by=request.user, round=round, organisation=chosen)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            return redirect("application", application.reference)
    status = 422 if context.get("page_errors") or (form and form.errors) else 200
    return render(request, "applications/applicant/start.html", context, status=status)


# -- Write -------------------------------------------------------------------------------------------------


@requires(Permission.APPLY)
def application(request, ref):
    """The task list of a draft; what was sent of everything else."""
    application = _application(request, ref)
    if not _is_editable(application):
        return _read_only(request, application)
    tasks = _tasks(application)
    completed = sum(task["status"] == "Completed" for task in tasks)
    is_complete = completed == len(tasks)
    context = _context(
        application,
        heading=application.title or f"Application to the {application.fund}",
        tasks=tasks,
        submit_task=[
            {
                "title": "Check and submit",
                "url": reverse("application_submit", args=[application.reference]) if is_complete else "",
                "status": "Ready" if is_complete else "Cannot start yet",
            }
        ],
        completed=completed,
        total=len(tasks),
    )
    return render(request, "applications/applicant/task_list.html", context)


def _read_only(request, application):
    status = Status(application.status)
    missed = status == Status.NOT_SUBMITTED or status == Status.DRAFT
    heading = application.title or f"Application to the {application.fund}"
    context = _context(
        application,
        heading=closed_sentence(application.round) if missed else heading,
        missed=missed,
        is_decided=status in (Status.APPROVED, Status.DECLINED, Status.INELIGIBLE),
        may_reopen=status == Status.SUBMITTED and application.round.is_open,
        may_withdraw=not missed and Status.WITHDRAWN in MOVES[status],
        was_submitted=application.submitted_at is not None,
        **answers_of(application),
    )
    return render(request, "applications/applicant/read_only.html", context)


def _tasks(application) -> list[dict]:
    """The sections with their states in words (screens.md 1.10)."""
    started = any((application.title, application.summary, application.unfinished, application.amount_asked))
    tasks = [
        {
            "title": "Your project",
            "url": reverse("application_project", args=[application.reference]),
            "hint": "Name, summary, place, dates and amount",
            "status": _state(project_gaps(application) or application.unfinished, started),
        }
    ]
    texts = {answer.criterion_id: answer.text for answer in application.answers.all()}
    for criterion in application.fund.criteria.all():
        text = texts.get(criterion.pk, "")
        tasks.append(
            {
                "title": criterion.name,
                "url": reverse("application_answer", args=[application.reference, criterion.position]),
                "hint": criterion.question,
                "status": _state(answer_problem(criterion, text), text),
            }
        )
    return tasks


def _state(problem, started) -> str:
    if not problem:
        return "Completed"
    return "In progress" if started else "Not yet started"


def answers_of(application) -> dict:
    """What the application says: answers to its fund's criteria, and to those of a fund it was moved from."""
    answers = {a.criterion_id: a for a in application.answers.select_related("criterion__fund")}
    criteria = list(application.fund.criteria.all())
    own = {criterion.pk for criterion in criteria}
    return {
        "answers": [(c, answers[c.pk].text if c.pk in answers else "") for c in criteria],
        "former_answers": [a for pk, a in answers.items() if pk not in own],
        "districts": list(application.districts.all()),
        "partners": list(application.partners.all()),
    }


@requires(Permission.APPLY)
def application_project(request, ref):
    """What the project is. "Save and come back later" keeps anything; "Save and continue" judges it."""
    application = _application(request, ref)
    if request.method != "POST" and not _is_editable(application):
        return redirect("application", application.reference)
    if request.method == "POST":
        form = ProjectForm(request.POST, round=application.round)
        is_later = "later" in request.POST
        facts = form.storable() if is_later else form.facts if form.is_valid() else None
        if facts is not None and _saved(form, services.save_project, request, application, **facts):
            if is_later:
                return _later(request, application)
            first = application.fund.criteria.first()
            return redirect("application_answer", application.reference, first.position)
    else:
        form = ProjectForm.of(application)
    context = _context(
        application,
        heading="Your project",
        form=form,
        back_url=reverse("application", args=[application.reference]),
    )
    status = 422 if form.is_bound else 200
    return render(request, "applications/applicant/project.html", context, status=status)


@requires(Permission.APPLY)
def application_answer(request, ref, position):
    """The answer to one criterion, with what a good one covers."""
    application = _application(request, ref)
    if request.method != "POST" and not _is_editable(application):
        return redirect("application", application.reference)
    criterion = get_object_or_404(application.fund.criteria, position=position)
    if request.method == "POST":
        form = AnswerForm(request.POST, criterion=criterion)
        is_later = "later" in request.POST
        text = form["text"].data or "" if is_later else form.cleaned_data["text"] if form.is_valid() else None
        facts = {"criterion": criterion, "text": text}
        if text is not None and _saved(form, services.save_answer, request, application, **facts):
            if is_later:
                return _later(request, application)
            return redirect(_after(application, criterion))
    else:
        answer = application.answers.filter(criterion=criterion).first()
        form = AnswerForm(criterion=criterion, initial={"text": answer.text if answer else ""})
    context = _context(
        application,
        heading=criterion.question,
        criterion=criterion,
        form=form,
        back_url=reverse("application", args=[application.reference]),
    )
    status = 422 if form.is_bound else 200
    return render(request, "applications/applicant/answer.html", context, status=status)


def _saved(form, service, request, application, **facts) -> bool:
    """Whether a service took what was typed; if not, its sentence stands on the form."""
    try:
        service(by=request.user, application=application, **facts)
    except RuleBroken as broken:
        form.full_clean()
        form.add_error(None, str(broken))
        return False
    return True


def _later(request, application):
    messages.success(request, SAVED)
    return redirect("application", application.reference)


def _after(application, criterion) -> str:
    following = application.fund.criteria.filter(position__gt=criterion.position).first()
    if following:
        return reverse("application_answer", args=[application.reference, following.position])
    return reverse("application_submit", args=[application.reference])


# -- Submit ------------------------------------------------------------------------------------------------


@requires(Permission.APPLY)
def application_submit(request, ref):
    """Check all answers, declare, sign, submit. What is missing stands at the top, each with its link."""
    received_at = clock.now()  # before anything else: the time that counts is when the request reached us
    application = _application(request, ref)
    if application.status == Status.DRAFT and not application.round.accepts_submissions:
        if request.method != "POST":
            return redirect("application", application.reference)
    elif application.status != Status.DRAFT:
        return _already(request, application)
    form = SubmitForm(_posted(request))
    missing = services.gaps(application)
    if request.method == "POST" and form.is_valid() and not missing:
        try:
            services.submit(
                by=request.user,
                application=application,
                signed_name=form.cleaned_data["signed_name"],
                signed_role=form.cleaned_data["signed_role"],
                received_at=received_at,
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return redirect("application_submitted", application.reference)
    context = _context(
        application,
        heading="Check and submit",
        form=form,
        gaps=missing,
        page_errors=[gap.message for gap in missing],
        back_url=reverse("application", args=[application.reference]),
        **answers_of(application),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/applicant/submit.html", context, status=status)


def _already(request, application):
    """Back after submitting: says so, and creates nothing."""
    if application.submitted_at is None:
        return redirect("application", application.reference)
    if request.method == "POST":
        return redirect("application_submitted", application.reference)
    context = _context(application, heading="You have already submitted this application")
    return render(request, "applications/applicant/already.html", context)


@requires(Permission.APPLY)
def application_submitted(request, ref):
    """The receipt: it can be kept as a bookmark."""
    application = _application(request, ref)
    if application.submitted_at is None:
        return redirect("application", application.reference)
    context = _context(
        application,
        heading="Application submitted",
        people=members_of(application.organisation),
        may_reopen=application.status == Status.SUBMITTED and application.round.is_open,
    )
    return render(request, "applications/applicant/submitted.html", context)


@requires(Permission.APPLY)
def application_reopen(request, ref):
    """Make it a draft again, after saying plainly what that means."""
    application = _application(request, ref)
    context = _context(
        application,
        heading="Reopen your application to make a change?",
        back_url=reverse("application", args=[application.reference]),
    )
    if request.method == "POST":
        try:
            services.reopen(by=request.user, application=application)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "You can change your application now. You must submit it again.")
            return redirect("application", application.reference)
    elif not (application.status == Status.SUBMITTED and application.round.is_open):
        return redirect("application", application.reference)
    status = 422 if context.get("page_errors") else 200
    return render(request, "applications/applicant/reopen.html", context, status=status)


@requires(Permission.APPLY)
def application_withdraw(request, ref):
    """Withdraw an application or delete a draft, after a question."""
    application = _application(request, ref)
    is_draft = application.status in (Status.DRAFT, Status.NOT_SUBMITTED)
    form = WithdrawForm(_posted(request)) if not is_draft else None
    back = reverse("application", args=[application.reference])
    context = _context(
        application,
        heading="Delete this draft?" if is_draft else "Withdraw this application?",
        is_draft=is_draft,
        form=form,
        back_url=back,
        cancel_url=back,
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        try:
            services.withdraw(by=request.user, application=application, reason=reason)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            done = "The draft has been deleted" if is_draft else "The application has been withdrawn"
            messages.success(request, done)
            return redirect(back)
    elif request.method != "POST" and Status.WITHDRAWN not in MOVES[application.status]:
        return redirect(back)
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/applicant/withdraw.html", context, status=status)
