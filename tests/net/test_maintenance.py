"""While people work on a gateway, packets go through the next one, and nobody waits.

Topology in ``stage.py``, and a second gateway at the office's edge, 198.18.4.2 and 10.20.0.2. Each
hides devices behind its own address, so the office sees which one packets came through.
"""

import pytest

from net.lab import Lab
from net.machines import Gateway
from net.stage import LOBBY, Stage
from net.traffic import Flow, Traffic, wait_until

pytestmark = pytest.mark.net

FIRST, SECOND = "10.20.0.1", "10.20.0.2"


@pytest.fixture(scope="module")
def edges(tmp_path_factory):
    """A stage and its second gateway, through which the lobby is reached if need be."""
    folder = tmp_path_factory.mktemp("edges")
    with Lab("gsnt") as lab, Stage(lab, folder) as stage:
        second = Gateway(stage, "second", "198.18.4", "Branch")
        _, office = lab.link(second.namespace, stage.office, f"{SECOND}/24", "10.20.0.11/32")
        stage.office.run("ip", "route", "add", f"{SECOND}/32", "dev", office)
        second.start()
        path = f"/tenants/resources/{stage.lobby}/gateways"
        stage.enforced("POST", path, {"gatewayId": second.id})
        yield stage, second


def goes_through(traffic: Traffic, flow: Flow, edge: str) -> None:
    """Return once the office hears a flow from a gateway, and answers."""

    def is_so() -> bool:
        return flow.office.peer is not None and flow.office.peer[0] == edge

    traffic.flow(flow)
    wait_until(f"packets come through {edge}", is_so)
    traffic.flow(flow)


def test_packets_go_through_the_next_gateway_until_maintenance_ends(edges):
    stage, _ = edges
    path = f"/tenants/gateways/{stage.gateway.id}"
    with Traffic(stage.office) as traffic:
        flow = traffic.udp(stage.ann.namespace, LOBBY)
        goes_through(traffic, flow, FIRST)

        stage.enforced("POST", f"{path}/start-maintenance")
        goes_through(traffic, flow, SECOND)
        stage.gateway.agent.kill()
        stage.gateway.forget()
        stage.cut("gateway")
        traffic.flow(flow)
        assert stage.gateway.seen["status"] == "MAINTENANCE"

        stage.splice("gateway")
        stage.enforced("POST", f"{path}/end-maintenance")
        stage.gateway.start()
        goes_through(traffic, flow, FIRST)


def test_what_only_one_gateway_serves_stays_with_it(edges):
    stage, _ = edges
    wiki = stage.resource("Wiki", "10.20.0.10")
    stage.policy("Wiki", [wiki], allUsers=True)
    path = f"/tenants/gateways/{stage.gateway.id}"
    with Traffic(stage.office) as traffic:
        flow = traffic.udp(stage.ann.namespace, "10.20.0.10")
        goes_through(traffic, flow, FIRST)
        stage.enforced("POST", f"{path}/start-maintenance")
        goes_through(traffic, traffic.udp(stage.bob.namespace, LOBBY), SECOND)
        goes_through(traffic, flow, FIRST)
        stage.enforced("POST", f"{path}/end-maintenance")
