"""The functions that rules have beyond CEL's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cel_expr_python import cel

from gatescale.admission import clock, networks, versions
from gatescale.admission.variables import VARIABLES

_Type = cel.Type
_TEXT, _TEXTS = _Type.STRING, _Type.List(_Type.STRING)
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
        signature: kinds of what it is asked of, takes and comes to.
        usage: how it is called.
        meaning: one line for people.
    """

    name: str
    signature: str
    usage: str
    meaning: str


_TABLE = (
    (
        "atLeast",
        "string.atLeast(string) -> boolean",
        "version.atLeast('12.5')",
        "the version is this one or a later one",
    ),
    (
        "below",
        "string.below(string) -> boolean",
        "version.below('13')",
        "the version is an earlier one",
    ),
    (
        "versionCompare",
        "versionCompare(string, string) -> int",
        "versionCompare(a, b)",
        "-1, 0 or 1: a is earlier, the same, or later",
    ),
    (
        "within",
        "string.within(string or list of strings) -> boolean",
        "ip.within('10.0.0.0/8')",
        "the address lies in the network, or in one of a list",
    ),
    (
        "between",
        "timestamp.between(string, string, string) -> boolean",
        "now.between('09:00', '17:00', zone)",
        "the zone's clock shows a time in the window, its end excluded",
    ),
    (
        "between",
        "timestamp.between(string, string, list of strings, string) -> boolean",
        "now.between('22:00', '06:00', ['FRIDAY'], zone)",
        "the same, of windows that begin on one of these weekdays",
    ),
    (
        "on",
        "timestamp.on(list of strings, string) -> boolean",
        "now.on(['MONDAY', 'FRIDAY'], zone)",
        "it is one of these weekdays in the zone",
    ),
)

FUNCTIONS: tuple[Function, ...] = tuple(Function(*row) for row in _TABLE)
USAGE: dict[str, str] = {each.name: each.usage for each in reversed(FUNCTIONS)}


@cache
def environment() -> cel.Env:
    """Return what rules are compiled in: the variables and all functions.

    The functions are declared only, and never called by the library: ``apply`` works them out.
    """
    return cel.NewEnv(
        variables={each.name: _KINDS[each.kind] for each in VARIABLES.values()},
        functions=[
            _declared("atLeast", [_TEXT, _TEXT]),
            _declared("below", [_TEXT, _TEXT]),
            cel.FunctionDecl(
                "versionCompare",
                [cel.Overload("versionCompare", _Type.INT, [_TEXT, _TEXT], impl=_never)],
            ),
            _declared("within", [_TEXT, _TEXT], [_TEXT, _TEXTS]),
            _declared(
                "between",
                [_Type.TIMESTAMP, _TEXT, _TEXT, _TEXT],
                [_Type.TIMESTAMP, _TEXT, _TEXT, _TEXTS, _TEXT],
            ),
            _declared("on", [_Type.TIMESTAMP, _TEXTS, _TEXT]),
        ],
    )


def apply(function: str, inputs: Sequence[object]) -> bool | int:
    """Return what one of our functions comes to.

    Args:
        function: its name.
        inputs: its arguments, the one it is a method of first.

    Raises:
        ValueError: one is not of the kind that the function takes, or cannot be read.
    """
    match function, inputs:
        case "atLeast", (str() as version, str() as least):
            return versions.order(version) >= versions.order(least)
        case "below", (str() as version, str() as bound):
            return versions.order(version) < versions.order(bound)
        case "versionCompare", (str() as left, str() as right):
            return versions.compare(left, right)
        case "within", (str() as address, str() as network):
            return networks.within(address, network)
        case "within", (str() as address, [*listed]):
            return networks.within(address, _texts(listed))
        case _:
            return _apply_clock(function, inputs)


def _apply_clock(function: str, inputs: Sequence[object]) -> bool:
    match function, inputs:
        case "between", (datetime() as moment, str() as start, str() as end, str() as zone):
            face = clock.between(start, end)
        case "between", (
            datetime() as moment,
            str() as start,
            str() as end,
            [*days],
            str() as zone,
        ):
            face = clock.between(start, end, _texts(days))
        case "on", (datetime() as moment, [*days], str() as zone):
            face = clock.on(_texts(days))
        case _:
            raise ValueError(f"{function} cannot be applied to what it is given")
    return bool(face(clock.wall(moment, clock.zone(zone))))


def _texts(listed: list[object]) -> tuple[str, ...]:
    texts = tuple(each for each in listed if isinstance(each, str))
    if len(texts) < len(listed):
        raise ValueError("a list of texts has something else in it")
    return texts


def _declared(name: str, *overloads: list[cel.Type]) -> cel.FunctionDecl:
    return cel.FunctionDecl(
        name,
        [
            cel.Overload(f"{name}_{number}", _Type.BOOL, types, is_member=True, impl=_never)
            for number, types in enumerate(overloads)
        ],
    )


def _never(*_inputs: object) -> bool:
    raise ValueError("is worked out before")
