"""Gateways over HTTP."""

import pytest

from controller import given
from controller.expect import refused
from controller.people import gateway


@pytest.mark.parametrize(("verb", "enabled"), [("enable", True), ("disable", False)])
def test_relay_is_switched_on_and_off_and_a_repeat_changes_nothing(api, verb, enabled):
    gateway = given.gateway(api)
    path = f"/tenants/gateways/{gateway['id']}"
    if not enabled:
        api.made(f"{path}/enable-relay", None)
    switched = api.made(f"{path}/{verb}-relay", None)
    assert switched["relayEnabled"] is enabled
    assert given.read(api, path) == switched | {"current": False}
    assert api.made(f"{path}/{verb}-relay", None) == switched, "not even updatedAt"
    found = given.rows(api, "gateways", f"&filter[relayEnabled]={str(enabled).lower()}")
    assert [row["id"] for row in found] == [gateway["id"]]


def test_maintenance_begins_and_ends_and_a_repeat_changes_nothing(live, api):
    site = gateway(live, api, "Berlin")
    path = f"/tenants/gateways/{site.id}"
    before = given.read(api, path)
    begun = api.made(f"{path}/start-maintenance", None)
    assert (begun["status"], begun["maintenance"]) == ("MAINTENANCE", True)
    assert api.made(f"{path}/start-maintenance", None) == begun, "not even updatedAt"
    found = given.rows(api, "gateways", "&filter[status]=MAINTENANCE")
    assert [row["id"] for row in found] == [site.id]
    ended = api.made(f"{path}/end-maintenance", None)
    assert (ended["status"], ended["maintenance"]) == (before["status"], False)
    only = "&filter[operation]=GatewaysController_startMaintenance"
    (event,) = given.rows(api, "audit-events", only)
    assert (event["before"], event["after"]) == ({"maintenance": False}, {"maintenance": True})


def test_what_nobody_enrolled_is_not_maintained(api):
    path = f"/tenants/gateways/{given.gateway(api)['id']}"
    refused(api, "POST", f"{path}/start-maintenance", 409)
    assert given.read(api, path)["status"] == "PENDING"


@pytest.mark.parametrize(
    "verb",
    [
        "enable-relay",
        "disable-relay",
        "start-maintenance",
        "end-maintenance",
        "test-configuration",
    ],
)
def test_a_gateway_that_is_not_this_tenants_is_not_found(api, other_api, verb):
    alien = given.gateway(other_api)
    for gateway_id in (alien["id"], given.ABSENT):
        refused(api, "POST", f"/tenants/gateways/{gateway_id}/{verb}", 404)
    unchanged = given.read(other_api, f"/tenants/gateways/{alien['id']}")
    assert unchanged == alien | {"current": False}
