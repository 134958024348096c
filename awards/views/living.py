"""An award in force: conditions, releasing, holding, ending, and extension options."""

from django.shortcuts import get_object_or_404

from accounts.permissions import Permission
from awards import services
from awards.forms.office import TOLD, ConfirmForm, EvidenceForm, ExtensionOptionForm, ReasonForm
from awards.models import Award, Condition, ExtensionOption, Instalment
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.money import format_money

from .steps import award_crumbs, award_url, posted, step


def _award(request, ref) -> Award:
    awards = Award.objects.visible_to(request.user).select_related("organisation", "fund")
    return get_object_or_404(awards, reference=ref)


def _instalment(request, pk) -> Instalment:
    return get_object_or_404(Instalment.objects.visible_to(request.user).with_standing(), pk=pk)


def _about_award(request, ref, act, *, label, hint=TOLD, done, heading, sentence, button, warning=False):
    """A page that asks for one reason and moves the award."""
    award = _award(request, ref)
    return step(
        request,
        form=ReasonForm(posted(request), label=label, hint=hint),
        act=lambda form: act(by=request.user, award=award, **form.cleaned_data),
        back=award_url(award),
        done=done,
        page={
            "award": award,
            "heading": heading,
            "sentence": sentence,
            "button": button,
            "warning": warning,
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_award_hold(request, ref):
    return _about_award(
        request,
        ref,
        services.suspend_award,
        label="Why are you putting payments on hold?",
        done="Payments are on hold",
        heading="Put all payments of this award on hold?",
        sentence="Nothing is paid until you let payments go on. The organisation is told by email.",
        button="Put payments on hold",
    )


@requires(Permission.MANAGE_AWARDS)
def office_award_resume(request, ref):
    return _about_award(
        request,
        ref,
        services.resume_award,
        label="Why can payments go on?",
        done="Payments go on",
        heading="Let payments of this award go on?",
        sentence="The organisation is told by email.",
        button="Let payments go on",
    )


@requires(Permission.MANAGE_AWARDS)
def office_award_close(request, ref):
    return _about_award(
        request,
        ref,
        services.close_award,
        label="Why are you closing the award?",
        done="The award is closed",
        heading="Close this award?",
        sentence=(
            "Money that was not paid goes back to the budgets, and what is still planned is cancelled. "
            "You cannot undo this."
        ),
        button="Close the award",
    )


@requires(Permission.MANAGE_AWARDS)
def office_award_end(request, ref):
    return _about_award(
        request,
        ref,
        services.end_early,
        label="Why are you ending the award early?",
        done="The award has been ended",
        heading="End this award early?",
        sentence=(
            "Every instalment that is not paid is cancelled and its money goes back to the budgets. "
            "You cannot undo this."
        ),
        button="End the award",
        warning=True,
    )


@requires(Permission.MANAGE_AWARDS)
def office_condition_meet(request, pk):
    conditions = Condition.objects.visible_to(request.user).select_related("instalment__award")
    condition = get_object_or_404(conditions.filter(kind=Condition.Kind.OTHER), pk=pk)
    award = condition.instalment.award
    return step(
        request,
        form=EvidenceForm(posted(request)),
        act=lambda form: services.meet_condition(by=request.user, condition=condition, **form.cleaned_data),
        back=award_url(award),
        done="The condition is met",
        page={
            "award": award,
            "heading": f"Is this met: {condition.waiting_for}?",
            "sentence": f"Instalment {condition.instalment.number} waits for it.",
            "button": "It is met",
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.APPROVE_PAYMENTS)
def office_instalment_approve(request, pk):
    instalment = _instalment(request, pk)
    award = instalment.award
    return step(
        request,
        form=ConfirmForm(posted(request)),
        act=lambda form: services.approve_instalment(by=request.user, instalment=instalment),
        back=award_url(award),
        done=f"Instalment {instalment.number} is released. Finance can pay it",
        template="awards/office/release.html",
        page={
            "award": award,
            "instalment": instalment,
            "standing": services.standing(instalment),
            "heading": f"Release instalment {instalment.number} of {format_money(instalment.amount)}?",
            "button": f"Release {format_money(instalment.amount)}",
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_instalment_hold(request, pk):
    instalment = _instalment(request, pk)
    award = instalment.award
    return step(
        request,
        form=ReasonForm(posted(request), label="Why are you putting it on hold?", hint=TOLD),
        act=lambda form: services.hold_instalment(
            by=request.user, instalment=instalment, **form.cleaned_data
        ),
        back=award_url(award),
        done=f"Instalment {instalment.number} is on hold",
        page={
            "award": award,
            "heading": f"Put instalment {instalment.number} on hold?",
            "sentence": "If it has been released, that is taken back: it must be released again afterwards.",
            "button": "Put on hold",
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_instalment_resume(request, pk):
    instalment = _instalment(request, pk)
    award = instalment.award
    return step(
        request,
        form=ConfirmForm(posted(request)),
        act=lambda form: services.resume_instalment(by=request.user, instalment=instalment),
        back=award_url(award),
        done=f"The hold on instalment {instalment.number} has ended",
        page={
            "award": award,
            "heading": f"End the hold on instalment {instalment.number}?",
            "sentence": "It is planned again, and can be released once nothing stands in its way.",
            "button": "End the hold",
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_extension_new(request, ref):
    award = _award(request, ref)
    return step(
        request,
        form=ExtensionOptionForm(posted(request)),
        act=lambda form: services.add_extension_options(
            by=request.user, award=award, options=[form.cleaned_data]
        ),
        back=award_url(award),
        done="The extension option has been added",
        page={
            "award": award,
            "heading": "Add an extension option",
            "sentence": f"The award ends on {clock.format_date(award.ends_on)}. "
            "An option starts after the end of the award, or of the option before it.",
            "button": "Add the option",
            "crumbs": award_crumbs(award),
        },
    )


@requires(Permission.MANAGE_AWARDS)
def office_extension_remove(request, pk):
    options = ExtensionOption.objects.visible_to(request.user)
    option = get_object_or_404(options.select_related("award__organisation", "award__fund"), pk=pk)
    award = option.award
    return step(
        request,
        form=ConfirmForm(posted(request)),
        act=lambda form: services.remove_extension_option(by=request.user, option=option),
        back=award_url(award),
        done=f"Extension option {option.number} has been removed",
        page={
            "award": award,
            "heading": f"Remove extension {option.number}: {clock.format_date(option.starts_on)} "
            f"to {clock.format_date(option.ends_on)}?",
            "sentence": services.why_it_stays(option)
            or "Nobody can decide on it any longer. The history of the award keeps that it was there.",
            "button": "Remove the option",
            "crumbs": award_crumbs(award),
        },
    )
