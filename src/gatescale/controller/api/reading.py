"""From a request's bytes to a typed input, with every mistake named by its JSON pointer."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta
from starlette.requests import ClientDisconnect, Request

from gatescale.errors import (
    BadRequestError,
    InvalidError,
    MediaTypeError,
    TooLargeError,
    Violation,
)

MAX_BODY = 1024 * 1024
"""Bytes that a body may have: nothing beyond is read, nothing at all before we know who asks."""

MAX_VIOLATIONS = 100

T = TypeVar("T")


async def read(request: Request, shape: type[T]) -> T:
    """Return the request's JSON body as ``shape``.

    Raises:
        MediaTypeError: it does not claim to be JSON.
        TooLargeError: it is longer than ``MAX_BODY``.
        BadRequestError: it is not JSON.
        InvalidError: it is JSON of another shape; says where and what would be right.
    """
    refuse_other_media(request)
    return decode(await read_bytes(request), shape)


def refuse_other_media(request: Request) -> None:
    """Make sure that the body claims to be JSON, or nothing.

    Raises:
        MediaTypeError: it claims to be something else.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {"application/json", ""} and not media_type.endswith("+json"):
        raise MediaTypeError(f"The body must be application/json, not {media_type[:100]}.")


async def read_bytes(request: Request, most: int = MAX_BODY) -> bytes:
    """Return the body, at most ``most`` bytes.

    Raises:
        TooLargeError: it is longer.
        BadRequestError: whoever sent it went away before its end.
    """
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise TooLargeError(f"The body has {length[:20]} bytes; at most {most} are read.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise TooLargeError(f"The body is too long; at most {most} bytes are read.")
    except ClientDisconnect:
        raise BadRequestError("The body ended too early.") from None
    return bytes(body)


def decode(body: bytes, shape: type[T]) -> T:
    """Return JSON as ``shape``; errors as in ``read``."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        summary = str(error)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestError(f"The body is not JSON: {error}.") from None
    except RecursionError:
        raise BadRequestError("The body is nested too deeply.") from None
    # msgspec stops at the first mistake; whoever sent this wants to hear of all.
    violations = list(_first(_violations(_untyped(body), shape, ""), MAX_VIOLATIONS))
    if not violations:
        violations = [Violation("", summary)]
    raise InvalidError(_summary(violations), *violations)


def _untyped(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise BadRequestError("The body is nested too deeply.") from None
    except msgspec.DecodeError as error:
        raise BadRequestError(f"The body is not JSON: {error}.") from None


def _summary(violations: list[Violation]) -> str:
    if len(violations) == 1:
        where = violations[0].pointer or "the body"
        return f"{where}: {violations[0].detail}"
    return f"{len(violations)} things are wrong with the body; the first: {violations[0].detail}"


def _first(items: Iterator[Violation], count: int) -> Iterator[Violation]:
    for _, item in zip(range(count), items, strict=False):
        yield item


def _violations(value: Any, shape: Any, pointer: str) -> Iterator[Violation]:
    origin = get_origin(shape)
    if origin in {Union, UnionType}:
        shape = _alternative(value, get_args(shape))
        origin = get_origin(shape)
    inner, description = (
        (get_args(shape)[0], _description(shape))
        if origin is Annotated
        else (
            shape,
            "",
        )
    )
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and isinstance(value, dict):
        yield from _object_violations(value, inner, pointer)
    elif get_origin(inner) in {list, tuple} and isinstance(value, list):
        any_items = Annotated[list[Any], *shape.__metadata__] if origin is Annotated else list[Any]
        yield from _leaf_violations(value, any_items, pointer, "")
        for index, item in enumerate(value):
            yield from _violations(item, get_args(inner)[0], f"{pointer}/{index}")
    elif get_origin(inner) is dict and isinstance(value, dict):
        any_items = dict[str, Any]
        whole = Annotated[any_items, *shape.__metadata__] if origin is Annotated else any_items
        yield from _leaf_violations(value, whole, pointer, "")
        for name, item in value.items():
            below = f"{pointer}/{_token(name)}"
            yield from _violations(name, get_args(inner)[0], below)
            yield from _violations(item, get_args(inner)[1], below)
    else:
        yield from _leaf_violations(value, shape, pointer, description)


def _token(name: str) -> str:
    """Return a name as a part of a JSON pointer, cut to what can be read."""
    return name[:100].replace("~", "~0").replace("/", "~1")


def _object_violations(
    value: dict[str, Any], shape: type[msgspec.Struct], pointer: str
) -> Iterator[Violation]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    for name, field in fields.items():
        if name in value:
            yield from _violations(value[name], field.type, f"{pointer}/{name}")
        elif field.required:
            yield Violation(f"{pointer}/{name}", "This field is required.")
    for name in value.keys() - fields.keys():
        known = ", ".join(fields)
        yield Violation(f"{pointer}/{_token(name)}", f"There is no such field; there are: {known}.")


def _alternative(value: Any, shapes: tuple[Any, ...]) -> Any:
    """Return the alternative of a union that the value was most likely meant for."""
    shapes = tuple(s for s in shapes if s is not msgspec.UnsetType)
    wanted = list if isinstance(value, list) else dict if isinstance(value, dict) else None
    for shape in shapes:
        inner = get_args(shape)[0] if get_origin(shape) is Annotated else shape
        is_struct = isinstance(inner, type) and issubclass(inner, msgspec.Struct)
        if (wanted is list and get_origin(inner) is list) or (wanted is dict and is_struct):
            return shape
    others = [shape for shape in shapes if shape is not type(None)]
    return others[0] if value is not None and len(others) == 1 else Union[shapes]  # noqa: UP007  built at run time


def _leaf_violations(value: Any, shape: Any, pointer: str, description: str) -> Iterator[Violation]:
    try:
        msgspec.convert(value, type=shape)
    except msgspec.ValidationError as error:
        detail = re.sub(r" - at `.*`$", "", str(error))
        if description and isinstance(value, str):
            detail = f"Expected {description}"
        yield Violation(pointer, f"{detail}.")


def _description(shape: Any) -> str:
    for meta in shape.__metadata__:
        if isinstance(meta, Meta) and meta.description:
            return meta.description
    return ""
