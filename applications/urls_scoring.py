"""Addresses of moderation, feedback and of an assessor looking at their own scores."""

scoring_urls = []
