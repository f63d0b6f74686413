"""Tests of a gateway's configuration, with gateways that answer by hand."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from agents import BareAgent
from controller import given
from controller.people import device, wiki
from live import Api, Live

CHECKS = ("controlChannel", "clock", "enforcement", "forwarding", "wireguardPort", "resources")


class Site:
    """An enrolled gateway, and a socket that stands for its WireGuard."""

    def __init__(
        self, live: Live, api: Api, endpoint: str | None = None, name: str = "Site"
    ) -> None:
        family = socket.AF_INET6 if endpoint == "[::1]" else socket.AF_INET
        self.ear = socket.socket(family, socket.SOCK_DGRAM)
        self.ear.bind(("::1" if endpoint == "[::1]" else "127.0.0.1", 0))
        self.ear.settimeout(10)
        self.port = self.ear.getsockname()[1]
        body = {"name": name, "wireguardPort": str(self.port), "endpoint": endpoint}
        made = api.made("/tenants/gateways", body)
        self.path = f"/tenants/gateways/{made['id']}/test-configuration"
        self.agent = BareAgent(live.url)
        assert self.agent.enrol(made["token"], "gateway").status == 201
        self._api = api

    @contextmanager
    def stream(self):
        """Be connected, and known to be."""
        with self.agent.stream() as stream:
            stream.next("program")
            yield stream

    def heard(self) -> str:
        """Return the secret of the next knock."""
        knock = self.ear.recv(2048)
        assert (len(knock), knock[:16]) == (48, b"gatescale knock ")
        return knock[16:].decode()

    def report(self, probe: dict, **changed: object) -> dict:
        """Return the report of a gateway with nothing wrong."""
        sound = {
            "id": probe["id"],
            "clock": time.time(),
            "forwarding": {"IPv4": True, "IPv6": True},
            "interface": True,
            "table": True,
            "listenPort": self.port,
            "lapsed": False,
            "error": "",
            "listened": True,
            "heard": {},
            "outcomes": ["answered" for _ in probe["targets"]],
        }
        if "heard" not in changed and probe["knocks"]:
            sound["heard"] = {self.heard(): self.port}
        return sound | changed


@pytest.fixture
def sites(live: Live, api: Api):
    """Makes gateways."""
    with ExitStack() as stack:

        def make(endpoint: str | None = None, name: str = "Site") -> Site:
            site = Site(live, api, endpoint, name)
            stack.callback(site.ear.close)
            return site

        yield make


@contextmanager
def asking(api: Api, path: str):
    """Ask for a test meanwhile; yield a list that holds the result at the end."""
    results: list[dict] = []
    thread = threading.Thread(target=lambda: results.append(api.made(path, None)))
    thread.start()
    yield results
    thread.join(30)
    assert results, "the test did not end"


def answered(api: Api, site: Site, **changed: object) -> dict:
    """Return the result of a test that the gateway answers so."""
    with site.stream() as stream, asking(api, site.path) as results:
        probe = stream.next("probe")
        assert site.agent.send("probes", site.report(probe, **changed)).status == 204
    return results[0]


def test_a_gateway_that_nobody_enrolled_is_not_recognized(live: Live, api: Api):
    gateway = given.gateway(api)
    result = api.made(f"/tenants/gateways/{gateway['id']}/test-configuration", None)
    assert (result["status"], result["_error"]) == ("UNRECOGNIZED", "controlChannel")
    assert f"gatescale gateway run --controller {live.url} --token-file" in result["error"]
    assert gateway["token"] not in result["error"]
    outcomes = [result["details"][name]["outcome"] for name in CHECKS]
    assert outcomes == ["FAILED"] + ["SKIPPED"] * 5


def test_what_is_in_maintenance_is_tested_and_told_so(api: Api, sites):
    site = sites("127.0.0.1")
    api.made(site.path.replace("test-configuration", "start-maintenance"), None)
    assert answered(api, site)["status"] == "MAINTENANCE"
    assert answered(api, site, table=False)["status"] == "ERROR"


def test_a_gateway_that_never_came_is_not_reachable(live: Live, api: Api, sites):
    result = api.made(sites().path, None)
    assert (result["status"], result["_error"]) == ("NOT_REACHABLE", "controlChannel")
    assert result["error"].startswith("The gateway is not connected. See on its machine that")
    assert f"reaches {live.url}." in result["error"]


def test_gateways_that_say_nothing_are_not_reachable_and_hold_nobody_else_up(api: Api, sites):
    results = []
    with ExitStack() as stack:
        for number in range(12):  # more than the connections to the database
            site = sites(name=f"Silent {number}")
            stack.enter_context(site.stream())
            results.append(stack.enter_context(asking(Api(api.url, api.key), site.path)))
            site.heard()
        made = api.made("/tenants/groups", {"name": "Meanwhile", "roles": []})["id"]
        assert api.get(f"/tenants/groups/{made}").status == 200
        assert not any(results)
    for (result,) in results:
        assert result["status"] == "NOT_REACHABLE"
        assert "did not answer within 8 s" in result["error"]
        assert "Its software is 1.0 and the controller's" in result["error"]


@pytest.mark.parametrize("endpoint", [None, "127.0.0.1", "[::1]"])
def test_knocks_come_to_the_endpoint_until_the_gateway_answers(api: Api, sites, endpoint):
    site = sites(endpoint)
    resource = wiki(api, site.agent.id, "10.7.0.0/16")
    with site.stream() as stream, asking(api, site.path) as results:
        probe = stream.next("probe")
        assert probe["gatewayId"] == site.agent.id
        assert probe["targets"] == [{"network": "10.7.0.0/16", "port": 0}]
        secret = site.heard()
        assert site.heard() == secret, "one may get lost"
        assert secret not in str(probe), "only who hears it can know it"
        report = site.report(probe, heard={secret: site.port}, outcomes=["routed"])
        assert site.agent.send("probes", report).status == 204
    assert results[0]["status"] == "ONLINE", results
    assert (results[0]["error"], results[0]["_error"]) == (None, None)
    (attempt,) = results[0]["details"]["resources"]["attempts"]
    assert (attempt["resource"]["id"], attempt["address"]) == (resource, "10.7.0.0/16")


@pytest.mark.parametrize(
    ("changed", "check", "words"),
    [
        ({"forwarding": {"IPv4": True, "IPv6": False}}, "forwarding", "not forward IPv6"),
        ({"interface": False, "listenPort": 0}, "enforcement", "WireGuard interface is missing"),
        ({"table": False}, "enforcement", "nftables table is missing"),
        ({"lapsed": True}, "enforcement", "lease has ended"),
        ({"error": "nft: no memory"}, "enforcement", "not all is in force: nft: no memory."),
        ({"listened": False}, "wireguardPort", "CAP_NET_RAW"),
        ({"heard": {}}, "wireguardPort", "do not arrive"),
        ({"heard": {"0" * 32: 51820}}, "wireguardPort", "do not arrive"),
    ],
)
def test_what_a_gateway_complains_of_is_named(api: Api, sites, changed, check, words):
    site = sites()
    result = answered(api, site, **changed)
    assert (result["status"], result["_error"]) == ("ERROR", check), result
    assert words in result["error"]
    assert result["details"][check] == {"outcome": "FAILED", "detail": result["error"]}


@pytest.mark.parametrize(("off", "words"), [(60, "ahead of"), (-60, "behind")])
def test_a_clock_that_is_wrong_is_named(api: Api, sites, off, words):
    site = sites()
    result = answered(api, site, clock=time.time() + off)
    assert (result["status"], result["_error"]) == ("ERROR", "clock")
    assert f" s {words} the controller's" in result["error"]


def test_wireguard_on_another_port_is_named(api: Api, sites):
    site = sites()
    result = answered(api, site, listenPort=1)
    assert result["_error"] == "enforcement, wireguardPort"
    assert f"listens on port 1, not on {site.port}" in result["error"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("silent", "does not answer"),
        ("unreachable", "cannot be reached"),
        ("barred", "could not be tried"),
    ],
)
def test_a_resource_that_is_not_reached_is_named(api: Api, sites, outcome, words):
    site = sites()
    wiki(api, site.agent.id)
    result = answered(api, site, outcomes=[outcome])
    assert result["_error"] == "resources"
    assert f"10.0.0.5 {words}" in result["error"]


def test_no_more_than_some_dozens_are_tried_each_address_first(api: Api, sites):
    site = sites()
    names = [given.predefined(api, name)["id"] for name in ("SMTP", "SSH", "DNS")]
    body = {
        "name": "Many",
        "type": "PRIVATE",
        "addresses": [{"address": f"10.0.0.{n}", "protocols": names} for n in range(40)],
    }
    made = api.made("/tenants/resources", body)["id"]
    api.made(f"/tenants/resources/{made}/gateways", {"gatewayId": site.agent.id})
    with site.stream() as stream, asking(api, site.path) as results:
        probe = stream.next("probe")
        targets = probe["targets"]
        assert len(targets) == 48
        assert {target["port"] for target in targets[:40]} == {22}
        assert {target["port"] for target in targets[40:]} == {25}
        assert site.agent.send("probes", site.report(probe)).status == 204
    assert results[0]["status"] == "ONLINE"
    found = results[0]["details"]["resources"]
    assert [each["outcome"] for each in found["attempts"]] == ["PASSED"] * 48
    assert "the first 48 addresses were tried" in found["detail"]


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("nowhere.invalid:51820", "cannot resolve the endpoint nowhere.invalid:51820"),
        ("224.0.0.1:51820", "cannot send to the endpoint 224.0.0.1:51820"),
        ("0.0.0.0:51820", "not the address of one machine"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_named(api: Api, sites, endpoint, words):
    site = sites(endpoint)
    result = answered(api, site, heard={})
    assert result["_error"] == "wireguardPort"
    assert words in result["error"]


def test_only_the_gateway_that_was_asked_is_believed_and_only_in_time(
    live: Live, api: Api, group: str, sites
):
    site, other = sites(), Site(live, live.tenant("Third"))
    stranger, _ = device(live, api, group)
    with site.stream() as stream, asking(api, site.path) as results:
        probe = stream.next("probe")
        report = site.report(probe)
        lie = report | {"table": False}
        assert other.agent.send("probes", lie).status == 404
        assert stranger.send("probes", lie).status == 403
        assert site.agent.post("probes", lie).status == 401
        forged = probe["id"][:-1] + ("A" if probe["id"][-1] != "A" else "B")
        for made_up in (forged, "", "|", probe["id"].rpartition("|")[0]):
            assert site.agent.send("probes", lie | {"id": made_up}).status == 404
        assert site.agent.send("probes", lie | {"heard": {"x": 1}}).status == 422
        assert site.agent.send("probes", lie | {"outcomes": ["silent"] * 49}).status == 422
        live.clock.ahead += type(live.clock.ahead)(seconds=9)
        late = site.agent.send("probes", lie)
        assert (late.status, "too late" in late.json()["detail"]) == (410, True)
        live.clock.ahead *= 0
        assert site.agent.send("probes", report).status == 204
        assert site.agent.send("probes", lie).status == 204, "the first word counts"
    other.ear.close()
    assert results[0]["status"] == "ONLINE", results


def test_who_asks_during_a_test_hears_of_the_same_test(api: Api, sites):
    site = sites()
    again = Api(api.url, api.key)
    with (
        site.stream() as stream,
        asking(api, site.path) as first,
        asking(again, site.path) as second,
    ):
        probe = stream.next("probe")
        assert site.heard()
        assert site.heard()
        assert site.agent.send("probes", site.report(probe)).status == 204
    assert first == second


def test_who_waits_is_told_when_the_controller_ends(tmp_path):
    answers = []
    with Live(tmp_path) as ending:
        api = ending.tenant()
        site = Site(ending, api)
        asking = threading.Thread(target=lambda: answers.append(api.post(site.path)))
        with site.stream() as stream:
            asking.start()
            stream.next("probe")
            ending.__exit__()
    asking.join(20)
    site.ear.close()
    assert [answer.status for answer in answers] == [503]
