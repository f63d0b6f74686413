"""A grant that goes takes its flows with it, both ways; the flows of others go on.

The client of the device is frozen meanwhile: it keeps its tunnel, its routes and its peers, so
that what stops was stopped by the gateway. Topology in ``stage.py``.
"""

import pytest

from net.machines import REMOVED
from net.stage import LOBBY, WIKI
from net.traffic import now, wait_until

pytestmark = pytest.mark.net


@pytest.fixture
def flows(stage, traffic, witness):
    """ann's flows to the wiki, which she may reach as an engineer."""
    stage.wiki = stage.resource("Wiki", WIKI)
    stage.wiki_policy = stage.policy("Engineers", [stage.wiki], groups=[stage.engineers])
    listening = traffic.udp(stage.ann.namespace, WIKI)
    flows = [
        traffic.tcp(stage.ann.namespace, WIKI),
        traffic.udp(stage.ann.namespace, WIKI),
        listening,
    ]
    traffic.flow(*flows)
    listening.device.is_talking = False
    return flows


@pytest.fixture
def kept(stage, traffic):
    """ann's flow to the lobby, which everybody may reach."""
    flow = traffic.tcp(stage.ann.namespace, LOBBY)
    traffic.flow(flow)
    return flow


def assert_cut_by(stage, traffic, witness, flows, *change):
    """Make the change; from the moment of the answer on, nothing passes."""
    stage.enforced(*change)
    traffic.refused(*flows, since=now(), witness=witness)
    assert witness.is_whole


def test_a_deleted_device_loses_its_packets(stage, traffic, witness, flows, kept):
    ann = stage.ann
    with ann.client.frozen():
        path = f"/tenants/devices/{ann.id}"
        assert_cut_by(stage, traffic, witness, [*flows, kept], "DELETE", path)
        assert ann.address not in stage.gateway.devices()
    assert ann.client.end() == REMOVED
    assert "deleted" in ann.client.said


def test_a_deactivated_device_loses_its_packets_until_it_is_let_back_in(
    stage, traffic, witness, flows, kept
):
    ann = stage.ann
    with ann.client.frozen():
        path = f"/tenants/devices/{ann.id}/deactivate"
        assert_cut_by(stage, traffic, witness, [*flows, kept], "PATCH", path)
    wait_until("the client says so", lambda: "deactivated" in ann.client.said)
    stage.enforced("POST", f"/tenants/devices/{ann.id}/reactivate")
    traffic.flow(flows[1])


def test_the_devices_of_a_deactivated_user_lose_their_packets(stage, traffic, witness, flows, kept):
    with stage.ann.client.frozen():
        path = f"/tenants/users/{stage.ann.user}/deactivate"
        assert_cut_by(stage, traffic, witness, [*flows, kept], "PATCH", path)


def test_a_deleted_policy_takes_what_it_granted_and_no_more(stage, traffic, witness, flows, kept):
    with stage.ann.client.frozen():
        path = f"/tenants/policies/{stage.wiki_policy}"
        assert_cut_by(stage, traffic, witness, flows, "DELETE", path)
        traffic.flow(kept)


def test_who_leaves_a_group_loses_what_it_granted_and_no_more(stage, traffic, witness, flows, kept):
    member = f"/tenants/users/{stage.ann.user}/groups"
    with stage.ann.client.frozen():
        path = f"{member}/{stage.engineers}"
        assert_cut_by(stage, traffic, witness, flows, "DELETE", path)
        traffic.flow(kept)
        stage.enforced("POST", member, {"groupId": stage.engineers})
        traffic.flow(flows[1])


def test_a_resource_that_leaves_the_gateway_is_out_of_reach_and_no_other(
    stage, traffic, witness, flows, kept
):
    with stage.ann.client.frozen():
        path = f"/tenants/resources/{stage.wiki}/gateways/{stage.gateway.id}"
        assert_cut_by(stage, traffic, witness, flows, "DELETE", path)
        traffic.flow(kept)


def test_a_change_that_concerns_others_disturbs_no_flow(stage, traffic, witness, flows, kept):
    wiki = [stage.wiki]
    policies = [stage.policy(f"Bob {n}", wiki, users=[stage.bob.user]) for n in range(5)]
    for policy in policies:
        stage.enforced("DELETE", f"/tenants/policies/{policy}")
    traffic.flow(*flows, kept)
    traffic.flow(witness)
    assert all(flow.is_whole for flow in (*flows, kept, witness))
