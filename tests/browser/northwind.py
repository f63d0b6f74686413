"""A company of thirty people as one would find it, made through the API, with agents online."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from agents import BareAgent
from controller import given
from controller.people import link_in, mails_to
from live import Api, Live

TEAMS = {
    "Engineering": "Builds and runs the product.",
    "Support": "Helps customers.",
    "Finance": "Invoices and payroll.",
    "Contractors": "From outside, for a while.",
}
PEOPLE = (
    ("Ines", "Albrecht", "Engineering", "Platform engineer"),
    ("Tomás", "Barros", "Engineering", "Backend engineer"),
    ("Wei", "Chen", "Engineering", "Security engineer"),
    ("Grace", "Daniels", "Support", "Support lead"),
    ("Omar", "El-Sayed", "Finance", "Controller"),
    ("Freya", "Holm", "Engineering", "Site reliability engineer"),
    ("Marek", "Jankowski", "Contractors", "Database consultant"),
    ("Aiko", "Kimura", "Support", "Support engineer"),
    ("Lucía", "Moreno", "Finance", "Accountant"),
    ("Noah", "Okafor", "Contractors", "Auditor"),
)
INVITED = ("priya.raman@northwind.test", "samuel.vogt@northwind.test")
MACHINES = (
    ("linux", "Debian GNU/Linux", "12.7", True),
    ("macos", "macOS", "15.1", True),
    ("windows", "Windows 11 Pro", "10.0.22631", False),
)
RESOURCES = (
    ("Wiki", "10.20.0.10", "HTTP/HTTPS", "Frankfurt"),
    ("Git", "10.20.0.20", "SSH", "Frankfurt"),
    ("Billing database", "10.20.4.5", "PostgreSQL", "Frankfurt"),
    ("Build cluster", "10.20.8.0/24", "ALL", "Frankfurt"),
    ("Printers", "192.168.40.0/28", "ALL", "Lisbon"),
    ("Payroll", "10.20.4.9", "HTTP/HTTPS", None),
)
DENIED = (
    ("Marek", "10.20.4.5", 6, 5432, 7),
    ("Wei", "10.20.8.4", 6, 443, 12),
    ("Aiko", "10.20.0.20", 6, 22, 3),
    ("Grace", "10.99.0.7", 1, 0, 4),
)
"""Whose device sent how much where in vain, by the protocol's number and port."""


@contextmanager
def at_work(live: Live) -> Iterator[Api]:
    """Make the company; its gateways and most devices are online within the block."""
    api = live.tenant("Northwind", "eva.lindqvist@northwind.test")
    api.put(
        f"/tenants/users/{given.owner(api)['id']}",
        json={"firstName": "Eva", "lastName": "Lindqvist", "title": "Head of IT"},
    )
    teams = {name: given.group(api, name, description=text)["id"] for name, text in TEAMS.items()}
    gateways = _gateways(api)
    resources = _resources(api, gateways)
    rules = _rules(api)
    _policies(api, teams, resources, rules)
    people = _people(live, api, teams)
    given.policy_test(
        api,
        "Contractors never reach payroll",
        groups=[teams["Contractors"]],
        resources=[resources["Payroll"]],
    )
    for email in INVITED:
        given.user(api, email, [teams["Support"]])
    api.made("/tenants/api-keys", {"name": "Terraform", "role": "ADMIN"})
    api.made("/tenants/api-keys", {"name": "Grafana", "role": "AUDITOR"})
    with ExitStack() as streams:
        for name in ("Frankfurt", "Lisbon"):
            agent = BareAgent(live.url)
            assert agent.enrol(gateways[name]["token"], "gateway").status == 201
            program = streams.enter_context(agent.stream()).next("program")
            assert agent.send("acks", {"revision": program["revision"]}).status == 204
            if name == "Frankfurt":
                _deny(agent, people)
        for agent in people[:3] + people[4:7] + people[8:]:
            streams.enter_context(agent.stream()).event()
        yield api


def _deny(gateway: BareAgent, people: list[BareAgent]) -> None:
    devices = {first: agent.id for (first, *_), agent in zip(PEOPLE, people, strict=True)}
    denials = [
        {
            "deviceId": devices[first],
            "destination": address,
            "protocol": protocol,
            "port": port,
            "packets": packets,
            "at": int(time.time()) - 40 * place,
        }
        for place, (first, address, protocol, port, packets) in enumerate(DENIED)
    ]
    assert gateway.send("denials", {"denials": denials}).status == 204


def _gateways(api: Api) -> dict[str, Any]:
    places = {"Frankfurt": "Data centre, rack 12", "Lisbon": "Office", "Singapore": "From March"}
    return {
        name: api.made(
            "/tenants/gateways",
            {
                "name": name,
                "description": text,
                "wireguardPort": "51820",
                "endpoint": f"{name.lower()}.northwind.test",
            },
        )
        for name, text in places.items()
    }


def _resources(api: Api, gateways: dict[str, Any]) -> dict[str, str]:
    known = {each["name"]: each["id"] for each in given.read(api, "/tenants/protocols")}
    made = {}
    for name, address, protocol, gateway in RESOURCES:
        protocols = [known[protocol]] if protocol in known else []
        place = {"address": address, **({"protocols": protocols} if protocols else {})}
        body = {"name": name, "type": "PRIVATE", "addresses": [place]}
        made[name] = api.made("/tenants/resources", body)["id"]
        if gateway:
            path = f"/tenants/resources/{made[name]}/gateways"
            api.made(path, {"gatewayId": gateways[gateway]["id"]})
    return made


def _rules(api: Api) -> dict[str, str]:
    encrypted = "device.posture.diskEncryption && device.posture.firewall"
    return {
        "healthy": given.admission_rule(api, "Healthy device", encrypted)["id"],
        "engineering": given.admission_rule(api, "Engineers only")["id"],
    }


def _policies(
    api: Api, teams: dict[str, str], resources: dict[str, str], rules: dict[str, str]
) -> None:
    given.policy(
        api,
        "Contractors stay out of billing",
        action=False,
        groups=[teams["Contractors"]],
        resources=[resources["Billing database"], resources["Payroll"]],
    )
    given.policy(
        api,
        "Engineers reach the build cluster",
        groups=[teams["Engineering"]],
        resources=[resources["Build cluster"], resources["Git"]],
        rule=rules["healthy"],
    )
    given.policy(
        api,
        "Finance reaches billing and payroll",
        groups=[teams["Finance"]],
        resources=[resources["Billing database"], resources["Payroll"]],
        rule=rules["healthy"],
    )
    given.policy(api, "Everybody reads the wiki", allUsers=True, resources=[resources["Wiki"]])
    given.policy(api, "Everybody prints", allUsers=True, resources=[resources["Printers"]])


def _people(live: Live, api: Api, teams: dict[str, str]) -> list[BareAgent]:
    laptops = []
    for number, (first, last, team, title) in enumerate(PEOPLE):
        email = f"{first}.{last}@northwind.test".lower().replace("á", "a").replace("í", "i")
        person = given.user(api, email, [teams[team]])
        said = {"firstName": first, "lastName": last, "department": team, "title": title}
        api.put(f"/tenants/users/{person['id']}", json=said)
        # The invitation is accepted by the first device that enrols with its link.
        agent = BareAgent(live.url)
        assert agent.enrol(_secret(live, email), name=f"{first}'s laptop").status == 201
        family, name, version, encrypted = MACHINES[number % len(MACHINES)]
        signals = {
            "osFamily": family,
            "osName": name,
            "osVersion": version,
            "diskEncryption": encrypted,
            "firewall": True,
            "screenLock": True,
            "serialNumber": f"NW-{number:04}",
        }
        report = {"deviceId": agent.id, "collectedAt": time.time(), "signals": signals}
        assert agent.send("posture", report).status == 204
        laptops.append(agent)
    return laptops


def _secret(live: Live, email: str) -> str:
    (mail,) = mails_to(live.settings.mail_dir, email)
    return link_in(mail).rpartition("/")[2]
