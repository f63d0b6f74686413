"""The picture of a tenant, and when it changed."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from controller.people import device, gateway
from live import Api, Live


@pytest.fixture
def places(live: Live, api: Api) -> Iterator[dict[str, str]]:
    """A gateway online, one that waits, a resource behind each and one behind none; two devices."""
    team = given.group(api, "Engineers")["id"]
    berlin = gateway(live, api, "Berlin")
    lisbon = given.gateway(api, "Lisbon")
    wiki = given.resource(api, "Wiki")
    given.connected(api, wiki, {"id": berlin.id})
    given.connected(api, given.resource(api, "Printers", "10.0.0.9"), lisbon)
    given.resource(api, "Payroll", "10.0.0.7")
    given.policy(api, groups=[team], resources=[wiki["id"]])
    agent, _ = device(live, api, team)
    device(live, api, team)
    with berlin.stream() as stream, agent.stream() as other:
        stream.next("program")
        other.next("program")
        yield {"team": team, "berlin": berlin.id, "wiki": wiki["id"], "device": agent.id}


def picture(page: Page) -> Locator:
    return page.get_by_role("group", name="Groups, gateways and resources")


def test_the_picture_says_how_each_thing_fares_and_leads_to_it(
    tab: Tab, places: dict[str, str]
) -> None:
    page = tab.open("/topology")
    drawn = picture(page)
    expect(drawn.get_by_role("link", name="Engineers")).to_contain_text("1 of 2 online")
    expect(drawn.get_by_role("link", name="Lisbon")).to_contain_text("Waiting for install")
    expect(drawn.get_by_role("link", name="Payroll")).to_contain_text("No gateway")
    for name, path in (
        ("Engineers", f"/groups/{places['team']}"),
        ("Berlin", f"/gateways/{places['berlin']}"),
        ("Wiki", f"/resources/{places['wiki']}"),
    ):
        drawn.get_by_role("link", name=name).click()
        page.wait_for_url(f"**{path}")
        tab.open("/topology")


def test_a_group_opens_to_its_devices(tab: Tab, places: dict[str, str]) -> None:
    page = tab.open("/topology")
    page.get_by_role("button", name="Show the devices of Engineers").click()
    laptops = picture(page).get_by_role("link", name="laptop")
    expect(laptops).to_have_count(2)
    expect(laptops.filter(has_text="Online")).to_have_count(1)
    assert tab.search_parameters() == f"group={places['team']}"
    tab.page.reload()
    laptops.filter(has_text="Online").click()
    page.wait_for_url(f"**/devices/{places['device']}")
    page.go_back()
    page.get_by_role("button", name="Hide the devices of Engineers").click()
    expect(laptops).to_have_count(0)


def test_the_picture_follows_who_goes_and_what_is_made(
    tab: Tab, api: Api, places: dict[str, str]
) -> None:
    page = tab.open("/topology")
    drawn = picture(page)
    expect(drawn.get_by_role("link", name="Engineers")).to_contain_text("1 of 2 online")
    assert api.request("PATCH", f"/tenants/devices/{places['device']}/deactivate").status == 200
    expect(drawn.get_by_role("link", name="Engineers")).to_contain_text("0 of 2 online")
    given.gateway(api, "Singapore")
    expect(drawn.get_by_role("link", name="Singapore")).to_be_visible()


def test_it_is_enlarged_by_buttons_keys_and_wheel_and_moved_by_keys(
    open_tab: OpenTab, api: Api, places: dict[str, str]
) -> None:
    with open_tab(api, size=(900, 600)) as tab:
        page = tab.open("/topology")
        drawn = picture(page)
        percent = page.locator("output")

        def shown() -> int:
            return int(percent.inner_text().removesuffix(" %"))

        first = shown()
        page.get_by_role("button", name="Zoom in", exact=True).click()
        expect(percent).not_to_have_text(f"{first} %")
        by_button = shown()
        assert by_button > first
        drawn.focus()
        page.keyboard.press("+")
        expect(percent).not_to_have_text(f"{by_button} %")
        by_key = shown()
        assert by_key > by_button
        page.keyboard.press("ArrowRight")
        page.wait_for_function("box => box.scrollLeft > 0", arg=drawn.element_handle())
        drawn.hover()
        page.keyboard.down("Control")
        page.mouse.wheel(0, 200)
        page.keyboard.up("Control")
        expect(percent).not_to_have_text(f"{by_key} %")
        assert shown() < by_key
        drawn.focus()
        page.keyboard.press("0")
        expect(percent).to_have_text(f"{first} %")


def test_the_same_is_told_as_tables(tab: Tab, places: dict[str, str]) -> None:
    page = tab.open("/topology")
    page.get_by_text("Table", exact=True).click()
    expect(page.get_by_role("row", name="Engineers")).to_contain_text("Berlin (1 of 2 online)")
    expect(page.get_by_role("row", name="Payroll")).to_contain_text("No gateway")
    expect(page.get_by_role("row", name="Payroll")).to_contain_text("Nowhere")
    tab.screenshot("topology-table")
    assert tab.violations() == []


def test_the_timeline_shows_what_changed_and_when(
    tab: Tab, api: Api, places: dict[str, str]
) -> None:
    api.put(
        f"/tenants/gateways/{places['berlin']}", json={"name": "Hamburg", "wireguardPort": "51820"}
    )
    page = tab.open("/topology")
    changes = page.get_by_role("region", name="Changes")
    bar = changes.get_by_role("button", name=re.compile(r"^\d+ changes?, ")).last
    before = int((bar.get_attribute("aria-label") or "").split()[0])
    bar.click()
    expect(changes.get_by_text("Changed a gateway Hamburg")).to_be_visible()
    expect(changes.get_by_text("was Berlin is Hamburg")).to_be_visible()
    tab.screenshot("topology-change")
    given.group(api, "Support")
    expect(bar).to_have_attribute("aria-label", re.compile(rf"^{before + 1} changes"))
    axis = changes.get_by_role("group").locator("[aria-hidden] span").first
    told = axis.inner_text()
    changes.get_by_role("button", name="Shorter span").click()
    expect(axis).not_to_have_text(told)
    changes.get_by_text("Last 7 days").click()
    expect(changes.get_by_text("Choose a bar")).to_be_visible()


def large() -> dict[str, Any]:
    """Return a tenant of a thousand devices, as the API would show it."""
    gateways = [
        {
            "id": f"g{n}",
            "name": f"Gateway {n}",
            "status": "OFFLINE" if n == 3 else "ONLINE",
            "enforcedRevision": 9,
            "current": n not in (2, 3),
        }
        for n in range(8)
    ]
    resources = [
        {
            "id": f"r{n}",
            "name": f"Service {n}",
            "type": "PRIVATE",
            "gatewayIds": [f"g{n % 8}", *([f"g{(n + 1) % 8}"] if n % 3 == 0 else [])],
        }
        for n in range(60)
    ]
    groups = [
        {
            "id": f"t{n}",
            "name": f"Team {n}",
            "total": 50,
            "online": n * 2,
            "gateways": [
                {"gatewayId": f"g{way % 8}", "total": 50 - way % 8, "online": n}
                for way in (n, n + 2)
            ],
        }
        for n in range(20)
    ]
    groups[0] |= {"name": "Everybody", "total": 1000, "online": 700}
    devices = [
        {
            "id": f"d{n}",
            "name": f"laptop-{n:04}",
            "userId": "u",
            "online": n % 10 < 7,
            "gatewayIds": [f"g{n % 8}"],
        }
        for n in range(1000)
    ]
    kept = {"revision": 9, "gateways": gateways, "resources": resources, "groups": groups}
    return {**kept, "devices": devices, "more": 0}


def with_a_thousand(page: Page) -> None:
    def answer(route: Any) -> None:
        found = large()
        if "group=" not in route.request.url:
            found["devices"] = []
        route.fulfill(content_type="application/json", body=json.dumps(found))

    page.route(re.compile(r"/tenants/topology"), answer)


def test_a_thousand_devices_can_be_read(tab: Tab) -> None:
    with_a_thousand(tab.page)
    page = tab.open("/topology")
    expect(picture(page).get_by_role("link", name="Everybody")).to_contain_text("700 of 1000")
    expect(page.get_by_role("button", name="20 more resources")).to_be_attached()
    tab.screenshot("topology-thousand")
    page.get_by_role("button", name="Show the devices of Everybody").click()
    expect(page.get_by_role("link", name="laptop-")).to_have_count(40)
    tab.screenshot("topology-thousand-open")
    page.get_by_role("button", name="960 more devices").click()
    expect(page.get_by_role("link", name="laptop-")).to_have_count(140)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, places: dict[str, str], theme: str) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open(f"/topology?group={places['team']}")
        expect(page.get_by_role("link", name="laptop")).to_have_count(2)
        page.get_by_role("button", name=re.compile(r"^\d+ changes?, ")).last.click()
        tab.screenshot(f"topology-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, places: dict[str, str]) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/topology")
        expect(picture(page).get_by_role("link", name="Engineers")).to_be_visible()
        tab.screenshot("topology-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
