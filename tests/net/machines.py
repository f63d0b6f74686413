"""The machines of a stage, and the product's programs on them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net.lab import Namespace
from net.traffic import wait_until

if TYPE_CHECKING:
    from net.stage import Stage

GATESCALE = str(Path(sys.executable).with_name("gatescale"))
CONTROLLER = "198.18.0.1:8443"
URL = f"http://{CONTROLLER}"
REMOVED = 3
"""Exit code of a client whose device was deleted."""


class Program:
    """A command of the product's that runs in a namespace, again and again.

    Attributes:
        log: the file that all its runs write to.
    """

    def __init__(self, stage: "Stage", where: Namespace, name: str, *arguments: str) -> None:
        stage.programs.append(self)
        self.log = stage.folder / f"{name}.log"
        self._before = 0
        self._where = where
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self.log.open("a") as log:
            self._before = log.tell()
            self._process = self._where.start(
                GATESCALE, *self._arguments, stdout=log, stderr=log, env=_environment()
            )

    @property
    def said(self) -> str:
        """What it wrote since it was started last."""
        with self.log.open() as log:
            log.seek(self._before)
            return log.read()

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, number: int | None = None) -> int:
        """Send a signal, if any, and wait for the end; return the exit code."""
        assert self._process is not None
        if number is not None and self.runs:
            self.send(number)
            self.send(signal.SIGCONT)
        return self._process.wait(30)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have it do nothing: a client that does not obey, a gateway that does not hear."""
        self.send(signal.SIGSTOP)
        try:
            yield
        finally:
            if self.runs:
                self.send(signal.SIGCONT)


class Device:
    """A person's machine."""

    def __init__(self, stage: "Stage", name: str, net: str) -> None:
        self.stage = stage
        self.name = name
        self.namespace = stage.member(name, net)
        self.interface = stage.lab.interface()
        self.folder = stage.folder / name
        self.user = ""
        self.groups: list[str] = []
        self.client = Program(
            *(stage, self.namespace, name),
            *("connect", "--state-dir", str(self.folder), "--interface", self.interface),
            "--insecure-http",
        )

    @property
    def id(self) -> str:
        return str(self._enrolment["enrolled"]["agentId"])

    @property
    def address(self) -> str:
        """Its IPv4 address in the tunnel."""
        return str(self._enrolment["enrolled"]["addresses"][0])

    @property
    def _enrolment(self) -> Any:
        return json.loads((self.folder / "device" / "device.json").read_text())

    @property
    def status(self) -> str:
        return str(self.stage.get(f"/tenants/devices/{self.id}")["status"])

    def enrol(self, link: str = "", *more: str) -> None:
        """Enrol by a link, or by a new code of its user's."""
        link = link or self.stage.code(self.user)["link"]
        where = ("--state-dir", str(self.folder), "--name", self.name, "--insecure-http")
        enrol = (GATESCALE, "enroll", link, *where, "--hardware-id", self.name, *more)
        self.namespace.run("env", *without_settings(), *enrol)

    def disconnect(self) -> None:
        disconnect = (GATESCALE, "disconnect", "--state-dir", str(self.folder))
        self.namespace.run("env", *without_settings(), *disconnect)
        assert self.client.end() == 0

    def kill(self) -> None:
        self.client.kill()

    def connect(self) -> None:
        """Connect, and return when the tunnels are as they should be."""
        self.client.start()
        wait_until(f"{self.name} is connected", self.is_connected)

    def is_connected(self) -> bool:
        """Return whether a running client hears from the controller and did what it says."""
        with suppress(OSError, ValueError):
            running = json.loads((self.folder / "running.json").read_text())
            return self.client.runs and bool(running["controllerConnected"] and running["routes"])
        return False

    def shake_hands_anew(self) -> None:
        """Forget WireGuard's sessions, where the gateway lost its own.

        WireGuard itself notices that after 15 seconds without an answer.
        """
        run = self.namespace.run
        for line in run("wg", "show", self.interface, "dump").splitlines()[1:]:
            key, _, endpoint, allowed, *_ = line.split("\t")
            peer = ("wg", "set", self.interface, "peer", key)
            run(*peer, "remove")
            run(*peer, "endpoint", endpoint, "allowed-ips", allowed, "persistent-keepalive", "25")

    def tamper(self, *networks: str) -> None:
        """Send more into the tunnel than the controller says. The client must be frozen."""
        run = self.namespace.run
        for line in run("wg", "show", self.interface, "peers").split():
            run("wg", "set", self.interface, "peer", line, "allowed-ips", ",".join(networks))
        for network in networks:
            run("ip", "route", "replace", network, "dev", self.interface)


class Gateway:
    """A machine at the office's edge, with the gateway's software on it."""

    def __init__(
        self, stage: "Stage", machine: str = "gateway", net: str = "198.18.2", name: str = "Office"
    ) -> None:
        self.stage = stage
        self.namespace = stage.member(machine, net)
        self.interface = stage.lab.interface()
        self.folder = stage.folder / machine
        made = stage.api.made("/tenants/gateways", {"name": name, "wireguardPort": "51820"})
        self.id: str = made["id"]
        self.token: str = made["token"]
        self.agent = self.software(self.namespace, self.folder, self.interface, self.token)

    def software(self, where: Namespace, folder: Path, interface: str, token: str) -> Program:
        """Return an installation of the gateway's software."""
        arguments = (
            *("gateway", "run", "--controller", URL, "--token", token),
            *("--state-dir", str(folder), "--interface", interface, "--insecure-http"),
        )
        return Program(self.stage, where, folder.name, *arguments)

    @property
    def seen(self) -> Any:
        """As the API shows it."""
        return self.stage.get(f"/tenants/gateways/{self.id}")

    @property
    def report(self) -> Any:
        """What it says of itself."""
        with suppress(OSError, ValueError):
            return json.loads((self.folder / "status.json").read_text())
        return {"connected": False, "revision": None, "peers": 0, "lapsed": True}

    def is_online(self) -> bool:
        """Return whether it runs, hears the controller, and enforces something."""
        report = self.report
        heard = report["connected"] and report["revision"] is not None
        return self.agent.runs and bool(heard) and self.seen["status"] == "ONLINE"

    def enforces(self, revision: int) -> None:
        """Return when it says that it enforces a revision."""
        wait_until(
            f"the gateway enforces {revision}", lambda: self.seen["enforcedRevision"] >= revision
        )

    def start(self) -> None:
        """Start the agent, and return when it follows the controller."""
        (self.folder / "status.json").unlink(missing_ok=True)
        self.agent.start()
        wait_until("the gateway is online", self.is_online)

    def forget(self) -> None:
        """Have nothing of it left in the kernel, as after a restart of the machine."""
        where = ("--state-dir", str(self.folder), "--interface", self.interface)
        self.namespace.run("env", *without_settings(), GATESCALE, "gateway", "down", *where)

    def devices(self) -> set[str]:
        """Return the addresses of the devices that nftables lets in."""
        table = f"gatescale-{self.interface}"
        command = ("nft", "-j", "list", "set", "inet", table, "peers-4")
        listed = self.namespace.run(*command, check=False)
        return set(json.loads(listed)["nftables"][1]["set"].get("elem", ())) if listed else set()


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GATESCALE_")}
    return kept | {"PYTHONUNBUFFERED": "1"}


def without_settings() -> tuple[str, ...]:
    return tuple(f"-u{name}" for name in os.environ if name.startswith("GATESCALE_"))
