"""Who was denied what: counted by our nftables table, read here, and told until it was heard.

The kernel counts packets by source, destination, protocol and port, and forgets them a minute
after the last. What it counted is read more often than that, and kept here while the controller
is away.
"""

import errno
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Final

import msgspec
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.nfnetlink.nftsocket import (
    NFT_MSG_GETSETELEM,
    AsyncNFTSocket,
    nft_set_elem_list_msg,
)

from gatescale.errors import GatescaleError
from gatescale.gateway.ruleset import DENIED_SECONDS
from gatescale.wire.messages import MAX_DENIALS, Denial

NFPROTO_INET: Final = 1
ADDRESS_LENGTHS: Final = {4: 4, 6: 16}
"""Bytes of an address, by IP version."""
KEPT_AT_MOST: Final = 4096
"""Denials that wait for the controller; more are not told of."""


class DenialsError(GatescaleError):
    """The kernel's counts could not be read."""

    title = "Denials not read"


class Denied(msgspec.Struct, frozen=True):
    """What the kernel counts apart.

    Attributes:
        source: tunnel address.
        protocol: IP protocol number (IANA "Protocol Numbers").
        port: 0 where the protocol has none.
    """

    source: str
    destination: str
    protocol: int
    port: int


class Count(msgspec.Struct, frozen=True):
    """How often, so far.

    Attributes:
        packets: since the kernel began to count them.
        age: seconds since the last.
    """

    packets: int
    age: float


async def read(table: str) -> dict[Denied, Count]:
    """Return what the kernel counts at this moment; without our table, nothing.

    Args:
        table: name within the ``inet`` family.

    Raises:
        DenialsError: the kernel refused.
    """
    try:
        async with AsyncNFTSocket(nfgen_family=NFPROTO_INET) as kernel:
            return {
                denied: count
                for version in ADDRESS_LENGTHS
                for denied, count in await _counts(kernel, table, version)
            }
    except NetlinkError as error:
        if error.code == errno.ENOENT:
            return {}
        raise DenialsError(f"nftables refused to list what was denied: {error}") from None
    except OSError as error:
        raise DenialsError(f"nftables cannot be asked what was denied: {error}") from None


async def _counts(kernel: AsyncNFTSocket, table: str, version: int) -> list[tuple[Denied, Count]]:
    asked = nft_set_elem_list_msg()
    asked["attrs"] = [
        ["NFTA_SET_ELEM_LIST_TABLE", table],
        ["NFTA_SET_ELEM_LIST_SET", f"denied-{version}"],
    ]
    return [
        (_denied(element, ADDRESS_LENGTHS[version]), _count(element))
        async for message in await kernel.request_get(asked, NFT_MSG_GETSETELEM)
        for element in message.get_attr("NFTA_SET_ELEM_LIST_ELEMENTS") or ()
    ]


def _denied(element: nft_set_elem_list_msg.set_elem, length: int) -> Denied:
    """Return an element's key: its parts one after the other, each padded to 4 bytes."""
    key: bytes = element.get_attr("NFTA_SET_ELEM_KEY").get_attr("NFTA_DATA_VALUE")
    rest = key[2 * length :]
    return Denied(
        source=str(ip_address(key[:length])),
        destination=str(ip_address(key[length : 2 * length])),
        protocol=rest[0],
        port=int.from_bytes(rest[4:6], "big"),
    )


def _count(element: nft_set_elem_list_msg.set_elem) -> Count:
    counter = element.get_attr("NFTA_SET_ELEM_EXPR").get_attr("NFTA_EXPR_DATA")
    left: int = element.get_attr("NFTA_SET_ELEM_EXPIRATION") or 0
    return Count(
        packets=counter.get_attr("NFTA_COUNTER_PACKETS"),
        age=max(0.0, DENIED_SECONDS - left / 1000),
    )


class Tally:
    """What was counted and the controller was not told yet."""

    def __init__(self) -> None:
        self._seen: dict[Denied, int] = {}
        self._untold: dict[tuple[str, str, int, int], Denial] = {}

    def add(self, counted: Mapping[Denied, Count], devices: Mapping[str, str], now: float) -> None:
        """Take in what the kernel counts now.

        Args:
            counted: all of it.
            devices: ids by tunnel address; packets of others are nobody's.
            now: seconds since 1970-01-01 UTC.
        """
        for denied, count in counted.items():
            before = self._seen.get(denied, 0)
            # Fewer than before: the kernel forgot, and began anew.
            more = count.packets - (before if before <= count.packets else 0)
            device = devices.get(denied.source)
            if more and device is not None:
                self._keep(
                    Denial(
                        device_id=device,
                        destination=denied.destination,
                        protocol=denied.protocol,
                        port=denied.port,
                        packets=more,
                        at=int(now - count.age),
                    )
                )
        self._seen = {denied: count.packets for denied, count in counted.items()}

    def take(self) -> tuple[Denial, ...]:
        """Return what is to be told next, the longest untold first; it counts as told."""
        keys = list(self._untold)[:MAX_DENIALS]
        return tuple(self._untold.pop(key) for key in keys)

    def put_back(self, unheard: Iterable[Denial]) -> None:
        """Take back what was not heard."""
        for each in unheard:
            self._keep(each)

    def _keep(self, more: Denial) -> None:
        key = (more.device_id, more.destination, more.protocol, more.port)
        kept = self._untold.get(key)
        if kept is not None:
            packets, at = kept.packets + more.packets, max(kept.at, more.at)
            more = msgspec.structs.replace(more, packets=packets, at=at)
        elif len(self._untold) >= KEPT_AT_MOST:
            return
        self._untold[key] = more
