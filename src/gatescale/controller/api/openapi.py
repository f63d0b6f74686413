"""The OpenAPI 3.1 document, made from the declared operations and nothing else.

``python -m gatescale.controller.api.openapi`` prints it.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from gatescale import __version__
from gatescale.controller.api import declared
from gatescale.controller.api.examples import example
from gatescale.controller.api.operation import Operation
from gatescale.controller.api.parameters import header_parameters, list_parameters, query_parameter
from gatescale.controller.api.problems import Problem
from gatescale.controller.permissions import PRIVILEGE
from gatescale.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    GatescaleError,
    InvalidError,
    MediaTypeError,
    NotFoundError,
    PreconditionFailedError,
    TooLargeError,
    TooManyRequestsError,
    UnauthorizedError,
    UnavailableError,
)

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_ALWAYS: tuple[type[GatescaleError], ...] = (
    UnauthorizedError,
    ForbiddenError,
    InvalidError,
    TooManyRequestsError,
    UnavailableError,
)
_UUID = {
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
}


@cache
def document(server: str = "/") -> Json:
    """Return the document.

    Args:
        server: URL that the paths are below.
    """
    shapes = {op.id: (op.body, op.answer) for op in declared.OPERATIONS}
    types = [each for pair in shapes.values() for each in pair if each is not None]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REFERENCE)
    by_type = dict(zip(map(repr, types), schemas, strict=False))
    paths: dict[str, Json] = {}
    for op in declared.OPERATIONS:
        paths.setdefault(op.path, {})[op.method.lower()] = _operation(op, by_type)
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatescale",
            "version": __version__,
            "summary": "Zero trust network access on WireGuard.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "security": [{"apikey": []}, {"bearer": []}],
        "tags": [{"name": tag} for tag in declared.TAGS],
        "paths": paths,
        "components": {
            "schemas": {name: _told(schema) for name, schema in sorted(components.items())},
            "responses": {error.__name__: _problem(error) for error in sorted(_errors(), key=str)},
            "parameters": header_parameters(),
            "headers": _HEADERS,
            "securitySchemes": {
                "apikey": {"type": "apiKey", "in": "header", "name": "apikey"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }
    renamed = re.sub(rb"Page_(\w+?)_\b", rb"\1Page", msgspec.json.encode(whole))
    decoded: Json = msgspec.json.decode(renamed)
    return decoded


def _errors() -> set[type[GatescaleError]]:
    return {error for op in declared.OPERATIONS for error in errors_of(op)}


def errors_of(op: Operation) -> Iterator[type[GatescaleError]]:
    """Yield the errors that an operation may answer."""
    yield from _ALWAYS
    # What is asked about is named in the query; a flag names nothing.
    names = any(kind is not bool for kind in op.parameters.values())
    if op.path_names or names or op.asks or op.body is not None:
        yield NotFoundError
    if op.follows:
        yield BadRequestError
    if op.writes or op.body is not None:
        yield from (BadRequestError, TooLargeError)
    if op.writes:
        yield ConflictError
    if op.writes and declared.finder_of(op) is not None:
        yield PreconditionFailedError
    if op.body is not None:
        yield MediaTypeError


def _operation(op: Operation, schemas: dict[str, Json]) -> Json:
    summary, _, description = (op.handler.__doc__ or "").strip().partition("\n\n")
    roles = [role for role in PRIVILEGE if role in op.roles]
    told: Json = {
        "operationId": op.id,
        "tags": [op.tag],
        "summary": " ".join(summary.split()).rstrip("."),
        "description": _description(description, roles),
        "parameters": list(_parameters(op)),
        "x-roles": roles,
    }
    if op.body is not None:
        content = {"schema": schemas[repr(op.body)], "example": example(op.body)}
        told["requestBody"] = {"required": True, "content": {"application/json": content}}
    told["responses"] = {
        str(op.status): _success(op, schemas),
        **{
            str(error.status): {"$ref": f"#/components/responses/{error.__name__}"}
            for error in sorted(errors_of(op), key=lambda error: error.status)
        },
    }
    return told


def _description(rest: str, roles: list[str]) -> str:
    words = [" ".join(rest.split())] if rest.strip() else []
    return " ".join([*words, f"For the roles {', '.join(roles)}."])


def _parameters(op: Operation) -> Iterator[Json]:
    for name in op.path_names:
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _UUID,
            "example": example(str),
        }
    if op.listing is not None:
        yield from list_parameters(op.listing)
    for name, kind in op.parameters.items():
        yield query_parameter(name, kind, required=name in op.required)
    headers = ["Prefer"] if op.changes else []
    if op.changes and declared.finder_of(op) is not None:
        headers.append("IfMatch")
    if op.changes:
        headers.append("PolicyTests")
    if op.changes and op.method == "POST":
        headers.append("IdempotencyKey")
    if op.follows:
        headers.append("LastEventId")
    for name in headers:
        yield {"$ref": f"#/components/parameters/{name}"}


_HEADERS: dict[str, Json] = {
    "ETag": {"description": "For If-Match of a later change.", "schema": {"type": "string"}},
    "Gatescale-Revision": {
        "description": "The tenant's revision that the change made.",
        "schema": {"type": "integer"},
    },
    "Gatescale-Lagging-Gateways": {
        "description": "Ids of gateways that did not enforce it in the time of Prefer: wait.",
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "true: this is the answer to an earlier request of the same key.",
        "schema": {"type": "string"},
    },
    "RateLimit-Limit": {
        "description": "Requests that this key may send at once.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Remaining": {
        "description": "Requests that it may send now.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Reset": {
        "description": "Seconds until it may send all of them again.",
        "schema": {"type": "integer"},
    },
}


def _success(op: Operation, schemas: dict[str, Json]) -> Json:
    names = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    if op.writes:
        names.append("Gatescale-Revision")
    if op.changes:
        names += ["Gatescale-Lagging-Gateways", "Idempotent-Replayed"]
    if op.answer is not None and not op.follows:
        names.append("ETag")
    told: Json = {
        "description": "Done.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    if op.follows:
        told["content"] = {"text/event-stream": _stream(schemas[repr(op.answer)])}
    elif op.answer is not None:
        content = {"schema": schemas[repr(op.answer)], "example": example(op.answer)}
        told["content"] = {"application/json": content}
    return told


def _stream(data: Json) -> Json:
    """Return the content of an answer that goes on; OpenAPI 3.1 has no words for its events."""
    return {
        "schema": {"type": "string"},
        "x-data": data,
        "example": 'event: change\nid: 7\ndata: {"revision":7,"kinds":["user"]}\n\n',
    }


def _problem(error: type[GatescaleError]) -> Json:
    raised = error("What is wrong, and what would be right.")
    shown: Json = {
        "type": raised.kind,
        "title": raised.title,
        "status": raised.status,
        "detail": raised.detail,
        "instance": "/tenants/users",
    }
    if error is InvalidError:
        shown["errors"] = [{"pointer": "/3/email", "detail": raised.detail}]
    content = {"schema": {"$ref": _REFERENCE.format(name="Problem")}, "example": shown}
    told: Json = {
        "description": (error.__doc__ or "").strip(),
        "content": {"application/problem+json": content},
    }
    if error in {TooManyRequestsError, UnavailableError}:
        schema = {"type": "integer"}
        told["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": schema}}
    return told


def _told(schema: Json) -> Json:
    """Return a schema whose docstring's ``Attributes`` stand at the properties."""
    text = schema.get("description", "")
    summary, _, attributes = text.partition("Attributes:")
    told = {**schema, "description": " ".join(summary.replace("``", "`").split())}
    for name, words in re.findall(r"^ {8}(\w+): ((?:.|\n {12})+)", attributes, re.MULTILINE):
        camel = re.sub("_(.)", lambda match: match[1].upper(), name)
        if camel.endswith("_"):
            camel = f"_{camel[:-1]}"
        described = {"description": " ".join(words.split())}
        told["properties"] = {
            **told["properties"],
            camel: {**told["properties"][camel], **described},
        }
    return told


def text() -> str:
    """Return the document as it is kept in the repository."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
