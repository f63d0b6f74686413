"""What the interface shall be, from what the controller says. No I/O here."""

from ipaddress import ip_address, ip_network
from typing import Final

import msgspec

from gatescale.errors import GatescaleError
from gatescale.policy.program import Route
from gatescale.wire.messages import DeviceUpdate
from gatescale.wireguard.interface import Peer

KEEPALIVE: Final = 25
"""Seconds between packets to a gateway, so that a NAT in between keeps the way back open
(wg(8), ``persistent-keepalive``)."""


class RefusedError(GatescaleError):
    """A message that is not for this device, older than what it has, or no sense."""

    title = "Message refused"


class Desired(msgspec.Struct, frozen=True):
    """A whole desired state.

    Attributes:
        addresses: of the interface, without prefix length.
        peers: one per gateway; no network is two peers'.
        networks: to be routed into the interface, in CIDR form.
    """

    addresses: tuple[str, ...]
    peers: tuple[Peer, ...]
    networks: tuple[str, ...]


class State:
    """What one device has been told.

    Attributes:
        revision: of what it was last told; None: it needs the whole.
        routes: the gateways that it was told of.
        desired: None until the first word, so that what a former ``connect`` left in force
            stays in force while the controller is away.
    """

    def __init__(self, device_id: str) -> None:
        self._device_id = device_id
        self.revision: int | None = None
        self.routes: tuple[Route, ...] = ()
        self.desired: Desired | None = None

    def take(self, message: msgspec.Struct) -> None:
        """Take the controller's word.

        Raises:
            RefusedError: the state is what it was.
        """
        if not isinstance(message, DeviceUpdate) or message.device_id != self._device_id:
            raise RefusedError("a message for somebody else is ignored")
        if self.revision is not None and message.revision < self.revision:
            raise RefusedError(
                f"revision {message.revision} is ignored, as {self.revision} is in force"
            )
        try:
            desired = _desired(message)
        except ValueError as error:
            raise RefusedError(f"revision {message.revision} makes no sense: {error}") from None
        self.revision, self.routes, self.desired = message.revision, message.routes, desired

    def suspend(self) -> None:
        """Let every gateway go; the whole is needed when the device is let in again."""
        self.revision, self.routes = None, ()
        addresses = self.desired.addresses if self.desired else ()
        self.desired = Desired(addresses, (), ())


def _desired(update: DeviceUpdate) -> Desired:
    """Return the state that ``update`` asks for.

    WireGuard has one peer for a network: the first that is named keeps it.
    """
    addresses = tuple(str(ip_address(address)) for address in update.addresses)
    owner: dict[str, str] = {}
    for route in update.routes:
        for network in route.allowed_ips:
            owner.setdefault(str(ip_network(network)), route.public_key)
    peers = tuple(
        Peer(
            route.public_key,
            tuple(network for network, key in owner.items() if key == route.public_key),
            endpoint=route.endpoint,
            keepalive=KEEPALIVE if route.endpoint else 0,
        )
        for route in update.routes
    )
    return Desired(addresses, peers, tuple(owner))
