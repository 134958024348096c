"""Every address of the service, one line per app."""

from django.urls import include, path, register_converter

from pcc_grants.health import health
from pcc_grants.lib import converters

register_converter(converters.Day, "day")
register_converter(converters.Month, "month")

urlpatterns = [
    path("health/", health, name="health"),
    path("", include("pcc_grants.urls_pages")),
    path("", include("accounts.urls")),
    path("", include("organisations.urls")),
    path("", include("questionnaires.urls")),
    path("", include("funds.urls")),
    path("", include("applications.urls")),
    path("", include("awards.urls")),
    path("", include("monitoring.urls")),
    path("", include("reports.urls")),
]

handler400 = "pcc_grants.views.bad_request"
handler403 = "pcc_grants.views.permission_denied"
handler404 = "pcc_grants.views.page_not_found"
handler500 = "pcc_grants.views.server_error"
