"""How an agent proves who it is: it signs a challenge once, and gets a short-lived token.

Challenge and token are vouched for by the controller's HMAC, so any replica can check them; an
answered challenge is remembered until it lapses, so that it opens one session only.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from gatescale.controller.caller import Caller
from gatescale.controller.clock import later, moment, stamp
from gatescale.controller.store import tables
from gatescale.controller.store.database import DuplicateError, Row
from gatescale.controller.store.session import Store
from gatescale.controller.vault import hashed, is_signature
from gatescale.errors import DeactivatedError, DeletedError, UnauthorizedError
from gatescale.wire.messages import Challenge, Session, SessionRequest, session_proof

CHALLENGE_LIFETIME = timedelta(minutes=1)
TOKEN_LIFETIME = timedelta(minutes=15)

d, u, g = tables.devices, tables.users, tables.gateways
_id = sa.bindparam("id", type_=sa.String)


@dataclass(frozen=True, slots=True)
class Agent:
    """A device or gateway that proved who it is.

    Attributes:
        kind: ``device`` or ``gateway``.
        owner: user id of a device's owner; None for a gateway.
    """

    kind: str
    id: str
    tenant_id: str
    name: str
    owner: str | None = None

    def caller(self, origin: str | None) -> Caller:
        """Return the agent as one who asks, from this address."""
        return Caller(self.tenant_id, self.kind, self.id, self.name, origin=origin)


_DEVICE = (
    sa.select(d.c.tenant_id, d.c.name, d.c.identity_key, d.c.active, d.c.user_id, u.c.status)
    .select_from(d.join(u))
    .where(d.c.id == _id)
)
_GATEWAY = sa.select(g.c.tenant_id, g.c.name, g.c.identity_key).where(g.c.id == _id)
_SPEND = sa.insert(tables.spent_challenges).values(
    hash=sa.bindparam("spent"), expires_at=sa.bindparam("until")
)


def challenge(store: Store, agent_id: str) -> Challenge:
    """Return a challenge for whoever says to be this agent."""
    until = later(store.clock(), seconds=CHALLENGE_LIFETIME.total_seconds())
    text = f"{agent_id}|{until}|{secrets.token_urlsafe(16)}"
    return Challenge(f"{text}|{store.vault.mac(f'challenge|{text}')}")


async def open_session(store: Store, request: SessionRequest) -> Session:
    """Return a token for an agent that signed its challenge.

    Raises:
        UnauthorizedError: forged, lapsed or used challenge, or another key's signature.
        DeletedError: there is no such agent.
        DeactivatedError: it may not connect now.
    """
    text, _, mac = request.challenge.rpartition("|")
    parts = text.split("|")
    is_ours = store.vault.is_mac(mac, f"challenge|{text}")
    if not is_ours or parts[0] != request.agent_id or parts[1] <= stamp(store.clock()):
        raise UnauthorizedError("This challenge is not ours, or has lapsed; ask for a new one.")
    row = await _find(store, request.agent_id)
    if not is_signature(row["identity_key"], request.signature, session_proof(request.challenge)):
        raise UnauthorizedError("The challenge is not signed by the key this agent enrolled with.")
    _refuse_inactive(row)
    try:
        await store.run_anywhere(_SPEND, spent=hashed(request.challenge), until=parts[1])
    except DuplicateError:
        raise UnauthorizedError("This challenge was answered already.") from None
    until = later(store.clock(), seconds=TOKEN_LIFETIME.total_seconds())
    claims = f"{request.agent_id}|{until}|{hashed(row['identity_key'])}"
    token = f"{claims}|{store.vault.mac(f'session|{claims}')}"
    return Session(token, int(TOKEN_LIFETIME.total_seconds()))


async def authenticate(store: Store, token: str) -> Agent:
    """Return the agent that a token stands for.

    Raises:
        UnauthorizedError: forged or lapsed, or the agent has another key by now.
        DeletedError: the agent is gone.
        DeactivatedError: it may not connect now.
    """
    claims, _, mac = token.rpartition("|")
    if not store.vault.is_mac(mac, f"session|{claims}"):
        raise UnauthorizedError("This session token is not ours.")
    agent_id, until, key = claims.split("|")
    if moment(until) <= store.clock():
        raise UnauthorizedError("This session has lapsed; open a new one.")
    row = await _find(store, agent_id)
    if not hmac.compare_digest(hashed(row["identity_key"]), key):
        raise UnauthorizedError("This session belongs to a key that was replaced.")
    _refuse_inactive(row)
    is_device = "user_id" in row.keys()  # noqa: SIM118  a row, not a dict
    owner = row["user_id"] if is_device else None
    kind = "device" if is_device else "gateway"
    return Agent(kind, agent_id, row["tenant_id"], row["name"], owner)


async def _find(store: Store, agent_id: str) -> Row:
    for statement in (_DEVICE, _GATEWAY):
        row = await store.first_anywhere(statement, id=agent_id)
        if row is not None and row["identity_key"]:
            return row
    raise DeletedError("This device or gateway is not known here; it may have been deleted.")


def _refuse_inactive(row: Row) -> None:
    if "user_id" not in row.keys():  # noqa: SIM118  a row, not a dict
        return
    if not row["active"]:
        raise DeactivatedError("This device is deactivated; ask your administrator.")
    if row["status"] != "ACTIVE":
        raise DeactivatedError("Your account is deactivated; ask your administrator.")
