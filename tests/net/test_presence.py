"""Who is there, as the API says it; topology in ``stage.py``."""

import pytest

from net.machines import Device
from net.traffic import wait_until

pytestmark = pytest.mark.net


def last_connections(stage, device):
    """Return when a device and its user were last connected."""
    seen = stage.get(f"/tenants/devices/{device.id}")
    user = stage.get(f"/tenants/users/{device.user}")
    return seen["lastConnection"], user["lastConnection"]


@pytest.mark.parametrize("leave", [Device.disconnect, Device.kill])
def test_a_device_is_online_while_its_client_is_connected(stage, leave):
    ann = stage.ann
    wait_until("ann is online", lambda: ann.status == "Online")
    before = last_connections(stage, ann)
    assert None not in before
    leave(ann)
    wait_until("ann is offline", lambda: ann.status == "Offline")
    kept = last_connections(stage, ann)
    assert kept >= before
    assert stage.bob.status == "Online"
    ann.connect()
    wait_until("ann is online again", lambda: ann.status == "Online")
    assert all(new > old for new, old in zip(last_connections(stage, ann), kept, strict=True))


def test_a_deactivated_device_is_said_to_be_so_whether_or_not_it_connects(stage):
    stage.enforced("PATCH", f"/tenants/devices/{stage.ann.id}/deactivate")
    assert stage.ann.status == "Deactivated"


def test_a_gateway_that_is_gone_is_offline_and_online_when_it_is_back(stage):
    last = stage.gateway.seen["lastOnline"]
    stage.gateway.agent.kill()
    wait_until("the gateway is offline", lambda: stage.gateway.seen["status"] == "OFFLINE")
    assert stage.gateway.seen["lastOnline"] >= last
    stage.gateway.start()
    assert stage.gateway.seen["status"] == "ONLINE"
