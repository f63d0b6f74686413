"""Devices in the console, as administrators work with them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api

GOOD = {
    "osFamily": "linux",
    "osName": "Debian GNU/Linux",
    "osVersion": "12.7",
    "kernel": "6.1.0-25-amd64",
    "diskEncryption": True,
    "firewall": True,
    "screenLock": True,
    "serialNumber": "PF2XK9QR",
    "extra": {"usbDisks": 2},
}


@pytest.fixture
def machines(api: Api) -> dict[str, Any]:
    """Three devices of the owner: in order, with its firewall off, and silent; by name."""
    api.put("/tenants/owned-devices", json={"serialNumbers": ["PF2XK9QR"]})
    owner = given.owner(api)["id"]
    made = [
        given.device(api, owner, "ann-laptop", "hw1", **GOOD),
        given.device(
            api, owner, "bob-desktop", "hw2", **GOOD | {"firewall": False, "serialNumber": "X1"}
        ),
        given.device(api, owner, "lab-server", "hw3"),
    ]
    return {each["name"]: each for each in made}


def show(page: Page, *wanted: str) -> None:
    expect(page.locator("tbody [data-row-link]")).to_have_text(list(wanted))


def choose(page: Page, field: str, choice: str) -> None:
    page.get_by_role("button", name="Filter", exact=True).click()
    menu = page.get_by_role("group", name="Filter by")
    menu.get_by_role("button", name=field, exact=True).click()
    page.get_by_role("checkbox", name=choice, exact=True).check()
    page.keyboard.press("Escape")


def test_a_list_tells_what_is_known_and_narrows_to_what_is_wanted(
    tab: Tab, machines: dict[str, Any]
) -> None:
    page = tab.open("/devices")
    show(page, *machines)
    laptop = page.get_by_role("row", name="ann-laptop")
    for told in ("owner@acme.test", "Debian 12.7", "Yes", "Company", "1.0.0"):
        expect(laptop.get_by_text(told, exact=True)).to_be_visible()
    expect(page.get_by_role("row", name="lab-server").get_by_text("Unknown").first).to_be_visible()
    choose(page, "Firewall", "Off")
    show(page, "bob-desktop")
    assert "posture.firewall=false" in tab.search_parameters()
    page.reload()
    show(page, "bob-desktop")
    page.get_by_role("button", name="Remove filter Firewall").click()
    choose(page, "Ownership", "Company")
    show(page, "ann-laptop")
    page.get_by_role("button", name="Remove filter Ownership").click()
    choose(page, "Compliant", "Compliant")
    show(page, "ann-laptop")
    page.get_by_role("button", name="Remove filter Compliant").click()
    page.get_by_label("Search devices").fill("server")
    show(page, "lab-server")


def test_every_column_that_says_so_sorts(tab: Tab, machines: dict[str, Any]) -> None:
    page = tab.open("/devices")
    show(page, *machines)
    for head in ("Owner", "Status", "Compliant", "Ownership", "Origin", "Version", "Last seen"):
        column = page.get_by_role("columnheader", name=head, exact=True)
        column.get_by_role("button").click()
        expect(column).to_have_attribute("aria-sort", "ascending")
        expect(page.get_by_role("row")).to_have_count(4)


def test_selected_devices_are_deactivated_and_reactivated(
    tab: Tab, api: Api, machines: dict[str, Any]
) -> None:
    page = tab.open("/devices")
    page.get_by_label("Select ann-laptop").check()
    page.get_by_label("Select lab-server").check()
    page.get_by_role("toolbar").get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("2 devices deactivated.")).to_be_visible()
    assert api.get("/tenants/devices?filter[status]=Deactivated").json()["total"] == 2
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 devices reactivated.")).to_be_visible()
    assert api.get("/tenants/devices?filter[status]=Deactivated").json()["total"] == 0


def test_deleting_wants_the_name_typed(tab: Tab, api: Api, machines: dict[str, Any]) -> None:
    page = tab.open(f"/devices/{machines['lab-server']['id']}")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Delete")).to_be_disabled()
    dialog.get_by_role("textbox").fill("lab-server")
    dialog.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/devices")
    show(page, "ann-laptop", "bob-desktop")


def test_the_list_is_saved_as_a_file(tab: Tab, machines: dict[str, Any]) -> None:
    page = tab.open("/devices")
    show(page, *machines)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    rows = [line.split(",") for line in download.value.path().read_text().splitlines()]
    assert rows[0][:6] == ["Name", "Owner", "Status", "Platform", "Compliant", "Ownership"]
    assert rows[2][:6] == [
        *("bob-desktop", "owner@acme.test", "Offline", "Debian 12.7"),
        *("No", "Personal"),
    ]


def test_who_has_no_devices_is_led_on(tab: Tab) -> None:
    page = tab.open("/devices")
    expect(page.get_by_text("No devices yet")).to_be_visible()
    page.get_by_role("link", name="Invite users").click()
    expect(page.get_by_role("dialog", name="Invite users")).to_be_visible()


def test_posture_tells_each_signal_and_what_changed(tab: Tab, machines: dict[str, Any]) -> None:
    page = tab.open(f"/devices/{machines['bob-desktop']['id']}?tab=posture")
    row = page.get_by_role("row", name="Firewall")
    expect(row.first.get_by_text("Off")).to_be_visible()
    expect(page.get_by_role("row", name="Secure boot").get_by_text("Unknown")).to_be_visible()
    expect(page.get_by_text("Firmware that does not say")).to_be_visible()
    history = page.get_by_role("region", name="What changed")
    expect(history.get_by_text("Firewall: Off")).to_be_visible()
    expect(history.get_by_text("usbDisks: 2")).to_be_visible()
    page.goto(f"{tab.url}/devices/{machines['lab-server']['id']}?tab=posture")
    expect(page.get_by_text("No posture yet")).to_be_visible()


@pytest.fixture
def reached(api: Api, machines: dict[str, Any]) -> Any:
    """A wiki behind a gateway, which a policy allows everybody."""
    site = given.gateway(api, "Berlin")
    given.enrolled_gateway(api, site)
    wiki = given.connected(api, given.resource(api, "Wiki"), site)
    laptop = machines["ann-laptop"]["id"]
    return given.policy(api, "Laptops", devices=[laptop], resources=[wiki["id"]])


def test_access_leads_to_what_is_reached_and_to_the_policy(
    tab: Tab, machines: dict[str, Any], reached: Any
) -> None:
    page = tab.open(f"/devices/{machines['ann-laptop']['id']}?tab=access")
    row = page.get_by_role("region", name="What it reaches now").get_by_role("row", name="Wiki")
    expect(row.get_by_role("link", name="Berlin")).to_be_visible()
    row.get_by_role("button", name="Show why").click()
    row.get_by_role("link", name="Laptops").wait_for()
    naming = page.get_by_role("region", name="Policies that name this device")
    expect(naming.get_by_role("link", name="Laptops")).to_have_attribute(
        "href", f"/access/policies/{reached['id']}"
    )
    row.get_by_role("link", name="Explain").click()
    page.wait_for_url("**/access/explain?device=*&to=*")
    page.goto(f"{tab.url}/devices/{machines['lab-server']['id']}?tab=access")
    expect(page.get_by_text("Reaches nothing")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(
    open_tab: OpenTab, api: Api, machines: dict[str, Any], reached: Any, theme: str
) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open("/devices")
        show(page, *machines)
        page.get_by_label("Select ann-laptop").check()
        tab.screenshot(f"devices-{theme}")
        assert tab.violations() == []
        for name, part in (
            ("bob-desktop", "details"),
            ("bob-desktop", "posture"),
            ("ann-laptop", "access"),
            ("bob-desktop", "audit"),
        ):
            tab.open(f"/devices/{machines[name]['id']}?tab={part}")
            page.get_by_role("tabpanel").get_by_role("row").or_(page.locator("dl")).first.wait_for()
            if part == "access":
                page.get_by_role("button", name="Show why").click()
                page.get_by_role("link", name="Explain").and_(page.locator("td a")).wait_for()
            tab.screenshot(f"device-{part}-{theme}")
            assert tab.violations() == [], part
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, machines: dict[str, Any]) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/devices")
        show(page, *machines)
        tab.screenshot("devices-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        for part in ("details", "posture"):
            tab.open(f"/devices/{machines['bob-desktop']['id']}?tab={part}")
            page.get_by_role("tabpanel").wait_for()
            page.locator("dl").first.wait_for()
            tab.screenshot(f"device-{part}-phone")
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
