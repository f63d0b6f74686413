r"""How long a deleted device's packets still pass: DELETE sent → last packet through the gateway.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/revoke.py [REPETITIONS]

    device ── internet (controller, HTTPS) ── gateway, 1,000 devices ── office (sink)

Controller and gateway are the product's own processes. In every repetition a real device enrols
with new keys, sends a datagram every 0.3 ms or so through its wireguard-go tunnel, and is deleted
over a kept connection. The sink's packets are stamped by the kernel as they arrive (CLOCK_REALTIME,
which is also read just before the DELETE is sent), so no process's scheduling blurs the end.
"""

import asyncio
import http.client
import json
import os
import random
import socket
import ssl
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from demo import certificates
from people import settle

from gatescale.channel.identity import Identity
from gatescale.controller.settings import Settings
from gatescale.wire.messages import DeviceEnrolment, Enrolled, enrolment_proof
from gatescale.wire.version import HEADER, PROTOCOL
from gatescale.wireguard import keys
from net.lab import Lab, Namespace

DEVICES = 1_000
HOST, PORT = "198.18.0.1", 8443
URL = f"https://{HOST}:{PORT}"
OFFICE, SINK_PORT = "10.20.0.10", 9999
PACE = 0.00025
"""Seconds that the sender sleeps between two datagrams."""
QUIET = 0.3
"""Seconds without a packet after which there will be no more."""
PATIENCE = 60.0
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33


class Sink:
    """A UDP socket in the office; packets wait in it, stamped, until they are read."""

    def __init__(self, office: Namespace) -> None:
        self._socket = office.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind((OFFICE, SINK_PORT))

    def read(self, quiet: float) -> list[int]:
        """Return the stamps (nanoseconds since 1970) of what came, once it is quiet so long."""
        stamps: list[int] = []
        deadline = time.monotonic() + PATIENCE
        self._socket.settimeout(quiet)
        with suppress(TimeoutError, BlockingIOError):
            while time.monotonic() < deadline:
                _, ancillary, _, _ = self._socket.recvmsg(64, socket.CMSG_SPACE(16))
                seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
                stamps.append(seconds * 1_000_000_000 + nanoseconds)
            raise AssertionError("packets still come")
        return stamps


class Api:
    """The REST API over one kept connection."""

    def __init__(self, internet: Namespace, ca: Path, key: str) -> None:
        self._internet = internet
        self._tls = ssl.create_default_context(cafile=str(ca))
        self._headers = {"apikey": key, "content-type": "application/json", HEADER: str(PROTOCOL)}
        self.connect()

    def connect(self) -> None:
        """Open the connection; the server closes one that is idle for 5 seconds."""
        raw = self._internet.socket(socket.AF_INET, socket.SOCK_STREAM)
        raw.settimeout(PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.connect((HOST, PORT))
        self._connection = http.client.HTTPSConnection(HOST, PORT)
        self._connection.sock = self._tls.wrap_socket(raw, server_hostname=HOST)

    def ask(self, method: str, path: str, body: Any = None, *, bearer: str = "") -> Any:
        sent = None if body is None else msgspec.json.encode(body)
        headers = self._headers | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        self._connection.request(method, path, sent, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (path, answer.status, text)
        return json.loads(text) if text else None


class Stage:
    """Namespaces, controller, gateway and the device's tunnel."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.folder = folder
        self.internet, self.gateway = lab.namespace("internet"), lab.namespace("gateway")
        self.device, self.office = lab.namespace("device"), lab.namespace("office")
        self.interface = lab.interface()
        self._cable(lab)
        self._ca, *self._certificate = certificates.make(folder, HOST)
        self._serve()
        self.sink = Sink(self.office)
        self._describe()
        public_key = self.gateway.run("wg", "show", self.interface, "public-key").strip()
        self._peer = {
            "public_key": public_key,
            "endpoint": "198.18.2.2:51820",
            "allowed_ips": "10.20.0.0/24",
        }
        self._tunnel = lab.tunnel(self.device, keys.generate(), (), **self._peer)
        self._address = ""
        script = str(Path(__file__).with_name("sender.py"))
        self.device.start(sys.executable, script, OFFICE, str(SINK_PORT), str(PACE))

    def enrol(self, number: int) -> str:
        """Make the device a new one that sends through the gateway; return its id."""
        self.api.connect()
        code = self.api.ask("POST", f"/tenants/users/{self._owner}/enrolment-codes")["code"]
        identity = Identity.load_or_create(self.folder / f"identity{number}")
        private_key = keys.generate()
        public_key = keys.public_key(private_key)
        request = DeviceEnrolment(
            secret=code,
            name=f"Device {number}",
            hardware_id=f"bench-{number}",
            identity_key=identity.public_key,
            public_key=public_key,
            proof=identity.sign(enrolment_proof(code, public_key)),
            app_version="bench",
        )
        answer = self.api.ask("POST", "/agent/v1/enrolments/device", request)
        enrolled = msgspec.convert(answer, Enrolled)
        peers = ("wg", "show", self.interface, "peers")
        wait_for(lambda: public_key in self.gateway.run(*peers))
        self._become(private_key, enrolled.addresses[0])
        return enrolled.agent_id

    def peers(self) -> int:
        return len(self.gateway.run("wg", "show", self.interface, "peers").split())

    def _become(self, private_key: str, address: str) -> None:
        tunnel, peer = self._tunnel, self._peer
        self.device.run("wg", "set", tunnel, "peer", peer["public_key"], "remove")
        moves = [f"address add {address} dev {tunnel}"]
        moves += [f"address del {self._address}/32 dev {tunnel}"] if self._address else []
        self.device.run("ip", "-batch", "-", stdin="\n".join(moves) + "\n")
        self.device.run("ip", "route", "replace", peer["allowed_ips"], "dev", tunnel)
        self._address = address
        key = ("private-key", "/dev/stdin")
        self.device.run("wg", "set", tunnel, *key, *self._gateway_peer(), stdin=private_key)

    def shake_hands(self) -> None:
        """Let the device begin a new session with the gateway, which forgot the old one."""
        peer = ("peer", self._peer["public_key"], "remove")
        self.device.run("wg", "set", self._tunnel, *peer)
        self.device.run("wg", "set", self._tunnel, *self._gateway_peer())

    def _gateway_peer(self) -> tuple[str, ...]:
        peer = self._peer
        words = ("peer", peer["public_key"], "endpoint", peer["endpoint"])
        return (*words, "allowed-ips", peer["allowed_ips"])

    def _cable(self, lab: Lab) -> None:
        self.internet.run("ip", "address", "add", f"{HOST}/32", "dev", "lo")
        self.internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        for number, member in enumerate((self.device, self.gateway), start=1):
            net = f"198.18.{number}"
            lab.link(self.internet, member, f"{net}.1/24", f"{net}.2/24")
            member.run("ip", "route", "add", "default", "via", f"{net}.1")
        lab.link(self.gateway, self.office, "10.20.0.1/24", f"{OFFICE}/24")

    def _serve(self) -> None:
        settings = Settings(data_dir=self.folder / "controller")
        created = asyncio.run(settle(settings, users=DEVICES // 2, devices_each=2))
        self._owner = created.owner_id
        certificate, key = map(str, self._certificate)
        self._start(
            self.internet,
            *("serve", "--data-dir", str(settings.data_dir), "--listen", f"{HOST}:{PORT}"),
            *("--public-url", URL, "--tls-cert", certificate, "--tls-key", key),
        )
        wait_for(lambda: self._connects(created.api_key))

    def _connects(self, key: str) -> bool:
        try:
            self.api = Api(self.internet, self._ca, key)
        except OSError:
            return False
        return True

    def _describe(self) -> None:
        """Let everybody reach the office, and start the gateway in front of it."""
        ask = self.api.ask
        protocol = next(p["id"] for p in ask("GET", "/tenants/protocols") if p["type"] == "ALL")
        address = {"address": "10.20.0.0/24", "protocols": [protocol]}
        body = {"name": "Office", "type": "PRIVATE", "addresses": [address]}
        resource = ask("POST", "/tenants/resources", body)["id"]
        some = dict.fromkeys(("allGroups", "allDevices", "allResources"), False)
        policy = {"name": "All", "type": "PRIVATE", "action": True, "allUsers": True, **some}
        ask("POST", "/tenants/policies", {**policy, "resources": [resource]})
        gateway = ask("POST", "/tenants/gateways", {"name": "Office", "wireguardPort": "51820"})
        ask("POST", f"/tenants/resources/{resource}/gateways", {"gatewayId": gateway["id"]})
        self._start(
            self.gateway,
            *("gateway", "run", "--controller", URL, "--token", gateway["token"]),
            *("--state-dir", str(self.folder / "gateway"), "--interface", self.interface),
        )
        wait_for(lambda: self.interface in self.gateway.run("wg", "show", "interfaces"))
        wait_for(lambda: self.peers() == DEVICES)

    def _start(self, where: Namespace, *arguments: str) -> None:
        log = (self.folder / f"{arguments[0]}.log").open("w")
        environment = {**os.environ, "GATESCALE_CA_FILE": str(self._ca)}
        command = str(Path(sys.executable).with_name("gatescale"))
        where.start(command, *arguments, stdout=log, stderr=log, env=environment)


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def measure(stage: Stage, number: int) -> tuple[float, float, float]:
    """Delete a sending device.

    Returns milliseconds until the last packet, until the answer, and between two packets before.
    """
    device = stage.enrol(number)
    wait_for(lambda: bool(stage.sink.read(0)))
    time.sleep(random.uniform(0.2, 0.4))
    before = stage.sink.read(0)
    began = time.time_ns()
    stage.api.ask("DELETE", f"/tenants/devices/{device}")
    answered = time.time_ns()
    last = max(stage.sink.read(QUIET), default=began)
    gap = (before[-1] - before[0]) / (len(before) - 1)
    return max(last - began, 0) / 1e6, (answered - began) / 1e6, gap / 1e6


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with TemporaryDirectory(prefix="gatescale-bench-") as folder, Lab("gsb") as lab:
        stage = Stage(lab, Path(folder))
        found = [measure(stage, number) for number in range(repetitions)]
        held = stage.peers()
    cut, answered, gaps = zip(*found, strict=True)
    print(f"{repetitions} repetitions, {held:,} devices on the gateway")
    print(f"a packet every {median(gaps):.2f} ms")
    print("| from sending DELETE      | p50 ms | p99 ms | max ms |")
    row("to the last packet", cut)
    row("to the answer", answered)


def row(what: str, times: tuple[float, ...]) -> None:
    hundredths = quantiles(times, n=100, method="inclusive")
    print(f"| {what:<24} | {median(times):6.1f} | {hundredths[98]:6.1f} | {max(times):6.1f} |")


if __name__ == "__main__":
    main()
