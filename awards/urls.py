"""Addresses of grants, awards, instalments and payments."""

from django.urls import path

urlpatterns = []
