"""Every address of the service, one line per app."""

from importlib.util import find_spec

from django.urls import include, path, register_converter

from pcc_grants.health import health
from pcc_grants.lib import converters

register_converter(converters.Day, "day")
register_converter(converters.Month, "month")

urlpatterns = [
    path("health/", health, name="health"),
]
for app in (
    "pcc_grants.urls_pages",
    "accounts.urls",
    "organisations.urls",
    "funds.urls",
    "applications.urls",
    "awards.urls",
    "monitoring.urls",
    "reports.urls",
):
    if find_spec(app):
        urlpatterns.append(path("", include(app)))

handler400 = "pcc_grants.views.bad_request"
handler403 = "pcc_grants.views.permission_denied"
handler404 = "pcc_grants.views.page_not_found"
handler500 = "pcc_grants.views.server_error"
