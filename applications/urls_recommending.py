"""Addresses of the recommendation of a round, its decision pack and its decisions."""

recommending_urls = []
