"""Facts, made fit for rules.

The CEL library is native code that trusts what it is handed, so nothing reaches it that is not of
a variable's kind. A value that is not counts as absent, and so does an entry of a map.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from gatescale.admission import clock
from gatescale.admission.variables import VARIABLES, Kind, Value

_DEEPEST = 4
_LARGEST = 1 << 63


def fit(facts: Mapping[str, Value]) -> dict[str, Value]:
    """Return those facts that are values of variables, by name; ``now`` is not among them."""
    found: dict[str, Value] = {}
    for name, kept in _KEPT.items():
        value = facts.get(name)
        if value is not None and (fitting := kept(value)) is not None:
            found[name] = fitting
    return found


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    text = value if type(value) is str else str.__str__(value)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text


def _boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return None
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return None


def _texts(value: object) -> list[Value] | None:
    if not isinstance(value, list | tuple):
        return None
    texts = [_text(each) for each in value]
    return None if None in texts else [text for text in texts if text is not None]


def _map(value: object, depth: int = 0) -> dict[str, Value] | None:
    if not isinstance(value, dict):
        return None
    found: dict[str, Value] = {}
    for key, entry in value.items():
        name, fitting = _text(key), _any(entry, depth + 1)
        if name is not None and fitting is not None:
            found[name] = fitting
    return found


def _any(value: object, depth: int) -> Value | None:
    if depth > _DEEPEST:
        return None
    match value:
        case bool() | float():
            return value
        case int():
            return int(value) if -_LARGEST <= value < _LARGEST else None
        case list():
            found = [_any(each, depth + 1) for each in value]
            return None if None in found else [each for each in found if each is not None]
        case dict():
            return _map(value, depth)
        case _:
            return _text(value)


def _zone(value: object) -> str | None:
    name = _text(value)
    try:
        clock.zone(name or "")
    except ValueError:
        return None
    return name


_KINDS: dict[Kind, Callable[[object], Value | None]] = {
    "string": _text,
    "boolean": _boolean,
    "timestamp": _moment,
    "list of strings": _texts,
    "map": _map,
}
_KEPT: dict[str, Callable[[object], Value | None]] = {
    each.name: _KINDS[each.kind] for each in VARIABLES.values() if each.name != "now"
} | {"zone": _zone}
