"""Datagrams to a gateway's endpoint, which tell by arriving that devices can reach it there.

They go wherever the administrator says that the gateway is, so they are few, small and always the
same: whoever gets them instead can do nothing with them.
"""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address

from gatescale.controller.probe_findings import Knock
from gatescale.wire.messages import MAX_KNOCKS, knock

RESOLVING_SECONDS = 3.0
PAUSE_SECONDS = 0.25
"""Between two datagrams to an address, until the gateway has told what came."""


@contextlib.asynccontextmanager
async def knocking(knocks: Sequence[Knock], port: int) -> AsyncIterator[None]:
    """Send datagrams to a port of these addresses while the block runs."""
    task = asyncio.create_task(_send(knocks, port))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def knocks(host: str) -> tuple[Knock, ...]:
    """Return a knock for each address of a host; none if its name cannot be resolved."""
    # By the event loop, which looks names up in threads of its own.
    look_up = asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    try:
        async with asyncio.timeout(RESOLVING_SECONDS):
            found = await look_up
    except (OSError, UnicodeError):
        return ()
    addresses = dict.fromkeys(str(place[0]) for *_, place in found)
    return tuple(Knock(address, secrets.token_hex(16)) for address in [*addresses][:MAX_KNOCKS])


async def _send(knocks: Sequence[Knock], port: int) -> None:
    with contextlib.ExitStack() as stack:
        sockets: dict[int, socket.socket] = {}
        while True:
            for each in knocks:
                each.failure = ""
                try:
                    version = _version(each.address)
                    if version not in sockets:
                        sockets[version] = stack.enter_context(_socket(version))
                    sockets[version].sendto(knock(each.secret), (each.address, port))
                except OSError as error:
                    each.failure = (error.strerror or str(error)).lower()
            await asyncio.sleep(PAUSE_SECONDS)


def _version(address: str) -> int:
    """Return the IP version of an address.

    Raises:
        OSError: it is not the address of one machine.
    """
    parsed = ip_address(address)
    if parsed.is_multicast or parsed.is_unspecified:
        raise OSError("it is not the address of one machine")
    return parsed.version


def _socket(version: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, socket.SOCK_DGRAM)
    made.settimeout(0)
    return made
