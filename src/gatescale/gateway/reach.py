"""Try whether what a gateway serves is there: connect by TCP, ping, or look at the routes."""

import asyncio
import os
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_network
from typing import Final

from gatescale.wire.messages import MAX_TARGETS, Outcome, Target

PATIENCE: Final = 3.0
"""Seconds for each target; a neighbour that is not there is given up by the kernel after three."""
PAUSE: Final = 1.0
"""Seconds between two pings, as one may get lost."""
DISCARD: Final = 9
"""Any port: to look a route up, nothing is sent."""

ICMP: Final = {
    socket.AF_INET: (socket.IPPROTO_ICMP, 8, 0),
    socket.AF_INET6: (socket.IPPROTO_ICMPV6, 128, 129),
}
"""Protocol number and types of echo request and reply (RFC 792, RFC 4443 section 4)."""
_ECHO: Final = struct.Struct("!BBHHH")


async def outcomes(targets: Sequence[Target]) -> tuple[Outcome, ...]:
    """Try all of them at once, at most ``MAX_TARGETS``; return how each took it, in their order."""
    return tuple(await asyncio.gather(*(_outcome(target) for target in targets[:MAX_TARGETS])))


async def _outcome(target: Target) -> Outcome:
    try:
        async with asyncio.timeout(PATIENCE):
            return await _attempt(target)
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "silent"
    except PermissionError:
        return "barred"
    except OSError:
        return "unreachable"


async def _attempt(target: Target) -> Outcome:
    network = ip_network(target.network)
    address = str(network.network_address)
    family = socket.AF_INET6 if network.version == 6 else socket.AF_INET
    if network.num_addresses > 1:
        return _look_up(family, str(network[1]))
    if target.port:
        return await _connect(family, address, target.port)
    return await _ping(family, address)


def _look_up(family: socket.AddressFamily, address: str) -> Outcome:
    with socket.socket(family, socket.SOCK_DGRAM) as made:
        made.connect((address, DISCARD))
    return "routed"


async def _connect(family: socket.AddressFamily, address: str, port: int) -> Outcome:
    with socket.socket(family, socket.SOCK_STREAM) as made:
        made.settimeout(0)
        await asyncio.get_running_loop().sock_connect(made, (address, port))
    return "connected"


async def _ping(family: socket.AddressFamily, address: str) -> Outcome:
    protocol, _, reply = ICMP[family]
    loop = asyncio.get_running_loop()
    with socket.socket(family, socket.SOCK_RAW, protocol) as made:
        made.settimeout(0)
        made.connect((address, 0))
        request = _echo_request(family)
        while True:
            await loop.sock_sendall(made, request)
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):
                    while not _answers(family, await loop.sock_recv(made, 2048), request, reply):
                        pass
                    return "answered"


def _echo_request(family: socket.AddressFamily) -> bytes:
    _, kind, _ = ICMP[family]
    name = int.from_bytes(os.urandom(2))
    checksum = 0
    if family == socket.AF_INET:  # of ICMPv6 the kernel makes it
        # RFC 1071, of the three words that are not 0.
        words = (kind << 8) + name + 1
        checksum = ~((words >> 16) + (words & 0xFFFF)) & 0xFFFF
    return _ECHO.pack(kind, 0, checksum, name, 1)


def _answers(family: int, packet: bytes, request: bytes, reply: int) -> bool:
    start = (packet[0] & 0x0F) * 4 if family == socket.AF_INET else 0
    answer = packet[start : start + _ECHO.size]
    return answer[:1] == bytes([reply]) and answer[4:] == request[4:]
