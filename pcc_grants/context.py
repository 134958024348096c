"""What every page needs: whose service it is, the navigation of the person's roles, the public addresses."""

from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from pcc_grants.lib import clock
from pcc_grants.sessions import seconds_left

NEUTRAL_OFFICE = "Office of the Police and Crime Commissioner"
NEUTRAL_SERVICE = "Apply for and manage funding"


@dataclass(frozen=True)
class NavigationItem:
    """A link of the service navigation; `active` when the present page is at or below its address."""

    label: str
    url: str
    active: bool = False


def address(url_name: str) -> str:
    """The address of a named page; empty when the page is not part of this installation."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


class Site:
    """The office's facts and the page's frame, read from the database only when a template asks."""

    footer_pages = (
        ("accessibility", "Accessibility statement"),
        ("cookies", "Cookies"),
        ("privacy", "Privacy"),
        ("help", "Contact us"),
        ("what_we_fund", "What we fund"),
        ("decisions", "Decisions we have made"),
        ("spending", "Spending we have published"),
        ("panel_papers", "Panel papers"),
    )

    def __init__(self, request=None):
        self.request = request

    # -- Whose service -----------------------------------------------------------------------------------

    @cached_property
    def office(self):
        """The settings that hold today; None before there are any, and on the page for a broken service."""
        from office.models import OfficeSettings  # here, so that settings can name this module early

        if self.request is None:
            return None
        try:
            return OfficeSettings.objects.as_at(clock.today())
        except DatabaseError:
            return None

    @property
    def office_name(self):
        return self.office.office_name if self.office else NEUTRAL_OFFICE

    @property
    def office_short_name(self):
        return self.office.office_short_name if self.office else "OPCC"

    @property
    def service_name(self):
        return self.office.service_name if self.office else NEUTRAL_SERVICE

    @property
    def demonstration(self):
        return settings.DEMONSTRATION

    # -- Who is here -------------------------------------------------------------------------------------

    @cached_property
    def user(self):
        """The person signed in, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def timeout(self):
        """For the warning before an idle session ends, in seconds (templates/components/timeout.html)."""
        if self.user is None:
            return {}
        return {
            "left": seconds_left(self.request),
            "warning": settings.SESSION_WARNING_SECONDS,
            # A request puts the end off unless that was done a moment ago.
            "at_least": settings.SESSION_COOKIE_AGE - settings.SESSION_EXTEND_EVERY,
        }

    @cached_property
    def navigation(self):
        """The links this person's roles may open; for a visitor, the public ones."""
        if self.user:
            from accounts.navigation import for_user

            items = [(item.label, item.url) for item in for_user(self.user)]
        else:
            names = (("funding", "Find funding"), ("what_we_fund", "What we fund"), ("sign_in", "Sign in"))
            items = [(label, address(name)) for name, label in names]
        items = [(label, url) for label, url in items if url]
        path = getattr(self.request, "path", "")
        here = max((url for _, url in items if path.startswith(url)), key=len, default=None)
        return [NavigationItem(label, url, active=url == here) for label, url in items]

    @property
    def section(self):
        """The part of the service the present page belongs to, for its title."""
        return next((item.label for item in self.navigation if item.active), "")

    @property
    def home_url(self):
        return (self.user and address(self.user.home)) or address("landing") or "/"

    # -- Addresses ---------------------------------------------------------------------------------------

    @property
    def footer(self):
        pages = [(label, address(name)) for name, label in self.footer_pages]
        return [(label, url) for label, url in pages if url]

    @property
    def sign_out_url(self):
        return address("sign_out")

    @property
    def account_url(self):
        return address("account")


def site(request):
    """Context processor: `site` on every page, one `Site` a request."""
    if not hasattr(request, "site_frame"):
        request.site_frame = Site(request)
    return {"site": request.site_frame}
