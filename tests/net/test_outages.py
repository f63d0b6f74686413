"""Gateway, controller or the network between them go and come back; topology in ``stage.py``."""

import signal

import pytest

from net.stage import DATABASE, LOBBY, WIKI
from net.traffic import now, wait_until

pytestmark = pytest.mark.net


@pytest.fixture
def flows(stage, traffic, witness):
    """ann's flows to the wiki, which only she may reach."""
    stage.wiki = stage.resource("Wiki", WIKI)
    stage.wiki_policy = stage.policy("Wiki", [stage.wiki], users=[stage.ann.user])
    flows = [traffic.tcp(stage.ann.namespace, WIKI), traffic.udp(stage.ann.namespace, WIKI)]
    traffic.flow(*flows)
    return flows


@pytest.fixture
def denied(stage, traffic):
    """A flow that never may pass, as nobody may reach the database."""
    with stage.bob.client.frozen():
        stage.bob.tamper(f"{DATABASE}/32", f"{LOBBY}/32")
        yield traffic.udp(stage.bob.namespace, DATABASE)


def test_a_killed_gateway_lets_flows_go_on_and_so_does_its_restart(
    stage, traffic, witness, flows, denied
):
    stage.gateway.agent.kill()
    traffic.flow(*flows)
    stage.gateway.start()
    traffic.flow(*flows)
    traffic.refused(denied, witness=witness)
    assert [flow.missing for flow in (*flows, witness)] == [0, 0, 0]


def test_a_gateway_that_is_stopped_leaves_in_force_what_is(stage, traffic, witness, flows, denied):
    assert stage.gateway.agent.end(signal.SIGTERM) == 0
    traffic.flow(*flows)
    traffic.refused(denied, witness=witness)
    assert witness.missing == 0


def test_what_was_revoked_while_the_gateway_was_dead_is_cut_when_it_is_back(
    stage, traffic, witness, flows
):
    with stage.ann.client.frozen():
        stage.gateway.agent.kill()
        revoked = stage.change("DELETE", f"/tenants/policies/{stage.wiki_policy}")
        traffic.flow(*flows)
        stage.gateway.start()
        stage.gateway.enforces(revoked)
        traffic.refused(*flows, since=now(), witness=witness)
    assert witness.missing == 0


def test_a_gateway_that_starts_without_a_controller_enforces_what_it_holds(
    stage, traffic, witness, flows, denied
):
    stage.controller.kill()
    stage.gateway.agent.kill()
    stage.gateway.forget()
    stage.gateway.agent.start()
    wait_until("it lets devices in", lambda: stage.ann.address in stage.gateway.devices())
    stage.ann.shake_hands_anew()
    stage.bob.shake_hands_anew()
    traffic.flow(flows[1], witness)
    traffic.refused(denied, witness=witness)


def test_a_gateway_that_restarts_without_a_controller_disturbs_no_flow(
    stage, traffic, witness, flows, denied
):
    stage.controller.kill()
    stage.gateway.agent.kill()
    stage.gateway.agent.start()
    wait_until("it says so", lambda: "cannot be reached" in stage.gateway.agent.said)
    traffic.flow(*flows)
    traffic.refused(denied, witness=witness)
    assert [flow.missing for flow in (*flows, witness)] == [0, 0, 0]


def test_flows_outlive_the_controller_and_changes_work_again_when_it_is_back(
    stage, traffic, witness, flows, denied
):
    stage.controller.kill()
    traffic.flow(*flows)
    stage.start_controller()
    wait_until("the gateway is online", stage.gateway.is_online)
    traffic.flow(*flows)
    with stage.ann.client.frozen():
        stage.enforced("DELETE", f"/tenants/policies/{stage.wiki_policy}")
        traffic.refused(*flows, since=now(), witness=witness)
    stage.policy("Wiki again", [stage.wiki], users=[stage.ann.user])
    traffic.flow(flows[1])
    traffic.refused(denied, witness=witness)
    assert witness.missing == 0


@pytest.fixture
def cut_off(stage):
    """Cut the gateway off from the controller, but not from the devices."""
    # A packet filter in between would do as well; a route to nowhere needs less.
    stage.gateway.namespace.run("ip", "route", "add", "blackhole", "198.18.0.1/32")

    def reconnect():
        stage.gateway.namespace.run("ip", "route", "del", "blackhole", "198.18.0.1/32")

    return reconnect
