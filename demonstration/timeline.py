"""Plays stories in the order of their days, each step with the clock set to its own day."""

import heapq
from collections.abc import Iterator
from datetime import date, datetime

from pcc_grants.lib import clock

Story = Iterator[date | datetime]


def play(stories: list[Story]) -> None:
    """Run stories side by side. A story yields the day on which what follows happens, never an earlier one."""
    waiting: list[tuple[datetime, int, Story]] = []

    def queue(number: int, story: Story) -> None:
        when = next(story, None)
        if when is None:
            return
        moment = when if isinstance(when, datetime) else clock.london(when)
        heapq.heappush(waiting, (moment, number, story))

    for number, story in enumerate(stories):
        queue(number, story)
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        with clock.at(moment):
            queue(number, story)
