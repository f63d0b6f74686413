"""The tenant's settings in the console."""

import pytest
from playwright.sync_api import expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from live import Api

SETTINGS = "/tenants/settings"
OWNED = "/tenants/owned-devices"


def test_zone_and_age_are_chosen_as_people_say_them(tab: Tab, api: Api) -> None:
    page = tab.open("/settings/general")
    page.get_by_role("combobox", name="Time zone").fill("berlin")
    page.get_by_role("option", name="Europe/Berlin").click()
    expect(page.get_by_label("Device reports count for", exact=True)).to_have_value("1")
    page.get_by_role("combobox", name="Device reports count for: unit").click()
    page.get_by_role("option", name="days").click()
    page.get_by_label("Device reports count for", exact=True).fill("8")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Expected `int` <= 604800")).to_be_visible()
    page.get_by_label("Device reports count for", exact=True).fill("2")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    stored = api.get(SETTINGS).json()
    assert (stored["timeZone"], stored["postureMaxAge"]) == ("Europe/Berlin", 172_800)


def test_owned_devices_are_pasted_uploaded_and_removed(tab: Tab, api: Api) -> None:
    api.put(OWNED, json={"serialNumbers": ["Z9"]})
    page = tab.open("/settings/general")
    page.get_by_role("button", name="Add serial numbers").click()
    drawer = page.get_by_role("dialog", name="Add serial numbers")
    drawer.get_by_label("Serial numbers").fill("z9\nPF2\nC02\npf2")
    drawer.get_by_role("button", name="Add 4 serial numbers").click()
    expect(drawer.get_by_text("Line 4, pf2: pf2 stands here twice")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        drawer.get_by_role("button", name="Read a file").click()
    chooser.value.set_files(
        [{"name": "a.csv", "mimeType": "text/csv", "buffer": b"PF2\r\nC02\r\n"}]
    )
    drawer.get_by_role("button", name="Add 2 serial numbers").click()
    expect(page.get_by_text("2 serial numbers added.")).to_be_visible()
    assert api.get(OWNED).json() == {"serialNumbers": ["C02", "PF2", "Z9"]}
    page.get_by_label("Select C02").check()
    page.get_by_label("Select Z9").check()
    page.get_by_role("toolbar").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("2 serial numbers removed.")).to_be_visible()
    assert api.get(OWNED).json() == {"serialNumbers": ["PF2"]}


def test_how_long_people_stay_signed_in(tab: Tab, api: Api) -> None:
    page = tab.open("/settings/authentication")
    idle = page.get_by_label("Without doing anything", exact=True)
    expect(idle).to_have_value("12")
    idle.fill("3")
    page.get_by_label("At most", exact=True).fill("30")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    stored = api.get(SETTINGS).json()
    assert (stored["sessionIdle"], stored["sessionLifetime"]) == (10_800, 2_592_000)


def test_who_is_told_of_what(tab: Tab, api: Api) -> None:
    page = tab.open("/settings/notifications")
    page.get_by_label("Email addresses").fill("it@acme.test\nnobody")
    page.get_by_role("switch", name="Tell when a gateway").uncheck()
    page.get_by_label("Seats", exact=True).and_(page.get_by_role("textbox")).fill("25")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Line 2, nobody: Expected an email address")).to_be_visible()
    page.get_by_label("Email addresses").fill("it@acme.test")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert api.get("/tenants/notifications").json() == {
        "recipients": ["it@acme.test"],
        "gatewayAlerts": False,
        "seatLimit": 25,
        "seatThreshold": 80,
    }


def test_nobody_locks_themselves_out(tab: Tab, api: Api) -> None:
    page = tab.open("/settings/authentication")
    page.get_by_role("switch", name="Passwords with a code").uncheck()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("owner@acme.test has no passkey")).to_be_visible()
    assert api.get(SETTINGS).json()["allowsPasswords"] is True


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, theme: str) -> None:
    api.put(OWNED, json={"serialNumbers": ["C02XK0AAJG5H", "PF2XK9QR"]})
    with open_tab(api, theme) as tab:
        page = tab.open("/settings/general")
        page.get_by_text("PF2XK9QR").wait_for()
        tab.screenshot(f"settings-general-{theme}")
        assert tab.violations() == []
        page.get_by_role("button", name="Add serial numbers").click()
        page.get_by_role("button", name="Read a file").wait_for()
        tab.screenshot(f"settings-owned-{theme}")
        assert tab.violations() == []
        tab.open("/settings/authentication")
        page.get_by_role("switch").wait_for()
        tab.screenshot(f"settings-authentication-{theme}")
        assert tab.violations() == []
        tab.open("/settings/notifications")
        page.get_by_label("Email addresses").wait_for()
        tab.screenshot(f"settings-notifications-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


@pytest.mark.parametrize("name", ["general", "authentication", "notifications"])
def test_a_phone_is_enough(open_tab: OpenTab, api: Api, name: str) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open(f"/settings/{name}")
        page.get_by_role("button", name="Save changes").wait_for()
        tab.screenshot(f"settings-{name}-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
