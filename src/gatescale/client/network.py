"""The machine's network as it changes and as names lead into it."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

NETLINK_ROUTE: Final = 0
GROUPS: Final = 0x1 | 0x40 | 0x400
"""Links, IPv4 routes, IPv6 routes (linux/rtnetlink.h: RTMGRP_LINK, _IPV4_ROUTE, _IPV6_ROUTE)."""


@contextmanager
def changes() -> Iterator[asyncio.Event]:
    """Give an event that the kernel's news of links and routes sets.

    What changed is not said: who looks, looks at the whole.
    """
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE) as news:
        news.setblocking(False)  # noqa: FBT003 - the socket's own signature
        news.bind((0, GROUPS))

        def read() -> None:
            event.set()
            # Nothing left to read, or more news than fit (ENOBUFS): the event says it all.
            with suppress(OSError):
                while news.recv(65536):
                    pass

        loop.add_reader(news, read)
        try:
            yield event
        finally:
            loop.remove_reader(news)


async def resolve(host: str) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return the addresses of ``host``, the system's first choice first; none: not known now."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        return ()
    addresses = (ip_address(str(entry[4][0]).partition("%")[0]) for entry in found)
    return tuple(dict.fromkeys(addresses))
