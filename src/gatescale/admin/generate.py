"""Writes ``admin/operations`` from the OpenAPI document: ``python -m gatescale.admin.generate``.

Every operation becomes a method of its noun, twice: one that is awaited, and one that is not. Both
only say what is sent and what comes back; ``connection`` does the rest.
"""

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from gatescale import contract

Json = dict[str, Any]

FOLDER: Final = Path(__file__).with_name("operations")
_DOCUMENT: Final = Path("docs/openapi.json")
_LIST_PARAMETERS: Final = {
    "filter": "filter: Filter | None = None",
    "sort": "sort: Sort | None = None",
    "search": "search: str | None = None",
    "limit": "limit: int = 10",
    "offset": "offset: int = 0",
}
_QUERY: Final = {
    "boolean": "bool = False",
    "string": "str | None = None",
    "integer": "int | None = None",
    "array": "",
    "object": "",
}
"""How a query parameter of a type of the document is declared; a list's are known."""
_LONGEST_SENTENCE: Final = 86
_OPTIONS: Final = {
    frozenset({"Prefer"}): "Waiting",
    frozenset({"Prefer", "IdempotencyKey"}): "Asking",
    frozenset({"Prefer", "PolicyTests"}): "Moving",
    frozenset({"Prefer", "PolicyTests", "IfMatch"}): "Changing",
    frozenset({"Prefer", "PolicyTests", "IdempotencyKey"}): "Making",
    frozenset({"Prefer", "PolicyTests", "IfMatch", "IdempotencyKey"}): "Acting",
}
"""Types of the options, by the document's header parameters."""


@dataclass(frozen=True, slots=True)
class Method:
    """One operation as a method.

    Attributes:
        name: in Python's spelling.
        path: of HTTP, with ``{}`` for each id.
        ids: parameters in the path, in Python's spelling.
        bodies: Python types that the body may have.
        answers: Python types of the answers, in the order of ``bodies``.
        query: the document's names of the parameters there, and their Python types.
        headers: the document's names of the header parameters.
        words: what it does, as a sentence.
        streams: whether its answer is a stream of events, each of which says what ``answers`` has.
    """

    name: str
    verb: str
    path: str
    ids: tuple[str, ...]
    bodies: tuple[str, ...]
    answers: tuple[str, ...]
    query: dict[str, str]
    headers: frozenset[str]
    words: str
    streams: bool

    @property
    def pages(self) -> bool:
        """Whether it answers one page of a list."""
        return "sort" in self.query

    @property
    def every(self) -> str:
        """What its pages' rows are iterated over by."""
        return f"every_{self.name.removeprefix('find_')}" if self.ids else "every"

    @property
    def _own(self) -> list[str]:
        """Its parameters apart from a list's."""
        return [name for name in self.query if not (self.pages and name in _LIST_PARAMETERS)]

    def _listed(self, *, paged: bool) -> list[str]:
        """Return its parameters that are a list's, or those of them that hold for all pages."""
        taken = [n for n in _LIST_PARAMETERS if paged or n not in {"limit", "offset"}]
        return [name for name in taken if self.pages and name in self.query]

    def signature(self, body: str, *, paged: bool = True) -> str:
        """Return the parameters behind ``self``."""
        first = [f"{name}: str" for name in self.ids]
        first += [f"body: {body}"] if body else []
        taken = self._listed(paged=paged)
        named = [_LIST_PARAMETERS[name] for name in taken]
        named += [f"{_snake(name)}: {self.query[name]}" for name in self._own]
        its_own = self.headers - {"LastEventId"}
        options = [f"**how: Unpack[{_OPTIONS[its_own]}]"] if its_own else []
        return ", ".join(["self", *first, *(["*", *named] if named else []), *options])

    def call(self, *, paged: bool = True) -> str:
        """Return the expression that makes what is sent."""
        parts = [f'"{self.verb}"', f'"{self.path}"']
        if self.ids:
            parts.append(f"({', '.join(self.ids)},)")
        query = []
        if taken := self._listed(paged=paged):
            named = [f"{name}={name}" for name in taken if name not in {"filter", "sort"}]
            query.append(f"listed({', '.join(['filter', 'sort', *named])})")
        if self._own:
            named = [f"{name}={_snake(name)}" for name in self._own]
            query.append(f"asked({', '.join(named)})")
        if query:
            parts.append(f"query={' + '.join(query)}")
        if self.bodies:
            parts.append("body=body")
        if "IdempotencyKey" in self.headers:
            parts.append("keyed=True")
        if self.headers - {"LastEventId"}:
            parts.append("**how")
        return f"Call({', '.join(parts)})"


def methods(document: Json) -> dict[str, dict[str, Method]]:
    """Return the methods by noun (the document's tag) and operationId."""
    found: dict[str, dict[str, Method]] = {tag["name"]: {} for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            (tag,) = operation["tags"]
            found[tag][operation["operationId"]] = _method(path, verb.upper(), operation)
    return {
        tag: dict(sorted(of_tag.items(), key=lambda pair: pair[1].path.count("/")))
        for tag, of_tag in found.items()
    }


def _query(told: Json) -> str:
    return "str" if told.get("required") else _QUERY[told["schema"]["type"]]


def _method(path: str, verb: str, operation: Json) -> Method:
    ids = tuple(re.findall(r"\{(\w+)\}", path))
    told = operation["parameters"]
    headers = [each["$ref"].rpartition("/")[2] for each in told if "$ref" in each]
    query = {e["name"]: _query(e) for e in told if e.get("in") == "query"}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    answer = next(text for status, text in operation["responses"].items() if status < "300")
    contents = answer.get("content", {})
    stream = contents.get("text/event-stream", {}).get("x-data")
    content = {"schema": stream} if stream else contents.get("application/json", {})
    return Method(
        name=_snake(operation["operationId"].partition("_")[2]),
        verb=verb,
        path=re.sub(r"\{\w+\}", "{}", path),
        ids=tuple(map(_snake, ids)),
        bodies=tuple(_types(body.get("schema"))),
        answers=tuple(_types(content.get("schema"))) or ("None",),
        query={name: kind for name, kind in query.items() if "[" not in name},
        headers=frozenset(headers),
        words=operation["summary"].rstrip(".") + ".",
        streams=stream is not None,
    )


def _types(schema: Json | None) -> Iterator[str]:
    if schema is None:
        return
    for each in schema.get("anyOf", [schema]):
        if each.get("type") == "array":
            yield f"list[{next(_types(each['items']))}]"
        else:
            name = each["$ref"].rpartition("/")[2]
            row = name.removesuffix("Page")
            yield f"Page[{row}]" if name.endswith("Page") and row in _modules() else name


@cache
def _modules() -> dict[str, str]:
    """Return the contract's module of every shape, by its name."""
    found = {}
    for each in pkgutil.iter_modules(contract.__path__):
        module = importlib.import_module(f"{contract.__name__}.{each.name}")
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                found[name] = module.__name__
    return found


def module_name(tag: str) -> str:
    """Return the module that a noun's operations are in, which the client calls it by as well."""
    return tag.lower().replace(" ", "_")


def class_name(tag: str) -> str:
    """Return the class that holds a noun's operations."""
    return "".join(word.capitalize() for word in tag.split()) + "Api"


def sources(document: Json) -> dict[str, str]:
    """Return the text of every module by its file's name, in the repository's form."""
    found = methods(document)
    texts = {module_name(tag): _module(tag, list(of_tag.values())) for tag, of_tag in found.items()}
    texts["nouns"] = _nouns(list(found))
    return {f"{name}.py": _in_form(text) for name, text in texts.items()}


def _nouns(tags: list[str]) -> str:
    names = [(module_name(tag), class_name(tag)) for tag in tags]
    imports = [
        f"from gatescale.admin.operations.{module} import Async{name}, {name}"
        for module, name in names
    ]
    awaited = [f"        self.{module} = Async{name}(connection)" for module, name in names]
    plain = [f"        self.{module} = {name}(connection, run)" for module, name in names]
    return "\n".join(
        [
            '"""All nouns. Written by ``make client``."""\n',
            "from gatescale.admin.connection import Connection",
            "from gatescale.admin.operations.sending import Run",
            *imports,
            '\n\nclass AsyncNouns:\n    """The operations of all nouns; each is awaited."""\n',
            "    def __init__(self, connection: Connection) -> None:",
            *awaited,
            '\n\nclass Nouns:\n    """The operations of all nouns."""\n',
            "    def __init__(self, connection: Connection, run: Run) -> None:",
            *plain,
        ]
    )


def _module(tag: str, found: list[Method]) -> str:
    name = class_name(tag)
    body = "\n\n".join(
        [
            f'class Async{name}(AsyncSending):\n    """{tag}; each operation is awaited."""\n',
            *(_written(method, awaited=True) for method in found),
            f'class {name}(Sending):\n    """{tag}."""\n',
            *(_written(method, awaited=False) for method in found),
        ]
    )
    return f'"""{tag}. Written by ``make client``."""\n\n{_imports(body)}\n\n{body}\n'


def _imports(body: str) -> str:
    words = set(re.findall(r"\b[A-Za-z]\w+\b", re.sub(r'""".*?"""', "", body, flags=re.DOTALL)))
    homes = {
        **dict.fromkeys(("Call", "Filter", "Sort", "asked"), "gatescale.admin.call"),
        **dict.fromkeys(("listed", *_OPTIONS.values()), "gatescale.admin.call"),
        **dict.fromkeys(("AsyncIterator", "Iterator"), "collections.abc"),
        **dict.fromkeys(("AsyncSending", "Sending"), "gatescale.admin.operations.sending"),
        **dict.fromkeys(("Any", "Unpack", "overload"), "typing"),
        **_modules(),
    }
    return "\n".join(f"from {homes[name]} import {name}" for name in sorted(words & homes.keys()))


def _written(method: Method, *, awaited: bool) -> str:
    prefix, wait = ("async ", "await ") if awaited else ("", "")
    body, answer = " | ".join(method.bodies), " | ".join(method.answers)
    document = f'        """{_docstring(method.words)}"""\n'
    if method.streams:
        iterator = "AsyncIterator" if awaited else "Iterator"
        head = f"    def {method.name}({method.signature(body)}) -> {iterator}[{answer}]:\n"
        return f"{head}{document}        return self._events({answer}, {method.call()})\n"
    parts = []
    if len(method.bodies) > 1:
        for each, its in zip(method.bodies, method.answers, strict=True):
            head = f"{prefix}def {method.name}({method.signature(each)}) -> {its}: ..."
            parts.append(f"    @overload\n    {head}\n")
    head = f"    {prefix}def {method.name}({method.signature(body)}) -> {answer}:\n"
    sent = f"{wait}self._send({'type(None)' if answer == 'None' else answer}, {method.call()})"
    if len(method.answers) > 1:
        # A union is no type to a type checker, and needs its name at the result.
        sent = sent.replace(f"({answer}", "(shape", 1)
        code = (
            f"        shape: Any = {answer}\n        sent: {answer} = {sent}\n        return sent\n"
        )
    else:
        code = f"        {'' if answer == 'None' else 'return '}{sent}\n"
    parts.append(head + document + code)
    if method.pages:
        iterator = "AsyncIterator" if awaited else "Iterator"
        row = answer.removeprefix("Page[").removesuffix("]")
        parts.append(
            f"    def {method.every}({method.signature('', paged=False)}) -> {iterator}[{row}]:\n"
            f'        """Iterate over all pages\' rows."""\n'
            f"        return self._rows({answer}, {method.call(paged=False)})\n"
        )
    return "\n".join(parts)


def _docstring(words: str) -> str:
    """Return a sentence, in two parts if a line cannot hold it."""
    if len(words) <= _LONGEST_SENTENCE:
        return words
    first, _, rest = re.split(r"([:;])", words, maxsplit=1)
    return f"{first}.\n\n        {rest.strip()[:1].upper()}{rest.strip()[1:]}\n        "


def _in_form(text: str) -> str:
    for command in (("check", "--select", "I,F", "--fix", "--quiet"), ("format",)):
        text = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(FOLDER / "x.py"), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name).lower()


if __name__ == "__main__":
    for file, written in sources(msgspec.json.decode(_DOCUMENT.read_bytes())).items():
        (FOLDER / file).write_text(written)
