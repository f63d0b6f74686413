"""The written methods are those of the document, all of them."""

import inspect
import json
import typing
from pathlib import Path

import pytest

import gatescale
from gatescale.admin import generate
from gatescale.admin.client import AsyncClient

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
OPERATIONS = [op for methods in DOCUMENT["paths"].values() for op in methods.values()]
OPTIONS = {
    "Prefer": "wait",
    "IfMatch": "if_match",
    "IdempotencyKey": "idempotency_key",
    "PolicyTests": "ignore_policy_tests",
}


def test_the_written_modules_are_what_the_document_says():
    texts = generate.sources(DOCUMENT)
    kept = {path.name for path in generate.FOLDER.glob("*.py")}
    assert kept == texts.keys() | {"__init__.py", "sending.py"}
    for name, text in texts.items():
        assert (generate.FOLDER / name).read_text() == text, "make client writes it anew"


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def parameters(method):
    """Return what a method takes by the document's names."""
    names = set()
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (options,) = typing.get_args(parameter.annotation)
            names |= {camel(option) for option in typing.get_type_hints(options)}
        elif name != "self":
            names.add(camel(name))
    return names


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op["operationId"])
@pytest.mark.parametrize("client", [gatescale.Client, AsyncClient])
def test_every_operation_has_its_method_with_its_parameters(client, op):
    tag, (_, _, name) = op["tags"][0], op["operationId"].partition("_")
    instance = client("https://127.0.0.1", "gsk_x")
    noun = getattr(instance, generate.module_name(tag))
    (method,) = [
        each
        for each_name, each in inspect.getmembers(type(noun), inspect.isfunction)
        if camel(each_name) == name
    ]
    wanted = {each["name"] for each in op["parameters"] if "[" not in each.get("name", "[")}
    wanted |= {
        camel(option)
        for header, option in OPTIONS.items()
        if any(each.get("$ref", "").endswith(f"/{header}") for each in op["parameters"])
    }
    if "requestBody" in op:
        wanted.add("body")
    assert parameters(method) == wanted
    streams = any("text/event-stream" in a.get("content", {}) for a in op["responses"].values())
    assert inspect.iscoroutinefunction(method) == (client is AsyncClient and not streams)
    assert method.__doc__
