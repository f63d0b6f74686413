"""A controller as a gateway's agent sees it: signs messages, and plays the channel's part."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gatescale.channel.channel import Connected, Disconnected, Dismissed, Event, Received
from gatescale.errors import UnavailableError
from gatescale.policy.program import Delta
from gatescale.wire.messages import Ack, Bye, GatewayUpdate, Lease, Probe, Signed

GATEWAY_ID = "7b0c9a52"
NETWORKS = ("100.64.0.0/16", "fd64::/64")


class Signer:
    """A controller's key."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public_key = base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, message: msgspec.Struct) -> Signed:
        payload = msgspec.json.encode(message)
        return Signed(msgspec.Raw(payload), base64.b64encode(self._key.sign(payload)).decode())


def update(
    revision: int,
    delta: Delta,
    *,
    base: int | None = None,
    gateway_id: str = GATEWAY_ID,
    port: int = 51820,
) -> GatewayUpdate:
    return GatewayUpdate(gateway_id, revision, base, delta, NETWORKS, port)


def lease(until: int, *, gateway_id: str = GATEWAY_ID) -> Lease:
    return Lease(gateway_id, until)


class Controller(Signer):
    """Keeps the channel's rules: a stream opens with Connected, and asks what is held."""

    def __init__(self) -> None:
        super().__init__()
        self.resumed_from: asyncio.Queue[int | None] = asyncio.Queue()
        self.sent: asyncio.Queue[tuple[str, msgspec.Struct]] = asyncio.Queue()
        self.reachable = True
        self._refused: asyncio.Queue[str] = asyncio.Queue()
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    async def events(self, held: Callable[[], int | None]) -> AsyncGenerator[Event, None]:
        self.resumed_from.put_nowait(held())
        yield Connected()
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Dismissed):
                return

    async def send(self, path: str, message: msgspec.Struct) -> None:
        if not self.reachable:
            self._refused.put_nowait(path)
            raise UnavailableError("the controller cannot be reached")
        self.sent.put_nowait((path, message))

    def say(self, message: GatewayUpdate | Lease | Probe) -> None:
        self._events.put_nowait(Received(self.sign(message), message))

    def go_away(self) -> None:
        self._events.put_nowait(Disconnected("gone"))

    def dismiss(self, reason: str) -> None:
        self._events.put_nowait(Dismissed(Bye(reason, "an administrator said so")))

    async def ack(self) -> Ack:
        """Return the next acknowledgement."""
        return await self.told("acks")

    async def refused(self, wanted: str) -> None:
        """Wait until a message to a path was refused."""
        while await asyncio.wait_for(self._refused.get(), 10) != wanted:
            pass

    async def told(self, wanted: str) -> Any:
        """Return the next message to a path."""
        while True:
            path, message = await asyncio.wait_for(self.sent.get(), 10)
            if path == wanted:
                return message
