"""Protocols: named sets of transport protocols and ports that resources' addresses speak."""

import re
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from gatescale.contract.protocols import CreateProtocol, NetworkProtocol, Protocol
from gatescale.controller import facts
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.folding import key
from gatescale.controller.store.session import Target, TenantSession, Transaction, new_id
from gatescale.errors import ConflictError, InvalidError, Violation

PREDEFINED: dict[str, list[dict[str, str]]] = {
    "ALL": [],
    "HTTP/HTTPS": [{"protocol": "TCP", "port": "80"}, {"protocol": "TCP", "port": "443"}],
    "SSH": [{"protocol": "TCP", "port": "22"}],
    "RDP": [{"protocol": "TCP", "port": "3389"}, {"protocol": "UDP", "port": "3389"}],
    "DNS": [{"protocol": "TCP", "port": "53"}, {"protocol": "UDP", "port": "53"}],
    "ICMP": [{"protocol": "ICMP"}],
    "SMTP": [
        {"protocol": "TCP", "port": "25"},
        {"protocol": "TCP", "port": "465"},
        {"protocol": "TCP", "port": "587"},
    ],
    "IMAP": [{"protocol": "TCP", "port": "143"}, {"protocol": "TCP", "port": "993"}],
    "SMB": [{"protocol": "TCP", "port": "445"}],
    "LDAP/LDAPS": [{"protocol": "TCP", "port": "389"}, {"protocol": "TCP", "port": "636"}],
    "PostgreSQL": [{"protocol": "TCP", "port": "5432"}],
    "MySQL": [{"protocol": "TCP", "port": "3306"}],
    "Redis": [{"protocol": "TCP", "port": "6379"}],
    "MongoDB": [{"protocol": "TCP", "port": "27017"}],
    "Kubernetes API": [{"protocol": "TCP", "port": "6443"}],
    "VNC": [{"protocol": "TCP", "port": "5900-5999"}],
}
"""Network protocols by name, for every tenant (API contract, section 3, chosen by us)."""

t, ap, ra, r = (
    tables.protocols,
    tables.address_protocols,
    tables.resource_addresses,
    tables.resources,
)
_id = sa.bindparam("id", type_=sa.String)
_PORT = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_MAX_PORT = 65535
_MAX_NAME = 100

COLUMNS = (
    t.c.id,
    t.c.created_at,
    t.c.updated_at,
    t.c.name,
    t.c.network_protocols,
    t.c.type,
)
_ROWS = sa.select(*COLUMNS)
_ONE = _ROWS.where(t.c.id == _id)
_ALL = _ROWS.order_by(
    sa.case((t.c.type == "ALL", 0), (t.c.type == "PREDEFINED", 1), else_=2), t.c.name_key
)


def shown(row: Row) -> Protocol:
    """Return a protocol from a row of ``COLUMNS``."""
    return Protocol(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        network_protocols=msgspec.json.decode(row["network_protocols"], type=list[NetworkProtocol]),
        type=row["type"],
    )


async def every(session: TenantSession) -> list[Protocol]:
    """Return all protocols: ALL, then the other predefined ones, then the tenant's own."""
    return [shown(row) for row in await session.all(_ALL)]


async def find(session: TenantSession, protocol_id: str) -> Protocol:
    """Return a protocol.

    Raises:
        NotFoundError: there is none of this id.
    """
    return shown(await session.find(_ONE, f"protocol {protocol_id}", id=protocol_id))


async def create(transaction: Transaction, wanted: CreateProtocol) -> Protocol:
    """Make a protocol of the tenant's own; without a name it is called after its ports.

    Raises:
        InvalidError: a port that is none, or missing, or given for ICMP.
        ConflictError: the name is taken.
    """
    network_protocols = _canonical(wanted.network_protocols)
    name = wanted.name or _described(network_protocols)
    row = {
        "id": new_id(),
        "created_at": transaction.stamp,
        "updated_at": transaction.stamp,
        "name": name,
        "name_key": key(name),
        "network_protocols": msgspec.json.encode(network_protocols).decode(),
        "type": "CUSTOM",
    }
    try:
        await transaction.insert(t, row)
    except DuplicateError:
        raise ConflictError(f"There is a protocol {name!r} already.", pointer="/name") from None
    protocol = await find(transaction, row["id"])
    target = Target("protocol", protocol.id, name)
    transaction.record("ProtocolController_create", target, after=protocol)
    return protocol


async def update(transaction: Transaction, protocol_id: str, wanted: CreateProtocol) -> Protocol:
    """Change what a protocol of the tenant's own means, for every resource that uses it.

    Raises:
        NotFoundError: there is no such protocol.
        InvalidError: a port that is none, or missing, or given for ICMP.
        ConflictError: predefined, or the name is taken.
    """
    protocol = await find(transaction, protocol_id)
    _refuse_predefined(protocol, "changed")
    network_protocols = _canonical(wanted.network_protocols)
    name = wanted.name or _described(network_protocols)
    columns = {
        "updated_at": transaction.stamp,
        "name": name,
        "name_key": key(name),
        "network_protocols": msgspec.json.encode(network_protocols).decode(),
    }
    try:
        await transaction.update(t, protocol_id, columns)
    except DuplicateError:
        raise ConflictError(f"There is a protocol {name!r} already.", pointer="/name") from None
    users = [row["id"] for row in await transaction.all(_USERS, id=protocol_id)]
    transaction.changed(*facts.put(await facts.resources(transaction, users)))
    changed = await find(transaction, protocol_id)
    target = Target("protocol", protocol_id, name)
    transaction.record("ProtocolController_update", target, before=protocol, after=changed)
    return changed


_USERS = (
    sa.select(r.c.id, r.c.name, r.c.name_key)
    .select_from(
        ap.join(
            ra, sa.and_(ra.c.tenant_id == ap.c.tenant_id, ra.c.address_id == ap.c.address_id)
        ).join(r)
    )
    .where(ap.c.protocol_id == _id)
    .distinct()
    .order_by(r.c.name_key)
)
_DELETE = sa.delete(t).where(t.c.id == _id)


async def delete(transaction: Transaction, protocol_id: str) -> None:
    """Remove a protocol of the tenant's own that no resource uses.

    Raises:
        NotFoundError: there is no such protocol.
        ConflictError: predefined, or in use; names the resources that use it.
    """
    protocol = await find(transaction, protocol_id)
    _refuse_predefined(protocol, "deleted")
    users = [row["name"] for row in await transaction.all(_USERS, id=protocol_id)]
    if users:
        raise ConflictError(f"{protocol.name} is in use by the resources {', '.join(users)}.")
    await transaction.run(_DELETE, id=protocol_id)
    target = Target("protocol", protocol_id, protocol.name)
    transaction.record("ProtocolController_delete", target, before=protocol)


def _refuse_predefined(protocol: Protocol, verb: str) -> None:
    if protocol.type != "CUSTOM":
        raise ConflictError(f"{protocol.name} is predefined and cannot be {verb}.")


def _canonical(wanted: Sequence[NetworkProtocol]) -> list[NetworkProtocol]:
    """Return the network protocols with every port in its shortest form.

    Raises:
        InvalidError: names each port that is wrong.
    """
    canonical, violations = [], []
    for place, item in enumerate(wanted):
        try:
            canonical.append(NetworkProtocol(item.protocol, _canonical_port(item)))
        except InvalidError as error:
            violations.append(Violation(f"/networkProtocols/{place}/port", error.detail))
    if violations:
        raise InvalidError.of(violations)
    return canonical


def _canonical_port(item: NetworkProtocol) -> str | None:
    if item.protocol == "ICMP":
        if item.port is not None:
            raise InvalidError("ICMP has no ports; leave this field out.")
        return None
    match = _PORT.fullmatch(item.port or "")
    if match is None:
        raise InvalidError(f'{item.protocol} needs a port like "443", or ports like "5000-5100".')
    low, high = int(match[1]), int(match[2] or match[1])
    if not 1 <= low <= high <= _MAX_PORT:
        raise InvalidError(f"Ports lie between 1 and {_MAX_PORT}, the lower one first.")
    return str(low) if low == high else f"{low}-{high}"


def _described(network_protocols: Sequence[NetworkProtocol]) -> str:
    words = [f"{item.protocol} {item.port or ''}".strip() for item in network_protocols]
    return ", ".join(words)[:_MAX_NAME]
