"""Gateways in the console: made, installed, tested, changed and removed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from agents import BareAgent
from browser.conftest import PHONE, THEMES, OpenTab, Tab
from live import Api


@pytest.fixture
def office(api: Api) -> Any:
    """A gateway that nothing enrolled as."""
    return api.made("/tenants/gateways", {"name": "Office", "wireguardPort": "51820"})


@contextmanager
def connected(api: Api, token: str) -> Iterator[BareAgent]:
    """An agent that enrolled with the token and holds its stream."""
    agent = BareAgent(api.url)
    assert agent.enrol(token, "gateway").status == 201
    with agent.stream() as stream:
        stream.event()
        yield agent


def test_a_gateway_is_made_and_turns_green_when_it_connects(tab: Tab, api: Api) -> None:
    page = tab.open("/gateways")
    page.get_by_role("button", name="Create gateway").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name").fill("Office")
    drawer.get_by_label("WireGuard port").fill("70000")
    drawer.get_by_role("button", name="Create gateway").click()
    expect(drawer.get_by_text("A UDP port lies between 1 and 65535.")).to_be_visible()
    drawer.get_by_label("WireGuard port").fill("51820")
    drawer.get_by_label("Relay").check()
    drawer.get_by_role("button", name="Create gateway").click()
    expect(page.get_by_role("heading", name="Office")).to_be_visible()
    (made,) = api.all("/tenants/gateways")
    assert made["relayEnabled"]
    told = page.get_by_text(f"gatescale gateway run --controller {api.url}")
    expect(told).to_contain_text(made["token"])
    expect(page.get_by_text("Waiting for the gateway to connect")).to_be_visible()
    with connected(api, made["token"]):
        expect(page.get_by_text("Connected", exact=True)).to_be_visible()
        tab.open("/gateways")
        expect(page.get_by_role("row", name="Office")).to_contain_text("Online")


def test_a_test_tells_every_finding(tab: Tab, office: Any) -> None:
    page = tab.open(f"/gateways/{office['id']}?tab=test")
    page.get_by_role("button", name="Test configuration").click()
    expect(page.get_by_text("No software has enrolled as this gateway yet.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Failed")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Test again")).to_be_enabled()


def test_a_change_from_elsewhere_is_not_overwritten_unasked(
    tab: Tab, api: Api, office: Any
) -> None:
    path = f"/tenants/gateways/{office['id']}"
    page = tab.open(f"/gateways/{office['id']}?tab=details")
    page.get_by_label("Endpoint").fill("gw.acme.test")
    api.put(path, json={"name": "Berlin", "wireguardPort": "51820"})
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Changed meanwhile")).to_be_visible()
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_label("Name")).to_have_value("Berlin")
    page.get_by_label("Endpoint").fill("gw.acme.test")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert api.get(path).json()["endpoint"] == "gw.acme.test"


def test_a_rotated_token_is_shown_with_its_command(tab: Tab, api: Api, office: Any) -> None:
    page = tab.open(f"/gateways/{office['id']}?tab=details")
    page.get_by_role("button", name="Rotate token").click()
    page.get_by_role("dialog").get_by_role("button", name="Rotate token").click()
    expect(page.get_by_text("There is a new token.")).to_be_visible()
    token = api.get(f"/tenants/gateways/{office['id']}").json()["token"]
    assert token != office["token"]
    expect(page.get_by_text(token)).to_be_visible()


def test_relay_is_switched_and_that_is_undone(tab: Tab, api: Api, office: Any) -> None:
    page = tab.open(f"/gateways/{office['id']}?tab=details")
    page.get_by_role("button", name="Enable relay").click()
    expect(page.get_by_text("Relay enabled on 1 gateway.")).to_be_visible()
    assert api.get(f"/tenants/gateways/{office['id']}").json()["relayEnabled"]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Relay disabled on 1 gateway.")).to_be_visible()
    page.get_by_role("tab", name="Audit log").click()
    expect(page.get_by_role("cell", name="Made a gateway no relay")).to_be_visible()


def test_maintenance_begins_and_that_is_undone(tab: Tab, api: Api, office: Any) -> None:
    with connected(api, office["token"]):
        page = tab.open(f"/gateways/{office['id']}?tab=details")
        page.get_by_role("button", name="Start maintenance").click()
        expect(page.get_by_text("1 gateway in maintenance.")).to_be_visible()
        assert api.get(f"/tenants/gateways/{office['id']}").json()["status"] == "MAINTENANCE"
        expect(page.get_by_role("button", name="End maintenance")).to_be_visible()
        page.get_by_role("tab", name="Install").click()
        expect(page.get_by_text("Devices are sent to other gateways")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Maintenance of 1 gateway ended.")).to_be_visible()
        assert api.get(f"/tenants/gateways/{office['id']}").json()["status"] == "ONLINE"
    page.get_by_role("tab", name="Audit log").click()
    expect(page.get_by_role("cell", name="Ended a gateway")).to_be_visible()


def test_deleting_wants_the_name_typed(tab: Tab, api: Api, office: Any) -> None:
    page = tab.open(f"/gateways/{office['id']}")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Delete")).to_be_disabled()
    dialog.get_by_role("textbox").fill("Office")
    dialog.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/gateways")
    expect(page.get_by_text("No gateways yet")).to_be_visible()
    assert api.all("/tenants/gateways") == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, office: Any, theme: str) -> None:
    api.made("/tenants/gateways", {"name": "Berlin", "wireguardPort": "51820"})
    with open_tab(api, theme) as tab, connected(api, office["token"]):
        page = tab.open("/gateways")
        page.get_by_text("Waiting for install").wait_for()
        tab.screenshot(f"gateways-{theme}")
        assert tab.violations() == []
        for part in ("details", "resources", "install", "test", "audit"):
            tab.open(f"/gateways/{office['id']}?tab={part}")
            page.get_by_role("tabpanel").wait_for()
            if part == "test":
                page.get_by_role("button", name="Test configuration").click()
                page.get_by_role("button", name="Test again").wait_for()
            tab.screenshot(f"gateway-{part}-{theme}")
            assert tab.violations() == [], part
        tab.open("/gateways?do=create")
        page.get_by_role("dialog").get_by_role("button", name="Create gateway").wait_for()
        tab.screenshot(f"gateways-create-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, office: Any) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/gateways")
        page.get_by_role("link", name="Office").click()
        page.get_by_text("Waiting for the gateway to connect").wait_for()
        tab.screenshot("gateway-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
