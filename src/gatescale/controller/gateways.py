"""Gateways: created with a token, enrolled by it once, then known by their own key."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any, get_args

import msgspec
import sqlalchemy as sa

from gatescale.contract.fields import GatewayState, Named
from gatescale.contract.gateways import Gateway, WriteGateway
from gatescale.controller import enrolments, facts, sessions
from gatescale.controller.caller import Caller
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.fields import Folded, link
from gatescale.controller.store.folding import folded, key
from gatescale.controller.store.listing import Listing, ListQuery
from gatescale.controller.store.pages import fetch
from gatescale.controller.store.session import Store, Target, TenantSession, Transaction, new_id
from gatescale.controller.store.statements import NOW, TENANT, ByCodePoints
from gatescale.controller.vault import hashed, is_signature, new_secret
from gatescale.errors import ConflictError, ForbiddenError, GoneError, InvalidError, NotFoundError
from gatescale.policy.vocabulary import Kind, Remove
from gatescale.wire.messages import Enrolled, GatewayEnrolment, enrolment_proof

TOKEN_PREFIX = "gsg_"  # noqa: S105  a prefix, no secret
SEAL_PURPOSE = "gateway token"
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)

g, rg = tables.gateways, tables.resource_gateways
_id = sa.bindparam("id", type_=sa.String)

STATUS = ByCodePoints(
    sa.case(
        (g.c.deployed_on.is_(None), "PENDING"),
        (g.c.maintenance, "MAINTENANCE"),
        (g.c.online_until <= NOW, "OFFLINE"),
        (g.c.error.is_not(None), "ERROR"),
        else_="ONLINE",
    )
)
"""A gateway's status as people see it."""

SERVES = sa.and_(g.c.deployed_on.is_not(None), g.c.online_until > NOW, g.c.error.is_(None))
"""Whether a gateway lets devices through, be it in maintenance or not."""

COLUMNS = (
    g.c.id,
    g.c.created_at,
    g.c.updated_at,
    g.c.deployed_on,
    g.c.name,
    g.c.description,
    g.c.wireguard_port,
    STATUS.label("status"),
    g.c.error,
    g.c.token_sealed,
    g.c.last_online,
    g.c.relay_enabled,
    g.c.maintenance,
    g.c.endpoint,
    g.c.observed_address,
    g.c.enforced_revision,
)
_ROWS = sa.select(*COLUMNS)
_ONE = _ROWS.where(g.c.id == _id)

LISTING = Listing(
    rows=_ROWS,
    key=g.c.id,
    fields={
        "id": g.c.id,
        "createdAt": g.c.created_at,
        "updatedAt": g.c.updated_at,
        "deployedOn": g.c.deployed_on,
        "name": Folded(g.c.name, g.c.name_key),
        "description": g.c.description,
        "wireguardPort": g.c.wireguard_port,
        "status": STATUS,
        "error": g.c.error,
        "lastOnline": g.c.last_online,
        "relayEnabled": g.c.relay_enabled,
        "endpoint": g.c.endpoint,
        "autoDiscoverEndpoint": g.c.endpoint.is_(None),
        "enforcedRevision": g.c.enforced_revision,
        "resources.id": link(rg, "resource_id", "gateway_id", g.c.id),
    },
    search=g.c.search,
    values={"status": get_args(GatewayState)},
)


async def page(session: TenantSession, query: ListQuery) -> tuple[list[Gateway], int]:
    """Return a page of gateways and how many there are under the filters."""
    found = await fetch(session, LISTING, query)
    return await shown(session, found.rows), found.total


_EVERY = _ROWS.order_by(g.c.name_key)


async def every(session: TenantSession) -> list[Gateway]:
    """Return all gateways, by name."""
    return await shown(session, await session.all(_EVERY))


async def find(session: TenantSession, gateway_id: str) -> Gateway:
    """Return a gateway.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = await session.find(_ONE, f"gateway {gateway_id}", id=gateway_id)
    return (await shown(session, [row]))[0]


_SERVED = (
    sa.select(rg.c.gateway_id, tables.resources.c.id, tables.resources.c.name)
    .select_from(rg.join(tables.resources))
    .where(rg.c.gateway_id.in_(sa.bindparam("ids", expanding=True, type_=sa.String)))
    .order_by(tables.resources.c.name_key)
)


async def shown(
    session: TenantSession, rows: Iterable[Row], *, within: bool = False
) -> list[Gateway]:
    """Return gateways from rows of ``COLUMNS``.

    Args:
        session: its caller's rights decide, too, whether the tokens are shown.
        rows: as selected.
        within: another object shows the gateway: without its token and resources.
    """
    rows = list(rows)
    served = {} if within else await _served(session, [row["id"] for row in rows])
    with_token = not within and session.caller.may("GatewaysController_rotateToken")
    return [
        Gateway(
            id=row["id"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            deployed_on=row["deployed_on"],
            name=row["name"],
            description=row["description"],
            wireguard_port=str(row["wireguard_port"]),
            status=row["status"],
            error=row["error"],
            token=_token(session, row) if with_token else None,
            last_online=row["last_online"],
            relay_enabled=bool(row["relay_enabled"]),
            maintenance=bool(row["maintenance"]),
            endpoint=row["endpoint"] or facts.endpoint(row) or None,
            auto_discover_endpoint=row["endpoint"] is None,
            resources=msgspec.UNSET if within else served.get(row["id"], []),
            enforced_revision=row["enforced_revision"],
        )
        for row in rows
    ]


async def _served(session: TenantSession, gateway_ids: list[str]) -> dict[str, list[Named]]:
    served: dict[str, list[Named]] = {}
    for row in await session.all(_SERVED, ids=gateway_ids) if gateway_ids else ():
        served.setdefault(row["gateway_id"], []).append(Named(id=row["id"], name=row["name"]))
    return served


def _token(session: TenantSession, row: Row) -> str:
    return session.vault.unseal(row["token_sealed"], SEAL_PURPOSE).decode()


async def create(transaction: Transaction, wanted: WriteGateway) -> Gateway:
    """Make a gateway that waits for its software to enrol with its token.

    Raises:
        InvalidError: a port or endpoint that is none.
        ConflictError: the name is taken.
    """
    gateway_id = new_id()
    row = {
        "id": gateway_id,
        "created_at": transaction.stamp,
        "relay_enabled": False,
        "host": await enrolments.next_host(transaction),
        "available": False,
        "online_until": transaction.stamp,
        "enforced_revision": 0,
        **_written(transaction, wanted),
        **_fresh_token(transaction),
    }
    try:
        await transaction.insert(g, row)
    except DuplicateError:
        raise _name_taken(wanted) from None
    return await _changed(transaction, gateway_id, "GatewaysController_create", before=None)


async def update(transaction: Transaction, gateway_id: str, wanted: WriteGateway) -> Gateway:
    """Change a gateway's name, description, port or endpoint.

    Raises:
        NotFoundError: there is no such gateway.
        InvalidError: a port or endpoint that is none.
        ConflictError: the name is taken.
    """
    gateway = await find(transaction, gateway_id)
    try:
        await transaction.update(g, gateway_id, _written(transaction, wanted))
    except DuplicateError:
        raise _name_taken(wanted) from None
    return await _changed(transaction, gateway_id, "GatewaysController_update", before=gateway)


async def rotate_token(transaction: Transaction, gateway_id: str) -> Gateway:
    """Give a gateway a new token, with which its software may enrol anew; the old one is void.

    Raises:
        NotFoundError: there is no such gateway.
    """
    gateway = await find(transaction, gateway_id)
    fresh = {**_fresh_token(transaction), "updated_at": transaction.stamp, "token_used_at": None}
    await transaction.update(g, gateway_id, fresh)
    return await _changed(transaction, gateway_id, "GatewaysController_rotateToken", before=gateway)


async def set_relay(
    transaction: Transaction, gateway_id: str, operation: str, *, enabled: bool
) -> Gateway:
    """Let a gateway forward for others, or not; nothing changes where it is so already.

    Raises:
        NotFoundError: there is no such gateway.
    """
    gateway = await find(transaction, gateway_id)
    if gateway.relay_enabled == enabled:
        return gateway
    values = {"updated_at": transaction.stamp, "relay_enabled": enabled}
    await transaction.update(g, gateway_id, values)
    return await _changed(transaction, gateway_id, operation, before=gateway)


async def set_maintenance(
    transaction: Transaction, gateway_id: str, operation: str, *, begins: bool
) -> Gateway:
    """Begin or end a gateway's maintenance; nothing changes where it is so already.

    Devices are sent to the other gateways of its resources meanwhile. What only it serves, it
    serves on, as long as it runs.

    Raises:
        NotFoundError: there is no such gateway.
        ConflictError: no software enrolled as it yet, so that there is nothing to maintain.
    """
    gateway = await find(transaction, gateway_id)
    if gateway.maintenance == begins:
        return gateway
    if gateway.status == "PENDING":
        raise ConflictError(f"No software has enrolled as the gateway {gateway.name!r} yet.")
    values = {"updated_at": transaction.stamp, "maintenance": begins}
    await transaction.update(g, gateway_id, values)
    return await _changed(transaction, gateway_id, operation, before=gateway)


_DELETE = sa.delete(g).where(g.c.id == _id)


async def delete(transaction: Transaction, gateway_id: str) -> None:
    """Remove a gateway; what only it served is unreachable at once.

    Raises:
        NotFoundError: there is no such gateway.
    """
    gateway = await find(transaction, gateway_id)
    served = [row["id"] for row in await transaction.all(_SERVED, ids=[gateway_id])]
    await sessions.cut(transaction, gateway_id, "DELETED")
    await transaction.run(_DELETE, id=gateway_id)
    transaction.changed(
        Remove(Kind.GATEWAY, gateway_id),
        *facts.put(await facts.resources(transaction, served)),
    )
    target = Target("gateway", gateway_id, gateway.name)
    transaction.record("GatewaysController_delete", target, before=gateway)


async def _changed(
    transaction: Transaction, gateway_id: str, operation: str, *, before: Gateway | None
) -> Gateway:
    transaction.changed(*facts.put(await facts.gateways(transaction, [gateway_id])))
    gateway = await find(transaction, gateway_id)
    target = Target("gateway", gateway_id, gateway.name)
    transaction.record(operation, target, before=before, after=gateway)
    return gateway


def _written(transaction: Transaction, wanted: WriteGateway) -> dict[str, Any]:
    port = int(wanted.wireguard_port)
    if not 1 <= port <= 65535:
        raise InvalidError("A UDP port lies between 1 and 65535.", pointer="/wireguardPort")
    if wanted.endpoint is not None and not _is_endpoint(wanted.endpoint):
        detail = f"{wanted.endpoint!r} is no endpoint; give HOST or HOST:PORT, IPv6 as [ADDRESS]."
        raise InvalidError(detail, pointer="/endpoint")
    return {
        "updated_at": transaction.stamp,
        "name": wanted.name,
        "name_key": key(wanted.name),
        "search": folded(wanted.name, wanted.description),
        "description": wanted.description,
        "wireguard_port": port,
        "endpoint": wanted.endpoint,
    }


def _is_endpoint(endpoint: str) -> bool:
    """Tell whether this is a name or address, with or without a port."""
    match = re.fullmatch(
        r"(\[(?P<v6>[^]]+)\]|(?P<host>[^:\[\]]+))(:(?P<port>[0-9]{1,5}))?", endpoint
    )
    if match is None or not 0 < int(match["port"] or 1) < 65536:
        return False
    try:
        ipaddress.ip_address(match["v6"] or match["host"])
    except ValueError:
        return match["v6"] is None and _HOST.fullmatch(match["host"]) is not None
    return True


def _fresh_token(transaction: Transaction) -> dict[str, Any]:
    token = new_secret(TOKEN_PREFIX)
    sealed = transaction.vault.seal(token.encode(), SEAL_PURPOSE)
    return {"token_sealed": sealed, "token_hash": hashed(token)}


def _name_taken(wanted: WriteGateway) -> ConflictError:
    return ConflictError(f"There is a gateway {wanted.name!r} already.", pointer="/name")


_BY_TOKEN = sa.select(g.c.tenant_id, g.c.id, g.c.name).where(g.c.token_hash == sa.bindparam("hash"))
_ENROLMENT_STATE = sa.select(
    g.c.name, g.c.token_hash, g.c.token_used_at, g.c.identity_key, g.c.public_key, g.c.host
).where(g.c.id == _id)
_TENANT = sa.select(tables.tenants.c.name, tables.tenants.c.network6).where(
    tables.tenants.c.id == TENANT
)


async def enrol(store: Store, request: GatewayEnrolment, origin: str | None) -> Enrolled:
    """Spend a gateway's token: from now on the gateway is known by its own key.

    Software that repeats the request with the same keys, because the answer was lost, gets the
    same answer.

    Raises:
        NotFoundError: the token is none, or was rotated.
        GoneError: the token was used with another key.
        ForbiddenError: the proof does not fit the identity key.
        ConflictError: a key is in use.
    """
    proof = enrolment_proof(request.token, request.public_key)
    if not is_signature(request.identity_key, request.proof, proof):
        raise ForbiddenError("The enrolment is not signed by the identity key that it names.")
    named = await store.first_anywhere(_BY_TOKEN, hash=hashed(request.token))
    if named is None:
        raise NotFoundError("This gateway token is not known here; it may have been rotated.")
    caller = Caller(named["tenant_id"], "gateway", named["id"], named["name"], origin=origin)
    async with store.writing(caller) as transaction:
        state = await transaction.find(_ENROLMENT_STATE, "such gateway", id=named["id"])
        if state["token_hash"] != hashed(request.token):
            raise NotFoundError("This gateway token is not known here; it may have been rotated.")
        if state["token_used_at"] is None:
            await _spend_token(transaction, named["id"], request)
        elif (state["identity_key"], state["public_key"]) != (
            request.identity_key,
            request.public_key,
        ):
            raise GoneError("This gateway token was used already; rotate it to enrol anew.")
        tenant = await transaction.find(_TENANT, "tenant")
        return Enrolled(
            agent_id=named["id"],
            tenant_id=transaction.tenant_id,
            tenant_name=tenant["name"],
            name=state["name"],
            controller_key=transaction.vault.public_key,
            addresses=facts.tunnel_addresses(state["host"], tenant["network6"]),
        )


async def _spend_token(
    transaction: Transaction, gateway_id: str, request: GatewayEnrolment
) -> None:
    gateway = await find(transaction, gateway_id)
    now = transaction.stamp
    try:
        await transaction.update(
            g,
            gateway_id,
            {
                "updated_at": now,
                "token_used_at": now,
                "public_key": request.public_key,
                "identity_key": request.identity_key,
                "deployed_on": now,
                "app_version": request.app_version,
            },
        )
    except DuplicateError:
        raise ConflictError("A gateway with one of these keys is enrolled already.") from None
    await _changed(transaction, gateway_id, "enrolGateway", before=gateway)
