"""Groups in the console, and who belongs to them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api


@pytest.fixture
def engineers(api: Api) -> Any:
    """A group of two, that a policy names."""
    group = given.group(api, "Engineers", description="Who builds", idpMapping=["engineering"])
    for name in ("ann", "bob"):
        given.user(api, f"{name}@acme.test", [group["id"]])
    given.policy(api, "Build farm", groups=[group["id"]])
    return group


def show(page: Page, *wanted: str) -> None:
    expect(page.locator("tbody [data-row-link]")).to_have_text(list(wanted))


def test_a_group_is_made_and_changed(tab: Tab, api: Api) -> None:
    page = tab.open("/groups?do=create")
    drawer = page.get_by_role("dialog", name="New group")
    drawer.get_by_label("Name", exact=False).first.fill("Sales")
    drawer.get_by_role("combobox", name="Roles").click()
    page.get_by_role("option", name="Auditor").click()
    page.keyboard.press("Escape")
    drawer.get_by_label("Identity provider").fill("sales-emea")
    page.keyboard.press("Enter")
    drawer.get_by_role("button", name="Create group").click()
    expect(page.get_by_role("heading", name="Sales")).to_be_visible()
    made = next(each for each in given.rows(api, "groups") if each["name"] == "Sales")
    assert [role["type"] for role in made["roles"]] == ["AUDITOR"]
    assert (made["maxDevices"], made["idpMapping"]) == (5, ["sales-emea"])
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Most devices").fill("2")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert given.read(api, f"/tenants/groups/{made['id']}")["maxDevices"] == 2


def test_a_name_that_is_taken_is_told_and_nothing_is_lost(
    tab: Tab, api: Api, engineers: Any
) -> None:
    page = tab.open("/groups?do=create")
    page.get_by_role("dialog").get_by_label("Name", exact=False).first.fill("Engineers")
    page.get_by_role("button", name="Create group").click()
    expect(page.get_by_role("dialog").get_by_text("Engineers").first).to_be_visible()
    assert len(given.rows(api, "groups", "&search=engineers")) == 1


def test_people_are_found_beyond_the_first_hundred_and_added(
    tab: Tab, api: Api, engineers: Any
) -> None:
    everybody = given.default_group(api)["id"]
    for first in (0, 100):
        many = [
            {"email": f"p{number:03}@acme.test", "groups": [everybody]}
            for number in range(first, first + 100)
        ]
        api.made("/tenants/users", many)
    api.made("/tenants/users", {"email": "zoe@acme.test", "groups": [everybody]})
    page = tab.open(f"/groups/{engineers['id']}")
    show(page, "ann@acme.test", "bob@acme.test")
    page.get_by_role("button", name="Add people").click()
    search = page.get_by_role("combobox", name="People")
    search.fill("ann@")
    taken = page.get_by_role("option", name="ann@acme.test")
    expect(taken).to_have_attribute("data-combobox-disabled", "true")
    search.fill("zoe")
    page.get_by_role("option", name="zoe@acme.test").wait_for()
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    search.fill("p150")
    page.get_by_role("option", name="p150@acme.test").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("2 people added to Engineers.")).to_be_visible()
    show(page, "ann@acme.test", "bob@acme.test", "p150@acme.test", "zoe@acme.test")
    page.get_by_label("Select zoe@acme.test").check()
    page.get_by_role("toolbar").get_by_role("button", name="Remove from group").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    show(page, "ann@acme.test", "bob@acme.test", "p150@acme.test")


def test_who_is_in_no_other_group_stays_and_that_is_told(tab: Tab, engineers: Any) -> None:
    page = tab.open(f"/groups/{engineers['id']}")
    page.get_by_role("button", name="Actions for ann@acme.test").click()
    page.get_by_role("menuitem", name="Remove from group").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("ann@acme.test is in no other group")).to_be_visible()
    show(page, "ann@acme.test", "bob@acme.test")


def test_policies_that_name_it_are_a_link_away(tab: Tab, engineers: Any) -> None:
    page = tab.open(f"/groups/{engineers['id']}?tab=policies")
    page.get_by_role("link", name="Build farm").click()
    page.wait_for_url("**/access/policies/*")


def test_deleting_wants_the_name_and_the_default_group_stays(
    tab: Tab, api: Api, engineers: Any
) -> None:
    page = tab.open(f"/groups/{engineers['id']}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Engineers")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/groups")
    expect(page.get_by_text("1 group deleted.")).to_be_visible()
    everybody = given.default_group(api)
    page = tab.open(f"/groups/{everybody['id']}")
    expect(page.get_by_role("button", name="Edit")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)


def test_members_are_counted_live_and_read_by_pages_only(
    tab: Tab, api: Api, engineers: Any
) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda each: asked.append(f"{each.method} {each.url}"))
    page = tab.open("/groups")
    row = page.locator("tbody tr", has_text="Engineers")
    members = row.locator("td").nth(3)
    expect(members).to_have_text("2")
    given.user(api, "cid@acme.test", [engineers["id"]])
    expect(members).to_have_text("3")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    header, *rows = download.value.path().read_text().splitlines()
    exported = [dict(zip(header.split(","), each.split(","), strict=True)) for each in rows]
    assert {each["Name"]: each["Members"] for each in exported}["Engineers"] == "3"
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or jump to")).to_be_focused()
    page.keyboard.type("engin")
    page.get_by_role("option", name="Engineers").click()
    expect(page.get_by_role("tab", name="Members (3)")).to_be_visible()
    given.user(api, "dan@acme.test", [engineers["id"]])
    expect(page.get_by_role("tab", name="Members (4)")).to_be_visible()
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Description").fill("They build it.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    tab.open("/users?do=invite")
    page.get_by_role("combobox", name="Groups").fill("engin")
    page.get_by_role("option", name="Engineers").click()
    whole = [each for each in asked if "/tenants/groups" in each and "withoutUsers" not in each]
    assert [each for each in asked if "/tenants/groups" in each]
    assert whole == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, engineers: Any, theme: str) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open("/groups")
        page.get_by_role("link", name="Engineers").wait_for()
        tab.screenshot(f"groups-{theme}")
        assert tab.violations() == []
        for part in ("members", "policies", "details", "audit"):
            tab.open(f"/groups/{engineers['id']}?tab={part}")
            page.locator("[role=tabpanel] :is(tbody td, dl)").first.wait_for()
            tab.screenshot(f"group-{part}-{theme}")
            assert tab.violations() == [], part
        tab.open(f"/groups/{engineers['id']}?do=edit")
        page.get_by_role("button", name="Save changes").wait_for()
        tab.screenshot(f"group-edit-{theme}")
        assert tab.violations() == []
        tab.open(f"/groups/{engineers['id']}?do=add")
        page.get_by_role("combobox", name="People").fill("acme")
        page.get_by_role("listbox").get_by_role("option").first.wait_for()
        tab.screenshot(f"group-add-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


@pytest.mark.parametrize("theme", THEMES)
def test_what_a_form_was_refused_for_can_be_read(
    open_tab: OpenTab, api: Api, engineers: Any, theme: str
) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open(f"/groups/{engineers['id']}?do=edit")
        page.get_by_label("Most devices").fill("3")
        theirs = {**given.read(api, f"/tenants/groups/{engineers['id']}"), "description": "Theirs"}
        kept = ("name", "description", "maxDevices", "idpMapping")
        body = {**{name: theirs[name] for name in kept}, "roles": []}
        assert api.put(f"/tenants/groups/{engineers['id']}", json=body).status == 200
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_text("Changed meanwhile")).to_be_visible()
        tab.screenshot(f"refusal-conflict-{theme}")
        assert tab.violations() == []
        page.route("**/tenants/groups/*", lambda route: route.abort())
        page.get_by_role("button", name="Overwrite").click()
        expect(page.get_by_text("This could not be saved")).to_be_visible()
        tab.screenshot(f"refusal-failed-{theme}")
        assert tab.violations() == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, engineers: Any) -> None:
    with open_tab(api, size=PHONE) as tab:
        for path, name in (("/groups", "groups"), (f"/groups/{engineers['id']}", "group")):
            page = tab.open(path)
            page.locator("tbody [data-row-link]").first.wait_for()
            tab.screenshot(f"{name}-phone")
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
            assert tab.violations() == []
