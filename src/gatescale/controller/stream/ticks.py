"""Time as a change: where a rule's answer turns by itself, a revision says so.

So replicas agree on what held at which revision, and a gateway's program has a number, whatever
moved it.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from gatescale.controller.caller import system
from gatescale.controller.store.session import Store, Transaction
from gatescale.controller.stream.feed import Feed
from gatescale.policy.vocabulary import Tick

_LONGEST_WAIT = 60.0
"""Seconds until the clock is looked at again: it may have been set."""

_PAUSE_SECONDS = 0.05
"""In which this process hears of a change that another made."""


class _Overtaken(Exception):  # noqa: N818  no error: somebody was faster
    """There is a revision that this process has not heard of, and that may be the tick."""


class Ticks:
    """Makes a change whenever one of the tenants here is due for it."""

    def __init__(self, store: Store, feeds: Mapping[str, Feed]) -> None:
        self._store = store
        self._feeds = feeds
        self._moved = asyncio.Event()

    def moved(self) -> None:
        """Look anew at what is due: a tenant changed."""
        self._moved.set()

    async def tick(self) -> None:
        """Wait until a tenant is due, and make its change."""
        self._moved.clear()
        due = min((t for feed in self._feeds.values() if (t := feed.model.due)), default=None)
        if not await self._until(due):
            return
        for feed in list(self._feeds.values()):
            now = self._store.clock()
            if feed.model.due is not None and feed.model.due <= now:
                await self._change(feed)

    async def _until(self, due: datetime | None) -> bool:
        """Wait for a moment; return whether it came, rather than that tenants changed."""
        left = (due - self._store.clock()).total_seconds() if due else _LONGEST_WAIT
        if left > 0:
            try:
                async with asyncio.timeout(min(left, _LONGEST_WAIT)):
                    await self._moved.wait()
            except TimeoutError:
                return due is not None and due <= self._store.clock()
            return False
        return True

    async def _change(self, feed: Feed) -> None:
        try:
            async with self._store.writing(system(feed.tenancy.id)) as transaction:
                _refuse_overtaken(feed, transaction)
                transaction.changed(Tick())
        except _Overtaken:
            await asyncio.sleep(_PAUSE_SECONDS)


def _refuse_overtaken(feed: Feed, transaction: Transaction) -> None:
    if transaction.revision != feed.revision + 1:
        raise _Overtaken
