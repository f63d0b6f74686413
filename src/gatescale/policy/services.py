"""Sets of services, where a service is a point on one line of ints: protocol * 65536 + port.

A set is a sorted tuple of intervals, both bounds included, that neither overlap nor touch; so
equal sets are equal tuples. A tenant knows few different ones, so what is computed is kept.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from gatescale.policy import vocabulary

Interval = tuple[int, int]
Services = tuple[Interval, ...]
Ports = tuple[int, int, int, int]
"""Protocols and ports, first and last of each, both included."""

PORTS = 1 << 16
ALL: Services = ((0, 256 * PORTS - 1),)

# IANA "Protocol Numbers", by IP version.
_PROTOCOLS = {
    4: {"ICMP": 1, "TCP": 6, "UDP": 17},
    6: {"ICMP": 58, "TCP": 6, "UDP": 17},
}


@lru_cache(maxsize=1 << 12)
def parse(services: tuple[vocabulary.Service, ...], version: int) -> Services:
    """Return what a destination of IP ``version`` with these services may be spoken to by.

    Raises:
        ValueError: a protocol is unknown, or its ports are no range within 0 to 65535.
    """
    return _canonical(_interval(service, version) for service in services) if services else ALL


@lru_cache(maxsize=1 << 12)
def union(sets: frozenset[Services]) -> Services:
    """Return what is in any of ``sets``."""
    return _canonical(interval for each in sets for interval in each)


@lru_cache(maxsize=1 << 12)
def intersect(one: Services, other: Services) -> Services:
    """Return what is in both."""
    return tuple(
        (max(low, first), min(high, last))
        for low, high in one
        for first, last in other
        if low <= last and first <= high
    )


@lru_cache(maxsize=1 << 12)
def subtract(one: Services, other: Services) -> Services:
    """Return what is in ``one`` and not in ``other``."""
    left = []
    for low, high in one:
        start = low
        for first, last in other:
            if last < start or first > high:
                continue
            if first > start:
                left.append((start, first - 1))
            start = last + 1
        if start <= high:
            left.append((start, high))
    return tuple(left)


@lru_cache(maxsize=1 << 12)
def rectangles(services: Services) -> tuple[Ports, ...]:
    """Return the same services as protocols by ports, without overlap."""
    return tuple(piece for low, high in services for piece in _pieces(low, high))


def _interval(service: vocabulary.Service, version: int) -> Interval:
    protocol = _PROTOCOLS[version].get(service.protocol)
    if protocol is None:
        raise ValueError(f"{service.protocol!r} is no known protocol")
    if not 0 <= service.low <= service.high < PORTS:
        raise ValueError(f"{service.low} to {service.high} is no range of ports")
    if service.protocol == "ICMP":
        return protocol * PORTS, (protocol + 1) * PORTS - 1
    return protocol * PORTS + service.low, protocol * PORTS + service.high


def _canonical(intervals: Iterable[Interval]) -> Services:
    merged: list[Interval] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _pieces(low: int, high: int) -> Iterator[Ports]:
    """Cut an interval at the protocols that it holds only in part: its first and its last."""
    (first, low_port), (last, high_port) = divmod(low, PORTS), divmod(high, PORTS)
    if first == last:
        yield first, first, low_port, high_port
        return
    if low_port > 0:
        yield first, first, low_port, PORTS - 1
        first += 1
    whole_last = last if high_port == PORTS - 1 else last - 1
    if first <= whole_last:
        yield first, whole_last, 0, PORTS - 1
    if whole_last < last:
        yield last, last, 0, high_port
