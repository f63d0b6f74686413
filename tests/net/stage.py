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
import sqlite3
from contextlib import closing, suppress
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any, Self

from live import Answer, Api
from net.lab import Lab, Namespace
from net.machines import CONTROLLER, GATESCALE, URL, Device, Gateway, Program, without_settings
from net.traffic import wait_until

WIKI, DATABASE, LOBBY = "10.20.0.10", "10.20.0.20", "10.20.0.99"
OFFICE = "10.20.0.0/24"
TUNNELS = "100.64.0.0/10"

_NOBODY = dict.fromkeys(("allGroups", "allUsers", "allDevices", "allResources"), False)


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
        create = (GATESCALE, "tenant", "create", *who, *self._data)
        made = self.headquarters.run("env", *without_settings(), *create)
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
            device.user, device.groups = self.user(email, *groups), groups
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
        for group in set(device.groups) - {row["id"] for row in user["groups"]}:
            self.api.made(f"/tenants/users/{device.user}/groups", {"groupId": group})
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
