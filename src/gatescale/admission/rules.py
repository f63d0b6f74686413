"""Admission rules: compiled once, evaluated for each device."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cel_expr_python import cel

from gatescale.admission import checks, cost, faults, moments
from gatescale.admission.checks import Failure
from gatescale.admission.facts import fit
from gatescale.admission.faults import RuleError
from gatescale.admission.functions import apply, environment
from gatescale.admission.spelling import spell
from gatescale.admission.tree import BOOL, Call, Constant, Name, Node, Tree, children, walk
from gatescale.admission.variables import VARIABLES, Value

LONGEST = 10_000
_REMEMBERED = 1 << 12

# What the library raises for facts that are no values of CEL.
_UNFIT = (RuntimeError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a rule holds.

    Attributes:
        until: the first moment at which that can change by time alone; None: never.
    """

    holds: bool
    until: datetime | None = None


class Prepared:
    """What rules are evaluated against, made ready once for many of them.

    Attributes:
        facts: by dotted name, as far as they are of the variables' kinds; others are absent.
        now: with a zone.
    """

    __slots__ = ("_activation", "facts", "now", "own")

    def __init__(self, facts: Mapping[str, Value], now: datetime) -> None:
        self.now = now
        self.facts = fit(facts)
        self.facts[moments.NOW] = now
        self._activation: cel.Activation | None = None
        # By rule, where functions of ours were worked out beside.
        self.own: dict[Rule, cel.Activation] = {}

    @property
    def activation(self) -> cel.Activation:
        """The facts as the library takes them."""
        if self._activation is None:
            self._activation = environment().Activation(self.facts)
        return self._activation


class Rule:
    """A rule that compiled.

    Attributes:
        text: as it was written.
        variables: dotted names of what it reads, ``now`` and ``zone`` included.
        has_time: it reads ``now``, so that it can change by time alone.
        warnings: sentences about what always or never holds.
        tree: the rule as it was read.
    """

    __slots__ = (
        "_beside",
        "_calls",
        "_constants",
        "_expression",
        "_known_outcomes",
        "_named",
        "_parts",
        "_uses",
        "has_time",
        "text",
        "tree",
        "variables",
        "warnings",
    )

    def __init__(self, text: str, tree: Tree) -> None:
        self.text = text
        self.tree = tree
        names = {each.name for each in walk(tree.root) if isinstance(each, Name)}
        self.variables = frozenset(names & VARIABLES.keys())
        self._parts: dict[int, cel.Expression] = {}
        self._constants: dict[int, object] = {}
        self._calls = checks.own_calls(tree)
        # No name that a rule can have.
        self._named = {call.id: f"@{number}" for number, call in enumerate(self._calls)}
        self._constants = checks.constants(tree, self._constant)
        self._beside = _beside(tree.root, self._named)
        self._known_outcomes: dict[tuple[object, ...], bool] = {}
        self._uses = moments.uses(tree)
        self._expression = self._part(tree.root)
        self.has_time = bool(self._uses)
        self.warnings = checks.warnings(tree, self._constant)

    @property
    def times(self) -> tuple[str, ...]:
        """The parts that read ``now``, spelled anew."""
        return tuple(spell(use.call) for use in self._uses)

    def evaluate(self, facts: Mapping[str, Value], now: datetime) -> Outcome:
        """Return whether the rule holds and until when that is certain.

        Args:
            facts: values by the variables' dotted names; one that is missing is absent.
            now: with a zone.
        """
        return self.decide(Prepared(facts, now))

    def decide(self, prepared: Prepared) -> Outcome:
        """Return the same as ``evaluate``, of facts that were prepared once for many rules."""
        holds = self._holds(prepared)
        if not self._uses:
            return _HOLDS if holds else _DOES_NOT
        until = moments.next_change(
            self._uses, prepared.now, lambda node: self._known(node, prepared)
        )
        return Outcome(holds, until)

    def _holds(self, prepared: Prepared) -> bool:
        if not self._calls:
            return self._is_true(prepared.activation)
        facts = self._own_facts(prepared)
        if self._beside is None:
            return self._is_true(environment().Activation(facts))
        # Addresses and versions are many; what our functions say of them is true or false.
        key = tuple(map(facts.get, self._beside))
        holds = self._known_outcomes.get(key)
        if holds is None:
            if len(self._known_outcomes) >= _REMEMBERED:
                self._known_outcomes.clear()
            holds = self._is_true(environment().Activation(facts))
            self._known_outcomes[key] = holds
        return holds

    def _is_true(self, activation: cel.Activation) -> bool:
        try:
            return self._expression.eval(activation).value() is True
        except _UNFIT:
            return False

    def value(self, node: Node, prepared: Prepared) -> object:
        """Return what a part of the rule comes to, or a ``Failure`` that says why to nothing."""
        if isinstance(node, Constant):
            return node.value
        if node.id in self._named:
            return self._applied(node, prepared)
        return self._evaluated(node, self._activation(prepared))

    def _evaluated(self, node: Node, activation: cel.Activation) -> object:
        try:
            found = self._part(node).eval(activation)
            if found.type() == cel.Type.ERROR:
                return Failure(found.value())
            plain: object = found.plain_value()
        except _UNFIT as error:
            return Failure(f"INVALID: {error}")
        return plain

    def _activation(self, prepared: Prepared) -> cel.Activation:
        """Return the facts, and what our functions come to for them.

        The library would call them, but never lets go of what it hands to a function in Python.
        """
        if not self._calls:
            return prepared.activation
        made = prepared.own.get(self)
        if made is None:
            made = prepared.own[self] = environment().Activation(self._own_facts(prepared))
        return made

    def _own_facts(self, prepared: Prepared) -> dict[str, object]:
        known = prepared.facts
        facts: dict[str, object] = {n: known[n] for n in self.variables if n in known}
        for call in self._calls:
            found = self._applied(call, prepared, facts)
            if not isinstance(found, Failure):
                facts[self._named[call.id]] = found
        return facts

    def _applied(
        self, call: Node, prepared: Prepared, facts: dict[str, object] | None = None
    ) -> object:
        """Return what a call of a function of ours comes to; ``facts`` has the calls within it."""
        inputs = []
        for node in children(call):
            if isinstance(node, Name | Constant) or node.id in self._constants:
                found = self._known(node, prepared)
            elif facts is None:
                found = self.value(node, prepared)
            else:
                found = self._evaluated(node, environment().Activation(facts))
            if isinstance(found, Failure):
                return found
            if found is None:
                return Failure(f'UNKNOWN: No value with name "{spell(node)}"')
            inputs.append(found)
        try:
            return apply(call.function if isinstance(call, Call) else "", inputs)
        except (ValueError, OverflowError) as error:
            return Failure(f"INVALID: {error}")

    def _known(self, node: Node, prepared: Prepared) -> object:
        if isinstance(node, Name):
            return prepared.facts.get(node.name)
        if node.id in self._constants:
            return self._constants[node.id]
        found = self.value(node, prepared)
        return None if isinstance(found, Failure) else found

    def _constant(self, node: Node) -> object:
        return self.value(node, _nothing())

    def _part(self, node: Node) -> cel.Expression:
        part = self._parts.get(node.id)
        if part is None:
            part = self._parts[node.id] = environment().deserialize(
                self.tree.part(node, self._named)
            )
        return part


def _beside(root: Node, named: Mapping[int, str]) -> tuple[str, ...] | None:
    """Return what a rule reads besides what our functions are given, and what these come to.

    None: there is something among it that changes all the time, or cannot be compared.
    """
    found: set[str] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.id in named:
            found.add(named[node.id])
            continue
        if isinstance(node, Name) and node.name in VARIABLES:
            if VARIABLES[node.name].kind not in {"string", "boolean"}:
                return None
            found.add(node.name)
        waiting.extend(children(node))
    return tuple(sorted(found))


def compile_rule(text: str) -> Rule:
    """Return the rule that ``text`` says.

    Raises:
        RuleError: it says none, or one that could not be evaluated in bounded time.
    """
    _check_text(text)
    if (fault := faults.has_of_variable(faults.masked(text))) is not None:
        raise fault
    try:
        expression = environment().compile(text)
    except RuntimeError as error:
        raise faults.refused(text, str(error)) from None
    tree = Tree(text, expression.serialize())
    if tree.types.get(tree.root.id) != BOOL:
        raise RuleError.at(tree, tree.root, _no_condition(tree.root))
    checks.check_literals(tree)
    if cost.estimate(tree.root) > cost.LIMIT:
        raise RuleError.at(tree, tree.root, _TOO_DEAR)
    return Rule(text, tree)


def _check_text(text: str) -> None:
    if len(text) > LONGEST:
        raise RuleError(f"is too long: {len(text)} characters, at most {LONGEST}")
    if not text.strip():
        raise RuleError("says nothing; a rule that always holds is: true")
    for offset, character in enumerate(text):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            where = faults.place(text, offset)
            raise RuleError(
                f"has a character that no text may have: U+{ord(character):04X}", *where
            )


def _no_condition(root: Node) -> str:
    if isinstance(root, Call):
        return "is no condition: it must come to true or false"
    return "is no condition: compare it with something, such as user.department == 'Engineering'"


@cache
def _nothing() -> Prepared:
    return Prepared({}, datetime(2026, 1, 1, tzinfo=UTC))


_HOLDS, _DOES_NOT = Outcome(holds=True), Outcome(holds=False)
_TOO_DEAR = (
    "could take too long to evaluate: loops over lists within loops, long or repeated patterns; "
    "exists() instead of map() or filter() is cheaper"
)
