"""Network namespaces, links and tunnels for tests and the demo. Needs root.

    with Lab("abc") as lab:
        gateway, office = lab.namespace("gateway"), lab.namespace("office")
        lab.link(gateway, office, "10.1.0.1/24", "10.1.0.2/24")
        office.run("ping", "-c1", "10.1.0.1")

Sockets can be made inside a namespace and used from outside, so most tests need no processes
there. Everything is removed at the end: processes inside first, then the namespaces with their
links. Names bear the prefix and this process's id, so runs do not meet.
"""

import os
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_interface
from pathlib import Path
from typing import Self

from pyroute2 import netns


class Namespace:
    """A network namespace.

    Attributes:
        name: as ``ip netns`` knows it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._sockets: list[socket.socket] = []
        _run("ip", "netns", "add", name)
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *command: str, check: bool = True, stdin: str = "") -> str:
        """Run ``command`` inside and return its standard output.

        Raises:
            AssertionError: it failed and ``check`` is on; says what it wrote.
        """
        return _run(*self.inside(*command), check=check, stdin=stdin)

    def start(self, *command: str, **options: object) -> "subprocess.Popen[str]":
        """Start ``command`` inside, in a session of its own; it ends with the lab at the latest."""
        return subprocess.Popen(self.inside(*command), text=True, start_new_session=True, **options)

    def inside(self, *command: str) -> tuple[str, ...]:
        """Return the command that runs ``command`` inside."""
        return ("ip", "netns", "exec", self.name, *command)

    def socket(self, family: int, kind: int) -> socket.socket:
        """Return a non-blocking socket that lives inside, wherever it is used."""
        with self.entered():
            made = socket.socket(family, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Closing resets at once: no retransmission wakes a tunnel of the next test.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        made.settimeout(0)
        self._sockets.append(made)
        return made

    def close_sockets(self) -> None:
        """Close all sockets that were made inside."""
        for made in self._sockets:
            made.close()
        self._sockets.clear()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Have this thread, and threads and processes that it starts, inside."""
        netns.pushns(self.name)
        try:
            yield
        finally:
            netns.popns()

    def close(self) -> None:
        """End the processes inside and remove the namespace."""
        self.close_sockets()
        for pid in _run("ip", "netns", "pids", self.name, check=False).split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue
        _run("ip", "netns", "del", self.name, check=False)


class Lab:
    """A set of namespaces that goes when the block is left."""

    def __init__(self, prefix: str) -> None:
        self.prefix = f"{prefix}{os.getpid() % 100_000}"
        self._namespaces: list[Namespace] = []
        self._interfaces = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for namespace in reversed(self._namespaces):
            namespace.close()
        for socket_file in Path("/var/run/wireguard").glob(f"{self.prefix}x*.sock"):
            socket_file.unlink()  # a killed wireguard-go leaves it

    def close_sockets(self) -> None:
        """Close all sockets that were made inside any of the namespaces."""
        for namespace in self._namespaces:
            namespace.close_sockets()

    def namespace(self, name: str) -> Namespace:
        """Return a new namespace."""
        made = Namespace(f"{self.prefix}-{name}")
        self._namespaces.append(made)
        return made

    def interface(self) -> str:
        """Return a name for an interface that no other lab uses."""
        self._interfaces += 1
        return f"{self.prefix}x{self._interfaces}"

    def link(self, left: Namespace, right: Namespace, *addresses: str) -> tuple[str, str]:
        """Join two namespaces by a cable; return the names of its ends.

        Args:
            left, right: what to join.
            addresses: in CIDR form, one of the left end, one of the right end, and so on.
        """
        ends = (self.interface(), self.interface())
        _run(
            *("ip", "link", "add", ends[0], "netns", left.name, "type", "veth"),
            *("peer", "name", ends[1], "netns", right.name),
        )
        for side, (namespace, end) in enumerate(zip((left, right), ends, strict=True)):
            for address in addresses[side::2]:
                # Without duplicate address detection, which would keep IPv6 waiting for seconds.
                quick = ("nodad",) if ip_interface(address).version == 6 else ()
                namespace.run("ip", "address", "add", address, "dev", end, *quick)
            namespace.run("ip", "link", "set", end, "up")
        return ends

    def tunnel(
        self, namespace: Namespace, private_key: str, addresses: tuple[str, ...], **peer: str
    ) -> str:
        """Give ``namespace`` a WireGuard interface with one peer; return its name.

        Args:
            namespace: where.
            private_key: base64.
            addresses: tunnel addresses, without prefix length.
            peer: ``public_key``, ``endpoint`` and ``allowed_ips`` (separated by commas), which
                are also routed into the tunnel.
        """
        name = self.interface()
        namespace.run("wireguard-go", name)
        namespace.run("wg", "set", name, "private-key", "/dev/stdin", stdin=private_key)
        namespace.run(
            *("wg", "set", name, "peer", peer["public_key"], "endpoint", peer["endpoint"]),
            *("allowed-ips", peer["allowed_ips"]),
        )
        for address in addresses:
            namespace.run("ip", "address", "add", address, "dev", name)
        namespace.run("ip", "link", "set", name, "up", "mtu", "1420")
        for network in peer["allowed_ips"].split(","):
            namespace.run("ip", "route", "replace", network, "dev", name)
        return name


def _run(*command: str, check: bool = True, stdin: str = "") -> str:
    done = subprocess.run(command, input=stdin, text=True, capture_output=True, check=False)
    assert not check or done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}"
    return done.stdout
