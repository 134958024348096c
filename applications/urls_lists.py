"""Addresses of working on many applications at once."""

lists_urls = []
