"""The test of a gateway's configuration, with real things wrong; topology in ``stage.py``."""

import json
import select
import socket
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest

from net.machines import CONTROLLER, GATESCALE, URL, without_settings
from net.stage import WIKI
from net.traffic import wait_until

pytestmark = pytest.mark.net

ABSENT = "10.20.0.77"
CHECKS = (
    "controlChannel",
    "clock",
    "enforcement",
    "forwarding",
    "wireguardPort",
    "resources",
)


def probed(stage):
    return stage.api.made(path_of(stage), None)


def path_of(stage):
    return f"/tenants/gateways/{stage.gateway.id}/test-configuration"


class Asking:
    """A test that is asked for, and whose answer is read later."""

    def __init__(self, stage):
        host, _, port = CONTROLLER.partition(":")
        self._connection = HTTPConnection(host, int(port))
        self._connection.sock = stage.headquarters.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._connection.sock.settimeout(30)
        self._connection.sock.connect((host, int(port)))
        self._connection.request("POST", path_of(stage), headers={"apikey": stage.api.key})

    @property
    def is_answered(self):
        return bool(select.select([self._connection.sock], [], [], 0)[0])

    def result(self):
        with self._connection.getresponse() as response:
            return json.loads(response.read())


def failed(result, *checks, status="ERROR"):
    """Check that exactly these checks failed; return their words."""
    details = result["details"]
    assert set(details) == set(CHECKS)
    assert [name for name in CHECKS if details[name]["outcome"] == "FAILED"] == list(checks), result
    assert (result["status"], result["_error"]) == (status, ", ".join(checks))
    assert all(details[name]["detail"] in result["error"] for name in checks)
    return " ".join(details[name]["detail"] for name in checks)


def attempts(result):
    return {
        (each["address"], each["port"]): (each["outcome"], each["detail"])
        for each in result["details"]["resources"]["attempts"]
    }


@contextmanager
def firewall(namespace, chain, rule):
    """Have a rule in a namespace."""
    table = f"table ip wall {{\n chain c {{ type {chain}; policy accept; {rule};\n }}\n}}\n"
    namespace.run("nft", "-f", "-", stdin=table)
    try:
        yield
    finally:
        namespace.run("nft", "delete", "table", "ip", "wall")


def test_a_gateway_with_nothing_wrong_is_online(stage):
    result = probed(stage)
    assert result["status"] == "ONLINE", result
    assert (result["error"], result["_error"]) == (None, None)
    assert {check["outcome"] for check in result["details"].values()} == {"PASSED"}
    (lobby,) = result["details"]["resources"]["attempts"]
    assert (lobby["resource"]["name"], lobby["port"]) == ("Lobby", None)


@pytest.mark.parametrize(
    ("family", "setting"),
    [("IPv4", "net.ipv4.ip_forward"), ("IPv6", "net.ipv6.conf.all.forwarding")],
)
def test_forwarding_that_someone_switched_off_is_named(stage, family, setting):
    stage.gateway.namespace.run("sysctl", "-qw", f"{setting}=0")
    try:
        words = failed(probed(stage), "forwarding")
    finally:
        stage.gateway.namespace.run("sysctl", "-qw", f"{setting}=1")
    assert f"does not forward {family}" in words
    assert f"sysctl -w {setting}=1" in words


def test_a_firewall_on_the_way_to_the_wireguard_port_is_noticed(stage):
    with firewall(stage.internet, "filter hook forward priority 0", "udp dport 51820 drop"):
        words = failed(probed(stage), "wireguardPort")
    assert "198.18.2.2:51820" in words
    assert "UDP port 51820" in words


def test_a_firewall_on_the_gateway_itself_is_noticed(stage):
    with firewall(stage.gateway.namespace, "filter hook input priority 0", "udp dport 51820 drop"):
        failed(probed(stage), "wireguardPort")


def test_a_router_that_passes_the_port_on_to_another_is_noticed(stage):
    nat = ("nat hook prerouting priority -100", "udp dport 51820 redirect to :51999")
    with firewall(stage.gateway.namespace, *nat):
        words = failed(probed(stage), "wireguardPort")
    assert "port 51999, but WireGuard listens on 51820" in words


def test_resources_are_tried_each_in_its_way(stage):
    web = {"name": "Two ports", "networkProtocols": [{"protocol": "TCP", "port": "8080-8090"}]}
    web["networkProtocols"].append({"protocol": "TCP", "port": "9"})
    speaks = [stage.api.made("/tenants/protocols", web)["id"]]
    addresses = [
        {"address": WIKI, "protocols": speaks},
        {"address": "10.20.0.0/24"},
        {"address": ABSENT},
        {"address": "10.20.0.78", "protocols": speaks},
        {"address": "wiki.corp.test"},
    ]
    body = {"name": "Many", "type": "PRIVATE", "addresses": addresses}
    made = stage.enforced("POST", "/tenants/resources", body)["id"]
    path = f"/tenants/resources/{made}/gateways"
    stage.enforced("POST", path, {"gatewayId": stage.gateway.id})
    listener = stage.office.socket(2, 1)
    listener.bind((WIKI, 8080))
    listener.listen()
    try:
        result = probed(stage)
        words = failed(result, "resources")
    finally:
        listener.close()
        stage.enforced("DELETE", f"/tenants/resources/{made}")
        stage.enforced("DELETE", f"/tenants/protocols/{speaks[0]}")
    found = attempts(result)
    assert found[WIKI, "8080"] == ("PASSED", f"Many: {WIKI} port 8080 accepts connections.")
    assert found[WIKI, "9"][0] == "PASSED"
    assert "refuses connections: the host is there" in found[WIKI, "9"][1]
    assert found["10.20.0.0/24", None][0] == "PASSED"
    assert found[ABSENT, None][0] == "FAILED"
    assert found["10.20.0.78", "8080"][0] == "FAILED"
    assert found["wiki.corp.test", None][0] == "SKIPPED"
    assert f"Many: {ABSENT} " in words
    assert "Many: 10.20.0.78 port 8080 " in words
    assert WIKI + " " not in words


def test_a_stopped_agent_is_not_reachable(stage):
    stage.gateway.agent.kill()
    words = failed(probed(stage), "controlChannel", status="NOT_REACHABLE")
    assert "`gatescale gateway run`" in words
    wait_until("it is offline", lambda: stage.gateway.seen["status"] == "OFFLINE")
    words = failed(probed(stage), "controlChannel", status="NOT_REACHABLE")
    assert "is not connected; it was last seen at " in words


def test_the_controller_works_on_while_it_waits_for_a_gateway(stage):
    with stage.gateway.agent.frozen():
        asking = Asking(stage)
        made = stage.api.made("/tenants/groups", {"name": "Meanwhile", "roles": []})["id"]
        assert stage.get(f"/tenants/groups/{made}")["name"] == "Meanwhile"
        assert not asking.is_answered
        failed(asking.result(), "controlChannel", status="NOT_REACHABLE")
    stage.enforced("DELETE", f"/tenants/groups/{made}")


def test_the_gateway_enforces_while_it_is_tested(stage):
    def runs():
        return len(stage.gateway.namespace.run("cat", "/proc/net/raw").splitlines()) > 1

    with firewall(stage.internet, "filter hook forward priority 0", "udp dport 51820 drop"):
        asking = Asking(stage)
        wait_until("the gateway listens for knocks", runs)
        stage.policy("Bob", [stage.lobby], users=[stage.bob.user])
        assert not asking.is_answered, "the change waited for the test"
        failed(asking.result(), "wireguardPort")


def test_the_command_tells_what_a_test_found(stage):
    stage.resource("Wiki", WIKI)
    settings = (f"GATESCALE_URL={URL}", f"GATESCALE_API_KEY={stage.api.key}")
    here = ("env", *without_settings(), *settings, "GATESCALE_INSECURE_HTTP=1")
    printed = stage.headquarters.run(*here, GATESCALE, "gateways", "test", "Office", check=False)
    assert "ONLINE" in printed, printed
    assert "wiki" in printed.lower()


def test_a_command_waits_until_its_change_is_enforced(stage):
    settings = (f"GATESCALE_URL={URL}", f"GATESCALE_API_KEY={stage.api.key}")
    here = ("env", *without_settings(), *settings, "GATESCALE_INSECURE_HTTP=1", GATESCALE)
    deactivate = ("devices", "deactivate", stage.ann.id, "--wait", "10")
    stage.headquarters.run(*here, *deactivate)
    assert stage.ann.address not in stage.gateway.devices()
