"""Runs the demo: ``make demo``; ``make demo KEEP=1`` leaves it up until Ctrl-C."""

import os
import signal
import socket
import sys
import threading
from email import policy
from email.parser import BytesParser
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from demo.say import StepFailedError, Teller
from demo.world import CONTROLLER, DATABASE, PORT, SMTP, URL, WEB, World, wait_for
from net.lab import Lab, Namespace

QUIET_SECONDS = 1.0
"""How long no packet must come before the download counts as cut."""


def main() -> int:
    """Run every step; return the exit code."""
    if os.geteuid() != 0:
        print("The demo makes network namespaces and tunnels: run it as root.", file=sys.stderr)
        return 1
    # Even where the shell that started us has interrupts ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    teller = Teller()
    with TemporaryDirectory(prefix="gatescale-demo-") as folder, Lab("gsd") as lab:
        try:
            world = World(lab, Path(folder), teller)
            try:
                tell_the_story(world)
                if os.environ.get("KEEP"):
                    keep(world)
            finally:
                world.close()
        except StepFailedError:
            show_logs(Path(folder))
        except KeyboardInterrupt:
            print("\nStopped; everything is removed.")
            return 130
    if teller.failed:
        print("\nThe demo FAILED; everything is removed.")
        return 1
    print("\nAll steps passed; everything is removed.")
    return 0


def tell_the_story(world: World) -> None:
    """Do the product's main job, step by step."""
    say = world.teller
    say.title("A company sets up its controller")
    start_controller(world)
    say.title("It describes what it has, and who may reach what")
    engineers, contractors = describe(world)
    say.title("A gateway joins, in front of the office's network")
    start_gateway(world)
    say.title("Two people are invited and connect their devices")
    invite_and_connect(world, engineers, contractors)
    say.title("Real packets: only what policy grants passes")
    reach(world)
    say.title("Access follows the state of the device")
    follow_posture(world)
    say.title("The engineer's device is deleted while it downloads")
    cut_off(world)


def start_controller(world: World) -> None:
    """Start the SMTP sink and the controller, and make a tenant."""
    say = world.teller
    with say.step("An SMTP server receives the mails."):
        sink = ("-m", "aiosmtpd", "-n", "-l", SMTP, "-c", "aiosmtpd.handlers.Mailbox")
        say.command(f"python {' '.join(sink)} mails")
        world.start(world.internet, "smtp", sys.executable, *sink, str(world.folder / "mails"))
        wait_for("the sink listens", lambda: answers(world.internet, CONTROLLER, 2525))
    with say.step("The controller starts, on embedded SQLite."):
        serve = (
            *("serve", "--data-dir", world.state("controller"), "--listen", f"{CONTROLLER}:{PORT}"),
            *("--public-url", URL, "--smtp-url", f"smtp://{SMTP}"),
            *("--tls-cert", str(world.certificate), "--tls-key", str(world.certificate_key)),
        )
        say.command(" ".join(("gatescale", *serve)))
        world.start(world.internet, "controller", *world.gatescale(*serve))
        wait_for("it listens", lambda: answers(world.internet, CONTROLLER, PORT))
    with say.step("A tenant is made; its first API key is printed once."):
        import json

        printed = world.run(
            world.internet,
            *("tenant", "create", "--name", "Acme", "--owner-email", "owner@acme.test"),
            *("--data-dir", world.state("controller"), "--json"),
        )
        world.key = json.loads(printed)["apiKey"]
        say.shown(f"API key {world.key[:8]}…")


def describe(world: World) -> tuple[str, str]:
    """Make groups, resources and a policy; return the ids of the groups."""
    say = world.teller
    with say.step("Two groups: engineers and contractors."):
        groups = [
            world.api("POST", "/tenants/groups", {"name": name, "roles": []})["id"]
            for name in ("Engineers", "Contractors")
        ]
    with say.step("Two resources: a wiki and a database."):
        protocols = {p["name"]: p["id"] for p in world.ask("/tenants/protocols")}
        wiki, database = (
            world.api("POST", "/tenants/resources", resource(name, address, protocols[speaks]))
            for name, address, speaks in (
                ("Wiki", WEB, "HTTP/HTTPS"),
                ("Database", DATABASE, "PostgreSQL"),
            )
        )
    with say.step("One policy: engineers may reach the wiki. Nothing else is allowed."):
        body = allow("Engineers read", groups[0], wiki["id"])
        world.policy = (world.api("POST", "/tenants/policies", body)["id"], body)
    world.resources = (wiki["id"], database["id"])
    return groups[0], groups[1]


def resource(name: str, address: str, protocol: str) -> dict[str, Any]:
    """Return the body that makes a private resource."""
    addresses = [{"address": address, "protocols": [protocol]}]
    return {"name": name, "type": "PRIVATE", "addresses": addresses}


def allow(name: str, group: str, resource: str) -> dict[str, Any]:
    """Return the body of a policy that lets a group reach a resource."""
    everybody = dict.fromkeys(("allGroups", "allUsers", "allDevices", "allResources"), False)
    named = {"groups": [group], "resources": [resource]}
    return {"name": name, "type": "PRIVATE", "action": True, **everybody, **named}


def start_gateway(world: World) -> None:
    """Make a gateway, attach the resources, and run its software on its host."""
    say = world.teller
    with say.step("The gateway is made, and serves both resources."):
        body = {"name": "Office", "wireguardPort": "51820"}
        gateway = world.api("POST", "/tenants/gateways", body)
        for attached in world.resources:
            path = f"/tenants/resources/{attached}/gateways"
            world.api("POST", path, {"gatewayId": gateway["id"]})
    with say.step("Its software runs on the host at the office's edge, and enrols with the token."):
        world.serve_office()
        token = world.folder / "token"
        token.touch(mode=0o600)
        token.write_text(gateway["token"])
        run = (
            *("gateway", "run", "--controller", URL, "--token-file", str(token)),
            *("--state-dir", world.state("gateway")),
            *("--interface", world.interfaces["gateway"]),
        )
        say.command(" ".join(("gatescale", *run)))
        world.start(world.gateway, "gateway", *world.gatescale(*run))
        path = f"/tenants/gateways/{gateway['id']}"
        wait_for("the gateway is ONLINE", lambda: world.ask(path)["status"] == "ONLINE")


def invite_and_connect(world: World, engineers: str, contractors: str) -> None:
    """Invite in bulk, read the mails, enrol by their links, connect."""
    say = world.teller
    people = {"ann": engineers, "cyd": contractors}
    with say.step("Ann, an engineer, and Cyd, a contractor, are invited in bulk."):
        rows = [{"email": f"{who}@acme.test", "groups": [group]} for who, group in people.items()]
        world.api("POST", "/tenants/users", rows)
    links: dict[str, str] = {}
    with say.step("Each gets a mail with an invitation link."):
        wait_for("both mails are there", lambda: links.update(read_mails(world)) or len(links) == 2)
        for who, link in sorted(links.items()):
            say.shown(f"{who}: {link[:48]}…")
    for who in people:
        here: Namespace = getattr(world, who)
        with say.step(f"{who.capitalize()} enrols a device by the link and connects it."):
            at = ("--state-dir", world.state(who))
            enrol = ("enroll", links[who], *at, "--name", f"{who}'s laptop")
            world.run(here, *enrol, "--hardware-id", who, hidden=links[who][-30:])
            world.simulate(who, diskEncryption=True)
            connect = ("connect", *at, "--interface", world.interfaces[who])
            say.command(" ".join(("gatescale", *connect)))
            world.start(here, who, *world.gatescale(*connect))
            query = f"/tenants/devices?filter[user.email]={who}@acme.test"
            wait_for("it is Online", lambda q=query: online(world, q))
    with say.step("The controller sees both online."):
        for device in world.api("GET", "/tenants/devices")["data"]:
            say.shown(f"{device['name']}: {device['status']}")


def online(world: World, query: str) -> bool:
    """Tell whether the one device that a query finds is online."""
    return [device["status"] for device in world.ask(query)["data"]] == ["Online"]


def read_mails(world: World) -> dict[str, str]:
    """Return the invitation links that arrived, by the recipient's name."""
    links = {}
    for path in (world.folder / "mails" / "new").glob("*"):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        text = mail.get_body(("plain",))
        words = text.get_content().split() if text else []
        link = next(word for word in words if word.startswith(URL))
        links[str(mail["To"]).partition("@")[0]] = link
    return links


def reach(world: World) -> None:
    """Try every pair of device and resource."""
    say = world.teller
    wiki, database = f"http://{WEB}/", f"telnet://{DATABASE}:5432"
    for who, url, passes in (
        ("ann", wiki, True),
        ("ann", database, False),
        ("cyd", wiki, False),
        ("cyd", database, False),
    ):
        what = "wiki" if url == wiki else "database"
        outcome = "reaches" if passes else "cannot reach"
        with say.step(f"{who.capitalize()} {outcome} the {what}."):
            here: Namespace = getattr(world, who)
            if passes:
                wait_for("the tunnel is up", lambda h=here: answers(h, WEB, 80))
            curl = ("curl", "-sS", "--max-time", "2", url)
            if reaches(world, here, *curl) != passes:
                raise StepFailedError("that is not what policy says")
    with say.step("Ann forces the database into her tunnel: the gateway drops it all the same."):
        tamper(world, "ann", DATABASE)
        if reaches(world, world.ann, "curl", "-sS", "--max-time", "2", database):
            raise StepFailedError("a tampered client gets further than policy lets it")


def reaches(world: World, here: Namespace, *curl: str) -> bool:
    """Run curl in a namespace, show it, and tell whether something answered."""
    world.teller.command(" ".join(curl))
    printed = here.run("sh", "-c", f"{' '.join(curl)} 2>&1 </dev/null", check=False)
    world.teller.shown(printed)
    return "Welcome" in printed or "ready" in printed


def tamper(world: World, who: str, address: str) -> None:
    """Route an address into a device's tunnel by hand, behind the client's back."""
    here: Namespace = getattr(world, who)
    interface = world.interfaces[who]
    peer, allowed = here.run("wg", "show", interface, "allowed-ips").split("\t", 1)
    allowed = f"{','.join(allowed.split())},{address}/32"
    for command in (
        ("wg", "set", interface, "peer", peer, "allowed-ips", allowed),
        ("ip", "route", "add", address, "dev", interface),
    ):
        world.teller.command(" ".join(command))
        here.run(*command)


def answers(here: Namespace, address: str, port: int) -> bool:
    """Tell whether a TCP connection from a namespace is accepted."""
    probe = here.socket(socket.AF_INET, socket.SOCK_STREAM)
    probe.settimeout(1)
    try:
        probe.connect((address, port))
    except OSError:
        return False
    finally:
        probe.close()
    return True


class Download(threading.Thread):
    """A download through Ann's tunnel that notes when data last came.

    Attributes:
        last: of the latest data, seconds of the monotonic clock.
        received: bytes.
    """

    def __init__(self, here: Namespace) -> None:
        super().__init__(daemon=True)
        self.last = 0.0
        self.received = 0
        self._socket = here.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.settimeout(QUIET_SECONDS)
        self._socket.connect((WEB, 80))
        self._socket.sendall(b"GET /backup HTTP/1.0\r\n\r\n")

    def run(self) -> None:
        """Read until nothing comes for a while."""
        try:
            while data := self._socket.recv(65536):
                self.last = monotonic()
                self.received += len(data)
        except OSError:
            return


def follow_posture(world: World) -> None:
    """Let the policy ask for disk encryption, lose it, and get it back."""
    say = world.teller
    policy_id, body = world.policy
    with say.step("From now on, engineers need a device whose disk is encrypted."):
        text = "device.posture.diskEncryption"
        rule = {"name": "Encrypted", "rule": text, "hasTimeConstraint": False}
        made = world.api("POST", "/tenants/admission-rules", rule)["id"]
        changed = {key: value for key, value in body.items() if key != "type"} | {"rule": made}
        world.api("PATCH", f"/tenants/policies/{policy_id}", changed, "Prefer: wait=10")
        wait_for("Ann still reaches the wiki", lambda: answers(world.ann, WEB, 80))
    with say.step("Ann's disk encryption is lost (a file stands in for her disk): the flow stops."):
        download = Download(world.ann)
        download.start()
        wait_for("a megabyte has come", lambda: download.received > 1_000_000)
        began = monotonic()
        world.simulate("ann", diskEncryption=False)
        download.join(20)
        if download.is_alive():
            raise StepFailedError("packets still come")
        lost = max(download.last - began, 0.0) * 1000
        say.shown(f"{lost:.0f} ms from the change on her device to the last packet")
    with say.step("The controller explains it."):
        found = world.api("GET", "/tenants/access/explain?user=ann@acme.test&to=Wiki:80")
        (result,) = found["results"]
        if result["allowed"]:
            raise StepFailedError("it says that she may")
        say.shown(result["passedOver"][-1]["rule"]["sentence"])
    with say.step("The disk is encrypted again: Ann is back."):
        world.simulate("ann", diskEncryption=True)
        wait_for("she reaches the wiki", lambda: answers(world.ann, WEB, 80))


def cut_off(world: World) -> None:
    """Delete Ann's device while it downloads, and measure."""
    say = world.teller
    device = world.ask("/tenants/devices?filter[user.email]=ann@acme.test")["data"][0]
    with say.step("Ann downloads a backup through the tunnel."):
        say.command(f"curl http://{WEB}/backup")
        download = Download(world.ann)
        download.start()
        wait_for("a megabyte has come", lambda: download.received > 1_000_000)
        say.shown(f"{download.received / 1e6:.1f} MB so far")
    with say.step("Her device is deleted; the answer waits until the gateway enforces it."):
        began = monotonic()
        world.api("DELETE", f"/tenants/devices/{device['id']}", None, "Prefer: wait=10")
        answered = monotonic()
        download.join(10)
        if download.is_alive():
            raise StepFailedError("packets still come")
        last = max(download.last - began, 0.0)
        say.shown(f"{last * 1000:.0f} ms from the command to the last packet")
        say.shown(f"{(answered - began) * 1000:.0f} ms until the command (curl) returned")
    with say.step("Ann can no longer reach the wiki, and her client says why."):
        if answers(world.ann, WEB, 80):
            raise StepFailedError("she still reaches it")
        log = world.folder / "ann.log"
        wait_for("the client says so", lambda: "deleted" in log.read_text())
        say.shown(next(line for line in log.read_text().splitlines() if "deleted" in line))


def keep(world: World) -> None:
    """Leave everything up until Ctrl-C."""
    print("\nEverything is left up. Play with it:")
    print(f"  controller  {URL}")
    print(f"  API key     {world.key}")
    print(f"  ask it      ip netns exec {world.internet.name} curl --cacert {world.ca} \\")
    print(f"                -H 'apikey: {world.key}' {URL}/tenants/devices")
    print(f"  in Cyd's    ip netns exec {world.cyd.name} bash")
    print("Ctrl-C removes it.")
    signal.pause()


def show_logs(folder: Path) -> None:
    """Print the ends of what the programs said."""
    for path in sorted(folder.glob("*.log")):
        lines = path.read_text().splitlines()[-8:]
        if lines:
            print(f"--- {path.name}", *lines, sep="\n    ")


if __name__ == "__main__":
    sys.exit(main())
