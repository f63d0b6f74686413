"""A device without our client: WireGuard's own wg-quick with what the console shows."""

import pytest

from net.stage import LOBBY
from net.traffic import now, wait_until
from person import Person

pytestmark = pytest.mark.net


def configuration(key: str, shown: dict) -> str:
    """Return what the console writes for wg-quick."""
    addresses = ", ".join(f"{a}/{128 if ':' in a else 32}" for a in shown["addresses"])
    peers = "".join(
        f"\n[Peer]\nPublicKey = {peer['publicKey']}\nEndpoint = {peer['endpoint']}\n"
        f"AllowedIPs = {', '.join(peer['allowedIps'])}\nPersistentKeepalive = 25\n"
        for peer in shown["peers"]
    )
    return f"[Interface]\nPrivateKey = {key}\nAddress = {addresses}\n{peers}"


@pytest.fixture
def dave(stage):
    """A person who joined at a browser, on a machine with nothing of ours."""
    email = f"dave{len(stage.cables)}@acme.test"
    everyone = stage.get("/tenants/groups?filter[deleteable]=false")["data"][0]["id"]
    user = stage.user(email, everyone)
    machine = stage.member(f"dave{len(stage.cables)}", f"198.18.{len(stage.cables) + 1}")
    person = Person(stage.api.url)
    path = stage.invitation(email).removeprefix(stage.api.url)
    with machine.entered():
        page, _ = person.choose_password(path, firstName="Dave")
    assert page.status == 200
    yield machine, person, user
    stage.enforced("DELETE", f"/tenants/users/{user}")


def test_packets_pass_by_wireguard_alone_until_the_device_is_deleted(
    stage, traffic, witness, dave, tmp_path
):
    machine, person, _ = dave
    key = machine.run("wg", "genkey").strip()
    public = machine.run("wg", "pubkey", stdin=key).strip()
    with machine.entered():
        made = person.ask("POST", "/tenants/me/devices", {"name": "Phone", "publicKey": public})
        assert made.status == 201, made.text
        device = stage.get("/tenants/devices?filter[name]=Phone")["data"][0]["id"]
        shown = person.ask("GET", f"/tenants/me/devices/{device}/wireguard").json()
    interface = stage.lab.interface()
    file = tmp_path / f"{interface}.conf"
    file.write_text(configuration(key, shown))
    file.chmod(0o600)
    userspace = "WG_QUICK_USERSPACE_IMPLEMENTATION=wireguard-go"
    machine.run("env", userspace, "wg-quick", "up", str(file))
    try:
        flow = traffic.udp(machine, LOBBY)
        traffic.flow(flow)
        wait_until(
            "the device is online",
            lambda: stage.get(f"/tenants/devices/{device}")["status"] == "Online",
        )
        with machine.entered():
            path = f"/tenants/me/devices/{device}"
            assert person.ask("DELETE", path, Prefer="wait=10").status == 204
        traffic.refused(flow, witness=witness, since=now())
    finally:
        machine.run("wg-quick", "down", str(file), check=False)
