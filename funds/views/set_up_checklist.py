"""The step of the set-up of a round in which the officers' checklist is written."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from organisations.models import DueDiligence

from .. import services
from ..forms import CheckItemForm, DiligenceNeededForm
from ..models import CheckItem
from .office import posted
from .steps import confirm, do, step, step_form, step_url, trail_of

CHECKLIST = "office_round_checklist"


@step
def office_round_checklist(request, round):
    """The lines of the checklist in their order, and the due diligence that is needed."""
    return _checklist_page(request, round)


def _checklist_page(request, round, refusal=""):
    items = list(round.check_items.all())
    context = {
        "heading": "Checklist for officers",
        "round": round,
        "fund": round.fund,
        "groups": [
            {"label": about.label, "rows": _rows([one for one in items if one.about == about])}
            for about in CheckItem.About
        ],
        "diligence": [kind.label for kind in DueDiligence.Kind if kind in round.diligence_needed],
        "crumbs": trail_of(round),
        "page_errors": [refusal] if refusal else [],
    }
    return render(request, "funds/set_up/checklist.html", context, status=422 if refusal else 200)


def _rows(items) -> list[dict]:
    return [
        {"item": item, "place": place, "up": place - 1, "down": place + 1}
        for place, item in enumerate(items, start=1)
    ]


@step
def office_round_item_new(request, round):
    """Add a line to the checklist."""
    return step_form(
        request,
        round,
        CheckItemForm(posted(request)),
        lambda **facts: services.add_check_item(by=request.user, round=round, **facts),
        heading="Add a line",
        done="The line has been added",
        button="Add",
        back=CHECKLIST,
        trail=[_checklist(round)],
    )


@step
def office_round_item(request, round, item):
    """Change a line of the checklist."""
    item = get_object_or_404(round.check_items, pk=item)
    facts = {name: getattr(item, name) for name in CheckItemForm.base_fields}
    return step_form(
        request,
        round,
        CheckItemForm(posted(request), initial=facts),
        lambda **facts: services.update_check_item(by=request.user, item=item, **facts),
        heading="Change the line",
        back=CHECKLIST,
        trail=[_checklist(round)],
    )


@step
def office_round_item_delete(request, round, item):
    """Take a line off the checklist, after a question."""
    item = get_object_or_404(round.check_items, pk=item)
    return confirm(
        request,
        round,
        lambda: services.delete_check_item(by=request.user, item=item),
        heading=f"Remove “{item}”?",
        sentence="You can add it again until the round is published.",
        button="Remove line",
        done="The line has been removed",
        back=CHECKLIST,
        trail=[_checklist(round)],
    )


@step
@require_POST
def office_round_item_move(request, round, item):
    """Put a line at another place among those about the same."""
    item = get_object_or_404(round.check_items, pk=item)
    place = request.POST.get("place", "")
    if not (place.isascii() and place.isdigit() and len(place) < 4):
        return _checklist_page(request, round, "Select where to move the line")
    return do(
        request,
        round,
        lambda: services.move_check_item(by=request.user, item=item, place=int(place)),
        done="The line has been moved",
        back=CHECKLIST,
        failed=lambda refusal: _checklist_page(request, round, refusal),
    )


@step
def office_round_items_usual(request, round):
    """Replace the checklist by the usual lines, after a question."""
    return confirm(
        request,
        round,
        lambda: services.use_usual_items(by=request.user, round=round),
        heading="Use the usual checklist?",
        sentence="The lines of the checklist are replaced by the usual ones. You cannot undo this.",
        button="Use the usual checklist",
        done="The round has the usual checklist",
        back=CHECKLIST,
        trail=[_checklist(round)],
        warning=False,
    )


@step
def office_round_diligence(request, round):
    """Which due diligence an organisation needs before it is recommended."""
    return step_form(
        request,
        round,
        DiligenceNeededForm(posted(request), initial={"kinds": round.diligence_needed}),
        lambda kinds: services.set_diligence_needed(by=request.user, round=round, kinds=kinds),
        heading="Due diligence that is needed",
        template="funds/set_up/choose.html",
        back=CHECKLIST,
        trail=[_checklist(round)],
    )


def _checklist(round) -> tuple[str, str]:
    return "Checklist for officers", step_url(CHECKLIST, round)
