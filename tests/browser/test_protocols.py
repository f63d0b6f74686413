"""Protocols in the console: names for ports, made, found and deleted while nothing uses them."""

import pytest
from playwright.sync_api import expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api


def test_a_protocol_is_made_of_several_ports(tab: Tab, api: Api) -> None:
    page = tab.open("/protocols")
    page.get_by_role("button", name="Create protocol").click()
    drawer = page.get_by_role("dialog", name="Create protocol")
    drawer.get_by_label("Name").fill("Build server")
    drawer.get_by_label("Port 1", exact=True).fill("99999")
    drawer.get_by_role("button", name="Add another").click()
    drawer.get_by_role("combobox", name="Protocol 2", exact=True).click()
    page.get_by_role("option", name="ICMP").click()
    expect(drawer.get_by_label("Port 2", exact=True)).to_be_disabled()
    drawer.get_by_role("button", name="Create protocol").click()
    expect(drawer.get_by_text("Ports lie between 1 and 65535")).to_be_visible()
    drawer.get_by_label("Port 1", exact=True).fill("5000-5100")
    drawer.get_by_role("button", name="Create protocol").click()
    expect(page.get_by_text("Build server created.")).to_be_visible()
    row = page.get_by_role("row", name="Build server")
    expect(row).to_contain_text("TCP 5000-5100, ICMP")
    expect(row).to_contain_text("Own")
    made = next(
        each for each in given.read(api, "/tenants/protocols") if each["name"] == "Build server"
    )
    assert made["networkProtocols"] == [
        {"protocol": "TCP", "port": "5000-5100"},
        {"protocol": "ICMP", "port": None},
    ]


def test_without_a_name_it_is_called_after_its_ports(tab: Tab) -> None:
    page = tab.open("/protocols?do=create")
    page.get_by_label("Port 1", exact=True).fill("8443")
    page.get_by_role("dialog").get_by_role("button", name="Create protocol").click()
    expect(page.get_by_text("TCP 8443 created.")).to_be_visible()


def test_they_are_found_by_name_port_and_kind(tab: Tab, api: Api) -> None:
    given.protocol(api, "Web", "8080")
    page = tab.open("/protocols?search=3389")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("RDP")
    tab.open("/protocols?type=CUSTOM")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Web")


def test_what_a_resource_uses_stays_and_that_is_told(tab: Tab, api: Api) -> None:
    web = given.protocol(api, "Web", "8080")
    given.protocol(api, "Idle", "8081")
    address = {"address": "10.0.0.5", "protocols": [web["id"]]}
    body = {"name": "Wiki", "type": "PRIVATE", "addresses": [address]}
    api.made("/tenants/resources", body)
    page = tab.open("/protocols")
    for name in ("Web", "Idle"):
        page.get_by_role("button", name=f"Actions for {name}").click()
        page.get_by_role("menuitem", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Web is in use by the resources Wiki.")).to_be_visible()
    expect(page.get_by_text("1 protocol deleted.")).to_be_visible()
    expect(page.get_by_role("row", name="Idle")).to_have_count(0)
    expect(page.get_by_role("row", name="Web")).to_have_count(1)
    expect(page.get_by_role("button", name="Actions for SSH")).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, theme: str) -> None:
    given.protocol(api, "Web", "8080")
    with open_tab(api, theme) as tab:
        page = tab.open("/protocols")
        page.get_by_role("row", name="Web").wait_for()
        tab.screenshot(f"protocols-{theme}")
        assert tab.violations() == []
        tab.open("/protocols?do=create")
        page.get_by_role("button", name="Add another").click()
        tab.screenshot(f"protocols-create-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/protocols?do=create")
        page.get_by_role("button", name="Add another").click()
        tab.screenshot("protocols-create-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
