"""Parameters as the OpenAPI document tells them."""

from collections.abc import Iterator
from typing import Any

import msgspec

from gatescale.controller.api.examples import PARAMETERS
from gatescale.controller.api.headers import MAX_WAIT
from gatescale.controller.api.query import MAX_FILTERS, MAX_OFFSET, MAX_SEARCH
from gatescale.controller.store.fields import OPERATORS
from gatescale.controller.store.listing import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Listing,
    filterable,
    possible,
    sortable,
)

Json = dict[str, Any]

_VALUES: dict[str, Json] = {
    "boolean": {"type": "string", "enum": ["true", "false"]},
    "integer": {"type": "string", "pattern": "^-?[0-9]{1,9}$"},
    "text": {"type": "string", "pattern": "^[^\\x00]*$", "maxLength": 1000},
}


def list_parameters(listing: Listing) -> Iterator[Json]:
    """Yield the parameters of a list (API contract, section 1, Lists)."""
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    offset = {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}
    for name, schema, words in (
        ("limit", limit, "Rows on a page."),
        ("offset", offset, "Rows to leave out."),
        ("page[limit]", limit, "The same as limit."),
        ("page[offset]", offset, "The same as offset: it counts rows."),
    ):
        yield {"name": name, "in": "query", "description": words, "schema": schema}
    yield _sort(listing)
    if listing.search is not None:
        yield _search()
    yield _filter(listing)


def _search() -> Json:
    searched = {"type": "string", "maxLength": MAX_SEARCH, "pattern": "^[^\\x00]*$"}
    words = "Text that a row has in it, whatever its case."
    return {"name": "search", "in": "query", "description": words, "schema": searched}


def _sort(listing: Listing) -> Json:
    fields = sortable(listing)
    names = "|".join(field.replace(".", r"\.") for field in fields)
    orders = {"type": "string", "pattern": f"^(-?({names})|({names}):(asc|desc))$"}
    return {
        "name": "sort",
        "in": "query",
        "description": "Fields to sort by, the weightiest first; also several by commas.",
        "schema": {"type": "array", "items": orders, "maxItems": 5},
        "x-fields": fields,
        "style": "form",
        "explode": True,
    }


def query_parameter(name: str, kind: Any, *, required: bool) -> Json:
    """Return a query parameter of a type."""
    schema: Json = {"type": "boolean", "default": False}
    if kind is not bool:
        whole = msgspec.json.schema(kind)
        schema = next(each for each in whole.get("anyOf", [whole]) if each.get("type") != "null")
    described = {"description": schema.pop("description")} if "description" in schema else {}
    told = {"name": name, "in": "query", **described, "schema": schema}
    return told | {"required": required, "example": PARAMETERS.get(name, True)}


def _filter(listing: Listing) -> Json:
    fields = filterable(listing)
    return {
        "name": "filter",
        "in": "query",
        "description": (
            "filter[FIELD][OPERATOR]=VALUE, with the operators"
            f" {', '.join(OPERATORS)}; without one, eq. ilike takes % for any text; in and nin"
            f" take values by commas. Up to {MAX_FILTERS}; all of them hold."
        ),
        "schema": {
            "type": "object",
            "properties": {
                n: _VALUES[kind] | _possible(listing, n)
                for n, kind in fields.items()
                if "*" not in n
            },
            "patternProperties": {
                f"^{n.removesuffix('.*')}\\.[\\w.]+$": _VALUES[kind]
                for n, kind in fields.items()
                if "*" in n
            },
            "additionalProperties": False,
            "maxProperties": MAX_FILTERS,
        },
        "style": "deepObject",
        "explode": True,
    }


def _possible(listing: Listing, name: str) -> Json:
    values = possible(listing, name)
    return {"enum": list(values)} if values else {}


def header_parameters() -> dict[str, Json]:
    """Return the request headers that many operations take."""
    return {
        "Prefer": {
            "name": "Prefer",
            "in": "header",
            "description": f"wait=SECONDS, up to {MAX_WAIT}: answer once gateways enforce it.",
            "schema": {"type": "string"},
            "example": "wait=10",
        },
        "IfMatch": {
            "name": "If-Match",
            "in": "header",
            "description": "The ETag that was read: a change of what is not that any more is 412.",
            "schema": {"type": "string", "pattern": '^(\\*|"[A-Za-z0-9_-]*")$'},
            "example": '"NqHzWruXWBSUJB-F"',
        },
        "PolicyTests": {
            "name": "Gatescale-Policy-Tests",
            "in": "header",
            "description": "ignore: make the change even if it breaks policy tests.",
            "schema": {"type": "string", "enum": ["ignore"]},
            "example": "ignore",
        },
        "LastEventId": {
            "name": "Last-Event-ID",
            "in": "header",
            "description": "The id of the last event that was heard: what came after it is told.",
            "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"},
            "example": "7",
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The same key and body within 24 h get the first answer.",
            "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": 255,
                "pattern": "^[!-~]+$",
            },
            "example": "7b9c1c1e-52d4-4a2f-9d5e-0c6f1f3a8e21",
        },
    }
