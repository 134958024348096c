"""Every address of the service, one line per app."""

from django.urls import path

from pcc_grants.health import health

urlpatterns = [
    path("health/", health, name="health"),
]

handler400 = "pcc_grants.views.bad_request"
handler403 = "pcc_grants.views.permission_denied"
handler404 = "pcc_grants.views.page_not_found"
handler500 = "pcc_grants.views.server_error"
