"""Gateways over HTTP."""

import pytest

from controller import given
from controller.expect import refused


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


@pytest.mark.parametrize("verb", ["enable-relay", "disable-relay", "test-configuration"])
def test_a_gateway_that_is_not_this_tenants_is_not_found(api, other_api, verb):
    alien = given.gateway(other_api)
    for gateway_id in (alien["id"], given.ABSENT):
        refused(api, "POST", f"/tenants/gateways/{gateway_id}/{verb}", 404)
    unchanged = given.read(other_api, f"/tenants/gateways/{alien['id']}")
    assert unchanged == alien | {"current": False}
