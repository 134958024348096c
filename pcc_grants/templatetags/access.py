"""`{% if request.user|may:"manage awards" %}`: show a button only to people who may press it."""

from django import template

register = template.Library()


@register.filter
def may(user, permission: str) -> bool:
    """Whether the person holds a permission, by its words; never for a visitor.

    Raises ValueError for words that are no permission, so that a slip of the pen does not hide a button.
    """
    from accounts.permissions import Permission

    needed = Permission(permission)
    return bool(user and user.is_authenticated and user.may(needed))
