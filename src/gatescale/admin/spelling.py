"""How people write, in a word, what the API takes as an object; and how such objects are kept."""

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gatescale.contract.addresses import Address, WriteAddress
from gatescale.contract.gateways import Gateway
from gatescale.contract.protocols import NetworkProtocol
from gatescale.errors import InvalidError

if TYPE_CHECKING:
    from gatescale.admin.session import Session


_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", re.ASCII)
_QUOTED: Final = re.compile('".*"', re.DOTALL)


def address(session: "Session", text: str) -> WriteAddress:
    """Return an address with its protocols by name: ``10.0.0.5`` or ``10.0.0.5=SSH,DNS``."""
    where, _, names = text.partition("=")
    protocols = [session.resolve("protocols", name) for name in names.split(",") if name]
    return WriteAddress(address=where, protocols=protocols)


def port(_: "Session", text: str) -> NetworkProtocol:
    """Return a protocol with its ports: ``tcp/443``, ``udp/5000-5100`` or ``icmp``.

    Raises:
        InvalidError: it begins with none of the three.
    """
    name, *ports = text.split("/", 1)
    match name.upper():
        case "TCP" | "UDP" | "ICMP" as protocol:
            return NetworkProtocol(protocol, ports[0] if ports else None)
        case _:
            raise InvalidError(f"{text!r} is no port: write tcp/443, udp/5000-5100 or icmp")


def attribute(_: "Session", text: str) -> tuple[str, Any]:
    """Return an attribute's name and value, as ``value``; None to take it away.

    Raises:
        InvalidError: there is no ``=`` in it.
    """
    name, equals, written = text.partition("=")
    if not equals:
        raise InvalidError(f"{text!r} is no attribute: write NAME=VALUE, or NAME= to take it away")
    return name, value(written) if written else None


def value(text: str) -> bool | int | float | str:
    """Return true, false, a number or else a text; a text in quotes is one whatever is in it.

    >>> [value(each) for each in ("TRUE", "3", "007", '"3"')]
    [True, 3, '007', '3']
    """
    if text.casefold() in {"true", "false"}:
        return text.casefold() == "true"
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text[1:-1] if _QUOTED.fullmatch(text) else text


def fact(session: "Session", text: str) -> tuple[str, Any]:
    """Return a fact's name and value: ``device.posture.firewall=true``.

    Raises:
        InvalidError: there is no ``=`` in it, or nothing behind it.
    """
    name, value = attribute(session, text)
    if value is None:
        raise InvalidError(f"{text!r} is no fact: write NAME=VALUE")
    return name, value


def merged(there: dict[str, Any], given: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return attributes with these set or taken away; with none given, none are left."""
    changed = dict(there if given else {}) | dict(given)
    return {name: each for name, each in changed.items() if each is not None}


def kept(struct: type[msgspec.Struct], thing: Any) -> dict[str, Any]:
    """Return the fields of an update that would be lost if they were left out, as they are.

    Args:
        struct: what is sent; a field that may be left out for good has ``UNSET`` in it.
        thing: what is there.
    """
    return {
        field.name: _as_sent(thing, field.name)
        for field in msgspec.structs.fields(struct)
        if field.default is not msgspec.UNSET
    }


def _as_sent(thing: Any, name: str) -> Any:
    if name == "endpoint" and isinstance(thing, Gateway) and thing.auto_discover_endpoint:
        # What was discovered is shown, and is not what somebody set.
        return None
    value = getattr(thing, name)
    if isinstance(value, list):
        return [_one(each) for each in value]
    return _one(value)


def _one(value: Any) -> Any:
    if isinstance(value, Address):
        protocols = [protocol.id for protocol in value.protocols]
        return WriteAddress(address=value.address, protocols=protocols, id=value.id)
    return getattr(value, "id", value)


def with_ids(wanted: list[WriteAddress], there: list[Address]) -> list[WriteAddress]:
    """Return the addresses of a resource; those that it has keep their identity."""
    ids = {each.address: each.id for each in there}
    return [msgspec.structs.replace(each, id=ids.get(each.address)) for each in wanted]
