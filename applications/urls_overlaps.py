"""Addresses of overlaps between projects."""

overlaps_urls = []
