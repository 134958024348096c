"""Addresses of the homes of applicants, officers, the approver and finance."""

from django.urls import path

from . import homes

urlpatterns = [
    path("home/", homes.home, name="home"),
    path("office/", homes.office_home, name="office_home"),
    path("decide/", homes.decide_home, name="decide_home"),
    path("finance/", homes.finance_home, name="finance_home"),
]
