"""The partnership's pages of its projects: written with the business case, and during the year."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.cases import PotForm, ProjectForm
from ..models import Project, Status
from ..services.balances import most_of_a_pot
from ..services.case_facts import case_of
from ..services.later_projects import may_propose
from ..services.projects import may_write_projects, missing_of
from .case_parts import balance_context, card_of, case_context
from .common import context_of, find_application, posted

DRAFT = Project.Status.DRAFT


def _find(request, ref):
    """A business case with projects in which the person takes part."""
    application = find_application(request, ref)
    if not application.round.is_allocated or case_of(application) is None:
        raise Http404
    return application


def _project(application, number) -> Project:
    return get_object_or_404(case_of(application).projects.prefetch_related("districts"), number=number)


# -- With the business case ----------------------------------------------------------------------------------


@requires(Permission.APPLY)
def application_projects(request, ref):
    """The projects and the tactical pot, what they come to, and what is missing."""
    application = _find(request, ref)
    case = case_of(application)
    may_write = may_write_projects(request.user, application)
    form = None
    if case.round.has_tactical_pot and may_write:
        form = PotForm(posted(request), most=most_of_a_pot(case.amount), initial={"pot": case.tactical_pot})
    if request.method == "POST":
        if form is None:
            return redirect("application_projects", ref)
        if form.is_valid():
            try:
                services.set_tactical_pot(
                    by=request.user, application=application, amount=form.cleaned_data["pot"]
                )
            except RuleBroken as broken:
                form.add_error("pot", str(broken))
            else:
                messages.success(request, "The tactical pot has been saved")
                return redirect("application_projects", ref)
    context = context_of(
        application,
        heading=words_of(case),
        form=form,
        may_write=may_write,
        gaps_listed=[gap.message for gap in services.gaps_of_case(application) if gap.project]
        if application.status == Status.DRAFT
        else [],
        back_url=reverse("application", args=[application.reference]),
        **case_context(application),
    )
    status = 422 if form is not None and form.errors else 200
    return render(request, "applications/cases/projects.html", context, status=status)


def words_of(case) -> str:
    return "Projects and tactical pot" if case.round.has_tactical_pot else "Projects"


@requires(Permission.APPLY)
def application_project_new(request, ref):
    """Add a project to a draft."""
    application = _find(request, ref)
    return _form_page(request, application, None, heading="Add a project")


@requires(Permission.APPLY)
def application_project_edit(request, ref, number):
    """Change a project of a draft."""
    application = _find(request, ref)
    project = _project(application, number)
    return _form_page(request, application, project, heading=f"Project {number}")


def _form_page(request, application, project, *, heading):
    back = reverse("application_projects", args=[application.reference])
    if request.method != "POST" and not may_write_projects(request.user, application):
        return redirect(back)
    form = ProjectForm(posted(request), initial=ProjectForm.facts_of(project) if project else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_project(
                by=request.user, application=application, project=project, **form.cleaned_data
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The project has been saved")
            return redirect(back)
    context = context_of(application, heading=heading, form=form, button="Save and continue", back_url=back)
    status = 422 if form.errors else 200
    return render(request, "applications/cases/project.html", context, status=status)


@requires(Permission.APPLY)
def application_project_remove(request, ref, number):
    """Take a project out of a draft, after a question."""
    application = _find(request, ref)
    project = _project(application, number)
    back = reverse("application_projects", args=[application.reference])
    if request.method != "POST" and not may_write_projects(request.user, application):
        return redirect(back)

    def remove():
        services.remove_project(by=request.user, application=application, project=project)

    return _confirm(
        request, application, remove, back=back, done="The project has been removed",
        heading=f"Remove “{project}”?", button="Remove project",
        sentence="What you wrote about it is deleted. This cannot be undone.",
    )  # fmt: skip


@requires(Permission.APPLY)
@require_POST
def application_project_move(request, ref, number):
    """Put a project one place earlier or later."""
    application = _find(request, ref)
    project = _project(application, number)
    try:
        services.move_project(
            by=request.user, application=application, project=project, up=request.POST.get("to") == "up"
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect("application_projects", application.reference)


def _confirm(request, application, act, *, back, done, **words):
    context = context_of(application, back_url=back, cancel_url=back, **words)
    if request.method == "POST":
        try:
            act()
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, done)
            return redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "applications/cases/confirm.html", context, status=status)


# -- During the year -----------------------------------------------------------------------------------------


@requires(Permission.APPLY)
def application_tactical(request, ref):
    """Where the allocation is, and the projects of the year."""
    application = _find(request, ref)
    if application.outcome_released_at is None or application.status != Status.APPROVED:
        return redirect("application", application.reference)
    case = case_of(application)
    later = [one for one in services.projects_of(application) if _is_later(application, one)]
    context = context_of(
        application,
        heading="Your allocation",
        later=[card_of(one) for one in later],
        may_propose=may_propose(request.user, application),
        back_url=reverse("application", args=[application.reference]),
        **balance_context(case),
        **case_context(application),
    )
    return render(request, "applications/cases/tactical.html", context)


def _is_later(application, project) -> bool:
    """Whether a project came after the business case was sent: it is not one of those sent with it."""
    return project.kind == Project.Kind.TACTICAL or project.created_at > application.submitted_at


@requires(Permission.APPLY)
def application_tactical_new(request, ref, kind):
    """Write a project of the year: a tactical one, or a planned one from unassigned money."""
    application = _find(request, ref)
    if kind not in Project.Kind.values:
        raise Http404
    heading = "Add a tactical project" if kind == Project.Kind.TACTICAL else "Propose another project"
    return _later_form(request, application, None, kind=kind, heading=heading)


@requires(Permission.APPLY)
def application_tactical_project(request, ref, number):
    """Change a project of the year while it is a draft."""
    application = _find(request, ref)
    project = _project(application, number)
    if project.status != DRAFT or application.status != Status.APPROVED:
        return redirect("application_tactical", ref)
    return _later_form(request, application, project, kind=project.kind, heading=str(project))


def _later_form(request, application, project, *, kind, heading):
    back = reverse("application_tactical", args=[application.reference])
    if request.method != "POST" and not may_propose(request.user, application):
        return redirect(back)
    form = ProjectForm(posted(request), initial=ProjectForm.facts_of(project) if project else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.save_later_project(
                by=request.user, application=application, kind=kind, project=project, **form.cleaned_data
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The project has been saved. It is not sent yet.")
            return redirect("application_tactical_send", application.reference, made.number)
    balance = balance_context(case_of(application))["balance"]
    context = context_of(
        application,
        heading=heading,
        form=form,
        button="Save and continue",
        left=balance.pot_left if kind == Project.Kind.TACTICAL else balance.unassigned,
        is_tactical=kind == Project.Kind.TACTICAL,
        back_url=back,
    )
    status = 422 if form.errors else 200
    return render(request, "applications/cases/project.html", context, status=status)


@requires(Permission.APPLY)
def application_tactical_send(request, ref, number):
    """Check a project of the year, and send it."""
    application = _find(request, ref)
    project = _project(application, number)
    back = reverse("application_tactical", args=[application.reference])
    is_draft = project.status == DRAFT and may_propose(request.user, application)
    if request.method != "POST" and not is_draft:
        return redirect(back)
    page_errors = []
    if request.method == "POST":
        try:
            services.submit_project(by=request.user, application=application, project=project)
        except RuleBroken as broken:
            page_errors = [str(broken)]
        else:
            messages.success(request, "The project has been sent. We will write to you about the decision.")
            return redirect(back)
    context = context_of(
        application,
        heading="Check and send",
        card=card_of(project, is_told=False),
        project=project,
        missing=missing_of(project),
        page_errors=page_errors,
        cancel_url=back,
        back_url=back,
    )
    status = 422 if page_errors else 200
    return render(request, "applications/cases/send.html", context, status=status)


@requires(Permission.APPLY)
def application_tactical_remove(request, ref, number):
    """Delete a draft of the year, or take back what nobody has decided yet, after a question."""
    application = _find(request, ref)
    back = reverse("application_tactical", args=[application.reference])
    project = case_of(application).projects.filter(number=number).first()
    if project is None or (request.method != "POST" and not may_propose(request.user, application)):
        return redirect(back)

    def remove():
        services.withdraw_project(by=request.user, application=application, project=project)

    is_draft = project.status == DRAFT
    return _confirm(
        request, application, remove, back=back,
        done="The draft has been deleted" if is_draft else "The project has been taken back",
        heading=f"Delete the draft “{project}”?" if is_draft else f"Take “{project}” back?",
        button="Delete draft" if is_draft else "Take it back",
        sentence="What you wrote about it is deleted. This cannot be undone."
        if is_draft else "We will not decide on it. You can write another project instead. "
        "This cannot be undone.",
    )  # fmt: skip
