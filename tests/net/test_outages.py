"""Gateway, controller or the network between them go and come back; topology in ``stage.py``."""

import signal
from contextlib import ExitStack

import pytest

from net.stage import DATABASE, LOBBY, WIKI, policy_body
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
    assert all(flow.is_whole for flow in (*flows, witness))


def test_a_gateway_that_is_stopped_leaves_in_force_what_is(stage, traffic, witness, flows, denied):
    assert stage.gateway.agent.end(signal.SIGTERM) == 0
    traffic.flow(*flows)
    traffic.refused(denied, witness=witness)
    assert witness.is_whole


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
    assert witness.is_whole


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
    assert all(flow.is_whole for flow in (*flows, witness))


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
    assert witness.is_whole


def test_a_change_while_the_controller_is_cut_off_arrives_when_it_is_back(
    stage, traffic, witness, flows, denied
):
    with stage.ann.client.frozen():
        stage.cut("controller")
        revoked = stage.change("DELETE", f"/tenants/policies/{stage.wiki_policy}")
        traffic.flow(*flows)
        stage.splice("controller")
        stage.gateway.enforces(revoked)
        traffic.refused(*flows, since=now(), witness=witness)
    traffic.refused(denied, witness=witness)
    assert witness.is_whole


def test_what_was_answered_before_the_controller_was_killed_reaches_everybody_once(
    stage, traffic, witness, flows
):
    database = stage.resource("Database", DATABASE)
    before = stage.revision
    agents = (stage.gateway.agent, stage.ann.client, stage.bob.client)
    with ExitStack() as frozen:
        # Nobody hears the second controller, so only its log can have told the third.
        for agent in agents:
            frozen.enter_context(agent.frozen())
        stage.controller.kill()
        stage.start_controller()
        stage.change("DELETE", f"/tenants/policies/{stage.wiki_policy}")
        body = policy_body("Database", [database], users=[stage.ann.user])
        last = stage.change("POST", "/tenants/policies", body)
        stage.controller.kill()
        stage.start_controller()
    stage.gateway.enforces(last)
    traffic.refused(*flows, since=now(), witness=witness)
    traffic.flow(traffic.udp(stage.ann.namespace, DATABASE))
    logged = stage.sql("SELECT revision FROM changes WHERE revision > ? ORDER BY 1", before)
    assert [row[0] for row in logged[:2]] == [last - 1, last] == [before + 1, before + 2]
    assert witness.is_whole


def test_a_controller_killed_as_it_answers_has_told_everybody_or_does_when_it_is_back(
    stage, traffic, witness, flows
):
    with stage.ann.client.frozen():
        revoked = stage.change("DELETE", f"/tenants/policies/{stage.wiki_policy}")
        stage.controller.kill()
        stage.start_controller()
        stage.gateway.enforces(revoked)
        traffic.refused(*flows, since=now(), witness=witness)
    assert witness.is_whole
