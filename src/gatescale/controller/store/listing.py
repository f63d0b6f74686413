"""Lists: one grammar for all nouns, declared per noun.

What is asked for is taken apart into its shape, by which statements are built once
(``list_statements``), and its values, which are their parameters.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gatescale.controller.store import fields, search
from gatescale.controller.store.fields import Choice, Field, Folded, Keyed, Related, Traits
from gatescale.controller.store.folding import folded
from gatescale.errors import InvalidError

DEFAULT_LIMIT = 10
MAX_LIMIT = 100

SEARCH = "search"
"""What the parameters of a search are named after."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``filter[field][operator]=value``."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What part of a list is asked for (API contract, section 1, Lists).

    Attributes:
        sort: (field, descending), the first weighing most.
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    sort: tuple[tuple[str, bool], ...] = ()
    filters: tuple[Filter, ...] = ()
    search: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A noun's list.

    Attributes:
        rows: the statement that gives all rows, without order and limit.
        key: the column that breaks ties.
        fields: what can be filtered, and (unless related or keyed) sorted by; by contract name.
        search: a column of folded texts, or a table of them; None: nothing is looked for.
        order: the default order: (field, descending).
        count: the tenant's column that says how many rows there are, if one does.
        values: by field, the only texts it ever is; those of a ``Choice`` are its own.
        traits: what rows have in common, if that is kept.
    """

    rows: sa.Select[Any]
    key: sa.Column[str]
    fields: Mapping[str, Field]
    search: sa.Column[str] | search.Texts | None
    order: tuple[tuple[str, bool], ...] = (("createdAt", True),)
    count: sa.Column[int] | None = None
    values: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    traits: Traits | None = None


def sortable(listing: Listing) -> list[str]:
    """Return the fields that a list can be sorted by."""
    return [n for n, field in listing.fields.items() if not isinstance(field, Related | Keyed)]


def filterable(listing: Listing) -> dict[str, str]:
    """Return the fields that a list can be filtered by, each with its kind of value.

    A name that ends with ``.*`` stands for any key there. Kinds: see ``fields.kind``.
    """
    return {name: fields.kind(field) for name, field in listing.fields.items()}


def possible(listing: Listing, name: str) -> Sequence[str]:
    """Return the only texts that a field ever is; nothing where there is no such list."""
    field = listing.fields[name]
    if isinstance(field, Choice) and fields.kind(field) == "text":
        return sorted(field.values)
    return listing.values.get(name, ())


@dataclass(frozen=True, slots=True)
class Test:
    """A filter without its value.

    Attributes:
        field: as declared.
        param: the name of its parameters.
        choices: the values that a choice may have.
        letters: see ``fields.spellings``.
        parts: see ``fields.keyed``.
        is_searched: what it asks for is part of the texts that search looks into.
        trait: what it asks for among ``Traits.columns``.
    """

    field: str
    operator: str
    param: str
    choices: frozenset[str] = frozenset()
    letters: str = ""
    parts: tuple[bool, ...] = ()
    is_searched: bool = False
    trait: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked for, without values: statements are kept by it.

    Attributes:
        search: characters of a search, up to those of a trigram.
    """

    listing: Listing
    dialect: str
    tests: tuple[Test, ...]
    search: int
    sort: tuple[tuple[str, bool], ...]


def shaped(listing: Listing, query: ListQuery, dialect: str) -> tuple[Shape, dict[str, Any]]:
    """Return what is asked for without its values, and these as parameters.

    Raises:
        InvalidError: an unknown field, operator or value; says which are possible.
    """
    params: dict[str, Any] = {}
    tests = tuple(
        _test(listing, item, f"filter{index}", params) for index, item in enumerate(query.filters)
    )
    for name, _ in query.sort:
        _refuse_unsortable(listing, name)
    if query.search and listing.search is None:
        detail = "This list is not searched; filter it instead."
        raise InvalidError(detail, pointer="query/search")
    asked = folded(query.search)
    params.update(search.params(SEARCH, asked))
    length = min(len(asked), search.TRIGRAM)
    return Shape(listing, dialect, tests, length, query.sort or listing.order), params


def _test(listing: Listing, item: Filter, param: str, params: dict[str, Any]) -> Test:
    """Return a filter without its value, which is put into ``params``."""
    pointer = f"query/filter[{item.field}]"
    name = fields.known(listing.fields, item.field)
    if name is None:
        raise _unknown(pointer, "field", item.field, _shown_names(listing.fields))
    if item.operator not in fields.OPERATORS:
        raise _unknown(pointer, "operator", item.operator, fields.OPERATORS)
    field, texts = listing.fields[name], listing.search
    value = fields.value(field, item.operator, item.value, item.field)
    if item.operator in {"eq", "ne", "in", "nin"}:
        _refuse_impossible(pointer, value, possible(listing, name))
    if isinstance(field, Choice):
        fitting = field.fitting(item.operator, item.value)
        return Test(name, "in", "", choices=fitting)
    letters = fields.spellings(value) if item.operator == "ilike" else ""
    trait = item.field if listing.traits and item.field in listing.traits.columns else ""
    if isinstance(field, Keyed):
        parts = value if isinstance(value, list) else [value]
        params[f"{param}_key"] = item.field.partition(".")[2]
        params.update({f"{param}_{index}": part for index, part in enumerate(parts)})
        numbers = tuple(fields.reads_as_number(part) for part in parts)
        params.update(
            {f"{param}_{n}_number": float(parts[n]) for n, is_one in enumerate(numbers) if is_one}
        )
        return Test(name, item.operator, param, letters=letters, parts=numbers, trait=trait)
    params[param] = value
    if isinstance(field, Folded):
        params[f"{param}_folded"] = fields.keys(value)
    part = ""
    if item.operator == "ilike" and isinstance(texts, search.Texts) and name in texts.fields:
        part = search.contained(item.value)
        params.update(search.params(param, part))
    return Test(name, item.operator, param, letters=letters, is_searched=bool(part), trait=trait)


def _refuse_impossible(pointer: str, value: Any, values: Sequence[str]) -> None:
    for each in value if isinstance(value, list) else [value]:
        if values and each not in values:
            detail = f"It is never {each[:100]!r}; it is one of: {', '.join(values)}."
            raise InvalidError(detail, pointer=pointer)


def _refuse_unsortable(listing: Listing, name: str) -> None:
    known = sortable(listing)
    if name not in known:
        raise _unknown("query/sort", "field", name, known)


def _shown_names(names: Mapping[str, Field]) -> list[str]:
    return [name.replace(".*", ".<key>") for name in names]


def _unknown(pointer: str, what: str, name: str, known: Sequence[str]) -> InvalidError:
    detail = f"There is no {what} {name[:100]!r} here; there are: {', '.join(known)}."
    return InvalidError(detail, pointer=pointer)
