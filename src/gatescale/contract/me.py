"""Who asks, and what they may do for themselves."""

from typing import Annotated, Literal

from msgspec import Meta

from gatescale.contract.fields import Id, Input, Name, Named, Output, RoleType

WireguardKey = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9+/]{43}=$(?!\n)",
        description="a WireGuard public key: 32 bytes in base64",
    ),
]


class Me(Output, frozen=True, kw_only=True):
    """Who asks.

    Attributes:
        kind: a person who is signed in, or an API key.
        name: what people call them: of a person the full name, else the email.
        email: of a person; null for a key.
        permissions: operationIds that their role allows.
    """

    kind: Literal["user", "key"]
    id: Id
    name: str
    email: str | None
    role: RoleType
    tenant: Named
    permissions: list[str]


class CreateWireguardDevice(Input, frozen=True, kw_only=True):
    """A device without our client: whoever holds the private key is it."""

    name: Name
    public_key: WireguardKey


class WireguardPeer(Output, frozen=True, kw_only=True):
    """A gateway as a WireGuard configuration names it.

    Attributes:
        endpoint: ``host:port``.
        allowed_ips: networks in CIDR form that the device may reach through it.
    """

    name: str
    public_key: str
    endpoint: str
    allowed_ips: list[str]


class WireguardConfiguration(Output, frozen=True, kw_only=True):
    """All of a device's WireGuard configuration but its private key, as policy stands now.

    Attributes:
        addresses: the device's tunnel addresses, without prefix length.
    """

    id: Id
    name: str
    addresses: list[str]
    peers: list[WireguardPeer]
