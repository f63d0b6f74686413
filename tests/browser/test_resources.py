"""Resources in the console: made with their addresses and gateways, looked at, changed."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api


@pytest.fixture
def offices(api: Api) -> list[Any]:
    """Two gateways."""
    return [
        api.made("/tenants/gateways", {"name": name, "wireguardPort": "51820"})
        for name in ("Berlin", "Paris")
    ]


@pytest.fixture
def wiki(api: Api, offices: list[Any]) -> Any:
    """A resource behind the first gateway, which a policy allows to a group."""
    addresses = [{"address": "10.20.0.10"}]
    made = api.made(
        "/tenants/resources", {"name": "Wiki", "type": "PRIVATE", "addresses": addresses}
    )
    path = f"/tenants/resources/{made['id']}/gateways"
    api.made(path, {"gatewayId": offices[0]["id"]})
    group = api.made("/tenants/groups", {"name": "Engineers", "roles": []})["id"]
    nobody = dict.fromkeys(("allGroups", "allUsers", "allDevices", "allResources"), False)
    named = {"name": "Engineers read", "type": "PRIVATE", "action": True}
    api.made("/tenants/policies", {**nobody, **named, "groups": [group], "resources": [made["id"]]})
    return made


def test_a_resource_is_made_with_ports_and_gateways(tab: Tab, api: Api, offices: list[Any]) -> None:
    page = tab.open("/resources?do=create")
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name").fill("Wiki")
    drawer.get_by_label("Address 1", exact=True).fill("nonsense/99")
    drawer.get_by_label("Protocols of address 1").fill("8443")
    page.get_by_role("option", name="TCP 8443").click()
    page.keyboard.press("Escape")
    for name in ("Berlin", "Paris"):
        drawer.get_by_label("Add a gateway").click()
        page.get_by_role("option", name=name).click()
    drawer.get_by_role("button", name="Move Paris up").click()
    drawer.get_by_role("button", name="Create resource").click()
    expect(drawer.get_by_label("Address 1", exact=True)).to_have_attribute("aria-invalid", "true")
    drawer.get_by_label("Address 1", exact=True).fill("10.20.0.10")
    drawer.get_by_role("button", name="Create resource").click()
    expect(page.get_by_role("heading", name="Wiki")).to_be_visible()
    (made,) = api.all("/tenants/resources")
    assert [each["name"] for each in made["gateways"]] == ["Paris", "Berlin"]
    (address,) = made["addresses"]
    (protocol,) = address["protocols"]
    assert protocol["networkProtocols"] == [{"protocol": "TCP", "port": "8443"}]


def test_what_was_saved_of_a_new_resource_is_told_and_saving_goes_on(
    tab: Tab, api: Api, offices: list[Any]
) -> None:
    page = tab.open("/resources?do=create")
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name").fill("Wiki")
    drawer.get_by_label("Address 1", exact=True).fill("10.20.0.10")
    drawer.get_by_label("Add a gateway").click()
    page.get_by_role("option", name="Berlin").click()
    refusal = {"type": "about:blank", "title": "Busy", "status": 503, "detail": "Not now."}
    page.route("**/load-balancing", lambda route: route.fulfill(status=503, json=refusal), times=1)
    drawer.get_by_role("button", name="Create resource").click()
    told = drawer.get_by_role("alert")
    expect(told).to_contain_text("Wiki is saved, but not its gateways as chosen here: Not now.")
    assert [each["gateways"] for each in api.all("/tenants/resources")] == [[]]
    drawer.get_by_label("Name").fill("Handbook")
    drawer.get_by_role("button", name="Create resource").click()
    expect(page.get_by_role("heading", name="Handbook", level=1)).to_be_visible()
    (made,) = api.all("/tenants/resources")
    assert (made["name"], len(made["addresses"])) == ("Handbook", 1)
    assert [each["name"] for each in made["gateways"]] == ["Berlin"]


def test_a_change_that_was_saved_in_part_is_no_conflict_with_itself(
    tab: Tab, api: Api, wiki: Any
) -> None:
    page = tab.open(f"/resources/{wiki['id']}?do=edit")
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name").fill("Handbook")
    drawer.get_by_role("button", name="Remove Berlin").click()
    page.route("**/load-balancing", lambda route: route.abort(), times=1)
    drawer.get_by_role("button", name="Save changes").click()
    expect(drawer.get_by_role("alert")).to_contain_text("Handbook is saved, but not its gateways")
    assert given.read(api, f"/tenants/resources/{wiki['id']}")["gateways"] != []
    drawer.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    stored = given.read(api, f"/tenants/resources/{wiki['id']}")
    assert (stored["name"], stored["gateways"]) == ("Handbook", [])


def test_a_resource_without_a_gateway_says_so_and_gets_one(
    tab: Tab, api: Api, offices: list[Any]
) -> None:
    addresses = [{"address": "10.20.0.10"}]
    made = api.made(
        "/tenants/resources", {"name": "Wiki", "type": "PRIVATE", "addresses": addresses}
    )
    page = tab.open("/resources")
    expect(page.get_by_role("row", name="Wiki")).to_contain_text("Unreachable: no gateway")
    page.get_by_role("link", name="Wiki").click()
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("combobox", name="Add a gateway").click()
    page.get_by_role("option", name="Berlin").click()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("link", name="Berlin")).to_be_visible()
    found = api.get(f"/tenants/resources/{made['id']}").json()
    assert [each["name"] for each in found["gateways"]] == ["Berlin"]


def test_lists_narrow_by_gateway(tab: Tab, wiki: Any, offices: list[Any]) -> None:
    page = tab.open(f"/resources?gateways.id={offices[0]['id']}")
    expect(page.get_by_role("link", name="Wiki")).to_be_visible()
    tab.open(f"/resources?gateways.id={offices[1]['id']}")
    expect(page.get_by_text("Nothing matches")).to_be_visible()


def test_policies_that_name_it_are_linked(tab: Tab, wiki: Any) -> None:
    page = tab.open(f"/resources/{wiki['id']}?tab=policies")
    expect(page.get_by_role("link", name="Engineers read")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, wiki: Any, theme: str) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open("/resources")
        page.get_by_role("link", name="Wiki").wait_for()
        tab.screenshot(f"resources-{theme}")
        assert tab.violations() == []
        for part in ("details", "policies", "access", "audit"):
            tab.open(f"/resources/{wiki['id']}?tab={part}")
            page.get_by_role("tabpanel").wait_for()
            tab.screenshot(f"resource-{part}-{theme}")
            assert tab.violations() == [], part
        tab.open(f"/resources/{wiki['id']}?do=edit")
        page.get_by_role("button", name="Remove Berlin").wait_for()
        tab.screenshot(f"resource-edit-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, wiki: Any) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/resources?do=create")
        page.get_by_role("dialog").get_by_role("button", name="Create resource").wait_for()
        tab.screenshot("resources-create-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
