"""The addresses that belong to no app: the front page and the pages in the footer."""

from django.conf import settings
from django.urls import path

from . import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("cookies/", views.cookies, name="cookies"),
    path("privacy/", views.privacy, name="privacy"),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("developer/components/", views.gallery, name="gallery"))
