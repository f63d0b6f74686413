"""The audit log in the console."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from live import Api

LOG = "/activity/audit-log"


@pytest.fixture
def group(api: Api) -> Any:
    """A group that was renamed, another that is gone, and somebody who was invited."""
    group = api.made("/tenants/groups", {"name": "Engineers", "roles": []})
    changed = {"name": "Makers", "roles": [], "description": "They make things"}
    assert api.put(f"/tenants/groups/{group['id']}", json=changed).status == 200
    lost = api.made("/tenants/groups", {"name": "Lost", "roles": []})
    api.delete(f"/tenants/groups/{lost['id']}")
    api.made("/tenants/users", [{"email": "ann@acme.test", "groups": [group["id"]]}])
    return group


def show(page: Page, *wanted: str) -> None:
    expect(page.locator("tbody [data-row-link]")).to_have_text(list(wanted))


def choose(page: Page, field: str, *choices: str) -> None:
    page.get_by_role("button", name="Filter", exact=True).click()
    menu = page.get_by_role("group", name="Filter by")
    menu.get_by_role("button", name=field, exact=True).click()
    for each in choices:
        page.get_by_role("checkbox", name=each).check()
    page.keyboard.press("Escape")


def test_what_happened_is_told_in_words_the_latest_first(tab: Tab, group: Any) -> None:
    page = tab.open(LOG)
    show(
        page,
        "Invited a user",
        "Deleted a group",
        "Created a group",
        "Changed a group",
        "Created a group",
        "Set up the tenant",
    )
    row = page.get_by_role("row", name="Changed a group")
    expect(row).to_contain_text("First key")
    expect(row).to_contain_text("127.0.0.1")
    row.get_by_role("link", name="Makers").click()
    page.wait_for_url(f"**/groups/{group['id']}")


def test_filters_search_and_time_stand_in_the_address(tab: Tab, group: Any) -> None:
    page = tab.open(LOG)
    choose(page, "What", "Created a group", "Deleted a group")
    show(page, "Deleted a group", "Created a group", "Created a group")
    page.get_by_label("Search audit log").fill("lost")
    show(page, "Deleted a group", "Created a group")
    page.get_by_role("combobox", name="Time").click()
    page.get_by_role("option", name="Last hour").click()
    page.wait_for_url("**window=1h*")
    page.reload()
    show(page, "Deleted a group", "Created a group")
    tab.open(f"{LOG}?window=custom")
    page.get_by_label("To", exact=True).fill("2020-01-01T00:00")
    expect(page.get_by_text("Nothing happened in this time")).to_be_visible()
    page.get_by_role("combobox", name="Time").click()
    page.get_by_role("option", name="Any time").click()
    expect(page.get_by_text("1\u20136 of 6")).to_be_visible()


def test_an_event_shows_what_changed(tab: Tab, group: Any) -> None:
    page = tab.open(LOG)
    choose(page, "Kind of target", "Group")
    page.get_by_role("button", name="Changed a group").click()
    drawer = page.get_by_role("dialog", name="Changed a group")
    expect(drawer.get_by_text("GroupsController_update")).to_be_visible()
    for line in ("Before Engineers", "After Makers", "After They make things"):
        expect(drawer.get_by_text(line)).to_be_visible()
    assert "event=" in tab.search_parameters()
    page.reload()
    expect(drawer.get_by_text("After Makers")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert tab.search_parameters() == "target.kind=group"


def test_what_is_gone_has_no_link(tab: Tab, group: Any) -> None:
    page = tab.open(f"{LOG}?operation=GroupsController_delete")
    row = page.get_by_role("row", name="Deleted a group")
    expect(row).to_contain_text("Lost")
    expect(row.get_by_role("link", name="Lost")).to_have_count(0)


def test_the_log_is_saved_as_a_file(tab: Tab, group: Any) -> None:
    page = tab.open(f"{LOG}?target.kind=group")
    page.get_by_role("button", name="Deleted a group").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "What,On what,Who,When,From"
    assert lines[1].startswith("Deleted a group,group Lost,key First key,2")
    assert len(lines) == 5


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, group: Any, theme: str) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open(f"{LOG}?window=custom&from=2020-01-01T00:00&target.kind=group,user")
        page.get_by_role("button", name="Changed a group").wait_for()
        tab.screenshot(f"audit-log-{theme}")
        assert tab.violations() == []
        page.get_by_role("button", name="Changed a group").click()
        page.get_by_text("After Makers").wait_for()
        tab.screenshot(f"audit-log-event-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, group: Any) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open(LOG)
        page.get_by_role("button", name="Changed a group").click()
        page.get_by_text("After Makers").wait_for()
        tab.screenshot("audit-log-event-phone")
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
        tab.screenshot("audit-log-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
