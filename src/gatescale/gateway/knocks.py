"""Hear the controller's knocks on the WireGuard port, which WireGuard itself holds and drops.

A raw socket gets a copy of each datagram that this machine's firewall lets in, whoever holds the
port. A filter in the kernel keeps all but knocks away from us: a gateway's port is a busy place.
Sources: raw(7), packet filter instructions in linux/filter.h and linux/bpf_common.h.
"""

import asyncio
import ctypes
import errno
import socket
import struct
from collections.abc import Collection
from contextlib import ExitStack, suppress
from typing import Final

from gatescale.wire.messages import KNOCK, knock_hash

SO_ATTACH_FILTER: Final = 26
FAMILIES: Final = (socket.AF_INET, socket.AF_INET6)
UDP_HEADER: Final = 8
ENOUGH: Final = 1000
"""Datagrams that are looked at: the controller sends some dozens, others would keep us busy."""

_INSTRUCTION: Final = struct.Struct("=HBBI")
_ACCEPT: Final = (0x06, 0, 0, 0xFFFF)
_IGNORE: Final = (0x06, 0, 0, 0)
_IS_KNOCK: Final = (0x15, 0, 1, int.from_bytes(KNOCK[:4]))
"""Go on if the accumulator holds how knocks begin, else skip one instruction."""
_FILTERS: Final = {
    # The packet begins with the IP header: its length into X, the payload's first word into A.
    socket.AF_INET: ((0xB1, 0, 0, 0), (0x40, 0, 0, UDP_HEADER), _IS_KNOCK, _ACCEPT, _IGNORE),
    # The packet begins with the UDP header.
    socket.AF_INET6: ((0x20, 0, 0, UDP_HEADER), _IS_KNOCK, _ACCEPT, _IGNORE),
}


async def heard(hashes: Collection[str], seconds: float) -> dict[str, int]:
    """Listen until every knock came, but not for longer than ``seconds``.

    Args:
        hashes: of the secrets to listen for; others are ignored.
        seconds: at most.

    Returns:
        the UDP port that each came to, by its secret.

    Raises:
        OSError: this process may not listen (CAP_NET_RAW), or the machine has no means to.
    """
    loop = asyncio.get_running_loop()
    found: dict[str, int] = {}
    over = asyncio.Event()
    left = ENOUGH

    def take(ear: socket.socket) -> None:
        nonlocal left
        left -= 1
        with suppress(OSError):
            secret, port = _read(ear.family, ear.recv(2048))
            if knock_hash(secret) in hashes:
                found[secret] = port
        if len(found) == len(hashes) or left <= 0:
            over.set()

    with ExitStack() as stack:
        for family in FAMILIES if hashes else ():
            if (ear := _ear(family)) is not None:
                stack.enter_context(ear)
                loop.add_reader(ear, take, ear)
                stack.callback(loop.remove_reader, ear)
        if hashes:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await over.wait()
    return found


def _ear(family: socket.AddressFamily) -> socket.socket | None:
    """Return a socket that hears knocks and hardly anything else; None: no such family here."""
    try:
        ear = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_UDP)
    except OSError as error:
        if error.errno == errno.EAFNOSUPPORT:
            return None
        raise
    ear.settimeout(0)
    filter_ = _FILTERS[family]
    instructions = ctypes.create_string_buffer(b"".join(_INSTRUCTION.pack(*i) for i in filter_))
    program = struct.pack("HP", len(filter_), ctypes.addressof(instructions))
    ear.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
    return ear


def _read(family: int, packet: bytes) -> tuple[str, int]:
    """Return secret and port of a knock; the secret is empty if it is none."""
    start = (packet[0] & 0x0F) * 4 if family == socket.AF_INET else 0
    payload = packet[start + UDP_HEADER :]
    if not payload.startswith(KNOCK):
        return "", 0
    secret = payload[len(KNOCK) :].decode("ascii", "replace")
    return secret, int.from_bytes(packet[start + 2 : start + 4])
