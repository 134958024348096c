"""Addresses of allocations, business cases and their projects."""

cases_urls = []
