"""`{% csrf_token %}` as in all of Django, and beside it whom the page was made for.

Built in to every template (`settings.TEMPLATES`), so that no form of ours can be without it: what is sent
after the sign-in has ended is kept for that person (`pcc_grants.lib.sent`).
"""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from pcc_grants.lib.sent import MADE_FOR, sign_for

register = template.Library()


class TokensNode(CsrfTokenNode):
    """The hidden fields of a form that posts."""

    def render(self, context):
        html = super().render(context)
        user = getattr(context.get("request"), "user", None)
        if not html or user is None or not user.is_authenticated:
            return html
        return html + format_html('<input type="hidden" name="{}" value="{}">', MADE_FOR, sign_for(user))


@register.tag
def csrf_token(parser, token):
    return TokensNode()
