"""The console's list of who was online when."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from agents import BareAgent
from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from controller.people import device, gateway
from live import Api, Live

SESSIONS = "/activity/sessions"


@pytest.fixture
def agents(live: Live, api: Api) -> Iterator[dict[str, Any]]:
    """A gateway and a device online, and a device that was deactivated while it was."""
    team = given.group(api, "Engineers")["id"]
    office = gateway(live, api)
    laptop, user = device(live, api, team)
    gone, _ = device(live, api, team)
    with office.stream() as first, laptop.stream() as second, gone.stream() as third:
        for stream in (first, second, third):
            stream.event()
        assert api.request("PATCH", f"/tenants/devices/{gone.id}/deactivate").status == 200
        yield {"office": office, "laptop": laptop, "user": user, "gone": gone}


def names(page: Page, *wanted: str) -> None:
    expect(page.locator("tbody [data-row-link]")).to_have_text(list(wanted))


def test_who_is_and_was_online_leads_to_device_and_user(
    tab: Tab, api: Api, agents: dict[str, Any]
) -> None:
    page = tab.open(SESSIONS)
    names(page, "laptop", "laptop", "Office")
    email = given.read(api, f"/tenants/users/{agents['user']}")["email"]
    row = page.get_by_role("row", name=email)
    for words in ("Device", "Online", "still online", "127.0.0.1"):
        expect(row).to_contain_text(words)
    expect(page.get_by_role("row", name="Deactivated")).to_contain_text("laptop")
    row.get_by_role("link", name=email).click()
    page.wait_for_url(f"**/users/{agents['user']}")
    tab.open(SESSIONS)
    page.get_by_role("link", name="Office").click()
    page.wait_for_url(f"**/gateways/{agents['office'].id}")


def test_filters_search_and_time_narrow_it(tab: Tab, agents: dict[str, Any]) -> None:
    page = tab.open(f"{SESSIONS}?kind=device&status=ACTIVE")
    names(page, "laptop")
    tab.open(f"{SESSIONS}?endReason=DEACTIVATED")
    names(page, "laptop")
    tab.open(SESSIONS)
    page.get_by_role("searchbox").fill("offi")
    names(page, "Office")
    tab.open(f"{SESSIONS}?window=1h")
    names(page, "laptop", "laptop", "Office")
    tab.open(f"{SESSIONS}?window=custom&to=2020-01-01T00:00")
    expect(page.get_by_text("No sessions in this time")).to_be_visible()


def test_it_follows_who_comes(tab: Tab, live: Live, api: Api) -> None:
    site: BareAgent = gateway(live, api)
    page = tab.open(SESSIONS)
    expect(page.get_by_text("No sessions in this time")).to_be_visible()
    with site.stream() as stream:
        stream.event()
        names(page, "Office")
        expect(page.get_by_role("row", name="Office")).to_contain_text("still online")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, agents: dict[str, Any], theme: str) -> None:
    with open_tab(api, theme) as tab:
        names(tab.open(SESSIONS), "laptop", "laptop", "Office")
        tab.screenshot(f"sessions-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, agents: dict[str, Any]) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open(SESSIONS)
        names(page, "laptop", "laptop", "Office")
        tab.screenshot("sessions-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
