"""What a rule may cost at most, estimated before it ever runs.

One unit is about 0.1 µs; bench/rules.py measures the dearest rules that are accepted. Literals have
the sizes they have, variables those that ``variables`` assumes.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Self

from gatescale.admission.tree import (
    Call,
    Comprehension,
    Constant,
    ListOf,
    MapOf,
    Name,
    Node,
    Select,
    children,
)
from gatescale.admission.variables import (
    ITEM_LENGTH,
    LIST_LENGTH,
    MAP_LENGTH,
    TEXT_LENGTH,
    VARIABLES,
)

LIMIT = 100_000

_PER_ITEM = 1.0
_PER_COMPARED_ITEM = 0.15
_PER_COPIED_ITEM = 0.4
_PER_CHARACTER = 0.02
_PER_MATCHED_CHARACTER = 0.08
_PER_PATTERN_CHARACTER = 3.0
_PER_REPEATED_CHARACTER = 10.0
_PATTERN = 15.0
_OWN_FUNCTION = 20.0
_OTHER_FUNCTION = 4.0
_OWN = frozenset({"atLeast", "below", "versionCompare", "within", "between", "on"})
_LOGIC = frozenset({"_&&_", "_||_", "!_", "@not_strictly_false"})
# How many letters a class of characters weighs in a compiled pattern.
_HUGE_CLASS, _LARGE_CLASS, _REPETITION = 2000, 15, 4
_LARGE = r"\[\^|\[:\^|\.|\\[DWSC]|[^\x00-\x7f]"


@dataclass(frozen=True, slots=True)
class Size:
    """How much a value may hold: characters or items, what each item may hold, and in all."""

    count: float
    each: Self | None = None
    most: float = float("inf")

    @property
    def weight(self) -> float:
        """All that it holds."""
        held = 1 if self.each is None else max(self.each.weight, 1)
        return min(self.count * held, self.most)


_ONE = Size(1)
_ANYTHING = Size(LIST_LENGTH, Size(LIST_LENGTH), 10 * TEXT_LENGTH)
_KINDS = {
    "string": Size(TEXT_LENGTH),
    "boolean": _ONE,
    "timestamp": _ONE,
    "list of strings": Size(LIST_LENGTH, Size(ITEM_LENGTH)),
    "map": Size(MAP_LENGTH, Size(ITEM_LENGTH)),
}
_VARIABLES = {each.name: _KINDS[each.kind] for each in VARIABLES.values()}

Scope = Mapping[str, Size]


def estimate(node: Node) -> float:
    """Return the most units that evaluating ``node`` may take."""
    return _measure(node, {})[0]


def _measure(node: Node, scope: Scope) -> tuple[float, Size]:
    match node:
        case Name(name=name):
            known = scope.get(name)
            return 1, known or _VARIABLES.get(name, _ONE)
        case Select():
            cost, _ = _measure(node.operand, scope)
            return cost + 1, _ONE if node.test else _ANYTHING
        case ListOf() | MapOf():
            parts = [_measure(each, scope) for each in children(node)]
            size = Size(len(parts), _joined(size for _, size in parts))
            return 1 + sum(cost for cost, _ in parts) + _PER_ITEM * len(parts), size
        case Comprehension():
            return _comprehension(node, scope)
        case Call():
            parts = [_measure(each, scope) for each in children(node)]
            extra, size = _call(node, [size for _, size in parts])
            return 1 + sum(cost for cost, _ in parts) + extra, size
        case _:
            return 1, _literal(node)


def _literal(node: Node) -> Size:
    value = node.value if isinstance(node, Constant) else None
    return Size(len(value)) if isinstance(value, str | bytes) else _ONE


def _comprehension(node: Comprehension, scope: Scope) -> tuple[float, Size]:
    cost, over = _measure(node.range, scope)
    builds = isinstance(node.initial, ListOf)
    accumulated = Size(0, _ONE) if builds else _ONE
    within = {**scope, node.variable: over.each or _ANYTHING, node.accumulator: accumulated}
    condition, _ = _measure(node.condition, within)
    step, grown = _measure(node.step, within)
    if builds:
        step += _PER_COPIED_ITEM * over.count
        accumulated = Size(over.count, grown.each)
    result, size = _measure(node.result, {**scope, node.accumulator: accumulated})
    return cost + result + 1 + over.count * (condition + step), size


def _call(node: Call, sizes: list[Size]) -> tuple[float, Size]:
    if node.function in _LOGIC:
        return 0, _ONE
    if node.function in _OWN:
        return _OWN_FUNCTION + 4 * sum(size.count for size in sizes if size.each), _ONE
    if node.function == "matches":
        return _matching(node, sizes[0].weight), _ONE
    measured = _MEASURED.get(node.function)
    if measured is not None:
        return measured(*sizes)
    return _OTHER_FUNCTION + _PER_CHARACTER * sum(size.weight for size in sizes), _ONE


def _choice(_condition: Size, then: Size, otherwise: Size) -> tuple[float, Size]:
    return 0, _larger(then, otherwise)


def _sum(left: Size, right: Size) -> tuple[float, Size]:
    grown = Size(left.count + right.count, _joined_items((left, right)))
    return _PER_COPIED_ITEM * grown.count + _PER_CHARACTER * grown.weight, grown


def _equality(left: Size, right: Size) -> tuple[float, Size]:
    return _PER_CHARACTER * min(left.weight, right.weight), _ONE


def _membership(sought: Size, listed: Size) -> tuple[float, Size]:
    each = min(sought.weight, (listed.each or _ONE).weight)
    return listed.count * (_PER_COMPARED_ITEM + _PER_CHARACTER * each), _ONE


def _item(listed: Size, _key: Size) -> tuple[float, Size]:
    return 1, listed.each or _ANYTHING


def _contained(text: Size, sought: Size) -> tuple[float, Size]:
    return _PER_CHARACTER * (1 + text.weight * min(sought.weight, 50) / 10), _ONE


def _text(value: Size) -> tuple[float, Size]:
    return _OTHER_FUNCTION + _PER_CHARACTER * value.weight, Size(max(value.weight, 40))


def _same(value: Size) -> tuple[float, Size]:
    return 0, value


def _matching(node: Call, subject: float) -> float:
    pattern = node.arguments[-1]
    written = pattern.value if isinstance(pattern, Constant) else None
    if not isinstance(written, str):
        return float("inf")
    repeated = 1.0
    for bound in re.findall(r"\{(?:[0-9]*,)?([0-9]+)", written):
        # What is too much for a number is infinite, not an error.
        repeated *= max(float(bound), 1.0)
    each = _PER_PATTERN_CHARACTER if repeated == 1 else _PER_REPEATED_CHARACTER
    width = len(written) * (6 if re.search(r"\(\?[a-zA-Z]*i", written) else 1)
    width += _LARGE_CLASS * len(re.findall(_LARGE, re.sub(r"\[\.\]|\\\.", "", written)))
    width += _REPETITION * len(re.findall(r"[+*?|(]", written))
    width += _HUGE_CLASS * len(re.findall(r"\\[pP]", written))
    return _PATTERN + each * width * repeated + _PER_MATCHED_CHARACTER * subject


def _joined(sizes: Iterable[Size]) -> Size:
    return reduce(_larger, sizes, Size(0))


def _joined_items(sizes: Iterable[Size]) -> Size | None:
    items = [size.each for size in sizes if size.each is not None]
    return _joined(items) if items else None


def _larger(left: Size, right: Size) -> Size:
    each = _joined_items((left, right))
    return Size(max(left.count, right.count), each)


_MEASURED: dict[str, Callable[..., tuple[float, Size]]] = {
    "_?_:_": _choice,
    "_+_": _sum,
    "_==_": _equality,
    "_!=_": _equality,
    "@in": _membership,
    "_[_]": _item,
    "contains": _contained,
    "string": _text,
    "bytes": _text,
    "dyn": _same,
}
