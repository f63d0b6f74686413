"""What lies between two configurations, in words."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from gatescale.contract.configuration import Configuration, ConfiguredPolicy, Step
from gatescale.controller.store import folding

_KINDS = {
    "groups": "group",
    "protocols": "protocol",
    "gateways": "gateway",
    "resources": "resource",
    "admission_rules": "admission rule",
    "policies": "policy",
    "policy_tests": "policy test",
}
_LOSES = {
    "group": "its members lose what it grants",
    "gateway": "its token and keys are void; what only it serves is unreachable",
    "resource": "nobody reaches it any more",
    "policy": "what it granted or denied is void",
}


def between(before: Configuration, after: Configuration) -> list[Step]:
    """Return the steps from one configuration to another, of whole documents."""
    steps = list(_set(before.settings, after.settings))
    for section, kind in _KINDS.items():
        old, new = keyed(getattr(before, section)), keyed(getattr(after, section))
        steps += _deleted(kind, old, new)
        steps += _written(kind, old, new)
        if section == "policies":
            steps += _moved(old, new)
    return steps


def _set(old: Any, new: Any) -> Iterator[Step]:
    if old != new:
        words = f"Change the settings: {'; '.join(_changes(old, new))}."
        yield Step(action="update", kind="settings", name="settings", words=words)


def keyed(things: Sequence[Any]) -> dict[tuple[str, ...], Any]:
    """Return things by what tells them apart: the name; of policies, type, name and how many."""
    found: dict[tuple[str, ...], Any] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for thing in things:
        key: tuple[str, ...] = (folding.key(thing.name),)
        if isinstance(thing, ConfiguredPolicy):
            key = (thing.type, "" if thing.default else f"={thing.name}")
            seen[key] += 1
            key = (*key, str(seen[key]))
        found[key] = thing
    return found


def _deleted(kind: str, old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[Step]:
    for key, thing in old.items():
        if key not in new:
            loss = f": {_LOSES[kind]}" if kind in _LOSES else ""
            yield _step("delete", kind, thing, f"Delete the {_called(kind, thing)}{loss}.")


def _written(kind: str, old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[Step]:
    for key, thing in new.items():
        if key not in old:
            told = ", ".join(_fields(thing))
            words = f"Create the {_called(kind, thing)}{told and f': {told}'}."
            yield _step("create", kind, thing, words)
        elif old[key] != thing:
            told = "; ".join(_changes(old[key], thing))
            yield _step("update", kind, thing, f"Change the {_called(kind, thing)}: {told}.")


def _moved(old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[Step]:
    """Yield a step for each policy whose place among those that stay is another."""
    for policy_type in dict.fromkeys(key[0] for key in new):
        stay = [key for key in old if key in new and key[0] == policy_type]
        order = [key for key in new if key in old and key[0] == policy_type]
        for key in _out_of_place(stay, order):
            place = [each for each in new if each[0] == policy_type].index(key) + 1
            words = f"Move the {_called('policy', new[key])} to place {place}."
            yield _step("move", "policy", new[key], words)


def _out_of_place(old: list[Any], new: list[Any]) -> list[Any]:
    """Return the fewest of ``new`` that must move to come from one order to the other."""
    places = {key: place for place, key in enumerate(old)}
    # The longest increasing subsequence stays: of each length, the run with the least last place.
    lasts: list[int] = []
    runs: list[Any] = []
    before: dict[Any, Any] = {}
    for key in new:
        length = bisect_left(lasts, places[key])
        before[key] = runs[length - 1] if length else None
        lasts[length : length + 1] = [places[key]]
        runs[length : length + 1] = [key]
    kept = set()
    key = runs[-1] if runs else None
    while key is not None:
        kept.add(key)
        key = before[key]
    return [each for each in new if each not in kept]


def _called(kind: str, thing: Any) -> str:
    return f"{thing.type} policy {thing.name}" if kind == "policy" else f"{kind} {thing.name}"


def _fields(thing: Any) -> Iterator[str]:
    for field in msgspec.structs.fields(thing):
        value = getattr(thing, field.name)
        if field.name != "name" and (field.required or value != _default(field)):
            yield f"{field.encode_name} {_told(value)}"


def _default(field: msgspec.structs.FieldInfo) -> Any:
    factory: Callable[[], Any] | Any = field.default_factory
    return factory() if factory is not msgspec.NODEFAULT else field.default


def _changes(old: Any, new: Any) -> Iterator[str]:
    for field in msgspec.structs.fields(new):
        was, is_now = getattr(old, field.name), getattr(new, field.name)
        if was != is_now:
            yield f"{field.encode_name} from {_told(was)} to {_told(is_now)}"


def _told(value: Any) -> str:
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _step(
    action: Literal["create", "update", "move", "delete"], kind: str, thing: Any, words: str
) -> Step:
    return Step(action=action, kind=kind, name=thing.name, words=words)
