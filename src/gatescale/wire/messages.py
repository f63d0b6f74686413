"""Every message between controller and agents, in the order of an agent's life.

All are JSON over HTTPS below ``/agent/v1``. Binary values are base64 (RFC 4648 section 4),
times are seconds since 1970-01-01 UTC. Unknown fields are ignored, so that an older agent can
read a newer controller.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from gatescale.policy.program import Delta, Route

Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$(?!\n)", description="32 bytes in base64")]
ShortText = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
Label = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$(?!\n)",
        description="1 to 100 characters without control characters",
    ),
]


# Enrolment: POST /agent/v1/enrolments/device and /agent/v1/enrolments/gateway


class DeviceEnrolment(msgspec.Struct, frozen=True, rename="camel"):
    """A device asks to become one of its user's.

    Attributes:
        secret: the secret of an invitation link, or an enrolment code.
        identity_key: Ed25519 public key (RFC 8032), raw 32 bytes.
        public_key: WireGuard public key, raw 32 bytes.
        proof: Ed25519 signature by the identity key over ``enrolment_proof(...)``.
        name: what its owner calls it.
        hardware_id: stable for the machine, opaque.
        app_version: of the client.
        os: for people, such as ``Debian GNU/Linux 12``.
    """

    secret: ShortText
    identity_key: Key
    public_key: Key
    proof: ShortText
    name: Label
    hardware_id: ShortText
    app_version: ShortText
    os: ShortText = ""


class GatewayEnrolment(msgspec.Struct, frozen=True, rename="camel"):
    """A gateway's software asks to become the gateway that its token names."""

    token: ShortText
    identity_key: Key
    public_key: Key
    proof: ShortText
    app_version: ShortText


class Enrolled(msgspec.Struct, frozen=True, rename="camel"):
    """The agent is known from now on by its identity key.

    Attributes:
        agent_id: the device's or gateway's id.
        tenant_id, tenant_name: where it belongs.
        name: the device's or gateway's name.
        controller_key: Ed25519 public key that signs every program; pinned by the agent.
        addresses: tunnel addresses of the agent, without prefix length.
    """

    agent_id: str
    tenant_id: str
    tenant_name: str
    name: str
    controller_key: str
    addresses: tuple[str, ...]


def enrolment_proof(secret: str, public_key: str) -> bytes:
    """Return the bytes that an agent signs to prove that it holds the identity key it enrols."""
    return f"gatescale enrolment 1\n{secret}\n{public_key}".encode()


# Sessions: POST /agent/v1/challenges, then /agent/v1/sessions


class ChallengeRequest(msgspec.Struct, frozen=True, rename="camel"):
    """An agent wants to prove who it is."""

    agent_id: str


class Challenge(msgspec.Struct, frozen=True, rename="camel"):
    """To be signed once, within a minute."""

    challenge: str


class SessionRequest(msgspec.Struct, frozen=True, rename="camel"):
    """The answer to a challenge.

    Attributes:
        signature: Ed25519 signature by the identity key over ``session_proof(challenge)``.
    """

    agent_id: str
    challenge: str
    signature: str


class Session(msgspec.Struct, frozen=True, rename="camel"):
    """Proof for the requests that follow, sent as ``Authorization: Bearer``.

    Attributes:
        token: opaque.
        lifetime: seconds until it lapses; an open stream outlives it.
    """

    token: str
    lifetime: int


def session_proof(challenge: str) -> bytes:
    """Return the bytes that an agent signs to open a session."""
    return f"gatescale session 1\n{challenge}".encode()


# Stream: GET /agent/v1/stream, Server-Sent Events (WHATWG HTML section 9.2)
#
#   event: program   data: Signed, payload GatewayUpdate or DeviceUpdate; id: its revision
#   event: lease     data: Signed, payload Lease (gateways only)
#   event: bye       data: Bye; the agent must not come back by itself
#   : comments every 15 seconds keep the connection alive; 45 silent seconds mean it is dead
#
# An agent that reconnects sends ``Last-Event-ID: REVISION`` of what it holds. It then gets what
# it missed, or the whole.


class Signed(msgspec.Struct, frozen=True):
    """A payload that the controller vouches for.

    Attributes:
        payload: JSON exactly as signed.
        signature: Ed25519 by the controller's key over the payload's bytes.
    """

    payload: msgspec.Raw
    signature: str


class GatewayUpdate(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="gateway"):
    """What a gateway must enforce from this revision on.

    Attributes:
        gateway_id: whom it is for; a gateway refuses another's.
        revision: the tenant's revision that it leads to.
        base: the revision of this gateway's program that the delta applies to; None: to the
            empty program, so the delta is the whole.
        network: the tenant's tunnel networks, in CIDR form.
        wireguard_port: UDP port to listen on.
        masquerade: hide devices behind the gateway's own address.
    """

    gateway_id: str
    revision: int
    base: int | None
    delta: Delta
    network: tuple[str, ...]
    wireguard_port: int
    masquerade: bool = True


class Lease(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="lease"):
    """Until when the gateway may enforce its program without hearing from the controller.

    Attributes:
        gateway_id: whom it is for; a gateway refuses another's.
        until: seconds since 1970-01-01 UTC. After it, every grant lapses.
    """

    gateway_id: str
    until: int


class DeviceUpdate(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="device"):
    """What a device is connected to from this revision on: always the whole.

    Attributes:
        device_id: whom it is for.
        addresses: the device's tunnel addresses, without prefix length.
        routes: one per gateway.
    """

    device_id: str
    revision: int
    addresses: tuple[str, ...]
    routes: tuple[Route, ...]


class Bye(msgspec.Struct, frozen=True):
    """The agent is no longer welcome.

    Attributes:
        reason: ``deleted`` (forget everything) or ``deactivated`` (may be let in again later).
        detail: a sentence for people.
    """

    reason: str
    detail: str


# Up: POST /agent/v1/acks and /agent/v1/status


class Ack(msgspec.Struct, frozen=True, rename="camel"):
    """The gateway enforces this revision, or could not.

    Attributes:
        error: empty, or why the revision could not be enforced; the one before stays in force.
    """

    revision: int
    error: str = ""


class GatewayStatus(msgspec.Struct, frozen=True, rename="camel"):
    """How the gateway is.

    Attributes:
        handshakes: time of the latest WireGuard handshake by device id, of those that changed
            since the last report.
    """

    app_version: str
    handshakes: dict[str, int] = {}


class DeviceStatus(msgspec.Struct, frozen=True, rename="camel"):
    """How the device is."""

    app_version: str
    name: str = ""
