"""Exact algebra on sets of packet destinations: address, protocol and port."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import itemgetter
from typing import Self

import msgspec

from gatescale.policy import addresses, services
from gatescale.policy.program import Box
from gatescale.policy.services import Ports, Services

Span = tuple[int, int, Services]
"""First and last address, as ``addresses.number`` places them, and what all of them offer."""

_last = itemgetter(1)


class Region(msgspec.Struct, frozen=True, cache_hash=True):
    """A set of (address, protocol, port).

    Attributes:
        spans: sorted, without overlap, each offering something, neighbours that touch differing
            in what they offer; so equal sets are equal values.
    """

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Self:
        """Return what is in any of ``spans``, in whatever order they come and overlap."""
        return cls(_merged(_flattened(spans)))

    @classmethod
    def union(cls, regions: Iterable["Region"]) -> Self:
        """Return what is in any of ``regions``."""
        return cls.of(span for region in regions for span in region.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def intersect(self, other: "Region") -> "Region":
        """Return what is in both."""
        return Region(
            _merged(
                (max(first, low), min(last, high), common)
                for first, last, offered in self.spans
                for low, high, theirs in other.within(first, last)
                if (common := services.intersect(offered, theirs))
            )
        )

    def subtract(self, other: "Region") -> "Region":
        """Return what is here and not in ``other``: this very object if that is all of it."""
        left = _merged(piece for span in self.spans for piece in _cut(span, other))
        return self if left == self.spans else Region(left)

    def touching(self, other: "Region") -> "Region":
        """Return those spans, whole, that have something in common with ``other``."""
        touching = tuple(
            span
            for span in self.spans
            if any(
                services.intersect(span[2], theirs)
                for _, _, theirs in other.within(span[0], span[1])
            )
        )
        return self if len(touching) == len(self.spans) else Region(touching)

    def within(self, first: int, last: int) -> Iterator[Span]:
        """Yield the spans, uncut and in order, that hold an address of ``first`` to ``last``."""
        for index in range(bisect_left(self.spans, first, key=_last), len(self.spans)):
            span = self.spans[index]
            if span[0] > last:
                return
            yield span

    def contains(self, address: str, protocol: int, port: int) -> bool:
        """Say whether a packet to there is in the set; the port is 0 where there are none.

        Raises:
            ValueError: ``address`` is no IP address.
        """
        place = addresses.number(address)
        service = protocol * services.PORTS + port
        return any(
            low <= service <= high
            for _, _, offered in self.within(place, place)
            for low, high in offered
        )

    def boxes(self) -> tuple[Box, ...]:
        """Return the same set as boxes that do not overlap, sorted by address.

        What the same ports of neighbouring spans have in common is one box; fewer may be
        possible.
        """
        return tuple(
            Box(addresses.text(first), addresses.text(last), *ports)
            for first, last, ports in sorted(_runs(self.spans))
        )

    def networks(self) -> tuple[str, ...]:
        """Return the fewest networks that hold the addresses which offer anything, and no other."""
        everything = _merged((first, last, services.ALL) for first, last, _ in self.spans)
        return tuple(
            network for first, last, _ in everything for network in addresses.networks(first, last)
        )


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join neighbours that touch and offer the same; ``spans`` are sorted and do not overlap."""
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1][1] + 1 == span[0] and merged[-1][2] == span[2]:
            merged[-1] = (merged[-1][0], span[1], span[2])
        else:
            merged.append(span)
    return tuple(merged)


def _flattened(spans: Iterable[Span]) -> Iterator[Span]:
    """Sort, and resolve overlaps; most spans overlap none and pass as they are."""
    cluster: list[Span] = []
    end = -1
    for span in sorted(spans):
        if span[0] > end:
            yield from _resolved(cluster)
            cluster = []
        cluster.append(span)
        end = max(end, span[1])
    yield from _resolved(cluster)


def _resolved(cluster: list[Span]) -> Iterator[Span]:
    if len(cluster) <= 1:
        yield from cluster
        return
    change: defaultdict[int, Counter[Services]] = defaultdict(Counter)
    for first, last, offered in cluster:
        change[first][offered] += 1
        change[last + 1][offered] -= 1
    current: Counter[Services] = Counter()
    for start, stop in pairwise(sorted(change)):
        for offered, count in change[start].items():
            current[offered] += count
            if not current[offered]:
                del current[offered]
        yield start, stop - 1, services.union(frozenset(current))


def _cut(span: Span, other: Region) -> Iterator[Span]:
    start, last, offered = span
    for low, high, theirs in other.within(start, last):
        if low > start:
            yield start, low - 1, offered
        end = min(high, last)
        if left := services.subtract(offered, theirs):
            yield max(low, start), end, left
        start = end + 1
    if start <= last:
        yield start, last, offered


def _runs(spans: Iterable[Span]) -> Iterator[tuple[int, int, Ports]]:
    """Yield first and last address of each run of touching spans that offer the same ports."""
    started: dict[Ports, int] = {}
    end = -1
    for first, last, offered in spans:
        here = services.rectangles(offered)
        over = set(started).difference(here) if first == end + 1 else set(started)
        for ports in over:
            yield started.pop(ports), end, ports
        for ports in here:
            started.setdefault(ports, first)
        end = last
    for ports, first in started.items():
        yield first, end, ports
