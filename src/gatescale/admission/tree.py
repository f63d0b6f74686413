"""A rule as a tree, read from what the CEL library serializes.

The library gives a ``cel.expr.CheckedExpr`` in protobuf's wire format (message and field numbers:
the CEL specification's checked.proto and syntax.proto) and takes it back. Each node keeps its own
bytes, so that any part of a rule can be evaluated by itself: see ``Tree.part``.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_Fields = dict[int, list[int | bytes]]
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

TIMESTAMP, DURATION, BOOL = b"\x28\x02", b"\x28\x03", b"\x18\x01"

Literal = None | bool | int | float | str | bytes


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A place in the tree.

    Attributes:
        id: unique in its tree.
        raw: the node as it was serialized.
    """

    id: int
    raw: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """A literal.

    Attributes:
        unsigned: it is written with a ``u``.
    """

    value: Literal
    unsigned: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    """A variable, by its dotted name, or what a comprehension runs through."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Select(Node):
    """``operand.field``; with ``test`` set ``has(operand.field)``."""

    operand: Node
    field: str
    test: bool


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """A function or operator; ``target`` is None where it is no method."""

    function: str
    target: Node | None
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ListOf(Node):
    """A list, written out."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapOf(Node):
    """A map, written out; ``message`` names a message's type where it is one."""

    message: str
    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension(Node):
    """What ``exists``, ``all``, ``exists_one``, ``map`` and ``filter`` stand for."""

    variable: str
    range: Node
    accumulator: str
    initial: Node
    condition: Node
    step: Node
    result: Node


class Tree:
    """A checked expression.

    Attributes:
        root: its node.
        types: by node id, the type as it was serialized; dynamic ones are left out.
        positions: by node id, the offset in the text, in characters.
    """

    def __init__(self, text: str, serialized: bytes) -> None:
        self.text = text
        outer = _fields(serialized)
        self._kind = _bytes(outer, 1)
        self._fields = _fields(_bytes(outer, 2))
        self.root = _node(_bytes(self._fields, _EXPRESSION))
        self.types = dict(_entries(self._fields, _TYPES))
        self._known = {
            (number, _int(_fields(_as_bytes(raw)), 1)): _field(number, _as_bytes(raw))
            for number in (_REFERENCES, _TYPES)
            for raw in self._fields.get(number, [])
        }
        source = _fields(_bytes(self._fields, 5))
        offsets = (_fields(_as_bytes(each)) for each in source.get(4, []))
        self.positions = {_int(entry, 1): _int(entry, 2) for entry in offsets}

    def part(self, node: Node, named: Mapping[int, str]) -> bytes:
        """Return ``node`` serialized as an expression of its own.

        Args:
            node: one of this tree.
            named: by node id, variables that stand for parts of it.
        """
        kept = b"".join(
            self._known.get((number, each.id), b"")
            for each in walk(node)
            if each.id not in named
            for number in (_REFERENCES, _TYPES)
        )
        expression = _field(_EXPRESSION, _renamed(node.raw, named) if named else node.raw)
        return _field(1, self._kind) + _field(2, kept + expression)

    def position(self, node: Node) -> int:
        """Return where the text of ``node`` begins, leaving out opening parentheses."""
        return min(self._place(each) for each in walk(node))

    def _place(self, node: Node) -> int:
        """The library points at a dotted name's last dot and at a call's parenthesis."""
        place = self.positions.get(node.id, len(self.text))
        if isinstance(node, Name) and "." in node.name:
            root = node.name.partition(".")[0]
            return max(self.text.rfind(root, 0, place + 1), 0)
        if isinstance(node, Call) and node.target is None:
            first = place - len(node.function)
            return first if self.text.startswith(node.function, max(first, 0)) else place
        return place


_REFERENCES, _TYPES, _EXPRESSION = 2, 3, 4


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below ``node``, in the order of the text."""
    match node:
        case Select(operand=operand):
            return (operand,)
        case Call(target=target, arguments=arguments):
            return arguments if target is None else (target, *arguments)
        case ListOf(elements=elements):
            return elements
        case MapOf(entries=entries):
            return tuple(each for entry in entries for each in entry)
        case Comprehension():
            return (node.range, node.initial, node.condition, node.step, node.result)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def _renamed(raw: bytes, named: Mapping[int, str]) -> bytes:
    """Return an expression in which variables stand for some of its parts."""
    fields = _fields(raw)
    name = named.get(_int(fields, 2))
    if name is not None:
        return _encoded({2: fields[2], 4: [_field(1, name.encode())]})
    for number, inner in _INNER.items():
        if number in fields:
            kind = _fields(_bytes(fields, number))
            for each in inner:
                kind[each] = [_renamed(_as_bytes(child), named) for child in kind.get(each, [])]
            fields[number] = [_encoded(kind)]
    if _MAP in fields:
        kind = _fields(_bytes(fields, _MAP))
        kind[2] = [_renamed_entry(_as_bytes(entry), named) for entry in kind.get(2, [])]
        fields[_MAP] = [_encoded(kind)]
    return _encoded(fields)


def _renamed_entry(raw: bytes, named: Mapping[int, str]) -> bytes:
    entry = _fields(raw)
    for number in (3, 4):
        entry[number] = [_renamed(_as_bytes(each), named) for each in entry.get(number, [])]
    return _encoded(entry)


def _encoded(fields: _Fields) -> bytes:
    return b"".join(
        _field(number, value)
        if isinstance(value, bytes)
        else _written(number << 3 | _VARINT) + _written(value)
        for number, values in fields.items()
        for value in values
    )


# Where expressions lie in selections, calls, lists and comprehensions.
_INNER = {5: (1,), 6: (1, 3), 7: (1,), 9: (2, 4, 5, 6, 7)}
_MAP = 8


def _node(raw: bytes) -> Node:
    fields = _fields(raw)
    identity = _int(fields, 2)
    for number, build in _BUILDERS.items():
        if number in fields:
            return build(identity, raw, _fields(_bytes(fields, number)))
    return Constant(identity, raw, None)


def _constant(identity: int, raw: bytes, fields: _Fields) -> Node:
    for number, read in _LITERALS.items():
        if number in fields:
            return Constant(identity, raw, read(fields[number][-1]), unsigned=number == _UNSIGNED)
    return Constant(identity, raw, None)


def _name(identity: int, raw: bytes, fields: _Fields) -> Node:
    return Name(identity, raw, _text(fields, 1))


def _select(identity: int, raw: bytes, fields: _Fields) -> Node:
    operand = _node(_bytes(fields, 1))
    return Select(identity, raw, operand, _text(fields, 2), bool(_int(fields, 3)))


def _call(identity: int, raw: bytes, fields: _Fields) -> Node:
    target = _node(_bytes(fields, 1)) if 1 in fields else None
    return Call(identity, raw, _text(fields, 2), target, _nodes(fields, 3))


def _list(identity: int, raw: bytes, fields: _Fields) -> Node:
    return ListOf(identity, raw, _nodes(fields, 1))


def _map(identity: int, raw: bytes, fields: _Fields) -> Node:
    entries = []
    for each in fields.get(2, []):
        entry = _fields(_as_bytes(each))
        key = _node(_bytes(entry, 3)) if 3 in entry else Name(0, b"", _text(entry, 2))
        entries.append((key, _node(_bytes(entry, 4))))
    return MapOf(identity, raw, _text(fields, 1), tuple(entries))


def _comprehension(identity: int, raw: bytes, fields: _Fields) -> Node:
    initial, condition, step, result = (_node(_bytes(fields, number)) for number in (4, 5, 6, 7))
    return Comprehension(
        identity,
        raw,
        _text(fields, 1),
        _node(_bytes(fields, 2)),
        _text(fields, 3),
        initial,
        condition,
        step,
        result,
    )


_BUILDERS: dict[int, Callable[[int, bytes, _Fields], Node]] = {
    3: _constant,
    4: _name,
    5: _select,
    6: _call,
    7: _list,
    8: _map,
    9: _comprehension,
}


def _signed(value: int | bytes) -> int:
    number = _as_int(value)
    return number - (1 << 64) if number >> 63 else number


def _fields(raw: bytes) -> _Fields:
    fields: _Fields = {}
    place = 0
    while place < len(raw):
        tag, place = _varint(raw, place)
        kind = tag & 7
        value: int | bytes
        if kind == _VARINT:
            value, place = _varint(raw, place)
        elif kind == _BYTES:
            size, place = _varint(raw, place)
            value, place = raw[place : place + size], place + size
        else:
            size = {_FIXED64: 8, _FIXED32: 4}[kind]
            value, place = raw[place : place + size], place + size
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = raw[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return number, place


def _field(number: int, content: bytes) -> bytes:
    return _written(number << 3 | _BYTES) + _written(len(content)) + content


def _written(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _entries(fields: _Fields, number: int) -> Iterator[tuple[int, bytes]]:
    for each in fields.get(number, []):
        entry = _fields(_as_bytes(each))
        yield _int(entry, 1), _bytes(entry, 2)


def _nodes(fields: _Fields, number: int) -> tuple[Node, ...]:
    return tuple(_node(_as_bytes(each)) for each in fields.get(number, []))


def _int(fields: _Fields, number: int) -> int:
    return _as_int(fields[number][-1]) if number in fields else 0


def _bytes(fields: _Fields, number: int) -> bytes:
    return _as_bytes(fields[number][-1]) if number in fields else b""


def _text(fields: _Fields, number: int) -> str:
    return _bytes(fields, number).decode()


def _as_int(value: int | bytes) -> int:
    return value if isinstance(value, int) else 0


def _as_bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""


_UNSIGNED = 4
_LITERALS: dict[int, Callable[[int | bytes], Literal]] = {
    2: lambda value: bool(_as_int(value)),
    3: _signed,
    _UNSIGNED: _as_int,
    5: lambda value: float(struct.unpack("<d", _as_bytes(value))[0]),
    6: lambda value: _as_bytes(value).decode(),
    7: _as_bytes,
}
