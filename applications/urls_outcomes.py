"""Addresses of decision notices and of telling applicants."""

outcomes_urls = []
