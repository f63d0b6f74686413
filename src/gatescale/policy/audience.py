"""Devices to which the same policies apply: they share all that is compiled for them."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

import msgspec

from gatescale.policy.destinations import Line
from gatescale.policy.program import Route, Rule
from gatescale.policy.region import Region
from gatescale.policy.vocabulary import Device


class Profile(msgspec.Struct, frozen=True):
    """An ordered list of rules.

    Attributes:
        key: hash of the rules, so that equal lists have equal keys on every gateway.
    """

    key: str
    rules: tuple[Rule, ...]


class Access(msgspec.Struct, frozen=True):
    """What of a resource can be reached.

    Attributes:
        gateway: id of the one that leads there.
        region: what of it passes.
        is_whole: that is all of it.
    """

    gateway: str
    region: Region
    is_whole: bool


class Audience:
    """The devices to which one set of policies applies.

    Attributes:
        policies: ids.
        devices: by id, as they were when sorted in.
        grants: by gateway id, the profile of those gateways through which it reaches anything;
            replaced whole, never changed.
        routes: what each of the devices connects to; None until asked for.
        reach: what of each resource each of the devices reaches; None until asked for.
    """

    __slots__ = ("devices", "grants", "policies", "reach", "routes")

    def __init__(self, policies: frozenset[str]) -> None:
        self.policies = policies
        self.devices: dict[str, Device] = {}
        self.grants: dict[str, Profile] = {}
        self.forget()

    def forget(self) -> None:
        """Forget what was derived: policies, resources or gateways changed."""
        self.routes: tuple[Route, ...] | None = None
        self.reach: dict[str, Access] | None = None


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return the lines as they are evaluated."""
    return sorted(lines, key=lambda line: (line.policy.order, line.policy.id))


def grants(lines: Iterable[Line], only: set[str] | None = None) -> dict[str, Profile]:
    """Return the profile on each gateway through which ``lines`` let anything pass.

    Args:
        lines: all that apply, in order.
        only: ids of the gateways that are asked about; None: all.
    """
    deciding: dict[str, list[Line]] = {}
    for line in lines:
        for gateway in line.places if only is None else only.intersection(line.places):
            deciding.setdefault(gateway, []).append(line)
    return {
        gateway: _profile(deciders)
        for gateway, deciders in deciding.items()
        if _let_pass(deciders, gateway)
    }


def _let_pass(lines: list[Line], gateway: str) -> bool:
    """Say whether anything is left of the allows once the denies before them are taken away."""
    denied: list[Region] = []
    for line in lines:
        if not line.rule.allow:
            denied.append(line.places[gateway])
        elif _left(line.places[gateway], denied):
            return True
    return False


def _left(allowed: Region, denied: list[Region]) -> Region:
    for region in denied:
        allowed = _without(allowed, region)
        if not allowed:
            break
    return allowed


@lru_cache(maxsize=1 << 16)
def _without(allowed: Region, denied: Region) -> Region:
    # Audiences differ in few policies, so the same pair is asked for by most of them.
    return allowed.subtract(denied)


def _profile(lines: list[Line]) -> Profile:
    end = len(lines)
    while not lines[end - 1].rule.allow:
        end -= 1  # what no rule holds is dropped anyway
    content = "".join([line.token for line in lines[:end]])
    key = blake2b(content.encode(), digest_size=16).hexdigest()
    return Profile(key, tuple([line.rule for line in lines[:end]]))
