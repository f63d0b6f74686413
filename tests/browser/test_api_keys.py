"""API keys in the console."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from live import Api

KEYS = "/tenants/api-keys"


@pytest.fixture
def deploy(api: Api) -> str:
    """The key of a pipeline."""
    sources = ["203.0.113.0/24", "2001:db8::1"]
    wanted = {"name": "Deploy", "role": "ADMIN", "allowedSources": sources}
    key: str = api.made(KEYS, wanted)["id"]
    return key


def test_a_key_is_shown_once_and_works(tab: Tab, api: Api) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tab.open("/settings/api-keys")
    page.get_by_role("button", name="Create key").click()
    drawer = page.get_by_role("dialog", name="Create key")
    drawer.get_by_role("textbox", name="Name").fill("Reports")
    drawer.get_by_role("textbox", name="Allowed sources").fill("10.0.0.0/8\nnowhere\n127.0.0.1")
    drawer.get_by_role("button", name="Create key").click()
    expect(drawer.get_by_text("Line 2, nowhere:")).to_be_visible()
    drawer.get_by_role("textbox", name="Allowed sources").fill("127.0.0.1")
    drawer.get_by_role("button", name="Create key").click()
    shown = page.get_by_role("dialog", name="Reports")
    expect(shown.get_by_text("the only time")).to_be_visible()
    key = shown.locator("pre").inner_text()
    shown.get_by_role("button", name="Copy key").click()
    expect(shown.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    shown.get_by_role("button", name="I have stored it").click()
    expect(shown).to_be_hidden()
    expect(page.get_by_role("row", name="Reports")).to_contain_text("Auditor")
    me = Api(api.url, key).get("/tenants/me").json()
    assert (me["name"], me["role"]) == ("Reports", "AUDITOR")
    (made,) = [each for each in api.get(KEYS).json() if each["name"] == "Reports"]
    assert made["allowedSources"] == ["127.0.0.1"]
    assert made["expiresAt"] is not None


def test_a_revoked_key_is_gone(tab: Tab, api: Api, deploy: str) -> None:
    page = tab.open("/settings/api-keys")
    page.get_by_role("button", name="Actions for Deploy").click()
    page.get_by_role("menuitem", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("1 key revoked.")).to_be_visible()
    expect(page.get_by_role("row", name="Deploy")).to_have_count(0)
    assert deploy not in [each["id"] for each in api.get(KEYS).json()]


def test_nobody_gives_or_takes_more_than_they_have(
    open_tab: OpenTab, api: Api, deploy: str
) -> None:
    admin = Api(api.url, api.made(KEYS, {"name": "Admin", "role": "ADMIN"})["key"])
    api.made(KEYS, {"name": "Strong", "role": "OWNER"})
    with open_tab(admin) as tab:
        page = tab.open("/settings/api-keys?do=create")
        page.get_by_role("combobox", name="Role").click()
        expect(page.get_by_role("option", name="Administrator")).to_be_visible()
        expect(page.get_by_role("option", name=re.compile("^Owner"))).to_have_count(0)
        tab.open("/settings/api-keys")
        expect(page.get_by_role("button", name="Actions for Deploy")).to_be_visible()
        expect(page.get_by_role("button", name="Actions for Strong")).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, deploy: str, theme: str) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open("/settings/api-keys")
        page.get_by_role("row", name="Deploy").wait_for()
        tab.screenshot(f"api-keys-{theme}")
        assert tab.violations() == []
        page.get_by_role("button", name="Create key").click()
        drawer = page.get_by_role("dialog", name="Create key")
        drawer.get_by_role("textbox", name="Name").fill("Reports")
        drawer.get_by_role("combobox", name="Expiry").click()
        page.get_by_role("option", name="Never").click()
        tab.screenshot(f"api-keys-create-{theme}")
        assert tab.violations() == []
        drawer.get_by_role("button", name="Create key").click()
        page.get_by_role("button", name="Copy key").wait_for()
        tab.screenshot(f"api-keys-shown-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, deploy: str) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/settings/api-keys")
        page.get_by_role("row", name="Deploy").wait_for()
        tab.screenshot("api-keys-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
