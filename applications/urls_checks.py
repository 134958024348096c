"""Addresses of the checklist, of due diligence and of interests."""

checks_urls = []
