"""Why a rule holds or not, part by part, with what it saw."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from gatescale.admission.checks import Failure
from gatescale.admission.faults import place
from gatescale.admission.finding import Explanation, Finding, Result, Seen
from gatescale.admission.rules import Prepared, Rule
from gatescale.admission.spelling import quoted, spell
from gatescale.admission.tree import Call, Constant, Name, Node, Select, children
from gatescale.admission.variables import VARIABLES

_SPLIT = frozenset({"_&&_", "_||_", "!_", "_?_:_"})
_ROWS = frozenset({"_&&_", "_||_"})
_LONGEST_TEXT, _LONGEST_LIST, _MOST_DECIDING = 100, 5, 3
_NO_OVERLOAD = re.compile(r"No matching overloads found : .*?\b([A-Za-z_]+)\([^()]*\)$")
_ABSENT = ("UNKNOWN: No value with name", "NOT_FOUND: Key not found")


def explain(rule: Rule, prepared: Prepared) -> Explanation:
    """Return why ``rule`` holds or not for these facts."""
    found: dict[int, Finding] = {}
    finding = _find(rule, rule.tree.root, prepared, found)
    told = [_told(node, found[node.id], prepared) for node in _deciding(rule.tree.root, found)]
    left_out = len(told) - _MOST_DECIDING
    sentence = "; ".join(told[:_MOST_DECIDING]) + (f"; and {left_out} more" * (left_out > 0))
    return Explanation(finding.result == "holds", sentence + ".", finding)


def _find(rule: Rule, node: Node, prepared: Prepared, found: dict[int, Finding]) -> Finding:
    """Return what ``node`` came to; ``found`` gets it and all its parts, by node id."""
    result, detail = _result(rule, node, prepared)
    parts = tuple(_find(rule, each, prepared, found) for each in _parts(node))
    seen = () if parts else tuple(_seen(node, prepared))
    line, column = place(rule.text, rule.tree.position(node))
    found[node.id] = Finding(spell(node), line, column, result, detail, seen, parts)
    return found[node.id]


def _parts(node: Node) -> Iterator[Node]:
    """Yield what a condition is made of; rows of one operator are one level."""
    if not isinstance(node, Call) or node.function not in _SPLIT:
        return
    for each in node.arguments:
        if node.function in _ROWS and isinstance(each, Call) and each.function == node.function:
            yield from _parts(each)
        else:
            yield each


def _result(rule: Rule, node: Node, prepared: Prepared) -> tuple[Result, str]:
    value = rule.value(node, prepared)
    if not isinstance(value, Failure):
        return ("holds" if value is True else "does not hold"), ""
    if value.startswith(_ABSENT):
        missing = [each.name for each in _seen(node, prepared) if each.value is None]
        named = value.partition('"')[2].rstrip('" ')
        return "absent", f"{', '.join(missing) or named} is absent"
    if function := _NO_OVERLOAD.search(value):
        return "error", f"{function[1]} cannot be applied to what it is given"
    return "error", value.partition(": ")[2] or value


def _deciding(node: Node, found: dict[int, Finding]) -> list[Node]:
    """Return the parts to which it comes down that ``node`` holds or not."""
    if not isinstance(node, Call) or node.function not in {"_&&_", "_||_", "_?_:_"}:
        return [node]
    result = found[node.id].result
    parts = tuple(_parts(node))
    if node.function == "_?_:_":
        chosen = {"holds": parts[1], "does not hold": parts[2]}
        return _deciding(chosen.get(found[parts[0].id].result, parts[0]), found)
    # One part is enough for a || that holds, and for an && that does not.
    if (node.function == "_||_") == (result == "holds"):
        alike = (each for each in parts if found[each.id].result == result)
        return _deciding(next(alike, parts[0]), found)
    return [each for part in parts for each in _deciding(part, found)]


def _told(node: Node, finding: Finding, prepared: Prepared) -> str:
    verdict = "holds" if finding.result == "holds" else "does not hold"
    values = [
        f"{each.name} is {'absent' if each.value is None else each.value}"
        for each in _seen(node, prepared)
    ]
    if finding.result == "error":
        values.insert(0, finding.detail)
    return f"{finding.text} {verdict}" + (f": {', '.join(values)}" if values else "")


def _seen(node: Node, prepared: Prepared) -> Iterator[Seen]:
    told = set()
    for name, keys in _paths(node):
        path = name + "".join(
            f".{key}" if key.isidentifier() else f"[{quoted(key)}]" for key in keys
        )
        if path not in told:
            told.add(path)
            yield Seen(path, _shown(_look_up(prepared, name, keys)))


def _paths(node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the variables that ``node`` reads, with the keys that it reads of maps."""
    path = _path(node)
    if path is not None and path[0] in VARIABLES:
        yield path
        return
    for child in children(node):
        yield from _paths(child)


def _path(node: Node) -> tuple[str, tuple[str, ...]] | None:
    match node:
        case Name(name=name):
            return name, ()
        case Select(operand=operand, field=key):
            inner = _path(operand)
        case Call(function="_[_]", arguments=(operand, Constant(value=str() as key))):
            inner = _path(operand)
        case _:
            return None
    return None if inner is None else (inner[0], (*inner[1], key))


def _look_up(prepared: Prepared, name: str, keys: tuple[str, ...]) -> object:
    value: object = prepared.facts.get(name)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _shown(value: object) -> str | None:
    match value:
        case None:
            return None
        case str():
            shown = quoted(value[:_LONGEST_TEXT])
            return shown + "…" * (len(value) > _LONGEST_TEXT)
        case datetime():
            return f"{value.astimezone(UTC):%a %Y-%m-%d %H:%M:%S} UTC"
        case list():
            items = ", ".join(str(_shown(each)) for each in value[:_LONGEST_LIST])
            left_out = len(value) - _LONGEST_LIST
            return f"[{items}{f', and {left_out} more' * (left_out > 0)}]"
        case dict():
            return f"a map of {len(value)}"
        case _:
            return str(value).lower()[:_LONGEST_TEXT]
