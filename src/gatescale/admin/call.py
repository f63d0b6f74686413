"""One request to the API as a value, and the list grammar's spelling of filters."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypedDict

from gatescale.errors import NotFoundError

Scalar = str | int | bool | datetime
Value = Scalar | Sequence[Scalar]
Filter = Mapping[str, Value | Mapping[str, Value]] | Sequence[tuple[str, str, Value]]
"""By field: a value to equal, several to be among, or values by operator: ``{"ilike": "%x%"}``.

Or all conditions one by one: field, operator, value.
"""
Sort = str | Sequence[str]
"""Fields, the weightiest first; ``-`` before one turns it round."""
Query = tuple[tuple[str, str], ...]

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_REPEATABLE: Final = frozenset({"GET", "PUT", "DELETE"})


class Waiting(TypedDict, total=False):
    """How something is read that gateways may have to enforce first.

    Attributes:
        wait: seconds that gateways have to enforce the change before it is answered.
    """

    wait: int | None


class Moving(Waiting, total=False):
    """How anything is changed.

    Attributes:
        ignore_policy_tests: it is done even if it breaks policy tests.
    """

    ignore_policy_tests: bool


class Changing(Moving, total=False):
    """How something is changed that is there.

    Attributes:
        if_match: ETag that the thing must still have.
    """

    if_match: str | None


class Asking(Waiting, total=False):
    """How something is asked that is told once.

    Attributes:
        idempotency_key: under which it is done once, however often it is sent; else a fresh one.
    """

    idempotency_key: str | None


class Making(Moving, Asking, total=False):
    """How something is made."""


class Acting(Changing, Making, total=False):
    """How something is done to what is there, once."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent.

    Attributes:
        path: with ``{}`` for each of ``ids``.
        ids: of what the path names.
        query: names and values, in order.
        body: what becomes the JSON body; None: no body.
        keyed: the controller does it once under an Idempotency-Key, however often it is sent.
    """

    method: str
    path: str
    ids: tuple[str, ...] = ()
    query: Query = ()
    body: Any = None
    keyed: bool = False
    if_match: str | None = None
    wait: int | None = None
    idempotency_key: str | None = None
    ignore_policy_tests: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method in _REPEATABLE or self.keyed

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say how it is to be done, with a fresh key if it needs one."""
        headers = {"Accept": "application/json"}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        if self.if_match is not None:
            headers["If-Match"] = self.if_match
        if self.wait is not None:
            headers["Prefer"] = f"wait={self.wait}"
        if self.ignore_policy_tests:
            headers["Gatescale-Policy-Tests"] = "ignore"
        if self.keyed:
            headers["Idempotency-Key"] = self.idempotency_key or str(uuid.uuid4())
        return headers

    @property
    def target(self) -> str:
        """The path with its ids.

        Raises:
            NotFoundError: one of them is no id, which could lead the path elsewhere.
        """
        for each in self.ids:
            if not is_id(each):
                raise NotFoundError(f"{each[:100]!r} is no id of anything.")
        return self.path.format(*self.ids)


def is_id(text: str) -> bool:
    """Say whether a text is an id, and not a name."""
    return _UUID.fullmatch(text) is not None


def listed(
    filter: Filter | None,
    sort: Sort | None,
    *,
    search: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> Query:
    """Return the query of a list.

    >>> listed({"email": {"ilike": "%@acme%"}}, "-createdAt")
    (('filter[email][ilike]', '%@acme%'), ('sort', '-createdAt'))
    """
    query: list[tuple[str, str]] = []
    for field, operator, value in _conditions(filter or ()):
        query.append((f"filter[{field}][{operator}]", _spelled(value)))
    if sort:
        query.append(("sort", sort if isinstance(sort, str) else ",".join(sort)))
    if search:
        query.append(("search", search))
    if limit is not None:
        query.append(("limit", str(limit)))
    if offset:
        query.append(("offset", str(offset)))
    return tuple(query)


def asked(**parameters: bool | int | str | None) -> Query:
    """Return the query of parameters; false ones and None are left out."""
    return tuple(
        (name, _spelled(value))
        for name, value in parameters.items()
        if value is not None and value is not False
    )


def _conditions(filter: Filter) -> Iterator[tuple[str, str, Value]]:
    if not isinstance(filter, Mapping):
        yield from filter
        return
    for field, wanted in filter.items():
        if isinstance(wanted, Mapping):
            yield from ((field, operator, value) for operator, value in wanted.items())
        else:
            yield field, "eq" if isinstance(wanted, Scalar) else "in", wanted


def _spelled(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            moment = value.astimezone(UTC).isoformat(timespec="microseconds")
            return moment.replace("+00:00", "Z")
        case str() | int():
            return str(value)
        case _:
            return ",".join(_spelled(each) for each in value)
