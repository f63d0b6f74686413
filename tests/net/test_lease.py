"""What a gateway may enforce without its controller ends with its lease.

Topology in ``stage.py``; the tenant's lease lasts seconds.
"""

from time import time

import pytest

from net.lab import Lab
from net.stage import LOBBY, Stage
from net.traffic import Traffic, now, wait_until

pytestmark = pytest.mark.net

LEASE_SECONDS = 4


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    """A stage whose gateway may go without the controller for a few seconds only."""
    folder = tmp_path_factory.mktemp("lease")
    with Lab("gsnl") as lab, Stage(lab, folder, lease_seconds=LEASE_SECONDS) as stage:
        yield stage


def test_grants_lapse_with_the_lease_and_return_with_the_controller(brief):
    gateway = brief.gateway
    with Traffic(brief.office) as traffic:
        flow = traffic.udp(brief.ann.namespace, LOBBY)
        traffic.flow(flow)
        began = gateway.report["leaseUntil"]
        wait_until("the lease was renewed twice", lambda: time() > began + LEASE_SECONDS)
        traffic.flow(flow)
        assert not gateway.report["lapsed"]

        brief.controller.kill()
        traffic.flow(flow)
        wait_until("the lease ends", lambda: gateway.report["lapsed"])
        wait_until("no device is let in", lambda: not gateway.devices())
        silent = now()
        wait_until("time passes", lambda: flow.device.sent > 200)
        assert not flow.leaked(silent)

        brief.start_controller()
        wait_until("devices are let in", lambda: brief.ann.address in gateway.devices())
        brief.ann.shake_hands_anew()
        traffic.flow(flow)
