"""What is known of a rule before it runs: that its literals make sense, and what is constant."""

from collections.abc import Callable, Iterator

from cel_expr_python import cel

from gatescale.admission import clock, networks, versions
from gatescale.admission.faults import RuleError
from gatescale.admission.functions import USAGE, environment
from gatescale.admission.spelling import spell
from gatescale.admission.tree import (
    Call,
    Comprehension,
    Constant,
    ListOf,
    MapOf,
    Name,
    Node,
    Tree,
    children,
    walk,
)
from gatescale.admission.variables import ROOTS

Evaluate = Callable[[Node], object]
_Check = Callable[[str], object]


class Failure(str):
    """Why a part has no value."""

    __slots__ = ()


def check_literals(tree: Tree) -> None:
    """Check the literals that are given to our functions, without evaluating anything.

    Raises:
        RuleError: one cannot be read.
    """
    for node in walk(tree.root):
        match node:
            case MapOf(message=message) if message:
                raise RuleError.at(tree, node, f"{message} cannot be made in a rule")
            case Comprehension(variable=variable) if variable in ROOTS:
                detail = f"{variable} already has a meaning: call what runs through the list else"
                raise RuleError.at(tree, node, detail)
            case Call():
                _check_call(tree, node)
            case _:
                pass


def own_calls(tree: Tree) -> tuple[Call, ...]:
    """Return the calls of our functions, inner ones first.

    Raises:
        RuleError: one is made anew for each item of a list.
    """
    return tuple(_own_calls(tree, tree.root, frozenset()))


def constants(tree: Tree, value: Evaluate) -> dict[int, object]:
    """Return by node id what every part that reads no variable comes to.

    Args:
        tree: the rule's.
        value: gives the value of such a part, or a ``Failure``.

    Raises:
        RuleError: one has no value, or a pattern is none.
    """
    found: dict[int, object] = {}
    for node in _constants(tree.root):
        found[node.id] = known = value(node)
        if isinstance(known, Failure):
            raise RuleError.at(tree, node, f"{spell(node)[:100]}: {_reason(node, known)}")
    for call in walk(tree.root):
        if isinstance(call, Call) and call.function == "matches":
            pattern = call.arguments[-1]
            tried = environment().compile(f"''.matches({spell(pattern)})").eval()
            if tried.type() == cel.Type.ERROR:
                raise RuleError.at(tree, pattern, str(tried.value()).partition(": ")[2])
    return found


def warnings(tree: Tree, value: Evaluate) -> tuple[str, ...]:
    """Return sentences about what holds, or does not, whatever the facts are."""
    known = {True: "always holds", False: "never holds"}
    whole = fold(tree.root, value)
    if whole is not None:
        return (f"The rule {known[whole]}.",)
    return tuple(
        f"{spell(node)[:100]} {known[constant]}."
        for node in _conditions(tree.root)
        if (constant := fold(node, value)) is not None
    )


def fold(node: Node, value: Evaluate) -> bool | None:
    """Return what a condition comes to whatever the facts are; None: it depends on them."""
    if not any(isinstance(each, Name) for each in walk(node)):
        return _boolean(value(node))
    match node:
        case Call(function="_&&_" | "_||_" as function, arguments=arguments):
            deciding = function == "_||_"
            parts = [fold(each, value) for each in arguments]
            if deciding in parts:
                return deciding
            return None if None in parts else not deciding
        case Call(function="!_", arguments=(inner,)):
            inside = fold(inner, value)
            return None if inside is None else not inside
        case Call(function="within" | "on" | "@in", arguments=arguments):
            empty = any(isinstance(each, ListOf) and not each.elements for each in arguments)
            return False if empty else None
        case _:
            return None


def _own_calls(tree: Tree, node: Node, bound: frozenset[str]) -> Iterator[Call]:
    inside = bound
    if isinstance(node, Comprehension):
        yield from _own_calls(tree, node.range, bound)
        inside = bound | {node.variable, node.accumulator}
    for child in children(node)[1 if isinstance(node, Comprehension) else 0 :]:
        yield from _own_calls(tree, child, inside)
    if isinstance(node, Call) and node.function in USAGE:
        for each in walk(node):
            if isinstance(each, Name) and each.name in bound:
                detail = (
                    f"{node.function} cannot be asked of {each.name}, which runs through a list"
                )
                raise RuleError.at(tree, each, detail)
        yield node


def _boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _conditions(node: Node) -> Iterator[Node]:
    """Yield the parts of a rule between its ``&&``, ``||``, ``!`` and ``?:``."""
    if isinstance(node, Call) and node.function in {"_&&_", "_||_", "!_"}:
        for each in node.arguments:
            yield from _conditions(each)
    elif isinstance(node, Call) and node.function == "_?_:_":
        for each in node.arguments:
            if not isinstance(each, Constant):
                yield from _conditions(each)
    else:
        yield node


def _constants(node: Node) -> Iterator[Node]:
    """Yield the parts that call something and read no variable, inner ones first."""
    for child in children(node):
        yield from _constants(child)
    if not isinstance(node, Constant) and not any(isinstance(each, Name) for each in walk(node)):
        yield node


def _check_call(tree: Tree, call: Call) -> None:
    if call.function == "matches":
        pattern = call.arguments[-1]
        if not isinstance(pattern, Constant):
            raise RuleError.at(tree, pattern, "a pattern must be written out as a literal")
    if call.function in _ACCESSORS and call.arguments:
        where = call.arguments[0]
        if not isinstance(where, Constant) and not _is_zone(where):
            raise RuleError.at(tree, where, "a time zone must be a literal, or the variable zone")
    for check_one, argument in _checked(call):
        for text in _literals(argument):
            try:
                check_one(str(text.value))
            except ValueError as error:
                raise RuleError.at(tree, text, str(error)) from None
    if call.function == "between":
        _check_window(tree, call)


def _checked(call: Call) -> Iterator[tuple[_Check, Node]]:
    arguments = call.arguments
    match call.function, len(arguments):
        case "within", 1:
            yield networks.network, arguments[0]
        case "atLeast" | "below" | "versionCompare", _:
            yield from ((versions.order, each) for each in children(call))
        case "between", count:
            yield from ((clock.time_of_day, each) for each in arguments[:2])
            yield from ((_weekday, each) for each in arguments[2 : count - 1])
            yield clock.zone, arguments[-1]
        case "on", 2:
            yield _weekday, arguments[0]
            yield clock.zone, arguments[1]
        case function, 1 if function in _ACCESSORS:
            yield clock.zone, arguments[0]
        case _:
            return


def _check_window(tree: Tree, call: Call) -> None:
    start, end = call.arguments[:2]
    if isinstance(start, Constant) and isinstance(end, Constant):
        try:
            clock.window(str(start.value), str(end.value))
        except ValueError as error:
            raise RuleError.at(tree, start, str(error)) from None


def _literals(node: Node) -> Iterator[Constant]:
    for each in node.elements if isinstance(node, ListOf) else (node,):
        if isinstance(each, Constant) and isinstance(each.value, str):
            yield each


def _weekday(text: str) -> object:
    return clock.weekdays([text])


def _is_zone(node: Node) -> bool:
    return isinstance(node, Name) and node.name == "zone"


def _reason(node: Node, failure: Failure) -> str:
    function = node.function if isinstance(node, Call) else ""
    return _RIGHT.get(function) or failure.partition(": ")[2] or str(failure)


_ACCESSORS = frozenset({*clock.FIELDS, "getSeconds", "getMilliseconds"})
_RIGHT = {
    "timestamp": "no timestamp such as '2027-01-31T09:00:00Z'",
    "duration": "no duration such as '36h' or '1h30m' (h, m, s, ms)",
}
