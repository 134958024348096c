"""Tags for the frame of a page: its title, and links that keep the filters of a list."""

from django import template

register = template.Library()


class TitleNode(template.Node):
    """Joins what it contains, part by part, into '[Error: ]Heading - Section - Service - Office'."""

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        parts = [" ".join(node.render_annotated(context).split()) for node in self.nodelist]
        parts = list(dict.fromkeys(part for part in parts if part))
        page = context.get("page_obj")
        if page and page.number > 1 and parts:
            parts[0] += f" (page {page.number} of {page.paginator.num_pages})"
        return ("Error: " if has_errors(context) else "") + " - ".join(parts)


def has_errors(context) -> bool:
    """Whether the page shows an error summary: the form's errors, or `page_errors` from the view."""
    form = context.get("form")
    return bool(
        context.get("page_errors") or (form is not None and getattr(form, "is_bound", False) and _wrong(form))
    )


def _wrong(form):
    if hasattr(form, "forms"):
        return form.total_error_count()
    return form.errors


@register.tag
def title(parser, token):
    """`{% title %}{% block title %}…{% endtitle %}`: see TitleNode. Empty and repeated parts are left out."""
    nodelist = parser.parse(("endtitle",))
    parser.delete_first_token()
    return TitleNode(nodelist)


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """`{% query page=2 %}`: the present query string with some parameters changed; an empty value removes."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value not in ("", None):
            parameters[name] = value
    return f"?{parameters.urlencode()}"


@register.simple_tag(takes_context=True)
def error_items(context) -> list[tuple[str, str]]:
    """(sentence, id) of everything that is wrong on the page; id is '' where there is nothing to link to."""
    items = [(sentence, "") for sentence in context.get("page_errors") or ()]
    form = context.get("form")
    if form is None or not getattr(form, "is_bound", False):
        return items
    forms = getattr(form, "forms", None)
    if forms is None:
        return items + form.error_items()
    items += [(sentence, "") for sentence in form.non_form_errors()]
    for one in forms:
        items += one.error_items()
    return items


@register.filter
def page_numbers(page) -> list[int | None]:
    """The numbers to show: first, last and the present one's neighbours; None where some are left out."""
    last = page.paginator.num_pages
    shown = sorted({1, last} | {n for n in range(page.number - 1, page.number + 2) if 1 <= n <= last})
    numbers = []
    for number in shown:
        if numbers and number - numbers[-1] == 2:
            numbers.append(number - 1)
        elif numbers and number - numbers[-1] > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers


@register.filter
def as_list(thing) -> list:
    """The thing alone in a list, for a component that takes several."""
    return [thing]


@register.filter
def is_numeric(position: int, numeric) -> bool:
    """Whether a table's column is right-aligned; `numeric` is '2,3' or [2, 3]."""
    if isinstance(numeric, str):
        numeric = [int(n) for n in numeric.split(",") if n.strip()]
    return position in (numeric or ())


# Statuses by what they ask of the reader (screens.md 1.10). Words carry the meaning; colour supports it.
TAG_COLOURS = {
    "green": {
        "Accepted", "Active", "Approved", "Decision made: offer", "Met", "Open", "Paid", "Published",
        "Satisfactory", "Sent",
    },
    "red": {
        "Concern", "Expired", "Failed", "Overdue", "Payment on hold", "On hold", "Refused",
        "There is a problem", "Unsatisfactory",
    },
    "yellow": {
        "Changes requested", "Due soon", "Expires soon", "Not checked", "Offer to accept", "Ready to release",
        "We have a question",
    },
    "blue": {"Being assessed", "Changes made", "In progress", "Ready", "Submitted"},
    "purple": {"Ending", "Opening soon", "Reserve"},
}  # fmt: skip
COLOUR_OF = {status: colour for colour, statuses in TAG_COLOURS.items() for status in statuses}


@register.filter
def tag_colour(status) -> str:
    """The colour of a status; grey for one that asks nothing (Draft, Planned, Closed, Not yet open)."""
    return COLOUR_OF.get(str(status), "grey")
