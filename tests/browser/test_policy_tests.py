"""Policy tests in the console: written, run, broken, mended, deleted."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api

PATH = "/access/policy-tests"


@pytest.fixture
def payroll(api: Api) -> Any:
    """A resource that everybody reaches, and contractors."""
    given.group(api, "Contractors")
    made = given.connected(api, given.resource(api, "Payroll"), given.gateway(api))
    given.policy(api, "Everybody", allUsers=True, resources=[made["id"]])
    return made


def broken(api: Api, name: str, resource: Any) -> Any:
    """Make a test that does not hold, which has to be said."""
    body = {"name": name, "expect": "NEVER", "allUsers": True, "resources": [resource["id"]]}
    anyway = {"Gatescale-Policy-Tests": "ignore"}
    answer = api.post("/tenants/policy-tests", json=body, headers=anyway)
    assert answer.status == 201, answer.body
    return answer.json()


def test_a_test_is_written_and_says_whether_it_holds(tab: Tab, api: Api, payroll: Any) -> None:
    page = tab.open(PATH)
    expect(page.get_by_text("No policy tests yet")).to_be_visible()
    page.get_by_role("button", name="Add test").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Contractors never reach payroll")
    for label, choice in (("Groups", "Contractors"), ("Resources", "Payroll")):
        form.get_by_role("combobox", name=label).fill(choice[:5])
        page.get_by_role("option", name=choice).click()
        page.keyboard.press("Escape")
    form.get_by_role("button", name="Create test").click()
    row = page.get_by_role("row", name="Contractors never reach payroll")
    expect(row).to_contain_text("Holds")
    (made,) = api.get("/tenants/policy-tests").json()
    assert made["expect"] == "NEVER"
    assert [each["name"] for each in made["groups"]] == ["Contractors"]


def test_why_a_test_does_not_hold_is_told(tab: Tab, api: Api, payroll: Any) -> None:
    broken(api, "Nobody reaches payroll", payroll)
    page = tab.open(PATH)
    row = page.get_by_role("row", name="Nobody reaches payroll")
    expect(row).to_contain_text("Broken")
    row.get_by_role("link").first.click()
    why = page.get_by_role("region", name="Why it does not hold")
    expect(why).to_contain_text("owner@acme.test")
    page.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Expectation").click()
    page.get_by_role("option", name="Always reach").click()
    form.get_by_label("Given facts").fill("origin.country")
    form.get_by_role("button", name="Save changes").click()
    expect(form.get_by_text("Line 1 is not NAME = VALUE")).to_be_visible()
    form.get_by_label("Given facts").fill("origin.country = DE")
    form.get_by_role("button", name="Save changes").click()
    expect(form).to_have_count(0)
    (made,) = api.get("/tenants/policy-tests").json()
    assert (made["expect"], made["given"]) == ("ALWAYS", {"origin.country": "DE"})


def test_a_test_is_deleted(tab: Tab, api: Api, payroll: Any) -> None:
    made = broken(api, "Gone soon", payroll)
    page = tab.open(f"{PATH}/{made['id']}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(f"**{PATH}")
    assert api.get("/tenants/policy-tests").json() == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, payroll: Any, theme: str) -> None:
    made = broken(api, "Nobody", payroll)
    with open_tab(api, theme) as tab:
        page = tab.open(f"{PATH}/{made['id']}")
        page.get_by_text("Why it does not hold").wait_for()
        assert tab.violations() == []
        tab.screenshot(f"policy-test-{theme}")
        tab.open(f"{PATH}?do=create").get_by_role("dialog").wait_for()
        assert tab.violations() == []
        tab.screenshot(f"policy-test-create-{theme}")
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, payroll: Any) -> None:
    broken(api, "Nobody", payroll)
    with open_tab(api, size=PHONE) as tab:
        page = tab.open(PATH)
        page.get_by_text("Broken").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
