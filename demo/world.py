r"""The demo's world: namespaces joined by cables, and what runs in them.

            internet 203.0.113.0/24 (router: controller, SMTP sink)
   .1.1 /        .2.1 |                \ .3.1
  ann            gateway                cyd
198.18.1.2      198.18.2.2           198.18.3.2
                 10.20.0.1
                      |
                   office: web 10.20.0.10:80, database 10.20.0.20:5432
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from demo import certificates
from demo.say import StepFailedError, Teller
from net.lab import Lab, Namespace

PORT = 8443
CONTROLLER = "198.18.0.1"
URL = f"https://{CONTROLLER}:{PORT}"
SMTP = f"{CONTROLLER}:2525"
WEB, DATABASE = "10.20.0.10", "10.20.0.20"
PATIENCE_SECONDS = 30.0

_SERVERS = Path(__file__).with_name("servers.py")


class World:
    """Everything that the demo starts; all of it goes with the lab."""

    def __init__(self, lab: Lab, folder: Path, teller: Teller) -> None:
        self.folder = folder
        self.teller = teller
        self.key = ""
        self.resources: tuple[str, str] = ("", "")
        self.policy: tuple[str, dict[str, Any]] = ("", {})
        self.lab = lab
        self.internet = lab.namespace("internet")
        self.gateway = lab.namespace("gateway")
        self.office = lab.namespace("office")
        self.ann = lab.namespace("ann")
        self.cyd = lab.namespace("cyd")
        self.interfaces = {name: lab.interface() for name in ("gateway", "ann", "cyd")}
        self.ca, self.certificate, self.certificate_key = certificates.make(folder, CONTROLLER)
        self._cable()

    def _cable(self) -> None:
        self.internet.run("ip", "address", "add", f"{CONTROLLER}/32", "dev", "lo")
        self.internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        for number, member in enumerate((self.ann, self.gateway, self.cyd), start=1):
            net = f"198.18.{number}"
            self.lab.link(self.internet, member, f"{net}.1/24", f"{net}.2/24")
            member.run("ip", "route", "add", "default", "via", f"{net}.1")
        self.lab.link(
            self.gateway, self.office, "10.20.0.1/24", f"{WEB}/24", "fd00:20::1/64", "fd00:20::2/64"
        )
        self.office.run("ip", "address", "add", f"{DATABASE}/32", "dev", "lo")

    def start(self, where: Namespace, name: str, *command: str) -> "subprocess.Popen[str]":
        """Start a program in a namespace; what it prints goes to a file of its name."""
        log = (self.folder / f"{name}.log").open("w")
        environment = {**os.environ, "GATESCALE_CA_FILE": str(self.ca), "PYTHONUNBUFFERED": "1"}
        return where.start(*command, stdout=log, stderr=log, env=environment)

    def gatescale(self, *arguments: str) -> tuple[str, ...]:
        """Return the command line of the product's command."""
        return (str(Path(sys.executable).with_name("gatescale")), *arguments)

    def run(self, where: Namespace, *arguments: str, hidden: str = "") -> str:
        """Run the product's command in a namespace, show it, and return what it printed."""
        shown = " ".join(("gatescale", *arguments))
        self.teller.command(shown.replace(hidden, "…") if hidden else shown)
        return where.run("env", f"GATESCALE_CA_FILE={self.ca}", *self.gatescale(*arguments))

    def serve_office(self) -> None:
        """Start the office's web server and database port."""
        self.start(self.office, "web", sys.executable, str(_SERVERS), "web", f"{WEB}:80")
        self.start(
            self.office, "database", sys.executable, str(_SERVERS), "database", f"{DATABASE}:5432"
        )

    def api(self, method: str, path: str, body: Any = None, *headers: str) -> Any:
        """Ask the REST API with curl; show the command; return the JSON answer, or None.

        Raises:
            StepFailedError: the API refused.
        """
        sent = [] if body is None else ["-d", json.dumps(body)]
        extra = [part for header in headers for part in ("-H", header)]
        words = f"curl -X {method} {URL}{path} -H apikey:$KEY"
        words += "".join(f" -H '{h}'" for h in headers)
        self.teller.command(f"{words} -d '{json.dumps(body)}'" if sent else words)
        printed = self.internet.run(
            *("curl", "-gsS", "--cacert", str(self.ca), "-X", method, URL + path),
            *("-H", f"apikey: {self.key}", "-H", "content-type: application/json"),
            *("-w", "\n%{http_code}", *extra, *sent),
        )
        answer, _, status = printed.rpartition("\n")
        if not status.startswith("2"):
            raise StepFailedError(f"{status}: {answer}")
        return json.loads(answer) if answer.strip() else None

    def ask(self, path: str) -> Any:
        """Ask the REST API without showing it: for waiting."""
        printed = self.internet.run(
            "curl", "-gsS", "--cacert", str(self.ca), URL + path, "-H", f"apikey: {self.key}"
        )
        return json.loads(printed)

    def close(self) -> None:
        """Stop the agents so that they remove what they made; the lab removes the rest."""
        for name in ("ann", "cyd"):
            where: Namespace = getattr(self, name)
            where.run(*self.gatescale("disconnect", "--state-dir", self.state(name)), check=False)

    def simulate(self, who: str, **signals: bool) -> None:
        """Let a person's device see these signals of itself, whatever they are."""
        said = self.folder / f"{who}-signals.json"
        said.with_suffix(".new").write_text(json.dumps(signals))
        said.with_suffix(".new").rename(said)
        Path(self.state(who), "posture.toml").write_text(f'override = "{said}"\n')

    def state(self, name: str) -> str:
        """Return an agent's state directory."""
        return str(self.folder / name)


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    """Return once it is so.

    Raises:
        StepFailedError: it is not within ``PATIENCE_SECONDS``.
    """
    deadline = monotonic() + PATIENCE_SECONDS
    while not is_so():
        if monotonic() > deadline:
            raise StepFailedError(f"waited {PATIENCE_SECONDS:.0f} s in vain until {what}")
        sleep(0.1)
