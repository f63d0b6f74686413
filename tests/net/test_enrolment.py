"""Devices and gateways come in once for each secret; topology in ``stage.py``."""

import pytest

from net.lab import Lab
from net.machines import Device
from net.stage import LOBBY, Stage
from net.traffic import Traffic

pytestmark = pytest.mark.net


@pytest.fixture
def carol(stage):
    """A person who may have two devices, with two machines and none of them enrolled."""
    body = {"name": "Pairs", "roles": [], "maxDevices": 2}
    group = stage.api.made("/tenants/groups", body)["id"]
    user = stage.user("carol@acme.test", group)
    free = len(stage.cables) + 1
    machines = [Device(stage, f"carol{n}", f"198.18.{n}") for n in (free, free + 1)]
    for machine in machines:
        machine.user = user
    yield machines
    for machine in machines:
        if machine.client.runs:
            machine.client.kill()
    stage.enforced("DELETE", f"/tenants/users/{user}")
    stage.enforced("DELETE", f"/tenants/groups/{group}")


def devices(stage, user):
    return {each["id"] for each in stage.get(f"/tenants/users/{user}")["devices"]}


def events(stage):
    """Return how many changes people and agents made, their devices' reports left out."""
    return stage.get("/tenants/audit-events?limit=1")["total"]


def test_a_user_has_as_many_devices_as_they_may_and_no_more(stage, traffic, witness, carol):
    first, second = carol
    first.enrol(stage.invitation("carol@acme.test"))
    second.enrol()
    for machine in carol:
        machine.connect()
    flows = [traffic.udp(machine.namespace, LOBBY) for machine in carol]
    traffic.flow(*flows)

    link = stage.code(first.user)["link"]
    known, told = devices(stage, first.user), events(stage)
    first.folder = stage.folder / "carol-third"
    with pytest.raises(AssertionError, match="You have 2 devices, and may have 2") as refused:
        first.enrol(link)
    assert "Traceback" not in str(refused.value)
    assert (devices(stage, first.user), events(stage)) == (known, told)
    traffic.flow(*flows)

    stage.enforced("DELETE", f"/tenants/devices/{second.id}")
    first.enrol(link)
    assert len(devices(stage, first.user)) == 2


def test_a_code_is_good_for_one_device_once(stage, carol):
    first, second = carol
    link = stage.invitation("carol@acme.test")
    first.enrol(link)
    with pytest.raises(AssertionError, match="used already"):
        second.enrol(link)
    assert not (second.folder / "device").exists()
    assert len(stage.get(f"/tenants/users/{first.user}")["devices"]) == 1


@pytest.fixture
def fresh(tmp_path):
    """A stage for one test only, with a second machine at the office's edge."""
    with Lab("gsnf") as lab, Stage(lab, tmp_path) as stage:
        spare = stage.member("spare", "198.18.7")
        lab.link(spare, stage.office, "10.30.0.1/24", "10.30.0.2/24")
        spare.run("ip", "route", "add", "10.20.0.0/24", "via", "10.30.0.2")
        stage.spare = spare
        yield stage


def test_a_gateways_token_enrols_one_installation_until_it_is_rotated(fresh, tmp_path):
    gateway = fresh.gateway
    with Traffic(fresh.office) as traffic:
        flow = traffic.tcp(fresh.ann.namespace, LOBBY)
        folder, interface = tmp_path / "spare", fresh.lab.interface()
        second = gateway.software(fresh.spare, folder, interface, gateway.token)
        second.start()
        assert second.end() == 1
        assert "used already; rotate it" in second.said
        assert "Traceback" not in second.said
        assert gateway.is_online()
        traffic.flow(flow)

        token = fresh.enforced("POST", f"/tenants/gateways/{gateway.id}/rotate-token")["token"]
        traffic.flow(flow)
        second = gateway.software(fresh.spare, folder, interface, token)
        second.start()
        assert gateway.agent.end() == 1
        assert "enrolled anew" in gateway.agent.said
        assert not gateway.devices()
        traffic.flow(traffic.udp(fresh.ann.namespace, LOBBY))
