"""Which addresses a device sends to which gateway."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import chain, pairwise

import msgspec

from gatescale.policy.destinations import Footprint, Line
from gatescale.policy.program import Route
from gatescale.policy.region import Region
from gatescale.policy.services import ALL
from gatescale.policy.vocabulary import Gateway, Policy


class _Claim(msgspec.Struct, frozen=True, order=True):
    """Addresses that may be reached through a gateway; the least of several gets them."""

    prefix: int
    """Length of the prefix of the destination that they come from, negated."""
    choice: int
    """Place of the gateway in its resource's list."""
    gateway: str
    first: int
    last: int


def routes(
    lines: Iterable[Line],
    gateways: Mapping[str, Gateway],
    resources_of: Callable[[Policy], Iterable[Footprint]],
) -> tuple[Route, ...]:
    """Return where a device connects to, sorted by gateway id, no address in two routes.

    A resource is reached through the first available of its gateways that is not in maintenance,
    else through the first available one, or the first if none is.
    Where resources at different gateways overlap, the longer prefix wins, then the gateway that
    is earlier in its resource's list, then the lower id.

    Args:
        lines: all that apply to the device, in order.
        gateways: by id; those that have no key or endpoint yet are left out.
        resources_of: what a policy names.
    """
    ready = reachable(gateways)
    shares = _shared_out(_claims(lines, ready, resources_of))
    return tuple(
        Route(
            gateway=gateway.id,
            name=gateway.name,
            public_key=gateway.public_key,
            endpoint=gateway.endpoint,
            allowed_ips=shares[gateway.id].networks(),
        )
        for gateway in (ready[gateway_id] for gateway_id in sorted(shares))
    )


def reachable(gateways: Mapping[str, Gateway]) -> dict[str, Gateway]:
    """Return those of the gateways that a device could connect to."""
    return {
        gateway.id: gateway
        for gateway in gateways.values()
        if gateway.public_key and gateway.endpoint
    }


def _claims(
    lines: Iterable[Line],
    ready: Mapping[str, Gateway],
    resources_of: Callable[[Policy], Iterable[Footprint]],
) -> Iterator[_Claim]:
    """Yield what the lines let pass, by destination."""
    for footprint, choice, left in passing(lines, ready, resources_of):
        gateway = footprint.resource.gateways[choice]
        for prefix, network in footprint.networks:
            for first, last, _ in network.intersect(left).spans:
                yield _Claim(-prefix, choice, gateway, first, last)


def passing(
    lines: Iterable[Line],
    ready: Mapping[str, Gateway],
    resources_of: Callable[[Policy], Iterable[Footprint]],
) -> Iterator[tuple[Footprint, int, Region]]:
    """Yield each resource that the lines let anything pass to.

    The first line that allows a resource counts: before a later one, only more is denied.

    Yields:
        the resource, the place in its list of the gateway that it is reached through, and what of
        it passes there.
    """
    denied = _Denied()
    allowed: set[str] = set()
    for line in lines:
        if not line.rule.allow:
            denied.add(line.places)
            continue
        for footprint in resources_of(line.policy):
            resource = footprint.resource
            choice = _choice(resource.gateways, ready)
            if choice is None or resource.id in allowed:
                continue
            allowed.add(resource.id)
            if left := footprint.region.subtract(denied.on(resource.gateways[choice])):
                yield footprint, choice, left


class _Denied:
    """What the denies so far decide on each gateway, joined only where it is asked for."""

    def __init__(self) -> None:
        self._regions: dict[str, list[Region]] = {}

    def add(self, places: Mapping[str, Region]) -> None:
        for gateway, region in places.items():
            self._regions.setdefault(gateway, []).append(region)

    def on(self, gateway: str) -> Region:
        regions = self._regions.get(gateway, [])
        if len(regions) > 1:
            regions[:] = [Region.union(regions)]
        return regions[0] if regions else Region()


def _choice(gateways: tuple[str, ...], ready: Mapping[str, Gateway]) -> int | None:
    """Return the place of the gateway that a resource is reached through; None without any."""
    places = [place for place, gateway in enumerate(gateways) if gateway in ready]
    available = [place for place in places if ready[gateways[place]].available]
    wanted = (place for place in available if not ready[gateways[place]].maintenance)
    return next(chain(wanted, available, places), None)


def _shared_out(claims: Iterable[_Claim]) -> dict[str, Region]:
    """Give each address to the least claim that holds it, by one sweep over the line."""
    starting: dict[int, list[_Claim]] = {}
    edges = set()
    for claim in claims:
        starting.setdefault(claim.first, []).append(claim)
        edges |= {claim.first, claim.last + 1}
    spans: dict[str, list[tuple[int, int]]] = {}
    running: list[_Claim] = []
    for first, end in pairwise(sorted(edges)):
        for claim in starting.get(first, ()):
            heappush(running, claim)
        while running and running[0].last < first:
            heappop(running)
        if running:
            spans.setdefault(running[0].gateway, []).append((first, end - 1))
    return {
        gateway: Region.of((first, last, ALL) for first, last in held)
        for gateway, held in spans.items()
    }
