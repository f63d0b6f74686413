"""Access by rules: posture, attributes and time, down to packets; topology in ``stage.py``."""

import json
import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from net.stage import DATABASE, LOBBY, OFFICE, WIKI
from net.traffic import now, wait_until

pytestmark = pytest.mark.net

PORT = 443
"""Any: the resources offer all."""

RULES = (
    "device.posture.diskEncryption",
    "device.posture.firewall",
    "user.department == 'Engineering'",
    "user.department != 'Engineering'",
    "'Engineers' in user.groups && !device.posture.firewall",
    "now < timestamp('2020-01-01T00:00:00Z')",
    "now > timestamp('2020-01-01T00:00:00Z') || device.owned",
    "origin.ip.within('198.18.1.0/24')",
    "origin.ip.within('192.0.2.0/24')",
)


@contextmanager
def signals(device, **seen):
    """Have a device see these signals of itself; to be changed by calling what this yields."""
    said = device.folder / "signals.json"

    def see(**signals):
        fresh = said.with_suffix(".new")
        fresh.write_text(json.dumps(signals))
        fresh.rename(said)

    see(**seen)
    (device.folder / "posture.toml").write_text(f'override = "{said}"\n')
    try:
        yield see
    finally:
        (device.folder / "posture.toml").unlink()


def reported(stage, device, **signals):
    """Wait until the controller knows these signals."""

    def known():
        posture = stage.get(f"/tenants/devices/{device.id}")["posture"] or {}
        return {name: posture.get(name) for name in signals} == signals

    wait_until(f"{device.name} has reported {signals}", known)


def rule(stage, text, *, timed=None):
    timed = "now" in text if timed is None else timed
    body = {"name": f"Rule {stage.revision}", "rule": text, "hasTimeConstraint": timed}
    return stage.enforced("POST", "/tenants/admission-rules", body)["id"]


def is_shut_out(stage):
    """Tell whether ann may not reach the wiki, and the gateway enforces it."""

    def explained(address):
        path = f"/tenants/access/explain?device={stage.ann.id}&to={address}:{PORT}"
        return stage.get(path)["results"][0]

    return not explained(WIKI)["allowed"] and explained(LOBBY)["gateway"]["enforces"]


@pytest.fixture(autouse=True)
def no_rules_are_left(whole_stage):
    yield
    whole_stage.clear()
    for each in whole_stage.get("/tenants/admission-rules"):
        if each["type"] == "CUSTOM":
            whole_stage.enforced("DELETE", f"/tenants/admission-rules/{each['id']}")


def test_a_flow_stops_when_disk_encryption_is_lost_and_comes_back(stage, traffic, witness):
    with signals(stage.ann, diskEncryption=True) as see:
        reported(stage, stage.ann, diskEncryption=True)
        encrypted = rule(stage, "device.posture.diskEncryption")
        stage.policy("Wiki", [stage.resource("Wiki", WIKI)], users=[stage.ann.user], rule=encrypted)
        flows = [traffic.tcp(stage.ann.namespace, WIKI), traffic.udp(stage.ann.namespace, WIKI)]
        traffic.flow(*flows)
        see(diskEncryption=False)
        reported(stage, stage.ann, diskEncryption=False)
        path = f"/tenants/access/explain?device={stage.ann.id}&to={WIKI}:{PORT}"
        wait_until("it is enforced", lambda: is_shut_out(stage))
        traffic.refused(*flows, since=now(), witness=witness)
        (found,) = stage.get(path)["results"]
        assert found["allowed"] is False
        assert "device.posture.diskEncryption is false" in found["passedOver"][-1]["sentence"]
        see(diskEncryption=True)
        traffic.flow(traffic.tcp(stage.ann.namespace, WIKI))
    assert witness.is_whole


def test_a_flow_stops_when_its_time_is_over(stage, traffic, witness):
    end = datetime.now(UTC) + timedelta(seconds=12)
    until = rule(stage, f"now < timestamp('{end:%Y-%m-%dT%H:%M:%SZ}')")
    stage.policy("Wiki", [stage.resource("Wiki", WIKI)], users=[stage.ann.user], rule=until)
    flows = [traffic.tcp(stage.ann.namespace, WIKI), traffic.udp(stage.ann.namespace, WIKI)]
    traffic.flow(*flows)
    wait_until("it is enforced that time is over", lambda: is_shut_out(stage))
    assert datetime.now(UTC) >= end.replace(microsecond=0)
    traffic.refused(*flows, since=now(), witness=witness)
    assert witness.is_whole


def test_explanations_say_what_packets_do(stage, traffic, witness):
    dice = random.Random(4)
    wiki, database = stage.resource("Wiki", WIKI), stage.resource("Database", DATABASE)
    everything = stage.resource("Office", OFFICE)
    path = f"/tenants/users/{stage.ann.user}"
    with signals(stage.ann, diskEncryption=True, firewall=False):
        reported(stage, stage.ann, diskEncryption=True, firewall=False)
        with stage.ann.client.frozen():
            stage.ann.tamper(OFFICE)
            seen = set()
            for number in range(8):
                department = dice.choice(("Engineering", "Sales"))
                stage.enforced("PUT", path, {"department": department})
                made = [policy(stage, dice, (wiki, database, everything), number) for _ in range(3)]
                stage.order(stage.lobby_policy, *dice.sample(made, 3))
                seen |= {agreed(stage, traffic, witness, address) for address in (WIKI, DATABASE)}
                for each in made:
                    stage.enforced("DELETE", f"/tenants/policies/{each}")
        assert seen == {True, False}


def policy(stage, dice, resources, number):
    allow = dice.random() < 0.7
    carried = {"rule": rule(stage, dice.choice(RULES))} if allow else {}
    return stage.policy(
        f"Policy {number}.{stage.revision}",
        [dice.choice(resources)],
        action=allow,
        users=[dice.choice((stage.ann.user, stage.ann.user, stage.bob.user))],
        **carried,
    )


def agreed(stage, traffic, witness, address):
    """Return the verdict, which packets agree with."""
    asked = f"/tenants/access/explain?device={stage.ann.id}&to={address}:{PORT}/udp"
    (found,) = stage.get(asked)["results"]
    flow = traffic.udp(stage.ann.namespace, address)
    if found["allowed"]:
        traffic.flow(flow)
    else:
        traffic.refused(flow, witness=witness)
    return found["allowed"]
