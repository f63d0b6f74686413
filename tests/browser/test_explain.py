"""Why somebody reaches something, or does not, in the console."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api


@pytest.fixture
def office(api: Api) -> Any:
    """The owner's laptop, a wiki under a rule that does not hold, and a policy for others."""
    owner = given.owner(api)
    laptop = given.device(api, owner["id"])
    gateway = given.gateway(api, "Office")
    given.enrolled_gateway(api, gateway)
    wiki = given.connected(api, given.resource(api, "Wiki", "10.0.0.5"), gateway)
    others = given.group(api, "Others")
    rule = given.admission_rule(api, "Encrypted", "device.posture.diskEncryption")
    given.policy(api, "Others read", groups=[others["id"]], resources=[wiki["id"]])
    given.policy(api, "Staff", allUsers=True, resources=[wiki["id"]], rule=rule["id"])
    return laptop


def test_a_question_is_asked_and_its_answer_stands_in_the_address(tab: Tab, office: Any) -> None:
    page = tab.open("/access/explain")
    page.get_by_role("combobox", name="Who").fill("owner")
    page.get_by_role("option", name="owner@acme.test", exact=True).click()
    page.get_by_role("combobox", name="Where to").fill("Wiki:443")
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_role("heading", name="laptop does not reach Wiki")).to_be_visible()
    page.wait_for_url("**/access/explain?user=owner%40acme.test&to=Wiki%3A443")
    expect(page.get_by_role("link", name="Staff")).to_be_visible()
    expect(page.get_by_text("device.posture.diskEncryption is absent").first).to_be_visible()
    expect(page.get_by_role("link", name="Others read")).to_have_count(0)
    page.get_by_role("button", name="Show 1 policy about somebody else").click()
    page.get_by_role("link", name="Others read").click()
    expect(page.get_by_role("heading", name="Others read", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="laptop does not reach Wiki")).to_be_visible()


def test_what_lets_through_is_named(tab: Tab, api: Api, office: Any) -> None:
    wiki = given.rows(api, "resources")[0]
    given.policy(api, "Everybody", allUsers=True, resources=[wiki["id"]])
    page = tab.open(f"/access/explain?device={office['id']}&to=10.0.0.5:22")
    expect(page.get_by_role("heading", name="laptop reaches Wiki")).to_be_visible()
    expect(page.get_by_role("link", name="Everybody")).to_be_visible()
    expect(page.get_by_role("combobox", name="Who")).to_have_value("laptop (owner@acme.test)")


def test_who_is_unknown_is_told(tab: Tab, office: Any) -> None:
    page = tab.open("/access/explain?user=nobody@acme.test&to=Wiki")
    expect(page.get_by_role("alert")).to_contain_text("nobody@acme.test")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, office: Any, theme: str) -> None:
    with open_tab(api, theme) as tab:
        tab.open("/access/explain")
        assert tab.violations() == []
        page = tab.open("/access/explain?user=owner@acme.test&to=Wiki:443")
        page.get_by_role("heading", name="laptop does not reach Wiki").wait_for()
        tab.screenshot(f"explain-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, office: Any) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/access/explain?user=owner@acme.test&to=Wiki:443")
        page.get_by_role("heading", name="laptop does not reach Wiki").wait_for()
        tab.screenshot("explain-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
