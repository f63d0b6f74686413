"""Where a rule reads ``now``, and when each of these places next changes.

A rule may do with ``now`` only what can be foretold: show it on a clock, or compare it, with spans
of time added or taken away, with other moments. Everything else about a rule stays as it is while
the facts stay.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, datetime, timedelta, tzinfo

from gatescale.admission import clock
from gatescale.admission.faults import RuleError
from gatescale.admission.tree import (
    DURATION,
    TIMESTAMP,
    Call,
    Comprehension,
    Constant,
    Name,
    Node,
    Tree,
    children,
    walk,
)

NOW = "now"
# CEL counts spans up to 292 years. Sums and differences of shorter ones cannot run over.
_LONGEST = timedelta(days=200 * 365)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_COMPARISONS = frozenset({"_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_"})
_ACCESSORS = frozenset(
    {
        *clock.FIELDS,
        "getSeconds",
        "getMilliseconds",
    }
)
_POSSIBLE = (
    "now can be used in now.between(…), now.on(…), now.getHours(zone) and its like, and in "
    "comparisons such as now < timestamp('2027-01-01T00:00:00Z') or "
    "now - device.lastCheck < duration('1h')"
)

Evaluate = Callable[[Node], object]


@dataclass(frozen=True, slots=True)
class Linear:
    """A moment or span that moves with time, or does not.

    Attributes:
        speed: by how much it grows while time passes: -1, 0, 1 and so on.
        parts: the fixed moments and spans that it is reckoned from.
    """

    node: Node
    speed: int
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock that is read: ``now.between(…)``, ``now.on(…)``, ``now.getHours(…)``."""

    call: Call
    moment: Linear

    def next_change(self, now: datetime, value: Evaluate) -> datetime | None:
        """Return the first moment after ``now`` at which the clock shows something else."""
        shown = value(self.moment.node)
        inputs = [value(each) for each in self.call.arguments]
        if _far(self.moment.parts, now, value):
            return now + _DAY
        if not isinstance(shown, datetime) or None in inputs:
            return None
        try:
            where, face, boundary = _clock(self.call.function, inputs)
        except ValueError:
            return None
        return now + (clock.next_change(shown, where, face, boundary) - shown)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, of which one or both move with time.

    Attributes:
        exact: neither side can have fractions of a microsecond, which CEL counts and we do not.
    """

    call: Call
    left: Linear
    right: Linear
    exact: bool

    def next_change(self, now: datetime, value: Evaluate) -> datetime | None:
        """Return the first moment after ``now`` at which the sides compare differently."""
        speed = self.left.speed - self.right.speed
        left, right = value(self.left.node), value(self.right.node)
        if _far((*self.left.parts, *self.right.parts), now, value):
            return now + _DAY
        distance = _distance(left, right)
        if distance is None or speed == 0:
            return None
        meeting = now - distance * speed
        changes = (0, 1) if self.call.function in {"_==_", "_!=_"} else (self._change(speed),)
        ticks = changes if self.exact else (-2, -1, 0, 1, 2)
        return next((t for t in (meeting + each * _TICK for each in ticks) if t > now), None)

    def _change(self, speed: int) -> int:
        """Return whether the change comes when the sides meet, 0, or only after it, 1."""
        return int((self.call.function in {"_<_", "_>=_"}) != (speed > 0))


Use = Reading | Comparison


@dataclass(slots=True)
class _Search:
    tree: Tree
    found: list[Use] = field(default_factory=list)

    def within(self, node: Node, bound: frozenset[str]) -> None:
        if not _moves(node, bound):
            return
        use = self._use(node, bound)
        if use is not None:
            self._refuse_bound(node, bound)
            self.found.append(use)
            return
        if isinstance(node, Name):
            raise RuleError.at(self.tree, node, f"this use of now cannot be foretold: {_POSSIBLE}")
        if isinstance(node, Comprehension):
            self.within(node.range, bound)
            bound |= {node.variable, node.accumulator}
            for each in (node.initial, node.condition, node.step, node.result):
                self.within(each, bound)
            return
        for child in children(node):
            self.within(child, bound)

    def _use(self, node: Node, bound: frozenset[str]) -> Use | None:
        if not isinstance(node, Call):
            return None
        if node.target is not None and node.function in _ACCESSORS | {"between", "on"}:
            moment = self._linear(node.target, bound)
            steady = not any(_moves(each, bound) for each in node.arguments)
            if moment is None or moment.speed != 1 or not steady:
                return None
            if self._type(node.target) != TIMESTAMP:
                return None
            if node.function in {"getSeconds", "getMilliseconds"}:
                detail = f"{node.function}() of now changes too often to be followed"
                raise RuleError.at(self.tree, node, f"{detail}: {_POSSIBLE}")
            return Reading(node, moment)
        if node.function in _COMPARISONS:
            left, right = (self._linear(each, bound) for each in node.arguments)
            if left and right and abs(left.speed - right.speed) <= 1:
                fixed = (*left.parts, *right.parts, *_fixed(left), *_fixed(right))
                return Comparison(node, left, right, all(map(_whole, fixed)))
        return None

    def _linear(self, node: Node, bound: frozenset[str]) -> Linear | None:
        if self._type(node) not in {TIMESTAMP, DURATION}:
            return None
        if not _moves(node, bound):
            return Linear(node, 0)
        if isinstance(node, Name):
            return Linear(node, 1)
        if not isinstance(node, Call) or node.function not in {"_+_", "_-_"}:
            return None
        left, right = (self._linear(each, bound) for each in node.arguments)
        if left is None or right is None:
            return None
        sign = 1 if node.function == "_+_" else -1
        parts = (part for side in (left, right) for part in side.parts or _fixed(side))
        return Linear(node, left.speed + sign * right.speed, tuple(parts))

    def _refuse_bound(self, node: Node, bound: frozenset[str]) -> None:
        for each in walk(node):
            if isinstance(each, Name) and each.name in bound:
                detail = f"what now is put beside must not depend on {each.name}"
                raise RuleError.at(self.tree, each, f"{detail}, which runs through a list")

    def _type(self, node: Node) -> bytes | None:
        return self.tree.types.get(node.id)


def uses(tree: Tree) -> tuple[Use, ...]:
    """Return the places where a rule reads ``now``.

    Raises:
        RuleError: it does with ``now`` what cannot be foretold.
    """
    search = _Search(tree)
    search.within(tree.root, frozenset())
    return tuple(search.found)


def next_change(found: tuple[Use, ...], now: datetime, value: Evaluate) -> datetime | None:
    """Return the first moment after ``now`` at which any of these places can change.

    Args:
        found: the rule's.
        now: with a zone.
        value: gives a node's value now; None where it has none.
    """
    try:
        times = [use.next_change(now, value) for use in found]
    except (OverflowError, ValueError):
        # At the ends of the calendar nobody waits for the exact moment.
        return now + _DAY if now.year < MAXYEAR else None
    return min((time for time in times if time is not None), default=None)


def _moves(node: Node, bound: frozenset[str]) -> bool:
    return NOW not in bound and any(
        isinstance(each, Name) and each.name == NOW for each in walk(node)
    )


def _clock(function: str, inputs: list[object]) -> tuple[tzinfo, clock.Face, clock.Boundary]:
    texts = [each for each in inputs if isinstance(each, str)]
    days = next((tuple(map(str, each)) for each in inputs if isinstance(each, list)), None)
    where = clock.zone(texts[-1]) if texts else UTC
    if function == "between":
        start, end = texts[:2]
        return where, clock.between(start, end, days), clock.at_times(start, end)
    if function == "on":
        return where, clock.on(days or ()), clock.at_times("24:00")
    return where, *clock.FIELDS[function]


def _fixed(side: Linear) -> tuple[Node, ...]:
    return () if side.speed else (side.node,)


def _whole(node: Node) -> bool:
    """Say whether ``node`` is certain to be without fractions of a microsecond."""
    if isinstance(node, Call) and node.function in {"_+_", "_-_"}:
        return all(map(_whole, node.arguments))
    if isinstance(node, Call) and isinstance(node.arguments[-1], Constant):
        return not re.search(r"\.[0-9]{4}|[un\u00b5\u03bc]s", str(node.arguments[-1].value))
    return isinstance(node, Name)


def _far(parts: tuple[Node, ...], now: datetime, value: Evaluate) -> bool:
    reach = timedelta()
    for part in map(value, parts):
        if isinstance(part, datetime):
            reach += abs(part - now)
        elif isinstance(part, timedelta):
            reach += abs(part)
    return reach > _LONGEST


def _distance(left: object, right: object) -> timedelta | None:
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left - right
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left - right
    return None
