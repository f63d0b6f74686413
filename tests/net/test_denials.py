"""What a gateway denies is told with its reason; topology in ``stage.py``."""

from typing import Any

import pytest

from net.stage import DATABASE, OFFICE, WIKI
from net.traffic import wait_until

pytestmark = pytest.mark.net


def test_a_denied_packet_is_told_with_its_reason(stage, traffic):
    ann = stage.ann
    denied = stage.resource("Kept wiki", WIKI)
    stage.resource("Kept database", DATABASE)
    stage.policy("Not the wiki", [denied], action=False, users=[ann.user])

    def told(address: str, **as_wanted: object) -> dict[str, Any] | None:
        """Return the denial; others of this device may have been told before."""
        path = f"/tenants/denials?limit=100&filter[destination]={address}"
        rows = stage.get(f"{path}&filter[deviceId]={ann.id}")["data"]
        return next((row for row in rows if as_wanted.items() <= row.items()), None)

    wiki = {"cause": "POLICY", "policyName": "Not the wiki", "resourceName": "Kept wiki"}
    database = {"cause": "DEFAULT", "policyName": None, "resourceName": "Kept database"}
    with ann.client.frozen():
        ann.tamper(OFFICE)
        for address, as_wanted in ((WIKI, wiki), (DATABASE, database)):
            traffic.udp(ann.namespace, address)
            wait_until(f"{address} is told", lambda a=address, w=as_wanted: told(a, **w))
    for address, as_wanted in ((WIKI, wiki), (DATABASE, database)):
        row = told(address, **as_wanted)
        assert row is not None
        assert (row["gatewayId"], row["userId"]) == (stage.gateway.id, ann.user)
        assert row["protocol"] == "UDP"
        assert row["packets"] > 0
