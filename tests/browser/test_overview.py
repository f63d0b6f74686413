"""The first run and the overview, as the founder meets them."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from agents import BareAgent
from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api


def test_the_first_run_leads_to_somebody_who_may_reach_something(tab: Tab, api: Api) -> None:
    api.made("/tenants/groups", {"name": "Engineers", "roles": []})
    page = tab.open("/welcome")
    expect(page.get_by_text("0 of 5 done")).to_be_visible()
    page.get_by_role("button", name="Skip").first.click()
    page.get_by_role("button", name="Create gateway").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Office")
    page.get_by_role("dialog").get_by_role("button", name="Create gateway").click()
    expect(page.get_by_text("Waiting for the gateway to connect")).to_be_visible()
    (gateway,) = api.all("/tenants/gateways")
    agent = BareAgent(api.url)
    assert agent.enrol(gateway["token"], "gateway").status == 201
    with agent.stream() as stream:
        stream.event()
        expect(page.get_by_text("Office has connected.")).to_be_visible()
    page.get_by_role("button", name="Create resource").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name").fill("Wiki")
    drawer.get_by_label("Address 1", exact=True).fill("10.20.0.10")
    drawer.get_by_role("button", name="Create resource").click()
    expect(page.get_by_text("Wiki is behind a gateway.")).to_be_visible()
    for label, choice in (("Group", "Engineers"), ("Resource", "Wiki")):
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("option", name=choice).click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_text("Engineers may reach Wiki now.")).to_be_visible()
    (policy,) = api.get("/tenants/policies?filter[isDefault]=false").json()["data"]
    assert policy["action"]
    assert [each["name"] for each in policy["groups"]] == ["Engineers"]


@pytest.fixture
def trouble(api: Api) -> Any:
    """A gateway that waits for its install and a resource that no gateway serves."""
    api.made("/tenants/gateways", {"name": "Office", "wireguardPort": "51820"})
    wiki = {"name": "Wiki", "type": "PRIVATE", "addresses": [{"address": "10.20.0.10"}]}
    return api.made("/tenants/resources", wiki)


def test_the_overview_tells_what_needs_attention_and_leads_there(
    tab: Tab, api: Api, trouble: Any
) -> None:
    page = tab.open("/")
    expect(page.get_by_text("Created a gateway Office")).to_be_visible()
    page.get_by_role("link", name="1 resource has no gateway").click()
    expect(page.get_by_role("heading", name="Wiki")).to_be_visible()
    given.resource(api, "Git", "10.20.0.20")
    tab.open("/")
    page.get_by_role("link", name="2 resources have no gateway").click()
    expect(page.get_by_role("row", name="Wiki")).to_contain_text("Unreachable: no gateway")
    expect(page.get_by_role("row", name="Git")).to_contain_text("Unreachable: no gateway")
    tab.open("/")
    page.get_by_role("link", name="Continue the setup").click()
    expect(page.get_by_role("heading", name="Welcome to Gatescale")).to_be_visible()


def test_policies_for_nobody_are_led_to_by_name(tab: Tab, api: Api, trouble: Any) -> None:
    given.device(api, given.owner(api)["id"])
    idle = given.group(api, "Idle")["id"]
    for name in ("Night shift", "Interns"):
        given.policy(api, name, groups=[idle], resources=[trouble["id"]])
    page = tab.open("/")
    told = page.get_by_text("2 policies apply to no device:").locator("..")
    expect(told.get_by_role("link", name="Interns")).to_be_visible()
    told.get_by_role("link", name="Night shift").click()
    expect(page.get_by_role("heading", name="Night shift")).to_be_visible()


def test_the_overview_asks_little(tab: Tab, api: Api, trouble: Any) -> None:
    given.device(api, given.owner(api)["id"])
    given.user(api)
    given.policy(api, allUsers=True, resources=[trouble["id"]])
    given.enrolled_gateway(api, given.gateway(api))
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    page = tab.open("/")
    page.get_by_role("link", name="1 resource has no gateway").wait_for()
    expect(page.locator("main time").first).to_be_visible()
    nouns = [re.search(r"/tenants/([\w-]+)", url) for url in asked]
    assert sorted(match[1] for match in nouns if match) == [
        "audit-events",
        "denials",
        "gateways",
        "live",
        "me",
        "overview",
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, trouble: Any, theme: str) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open("/")
        page.get_by_role("link", name="1 resource has no gateway").wait_for()
        tab.screenshot(f"overview-{theme}")
        assert tab.violations() == []
        tab.open("/welcome")
        page.get_by_text("Waiting for the gateway").wait_for()
        tab.screenshot(f"welcome-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, trouble: Any) -> None:
    with open_tab(api, size=PHONE) as tab:
        for path, name in (("/", "overview"), ("/welcome", "welcome")):
            page = tab.open(path)
            page.get_by_text("of 5 done").wait_for()
            tab.screenshot(f"{name}-phone")
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
            assert tab.violations() == []
