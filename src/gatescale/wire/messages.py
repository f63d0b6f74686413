"""Every message between controller and agents, in the order of an agent's life.

All are JSON over HTTPS below ``/agent/v1``. Binary values are base64 (RFC 4648 section 4),
times are seconds since 1970-01-01 UTC. Unknown fields are ignored, so that an older agent can
read a newer controller.
"""

import hashlib
from typing import Annotated, Literal

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
#   event: probe     data: Signed, payload Probe (gateways only)
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


class Target(msgspec.Struct, frozen=True, rename="camel"):
    """Something that a gateway shall try to reach.

    Attributes:
        network: in CIDR form. A single address (/32, /128) is spoken to; of a larger network the
            route is looked up.
        port: TCP port to connect to; 0: the host is pinged.
    """

    network: str
    port: int = 0


class Probe(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="probe"):
    """A gateway shall test itself, and say within five seconds how it is: a ``ProbeReport``.

    Meanwhile the controller sends datagrams, ``knock(secret)``, to the WireGuard port.

    Attributes:
        gateway_id: whom it is for; a gateway refuses another's.
        id: opaque, at most 200 characters; the report bears it.
        knocks: ``knock_hash(secret)`` of each kind of datagram, at most ``MAX_KNOCKS``.
        targets: of the gateway's resources, at most ``MAX_TARGETS``.
    """

    gateway_id: str
    id: str
    knocks: tuple[str, ...]
    targets: tuple[Target, ...]


MAX_KNOCKS = 4
MAX_TARGETS = 48

KNOCK = b"gatescale knock "
"""How the datagrams begin. WireGuard drops them: its own begin with 1 to 4 (whitepaper, 5.4)."""


def knock(secret: str) -> bytes:
    """Return the datagram with a secret of 32 hexadecimal digits."""
    return KNOCK + secret.encode()


def knock_hash(secret: str) -> str:
    """Return the form in which a gateway is told of a secret that it has yet to hear."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Bye(msgspec.Struct, frozen=True):
    """The agent is no longer welcome.

    Attributes:
        reason: ``deleted`` (forget everything) or ``deactivated`` (may be let in again later).
        detail: a sentence for people.
    """

    reason: str
    detail: str


# Up: POST /agent/v1/acks, /agent/v1/status, /agent/v1/denials and /agent/v1/probes


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


MAX_DENIALS = 100
MAX_PACKETS = 2**40


class Denial(msgspec.Struct, frozen=True, rename="camel"):
    """Packets of a device that a gateway dropped because nothing permits them.

    Attributes:
        destination: IP address.
        protocol: IP protocol number (IANA "Protocol Numbers").
        port: 0 where the protocol has none.
        packets: since the gateway told of the same before.
        at: when the last came.
    """

    device_id: ShortText
    destination: Annotated[str, Meta(max_length=45)]
    protocol: Annotated[int, Meta(ge=0, le=255)]
    port: Annotated[int, Meta(ge=0, le=65535)]
    packets: Annotated[int, Meta(ge=1, le=MAX_PACKETS)]
    at: int


class Denials(msgspec.Struct, frozen=True, rename="camel"):
    """What a gateway denied."""

    denials: Annotated[tuple[Denial, ...], Meta(max_length=MAX_DENIALS)]


class DeviceStatus(msgspec.Struct, frozen=True, rename="camel"):
    """How the device is."""

    app_version: str
    name: str = ""


Outcome = Literal["connected", "refused", "answered", "routed", "silent", "unreachable", "barred"]
"""How a target took it:

    connected, refused  by TCP; who refuses is there
    answered            the ping
    routed              there is a route to the network
    silent              nothing came back in time
    unreachable         there is no route, or a router or neighbour says that the host is not there
    barred              the gateway's own machine does not let it try
"""


class ProbeReport(msgspec.Struct, frozen=True, rename="camel"):
    """How a gateway found itself.

    Attributes:
        id: the probe's.
        clock: its time, seconds since 1970-01-01 UTC.
        forwarding: whether the kernel forwards, by ``IPv4`` and ``IPv6``; a family that the
            machine does not have is left out.
        interface, table: whether its WireGuard interface and its nftables table are there.
        listen_port: UDP port of its WireGuard; 0: none.
        lapsed: its lease has ended.
        error: why not all that it should enforce is in force; empty: it is.
        listened: it could listen for knocks.
        heard: UDP port that a knock came to, by its secret.
        outcomes: in the order of the probe's targets.
    """

    id: ShortText
    clock: float
    forwarding: Annotated[dict[Literal["IPv4", "IPv6"], bool], Meta(max_length=2)]
    interface: bool
    table: bool
    listen_port: int
    lapsed: bool
    error: Annotated[str, Meta(max_length=300)]
    listened: bool
    heard: Annotated[
        dict[Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")], int],
        Meta(max_length=MAX_KNOCKS),
    ]
    outcomes: Annotated[tuple[Outcome, ...], Meta(max_length=MAX_TARGETS)]
