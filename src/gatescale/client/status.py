"""What ``status`` says, for people and for programs."""

from collections.abc import Callable

import msgspec

from gatescale.client.folder import Device, Folder, Running
from gatescale.client.lock import holder
from gatescale.policy.program import Route
from gatescale.wireguard.commands import WireGuardError
from gatescale.wireguard.interface import Interface


class GatewayView(msgspec.Struct, frozen=True, rename="camel"):
    """A gateway that the device is connected to.

    Attributes:
        last_handshake: seconds since 1970-01-01 UTC; None: never, or not to be seen from here.
    """

    id: str
    name: str
    endpoint: str
    public_key: str
    allowed_ips: tuple[str, ...]
    last_handshake: int | None


class Status(msgspec.Struct, frozen=True, rename="camel"):
    """How the client is.

    Attributes:
        enrolled: there is an enrolment, and the controller did not remove the device.
        removed: None, or the controller's words when it removed the device.
        connected: a ``connect`` runs.
        controller_connected: and it hears from the controller.
        revision: that is in force.
    """

    enrolled: bool
    removed: str | None = None
    controller: str | None = None
    tenant_id: str | None = None
    tenant: str | None = None
    device_id: str | None = None
    name: str | None = None
    addresses: tuple[str, ...] = ()
    connected: bool = False
    interface: str | None = None
    controller_connected: bool = False
    revision: int | None = None
    gateways: tuple[GatewayView, ...] = ()
    last_error: str | None = None


async def look(folder: Folder) -> Status:
    """Return how the client is.

    Raises:
        FolderError: the state directory cannot be read.
    """
    device = folder.device()
    if device is None:
        return Status(enrolled=False)
    running = folder.running() if holder(folder.lock) is not None else None
    if running is None:
        return _status(device, None, ())
    handshakes = await _handshakes(running.interface)
    return _status(device, running, tuple(_view(route, handshakes) for route in running.routes))


def render(status: Status, since: Callable[[int], str]) -> str:
    """Return ``status`` in lines for people.

    Args:
        status: how the client is.
        since: says in words how long ago a time (seconds since 1970) was.
    """
    if status.removed:
        return f"Removed: {status.removed}\nTo come back: gatescale enroll LINK-OR-CODE"
    if not status.enrolled:
        return "Not enrolled: gatescale enroll LINK-OR-CODE"
    lines = [
        f"Device:      {status.name} ({', '.join(status.addresses)})",
        f"Tenant:      {status.tenant}",
        f"Controller:  {status.controller}, {_controller_words(status)}",
        f"Tunnels:     {f'on {status.interface}' if status.connected else 'not connected'}",
    ]
    for gateway in status.gateways:
        seen = "no handshake yet"
        if gateway.last_handshake is not None:
            seen = f"last handshake {since(gateway.last_handshake)}"
        lines.append(f"  {gateway.name} at {gateway.endpoint or 'an unknown address'}, {seen}")
        lines.append(f"    reaches {', '.join(gateway.allowed_ips) or 'nothing'}")
    if status.last_error:
        lines.append(f"Last error:  {status.last_error}")
    return "\n".join(lines)


def ago(seconds: int) -> str:
    """Return a span in words, to its largest unit.

    >>> [ago(seconds) for seconds in (0, 59, 60, 7200, 200000)]
    ['0 s ago', '59 s ago', '1 min ago', '2 h ago', '2 d ago']
    """
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{max(seconds, 0)} s ago"


def _status(device: Device, running: Running | None, gateways: tuple[GatewayView, ...]) -> Status:
    enrolled = device.enrolled
    return Status(
        enrolled=not device.removed,
        removed=device.removed or None,
        controller=device.controller,
        tenant_id=enrolled.tenant_id,
        tenant=enrolled.tenant_name,
        device_id=enrolled.agent_id,
        name=enrolled.name,
        addresses=enrolled.addresses,
        connected=running is not None,
        interface=running.interface if running else None,
        controller_connected=running is not None and running.controller_connected,
        revision=running.revision if running else None,
        gateways=gateways,
        last_error=(running.last_error or None) if running else None,
    )


def _view(route: Route, handshakes: dict[str, int]) -> GatewayView:
    return GatewayView(
        id=route.gateway,
        name=route.name,
        endpoint=route.endpoint,
        public_key=route.public_key,
        allowed_ips=route.allowed_ips,
        last_handshake=handshakes.get(route.public_key),
    )


async def _handshakes(interface: str) -> dict[str, int]:
    try:
        return await Interface(interface).handshakes()
    except WireGuardError:
        # Only who may configure networks may see them.
        return {}


def _controller_words(status: Status) -> str:
    if not status.connected:
        return "not asked"
    return "connected" if status.controller_connected else "away"
