"""Parts of a rule, written out again in one spelling."""

from gatescale.admission.tree import (
    Call,
    Comprehension,
    Constant,
    ListOf,
    MapOf,
    Name,
    Node,
    Select,
)

_BINARY = {
    "_||_": ("||", 1),
    "_&&_": ("&&", 2),
    "_==_": ("==", 3),
    "_!=_": ("!=", 3),
    "_<_": ("<", 3),
    "_<=_": ("<=", 3),
    "_>_": (">", 3),
    "_>=_": (">=", 3),
    "@in": ("in", 3),
    "_+_": ("+", 4),
    "_-_": ("-", 4),
    "_*_": ("*", 5),
    "_/_": ("/", 5),
    "_%_": ("%", 5),
}
_LOGIC = frozenset({"_&&_", "_||_"})
_UNARY, _MEMBER = 6, 7
_PREFIXES = {"!_": "!", "-_": "-"}
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def spell(node: Node) -> str:
    """Return CEL that reads as ``node`` again."""
    return _spell(node, 0)


def quoted(text: str) -> str:
    """Return ``text`` as a literal of CEL."""
    return "'" + "".join(_escaped(character) for character in text) + "'"


def _spell(node: Node, binding: int) -> str:
    written, own = _written(node)
    return f"({written})" if own < binding else written


def _written(node: Node) -> tuple[str, int]:
    match node:
        case Constant():
            return _literal(node)
        case Call():
            return _call(node)
        case _:
            return _member(node), _MEMBER


def _member(node: Node) -> str:
    match node:
        case Name(name=name):
            return name
        case Select(operand=operand, field=field, test=test):
            path = f"{_spell(operand, _MEMBER)}.{field}"
            return f"has({path})" if test else path
        case ListOf(elements=elements):
            return f"[{_listed(elements)}]"
        case MapOf(message=message, entries=entries):
            inside = ", ".join(f"{_spell(key, 0)}: {_spell(value, 0)}" for key, value in entries)
            return f"{message}{{{inside}}}"
        case Comprehension():
            return _macro(node)
        case _:
            return "?"


def _call(node: Call) -> tuple[str, int]:
    if node.function in _BINARY:
        sign, binding = _BINARY[node.function]
        left, right = node.arguments
        # The library joins long rows of && and || as it likes; they mean the same in any order.
        tighter = binding if node.function in _LOGIC else binding + 1
        return f"{_spell(left, binding)} {sign} {_spell(right, tighter)}", binding
    if node.function == "_?_:_":
        condition, then, otherwise = node.arguments
        return f"{_spell(condition, 1)} ? {_spell(then, 1)} : {_spell(otherwise, 0)}", 0
    if node.function in _PREFIXES:
        return _PREFIXES[node.function] + _spell(node.arguments[0], _MEMBER), _UNARY
    if node.function == "_[_]":
        operand, key = node.arguments
        return f"{_spell(operand, _MEMBER)}[{_spell(key, 0)}]", _MEMBER
    before = "" if node.target is None else _spell(node.target, _MEMBER) + "."
    return f"{before}{node.function}({_listed(node.arguments)})", _MEMBER


def _macro(node: Comprehension) -> str:
    before = _spell(node.range, _MEMBER)
    name, inside = macro(node)
    return f"{before}.{name}({', '.join([node.variable, *(_spell(each, 0) for each in inside)])})"


def macro(node: Comprehension) -> tuple[str, tuple[Node, ...]]:
    """Return the macro's name, and what is written in it after the variable."""
    step = node.step
    condition: tuple[Node, ...] = ()
    if isinstance(step, Call) and step.function == "_?_:_":
        condition, step = (step.arguments[0],), step.arguments[1]
    if not isinstance(step, Call):
        return "map", condition
    last = step.arguments[-1]
    if step.function == "_||_":
        return "exists", (last,)
    if step.function == "_&&_":
        return "all", (last,)
    if not isinstance(last, ListOf):
        return "exists_one", condition
    element = last.elements[0]
    if condition and isinstance(element, Name) and element.name == node.variable:
        return "filter", condition
    return "map", (*condition, element)


def _literal(node: Constant) -> tuple[str, int]:
    match node.value:
        case None:
            return "null", _MEMBER
        case bool() as value:
            return str(value).lower(), _MEMBER
        case str() as value:
            return quoted(value), _MEMBER
        case bytes() as value:
            return "b'" + "".join(f"\\x{byte:02x}" for byte in value) + "'", _MEMBER
        case int() | float() as value:
            return f"{value}{'u' if node.unsigned else ''}", _UNARY if value < 0 else _MEMBER


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_spell(each, 0) for each in nodes)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"
