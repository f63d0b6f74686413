"""The functions that rules have beyond CEL's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cel_expr_python import cel

from gatescale.admission import clock, networks, versions
from gatescale.admission.variables import VARIABLES

_Type = cel.Type
_TEXTS = _Type.List(_Type.STRING)
_KINDS = {
    "string": _Type.STRING,
    "boolean": _Type.BOOL,
    "timestamp": _Type.TIMESTAMP,
    "list of strings": _TEXTS,
    "map": _Type.Map(_Type.STRING, _Type.DYN),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function, as it is documented.

    Attributes:
        usage: how it is called.
        meaning: one line for people.
    """

    name: str
    usage: str
    meaning: str


_TABLE = (
    ("atLeast", "version.atLeast('12.5')", "the version is this one or a later one"),
    ("below", "version.below('13')", "the version is an earlier one"),
    ("versionCompare", "versionCompare(a, b)", "-1, 0 or 1: a is earlier, the same, or later"),
    ("within", "ip.within('10.0.0.0/8')", "the address lies in the network, or in one of a list"),
    (
        "between",
        "now.between('09:00', '17:00', zone)",
        "the zone's clock shows a time in the window, its end excluded",
    ),
    (
        "between",
        "now.between('22:00', '06:00', ['FRIDAY'], zone)",
        "the same, of windows that begin on one of these weekdays",
    ),
    ("on", "now.on(['MONDAY', 'FRIDAY'], zone)", "it is one of these weekdays in the zone"),
)

FUNCTIONS: tuple[Function, ...] = tuple(Function(*row) for row in _TABLE)
USAGE: dict[str, str] = {each.name: each.usage for each in reversed(FUNCTIONS)}


@cache
def environment() -> cel.Env:
    """Return what rules are compiled in: the variables and all functions."""
    return cel.NewEnv(
        variables={each.name: _KINDS[each.kind] for each in VARIABLES.values()},
        functions=[
            _method("atLeast", ([_Type.STRING, _Type.STRING], _at_least)),
            _method("below", ([_Type.STRING, _Type.STRING], _below)),
            cel.FunctionDecl(
                "versionCompare",
                [
                    cel.Overload(
                        "versionCompare_text_text",
                        _Type.INT,
                        [_Type.STRING, _Type.STRING],
                        impl=versions.compare,
                    )
                ],
            ),
            _method(
                "within",
                ([_Type.STRING, _Type.STRING], networks.within),
                ([_Type.STRING, _TEXTS], _within_any),
            ),
            _method(
                "between",
                ([_Type.TIMESTAMP, _Type.STRING, _Type.STRING, _Type.STRING], _between),
                (
                    [_Type.TIMESTAMP, _Type.STRING, _Type.STRING, _TEXTS, _Type.STRING],
                    _between_from,
                ),
            ),
            _method("on", ([_Type.TIMESTAMP, _TEXTS, _Type.STRING], _on)),
        ],
    )


def _method(name: str, *overloads: tuple[list[cel.Type], Callable[..., bool]]) -> cel.FunctionDecl:
    return cel.FunctionDecl(
        name,
        [
            cel.Overload(f"{name}_{number}", _Type.BOOL, types, is_member=True, impl=function)
            for number, (types, function) in enumerate(overloads)
        ],
    )


def _at_least(version: str, least: str) -> bool:
    return versions.order(version) >= versions.order(least)


def _below(version: str, bound: str) -> bool:
    return versions.order(version) < versions.order(bound)


def _within_any(address: str, listed: Sequence[str]) -> bool:
    return networks.within(address, tuple(listed))


def _between(moment: datetime, start: str, end: str, zone: str) -> bool:
    return bool(clock.between(start, end)(clock.wall(moment, clock.zone(zone))))


def _between_from(moment: datetime, *window: object) -> bool:
    start, end, days, zone = window
    face = clock.between(str(start), str(end), tuple(days) if isinstance(days, list) else None)
    return bool(face(clock.wall(moment, clock.zone(str(zone)))))


def _on(moment: datetime, days: Sequence[str], zone: str) -> bool:
    return bool(clock.on(tuple(days))(clock.wall(moment, clock.zone(zone))))
