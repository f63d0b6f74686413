"""List parameters of a request (API contract, section 1, Lists)."""

import re
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from starlette.datastructures import QueryParams

from gatescale.contract.fields import Page
from gatescale.controller.store.listing import DEFAULT_LIMIT, MAX_LIMIT, Filter, ListQuery
from gatescale.errors import InvalidError

_FILTER = re.compile(r"filter\[([\w.]{1,100})\](?:\[(\w{1,20})\])?")
MAX_OFFSET = 2**31 - 1
MAX_FILTERS = 20
MAX_SEARCH = 200

S = TypeVar("S")


def list_arguments(
    params: QueryParams, types: Mapping[str, Any], required: AbstractSet[str]
) -> dict[str, Any]:
    """Return what a list is asked for as ``query``, and the operation's own parameters by name.

    Raises:
        InvalidError: as ``list_query`` and ``parameters`` do.
    """
    own = QueryParams([(name, value) for name, value in params.multi_items() if name in types])
    return {"query": list_query(params, types), **parameters(own, types, required)}


def list_query(params: QueryParams, others: Collection[str] = ()) -> ListQuery:
    """Return what the query string asks for, apart from ``others``, which it may have besides.

    Raises:
        InvalidError: an unknown parameter or a value out of bounds; says which and the bounds.
    """
    limit, offset, search = DEFAULT_LIMIT, 0, ""
    sort: list[tuple[str, bool]] = []
    filters: list[Filter] = []
    for name, value in params.multi_items():
        if name in {"limit", "page[limit]"}:
            limit = _number(name, value, 1, MAX_LIMIT)
        elif name in {"offset", "page[offset]"}:
            offset = _number(name, value, 0, MAX_OFFSET)
        elif name == "sort":
            sort += [_sort(part) for part in value.split(",") if part]
        elif name == "search":
            search = _search(value)
        elif (match := _FILTER.fullmatch(name)) and len(filters) < MAX_FILTERS:
            filters.append(Filter(match[1], match[2] or "eq", value))
        elif name not in others:
            known = ", ".join(("limit", "offset", "sort", "search", *others))
            raise InvalidError(
                f"There is no parameter {name[:100]!r} here; there are {known}"
                f" and up to {MAX_FILTERS} of filter[FIELD][OPERATOR].",
                pointer=f"query/{name[:100]}",
            )
    return ListQuery(limit, offset, tuple(sort), tuple(filters), search)


def parameters(
    params: QueryParams, types: Mapping[str, Any], required: AbstractSet[str]
) -> dict[str, Any]:
    """Return the parameters that are there, of their types.

    Raises:
        InvalidError: an unknown parameter, one that is there twice, a value of another type, or a
            required one is missing.
    """
    found: dict[str, Any] = {}
    for name, value in params.multi_items():
        pointer = f"query/{name[:100]}"
        if name not in types:
            detail = f"There is no parameter {name[:100]!r} here; there are {', '.join(types)}."
            raise InvalidError(detail, pointer=pointer)
        if name in found:
            raise InvalidError(f"{name} is there twice.", pointer=pointer)
        found[name] = _value(value, types[name], pointer)
    for name in sorted(required - found.keys()):
        raise InvalidError("This parameter is required.", pointer=f"query/{name}")
    return found


def _value(value: str, wanted: Any, pointer: str) -> Any:
    if wanted is bool:
        if value not in {"true", "false"}:
            detail = f"It is true or false, not {value[:50]!r}."
            raise InvalidError(detail, pointer=pointer)
        return value == "true"
    if "\x00" in value:
        raise InvalidError("A value cannot hold NUL.", pointer=pointer)
    # A text that reads as null is a text.
    kinds = [each for each in get_args(wanted) if each is not NoneType]
    bare = kinds[0] if get_origin(wanted) in {Union, UnionType} else wanted
    try:
        # A number is no moment.
        is_moment = get_origin(bare) is Annotated and get_args(bare)[0] is datetime
        return msgspec.convert(value, type=bare, strict=is_moment)
    except msgspec.ValidationError as error:
        raise InvalidError(f"{error}.", pointer=pointer) from None


def refuse_parameters(params: QueryParams) -> None:
    """Make sure that there are no parameters, where none is known.

    Raises:
        InvalidError: there is one.
    """
    for name in params:
        detail = f"There is no parameter {name[:100]!r} here; this takes none."
        raise InvalidError(detail, pointer=f"query/{name[:100]}")


def as_page(rows: list[S], total: int, query: ListQuery) -> Page[S]:
    """Return the answer that holds one page."""
    return Page(
        data=rows,
        total=total,
        page=query.offset // query.limit,
        limit=query.limit,
        has_next=query.offset + len(rows) < total,
        has_previous=query.offset > 0,
    )


def _number(name: str, value: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", value) or not low <= int(value) <= high:
        detail = f"{name} is a whole number from {low} to {high}, not {value[:50]!r}."
        raise InvalidError(detail, pointer=f"query/{name}")
    return int(value)


def _sort(part: str) -> tuple[str, bool]:
    if part.startswith("-"):
        return part[1:], True
    field, _, direction = part.partition(":")
    if direction not in {"", "asc", "desc"}:
        detail = f"A field is sorted asc or desc, not {direction[:50]!r}."
        raise InvalidError(detail, pointer="query/sort")
    return field, direction == "desc"


def _search(value: str) -> str:
    if len(value) > MAX_SEARCH or "\x00" in value:
        detail = f"Search for at most {MAX_SEARCH} characters, without NUL."
        raise InvalidError(detail, pointer="query/search")
    return value
