"""What a gateway denies is told with its reason; topology in ``stage.py``."""

import pytest

from net.stage import DATABASE, OFFICE, WIKI
from net.traffic import wait_until

pytestmark = pytest.mark.net


def test_a_denied_packet_is_told_with_its_reason(stage, traffic):
    ann = stage.ann
    denied = stage.resource("Wiki", WIKI)
    stage.resource("Database", DATABASE)
    stage.policy("Not the wiki", [denied], action=False, users=[ann.user])
    told: dict[str, dict] = {}

    def are_told() -> bool:
        rows = stage.get(f"/tenants/denials?filter[deviceId]={ann.id}")["data"]
        told.update({row["destination"]: row for row in rows})
        return told.keys() >= {WIKI, DATABASE}

    with ann.client.frozen():
        ann.tamper(OFFICE)
        for address in (WIKI, DATABASE):
            traffic.udp(ann.namespace, address)
        wait_until("both denials are told", are_told)
    wiki, database = told[WIKI], told[DATABASE]
    assert (wiki["cause"], wiki["policyName"]) == ("POLICY", "Not the wiki")
    assert (database["cause"], database["policyName"]) == ("DEFAULT", None)
    assert (wiki["resourceName"], database["resourceName"]) == ("Wiki", "Database")
    assert {row["gatewayId"] for row in told.values()} == {stage.gateway.id}
    assert {row["userId"] for row in told.values()} == {ann.user}
    assert {row["protocol"] for row in told.values()} == {"UDP"}
