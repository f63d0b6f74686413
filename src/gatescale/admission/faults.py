"""What is wrong with a rule, in words for the person who wrote it."""

import re
from difflib import get_close_matches
from typing import Self

from gatescale.admission.functions import USAGE
from gatescale.admission.tree import Node, Tree
from gatescale.admission.variables import ROOTS, VARIABLES

_STANDARD = (
    "contains",
    "endsWith",
    "matches",
    "startsWith",
    "size",
    "exists",
    "exists_one",
    "all",
    "filter",
    "map",
    "has",
    "timestamp",
    "duration",
    "string",
    "int",
    "double",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMinutes",
    "getMonth",
)
_POSITION = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '(.*)'$")
_OPERATORS = re.compile(r"^_?(==|!=|<=|>=|<|>|&&|\|\||\+|-|\*|/|%|\?:|\[|!)")
_WORDS = {"and": "&&", "or": "||", "not": "!"}
_HAS = re.compile(r"\bhas\s*\(\s*\(*\s*(\w+(?:\s*\.\s*\w+)*)")


class RuleError(Exception):
    """A rule that cannot be saved.

    Attributes:
        line: counted from 1.
        column: the same, in characters.
        detail: what is wrong and what would be right.
    """

    def __init__(self, detail: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}, column {column}: {detail}")
        self.detail = detail
        self.line = line
        self.column = column

    @classmethod
    def at(cls, tree: Tree, node: Node, detail: str) -> Self:
        """Return the error that points at ``node``."""
        return cls(detail, *place(tree.text, tree.position(node)))


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of a character, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def refused(text: str, message: str) -> RuleError:
    """Return what the CEL library said of ``text``, in our words."""
    if "recursion" in message:
        return RuleError(
            "is nested too deeply: at most some 30 levels; split it into several rules"
        )
    match = _POSITION.search(message)
    if match is None:
        return RuleError(f"cannot be read: {message.splitlines()[0][:200]}")
    line, column, said = max(int(match[1]), 1), max(int(match[2]), 1), match[3]
    if undeclared := _UNDECLARED.search(said):
        name = undeclared[1]
        return RuleError(_unknown(name), line, _start(text, line, column, name))
    if overload := _OVERLOAD.search(said):
        return RuleError(_misfit(*overload.groups()), line, column)
    return RuleError(_syntax(said), line, column)


def has_of_variable(masked: str) -> RuleError | None:
    """Return the error of asking with ``has`` for a variable, which only keys of maps can be.

    Args:
        masked: the rule without comments and what its literals say.
    """
    for match in _HAS.finditer(masked):
        name = re.sub(r"\s", "", match[1])
        if name in VARIABLES:
            detail = (
                f"has() asks for a key of user.attributes or device.posture.extra; {name} needs "
                "none: where it is absent, no comparison with it holds"
            )
            return RuleError(detail, *place(masked, match.start()))
    return None


def masked(text: str) -> str:
    """Return ``text`` with blanks for comments and for what its literals say."""
    return re.sub(
        r"\"\"\"(?s:.*?)\"\"\"|'''(?s:.*?)'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|//[^\n]*",
        lambda match: re.sub(r"[^\n]", " ", match[0]),
        text,
    )


def _unknown(name: str) -> str:
    if name in USAGE:
        return f"{name} is used as {USAGE[name]}"
    if name in _STANDARD:
        return f"{name} is not used like this"
    if name in VARIABLES:
        return f"{name} is no function"
    close = get_close_matches(name, [*VARIABLES, *USAGE, *_STANDARD], n=2, cutoff=0.7)
    if close:
        return f"{name} is not known; did you mean {' or '.join(close)}?"
    root = name.partition(".")[0]
    if root in ROOTS:
        listed = ", ".join(each for each in VARIABLES if each.startswith(root + "."))
        return f"{name} is not known; there are {listed}" if listed else f"{name} is not known"
    return f"{name} is not known; rules can ask about {', '.join(sorted(ROOTS))}"


def _misfit(function: str, types: str) -> str:
    given = " and ".join(types.strip("()").split(", ")) or "nothing"
    if function in USAGE:
        return f"{function} does not take {types}; it is used as {USAGE[function]}"
    sign = _OPERATORS.match(function)
    if function == "@in":
        return f"'in' needs a list or map on its right, of what stands on its left; not {given}"
    if sign and sign[1] in {"&&", "||", "!", "?:"}:
        return f"'{sign[1]}' needs conditions (booleans), not {given}"
    if sign:
        return f"'{sign[1]}' cannot be applied to {given}: both sides need fitting types"
    return f"{function} cannot be applied to {types}"


def _syntax(said: str) -> str:
    said = said.removeprefix("Syntax error: ")
    if said.startswith("token recognition error at: '= "):
        return "'=' is no operator; '==' compares"
    found = re.match(r"(?:mismatched|extraneous) input '(.*?)' expecting (.*)", said)
    if found is None:
        return f"cannot be read here: {said[:200]}"
    if found[1] == "<EOF>":
        return "something is missing at the end"
    if found[1].lower() in _WORDS:
        return f"{found[1]!r} is not expected here; CEL writes {_WORDS[found[1].lower()]}"
    return f"{found[1]!r} is not expected here"


def _start(text: str, line: int, column: int, name: str) -> int:
    """The library points at a dotted name's last dot, and at a call's parenthesis."""
    row = text.splitlines()[line - 1] if text else ""
    for offset in (len(name.rpartition(".")[0]), len(name)):
        first = column - 1 - offset
        if first >= 0 and row.startswith(name, first):
            return first + 1
    return column
