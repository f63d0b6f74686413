r"""The whole product at work: controller, gateway and clients as processes, in namespaces.

                    controller 198.18.0.1
                        |
                    internet (a router)
     .1.1 /        .2.1 |                \ .3.1
    ann            gateway                bob
  198.18.1.2      198.18.2.2           198.18.3.2
                   10.20.0.1
                        |
                     office 10.20.0.10, .20, .99

ann and bob are devices of two users. Everybody may always reach 10.20.0.99, so that there is a
tunnel to watch while other grants come and go. Everything is made through the REST API.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any, Self

from live import Answer, Api
from net.lab import Lab, Namespace
from net.traffic import wait_until

CONTROLLER = "198.18.0.1:8443"
URL = f"http://{CONTROLLER}"
WIKI, DATABASE, LOBBY = "10.20.0.10", "10.20.0.20", "10.20.0.99"
OFFICE = "10.20.0.0/24"
TUNNELS = "100.64.0.0/10"
REMOVED = 3
"""Exit code of a client whose device was deleted."""

_GATESCALE = str(Path(sys.executable).with_name("gatescale"))
_NOBODY = dict.fromkeys(("allGroups", "allUsers", "allDevices", "allResources"), False)


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
                _GATESCALE, *self._arguments, stdout=log, stderr=log, env=_environment()
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
        enrol = (_GATESCALE, "enroll", link, *where, "--hardware-id", self.name, *more)
        self.namespace.run("env", *_settings(), *enrol)

    def disconnect(self) -> None:
        disconnect = (_GATESCALE, "disconnect", "--state-dir", str(self.folder))
        self.namespace.run("env", *_settings(), *disconnect)
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
    """The machine at the office's edge, with the gateway's software on it."""

    def __init__(self, stage: "Stage") -> None:
        self.stage = stage
        self.namespace = stage.member("gateway", "198.18.2")
        self.interface = stage.lab.interface()
        self.folder = stage.folder / "gateway"
        made = stage.api.made("/tenants/gateways", {"name": "Office", "wireguardPort": "51820"})
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
        self.namespace.run("env", *_settings(), _GATESCALE, "gateway", "down", *where)

    def devices(self) -> set[str]:
        """Return the addresses of the devices that nftables lets in."""
        table = f"gatescale-{self.interface}"
        command = ("nft", "-j", "list", "set", "inet", table, "peers-4")
        listed = self.namespace.run(*command, check=False)
        return set(json.loads(listed)["nftables"][1]["set"].get("elem", ())) if listed else set()


class Stage:
    """See the picture above."""

    def __init__(self, lab: Lab, folder: Path, *, lease_seconds: int | None = None) -> None:
        self.lab = lab
        self.folder = folder
        self.programs: list[Program] = []
        self.cables: dict[str, str] = {}
        self.internet = lab.namespace("internet")
        self._data = ("--data-dir", str(folder / "controller"))
        serve = ("serve", *self._data, "--listen", CONTROLLER, "--public-url", URL)
        self.headquarters = self.member("controller", "198.18.0", near=2, far=1)
        self.controller = Program(self, self.headquarters, "controller", *serve)
        self.ann, self.bob = Device(self, "ann", "198.18.1"), Device(self, "bob", "198.18.3")
        self._lease_seconds = lease_seconds

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End what was started; the lab removes the rest."""
        for program in self.programs:
            if program.runs:
                program.kill()

    def _start(self) -> None:
        self.internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.api = _Api(self.headquarters, URL, self._tenant())
        if self._lease_seconds is not None:
            self.sql("UPDATE tenants SET lease_seconds = ?", self._lease_seconds)
        self.start_controller()
        self.gateway = Gateway(self)
        self.office = self._office()
        self.lobby = self.resource("Lobby", LOBBY)
        self.lobby_policy = self.policy("Everybody", [self.lobby], allUsers=True)
        self.gateway.start()
        self._people()

    def _tenant(self) -> str:
        who = ("--name", "Acme", "--owner-email", "owner@acme.test", "--json")
        create = (_GATESCALE, "tenant", "create", *who, *self._data)
        made = self.headquarters.run("env", *_settings(), *create)
        return str(json.loads(made)["apiKey"])

    def sql(self, statement: str, *values: object) -> list[Any]:
        """Run a statement in the controller's database; for what no edge can reach."""
        database = sqlite3.connect(self.folder / "controller" / "gatescale.db")
        with closing(database), database:
            return database.execute(statement, values).fetchall()

    def _office(self) -> Namespace:
        office = self.lab.namespace("office")
        self.lab.link(self.gateway.namespace, office, "10.20.0.1/24", f"{WIKI}/24")
        for address in (DATABASE, LOBBY):
            office.run("ip", "address", "add", f"{address}/32", "dev", "lo")
        office.run("ip", "route", "add", TUNNELS, "via", "10.20.0.1")
        return office

    def _people(self) -> None:
        everyone = self.get("/tenants/groups?filter[deleteable]=false")["data"][0]["id"]
        self.engineers = self.api.made("/tenants/groups", {"name": "Engineers", "roles": []})["id"]
        for device, groups in ((self.ann, [everyone, self.engineers]), (self.bob, [everyone])):
            email = f"{device.name}@acme.test"
            device.user = self.user(email, *groups)
            device.enrol(self.invitation(email))
            device.connect()

    def member(self, name: str, net: str, near: int = 1, far: int = 2) -> Namespace:
        """Return a new machine on the internet, whose end of its cable is ``far``."""
        made = self.lab.namespace(name)
        ends = (f"{net}.{near}/24", f"{net}.{far}/24")
        self.cables[name], _ = self.lab.link(self.internet, made, *ends)
        made.run("ip", "route", "add", "default", "via", f"{net}.{near}")
        return made

    def cut(self, name: str) -> None:
        """Have nothing go through the cable of a machine."""
        self.internet.run("ip", "link", "set", self.cables[name], "down")

    def splice(self, name: str) -> None:
        """Have everything go through the cable of a machine again."""
        self.internet.run("ip", "link", "set", self.cables[name], "up")

    def start_controller(self) -> None:
        """Start the controller, and return when it answers."""
        self.controller.start()
        wait_until("the controller answers", self._answers)

    def _answers(self) -> bool:
        with suppress(OSError):
            return self.api.get("/readyz").status == 200
        return False

    def get(self, path: str) -> Any:
        answer = self.api.get(path)
        assert answer.status == 200, answer.body
        return answer.json()

    def enforced(self, method: str, path: str, body: Any = None) -> Any:
        """Make a change; return what is answered once every gateway enforces it."""
        answer = self.api.request(method, path, json=body, headers={"Prefer": "wait=10"})
        assert answer.status // 100 == 2, answer.body
        assert "gatescale-lagging-gateways" not in answer.headers, self.gateway.report
        return answer.json() if answer.body else None

    @property
    def revision(self) -> int:
        """The tenant's revision."""
        return int(self.sql("SELECT revision FROM tenants")[0][0])

    def change(self, method: str, path: str, body: Any = None) -> int:
        """Make a change without waiting for any gateway; return its revision."""
        answer = self.api.request(method, path, json=body)
        assert answer.status // 100 == 2, answer.body
        return int(answer.headers["gatescale-revision"])

    def user(self, email: str, *groups: str) -> str:
        """Invite a person; return their id."""
        body = {"email": email, "groups": list(groups)}
        return str(self.api.made("/tenants/users", body)["id"])

    def code(self, user: str) -> Any:
        """Return a code for a further device of a user's."""
        return self.api.made(f"/tenants/users/{user}/enrolment-codes", None)

    def invitation(self, email: str) -> str:
        """Return the link in the mail that a person got; a mail is read once."""
        found: list[str] = []

        def came() -> bool:
            for path in (self.folder / "controller" / "mail").glob("*.eml"):
                mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
                text = mail.get_body(("plain",))
                if mail["To"] == email and text is not None:
                    path.unlink()
                    found.extend(w for w in text.get_content().split() if w.startswith(URL))
            return bool(found)

        wait_until(f"{email} has mail", came)
        return found[0]

    def resource(self, name: str, *addresses: str) -> str:
        """Make a resource that the gateway serves; return its id."""
        places = [{"address": address} for address in addresses]
        body = {"name": name, "type": "PRIVATE", "addresses": places}
        made = self.enforced("POST", "/tenants/resources", body)["id"]
        path = f"/tenants/resources/{made}/gateways"
        self.enforced("POST", path, {"gatewayId": self.gateway.id})
        return str(made)

    def policy(
        self, name: str, resources: list[str], *, action: bool = True, **source: object
    ) -> str:
        """Make a policy, the last so far; return its id."""
        body = policy_body(name, resources, action=action, **source)
        return str(self.enforced("POST", "/tenants/policies", body)["id"])

    def order(self, *policies: str) -> None:
        """Put the policies into this order."""
        body = {"type": "PRIVATE", "policies": list(policies)}
        self.enforced("PATCH", "/tenants/policies/reorder", body)

    def clear(self) -> None:
        """Bring everything back to how it was made, whatever a test did."""
        for name in self.cables:
            self.splice(name)
        if not self.controller.runs:
            self.start_controller()
        if not self.gateway.agent.runs:
            self.gateway.start()
        wait_until("the gateway is online", self.gateway.is_online)
        self._delete_all_but("policies", self.lobby_policy)
        self._delete_all_but("resources", self.lobby)
        self._bring_back(self.ann)
        self._bring_back(self.bob)

    def _delete_all_but(self, noun: str, kept: str) -> None:
        for row in self.get(f"/tenants/{noun}?limit=100&filter[type]=PRIVATE")["data"]:
            if row["id"] != kept:
                self.enforced("DELETE", f"/tenants/{noun}/{row['id']}")

    def _bring_back(self, device: Device) -> None:
        user = self.get(f"/tenants/users/{device.user}")
        if user["status"] != "ACTIVE":
            self.api.made(f"/tenants/users/{device.user}/reactivate", None)
        known = {row["id"]: row for row in user["devices"]}
        for other in known.keys() - {device.id}:
            self.enforced("DELETE", f"/tenants/devices/{other}")
        if device.id not in known:
            if device.client.runs:
                device.client.kill()
            device.enrol("", "--force")
        elif not known[device.id]["active"]:
            self.api.made(f"/tenants/devices/{device.id}/reactivate", None)
        if not device.client.runs:
            device.client.start()
        wait_until(f"{device.name} is connected", device.is_connected)


def policy_body(
    name: str, resources: list[str], *, action: bool = True, **source: object
) -> dict[str, object]:
    """Return what makes a policy."""
    body = {"name": name, "type": "PRIVATE", "action": action, "resources": resources}
    return {**_NOBODY, **body, **source}


class _Api(Api):
    """An API that is asked from inside a namespace."""

    def __init__(self, where: Namespace, url: str, key: str) -> None:
        super().__init__(url, key)
        self._where = where

    def request(self, method: str, path: str, **options: Any) -> Answer:
        with self._where.entered():
            return super().request(method, path, **options)


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GATESCALE_")}
    return kept | {"PYTHONUNBUFFERED": "1"}


def _settings() -> tuple[str, ...]:
    return tuple(f"-u{name}" for name in os.environ if name.startswith("GATESCALE_"))
