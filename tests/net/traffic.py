"""Flows between a device and the office, with both ends in hands of the tests.

Each end sends a numbered, dated packet every few milliseconds, so that a test can say what came
through of what was sent after a certain moment. Time is counted in packets of another flow, the
witness, that goes on meanwhile: no test guesses how long "nothing" must last.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, monotonic_ns, sleep
from typing import Self

from net.lab import Namespace

PATIENCE = 40.0
"""Seconds after which what should happen has not. WireGuard shakes hands anew after 15 s."""

ENOUGH = 30
"""Packets of the witness, each way, that make silence a fact."""

_TICK = 0.005
_PACKET = struct.Struct("!QQ")


def wait_until(what: str, is_so: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    """Return once it is so; for other processes' states, which can only be asked for."""
    deadline = monotonic() + seconds
    while not is_so():
        assert monotonic() < deadline, f"waited {seconds:.0f} s in vain until {what}"
        sleep(0.02)


class End:
    """One end of a flow.

    Attributes:
        sent: packets.
        arrived: packets from the other end.
        latest: when the newest packet that arrived was sent, nanoseconds; 0: none came.
        missing: packets that did not come though one before and one after them did.
    """

    def __init__(self, made: socket.socket) -> None:
        self.socket = made
        self.peer: tuple[str, int] | None = None
        self.is_talking = True
        self.sent = self.arrived = self.latest = self.missing = 0
        self._expected = 0
        self._rest = b""

    def tick(self) -> None:
        """Send one packet, take in all that came."""
        if self.peer is not None and self.is_talking:
            with suppress(OSError):
                self._send(_PACKET.pack(self.sent, monotonic_ns()))
                self.sent += 1
        # An error that ICMP brought, or nothing more to read.
        with suppress(OSError):
            while data := self._receive():
                self._take(data)

    def _send(self, packet: bytes) -> None:
        self.socket.sendto(packet, self.peer)

    def _receive(self) -> bytes:
        data, self.peer = self.socket.recvfrom(2048)
        return data

    def _take(self, data: bytes) -> None:
        data = self._rest + data
        whole = len(data) - len(data) % _PACKET.size
        self._rest = data[whole:]
        for number, moment in _PACKET.iter_unpack(data[:whole]):
            self.missing += number - self._expected if self.arrived else 0
            self._expected = number + 1
            self.latest = moment
            self.arrived += 1


class StreamEnd(End):
    """One end of a TCP connection."""

    def _send(self, packet: bytes) -> None:
        self.socket.send(packet)

    def _receive(self) -> bytes:
        return self.socket.recv(65536)


class Flow:
    """A flow from a device to the office.

    Attributes:
        name: for messages.
        device, office: its ends.
    """

    def __init__(self, name: str, device: End, office: End) -> None:
        self.name = name
        self.device = device
        self.office = office

    def tick(self) -> None:
        self.device.tick()
        self.office.tick()

    @property
    def missing(self) -> int:
        """Packets that were lost on the way, in either direction."""
        return self.device.missing + self.office.missing

    @property
    def is_whole(self) -> bool:
        """Whether no more is missing than a busy machine drops: one datagram in a hundred.

        A flow that is cut for a moment, or judged anew, loses many in a row.
        """
        return self.missing <= (self.device.sent + self.office.sent) / 100

    def crossed(self, moment: int) -> bool:
        """Return whether something sent after ``moment`` came through, each way that talks."""
        heard = self.device.latest > moment
        return heard and (self.office.latest > moment or not self.device.is_talking)

    def leaked(self, moment: int) -> list[str]:
        """Return the directions in which something sent after ``moment`` came through."""
        ends = {"to the device": self.device, "to the office": self.office}
        return [f"{self.name} {way}" for way, end in ends.items() if end.latest > moment]


class Traffic:
    """All flows of one test; they go with the block."""

    def __init__(self, office: Namespace) -> None:
        self._office = office
        self._flows: list[Flow] = []
        self._made: list[socket.socket] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for made in self._made:
            made.close()

    def udp(self, device: Namespace, address: str, *, source: str = "") -> Flow:
        """Start sending datagrams to a port of the office; they need not come through."""
        near, far = (self._socket(n, address, socket.SOCK_DGRAM) for n in (device, self._office))
        near.bind((source or _any(address), 0))
        far.bind((address, 0))
        ends = End(near), End(far)
        ends[0].peer = far.getsockname()[:2]
        return self._started(Flow(f"UDP to {address}", *ends))

    def tcp(self, device: Namespace, address: str) -> Flow:
        """Open a connection to a port of the office; try until it is accepted."""
        listener = self._socket(self._office, address, socket.SOCK_STREAM)
        listener.bind((address, 0))
        listener.listen()
        place = listener.getsockname()[:2]
        near: list[socket.socket] = []

        def connects() -> bool:
            made = self._socket(device, address, socket.SOCK_STREAM)
            made.settimeout(0.3)
            with suppress(OSError):
                made.connect(place)
                near.append(made)
            return bool(near)

        wait_until(f"{address} accepts", connects)
        listener.settimeout(PATIENCE)
        far, peer = listener.accept()
        self._made.append(far)
        ends = StreamEnd(near[0]), StreamEnd(far)
        for end, other in zip(ends, (place, peer), strict=True):
            end.peer = other
            end.socket.settimeout(0)
            end.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._started(Flow(f"TCP to {address}", *ends))

    def unsolicited(self, here: Namespace, there: Namespace, address: str, source: str) -> Flow:
        """Start sending datagrams from ``here`` to an address of ``there``."""
        near, far = (self._socket(n, address, socket.SOCK_DGRAM) for n in (here, there))
        near.bind((source, 0))
        far.bind((address, 0))
        ends = End(near), End(far)
        ends[0].peer = far.getsockname()[:2]
        return self._started(Flow(f"UDP from {source} to {address}", *ends))

    def flow(self, *flows: Flow) -> None:
        """Return once something that is sent from now on comes through every flow, each way."""
        moment = monotonic_ns()
        names = ", ".join(flow.name for flow in flows)
        wait_until(f"packets pass: {names}", lambda: all(f.crossed(moment) for f in flows))

    def refused(self, *flows: Flow, witness: Flow, since: int = 0) -> None:
        """Check that nothing sent after ``since`` comes through while the witness flows.

        Args:
            flows: that must be silent.
            witness: that must not be.
            since: moment of the monotonic clock, nanoseconds.
        """
        ends = (witness.device, witness.office)
        goals = [end.arrived + ENOUGH for end in ends]
        wait_until(
            f"the witness flows: {witness.name}",
            lambda: all(end.arrived >= goal for end, goal in zip(ends, goals, strict=True)),
        )
        leaks = [leak for flow in flows for leak in flow.leaked(since)]
        assert not leaks, f"packets pass: {', '.join(leaks)}"

    def _started(self, flow: Flow) -> Flow:
        self._flows.append(flow)
        return flow

    def _run(self) -> None:
        while not self._over.wait(_TICK):
            for flow in list(self._flows):
                flow.tick()

    def _socket(self, here: Namespace, address: str, kind: int) -> socket.socket:
        made = here.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        self._made.append(made)
        return made


def now() -> int:
    """Return the moment, in nanoseconds of the monotonic clock."""
    return monotonic_ns()


def _any(address: str) -> str:
    return "::" if ":" in address else "0.0.0.0"
