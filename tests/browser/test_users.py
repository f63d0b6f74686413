"""Users in the console, as administrators work with them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from agents import BareAgent
from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from controller.people import device
from live import Api, Live

PEOPLE = ("Ann Lee", "Bob Stone", "Carla Diaz")


@pytest.fixture
def people(api: Api) -> list[Any]:
    """Three invited users, one of them in another group."""
    engineers = api.made("/tenants/groups", {"name": "Engineers", "roles": []})["id"]
    sales = api.made("/tenants/groups", {"name": "Sales", "roles": []})["id"]
    wanted = [
        {
            "email": f"{person.split()[0].lower()}@acme.test",
            "firstName": person.split()[0],
            "lastName": person.split()[1],
            "groups": [sales if person.startswith("Carla") else engineers],
        }
        for person in PEOPLE
    ]
    made: list[Any] = api.made("/tenants/users", wanted)
    return made


@pytest.fixture
def active(live: Live, api: Api) -> Any:
    """Somebody who enrolled a device by their invitation."""
    device(live, api, given.default_group(api)["id"])
    return given.rows(api, "users", "&filter[isOwner]=false")[0]


def names(page: Page) -> list[str]:
    return page.locator("tbody [data-row-link]").all_inner_texts()


def show(page: Page, *wanted: str) -> None:
    expect(page.locator("tbody [data-row-link]")).to_have_text(list(wanted))


def test_search_narrows_the_list_and_stands_in_the_address(tab: Tab, people: list[Any]) -> None:
    page = tab.open("/users")
    show(page, *PEOPLE, "owner@acme.test")
    page.keyboard.press("/")
    page.keyboard.type("carla")
    show(page, "Carla Diaz")
    page.wait_for_url("**/users?search=carla")
    page.reload()
    show(page, "Carla Diaz")
    page.get_by_label("Search users").fill("nobody")
    page.get_by_role("button", name="Clear search and filters").click()
    show(page, *PEOPLE, "owner@acme.test")


def test_a_filter_is_a_chip_that_can_be_removed(tab: Tab, people: list[Any]) -> None:
    page = tab.open("/users")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("button", name="Groups", exact=True).click()
    page.get_by_role("checkbox", name="Sales").check()
    show(page, "Carla Diaz")
    page.keyboard.press("Escape")
    assert "groups.id=" in tab.search_parameters()
    page.get_by_role("button", name="Remove filter Groups").click()
    show(page, *PEOPLE, "owner@acme.test")


def test_heads_sort(tab: Tab, people: list[Any]) -> None:
    page = tab.open("/users?status=INVITED")
    head = page.get_by_role("columnheader", name="Email")
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    show(page, *reversed(PEOPLE))
    expect(head).to_have_attribute("aria-sort", "descending")
    assert "sort=-email" in tab.search_parameters()


def test_pages_and_columns_stand_in_the_address(tab: Tab, api: Api, people: list[Any]) -> None:
    group = people[0]["groups"][0]["id"]
    api.made(
        "/tenants/users", [{"email": f"u{n:02}@acme.test", "groups": [group]} for n in range(30)]
    )
    page = tab.open("/users")
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("26\u201334 of 34")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("menuitemcheckbox", name="Department").click()
    expect(page.get_by_role("columnheader", name="Department")).to_be_visible()
    assert "department" in tab.search_parameters()


def test_arrow_keys_lead_through_rows_and_enter_opens_one(tab: Tab, people: list[Any]) -> None:
    page = tab.open("/users")
    page.get_by_role("link", name="Ann Lee").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bob Stone")).to_be_visible()


def test_selected_users_are_deactivated_and_that_is_undone(
    tab: Tab, api: Api, people: list[Any]
) -> None:
    page = tab.open("/users")
    page.get_by_label("Select Ann Lee").check()
    page.get_by_label("Select Bob Stone").check()
    bar = page.get_by_role("toolbar")
    bar.get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("2 users deactivated.")).to_be_visible()
    assert [api.get(f"/tenants/users/{each['id']}").json()["status"] for each in people] == [
        "DEACTIVATED",
        "DEACTIVATED",
        "INVITED",
    ]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 users reactivated.")).to_be_visible()
    assert api.get(f"/tenants/users/{people[0]['id']}").json()["status"] == "INVITED"


def test_users_are_narrowed_to_a_group_beyond_the_first_hundred(
    tab: Tab, api: Api, people: list[Any]
) -> None:
    for number in range(110):
        given.group(api, f"Crew {number:03}")
    page = tab.open("/users")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("group", name="Filter by").get_by_text("Groups").click()
    expect(page.get_by_text("The first 20 of 113; type to narrow them.")).to_be_visible()
    tab.screenshot("users-filter-groups")
    assert tab.violations() == []
    page.get_by_role("textbox", name="Search groups").fill("sale")
    page.get_by_role("checkbox", name="Sales").check()
    sales = next(each["id"] for each in given.rows(api, "groups", "&search=Sales"))
    page.wait_for_url(f"**groups.id={sales}*")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_role("button", name="Change filter Groups: Sales")).to_be_visible()


def test_columns_are_remembered(tab: Tab, people: list[Any]) -> None:
    page = tab.open("/users")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("menuitemcheckbox", name="Department").click()
    expect(page.get_by_role("columnheader", name="Department")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Groups", exact=True).click()
    page.get_by_role("heading", name="Groups", level=1).wait_for()
    expect(page.get_by_role("columnheader", name="Department")).to_have_count(0)
    tab.open("/users")
    expect(page.get_by_role("columnheader", name="Department")).to_be_visible()
    assert "columns" not in tab.search_parameters()


def test_selected_users_join_a_group(tab: Tab, api: Api, people: list[Any]) -> None:
    page = tab.open("/users")
    page.get_by_label("Select Ann Lee").check()
    page.get_by_role("toolbar").get_by_role("button", name="Add to group").click()
    page.get_by_role("combobox", name="Group").click()
    page.get_by_role("option", name="Sales").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 user added to Sales.")).to_be_visible()
    groups = api.get(f"/tenants/users/{people[0]['id']}").json()["groups"]
    assert {group["name"] for group in groups} == {"Engineers", "Sales"}


def test_somebody_leaves_a_group_on_their_own_page(tab: Tab, api: Api, people: list[Any]) -> None:
    path = f"/tenants/users/{people[0]['id']}"
    sales = next(each["id"] for each in given.rows(api, "groups", "&search=Sales"))
    api.made(f"{path}/groups", {"groupId": sales})
    page = tab.open(f"/users/{people[0]['id']}")
    page.get_by_role("button", name="Remove from Engineers").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove 1 person from the group?")
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("main").get_by_role("link", name="Engineers")).to_have_count(0)
    expect(page.get_by_role("button", name="Remove from Sales")).to_have_count(0)
    assert [group["name"] for group in api.get(path).json()["groups"]] == ["Sales"]


def test_deleting_wants_the_email_typed(tab: Tab, api: Api, people: list[Any]) -> None:
    page = tab.open(f"/users/{people[0]['id']}")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Delete")).to_be_disabled()
    dialog.get_by_role("textbox").fill("ann@acme.test")
    dialog.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/users")
    show(page, "Bob Stone", "Carla Diaz", "owner@acme.test")


def test_an_invitation_tells_what_is_wrong_line_by_line(
    tab: Tab, api: Api, people: list[Any]
) -> None:
    page = tab.open("/users?do=invite")
    page.get_by_label("Email addresses").fill("new@acme.test\nnonsense")
    page.get_by_role("combobox", name="Groups").click()
    page.get_by_role("option", name="Sales").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Send 2 invitations").click()
    expect(page.get_by_text("Line 2, nonsense: Expected an email address")).to_be_visible()
    page.get_by_label("Email addresses").fill("new@acme.test")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("1 user invited.")).to_be_visible()
    assert api.get("/tenants/users?search=new@acme.test").json()["total"] == 1


def test_attributes_are_lines_that_rules_read(tab: Tab, api: Api, people: list[Any]) -> None:
    path = f"/tenants/users/{people[0]['id']}"
    page = tab.open(f"/users/{people[0]['id']}")
    page.get_by_label("First name").fill("Anna")
    page.get_by_label("Attributes").fill("level = 3\nteam: platform")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Line 2 of the attributes is not NAME = VALUE.")).to_be_visible()
    page.get_by_label("Attributes").fill("level = 3\nteam = platform")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Anna Lee")).to_be_visible()
    assert api.get(path).json()["attributes"] == {"level": 3, "team": "platform"}
    page.get_by_label("Attributes").fill("")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("button", name="Save changes").click()
    assert api.get(path).json()["attributes"] == {}


def test_roles_given_directly_stand_beside_inherited_ones(tab: Tab, api: Api) -> None:
    group = given.group(api, "Helpers", roles=[given.role(api, "SUPPORT")["id"]])
    ann = given.user(api, groups=[group["id"]])
    page = tab.open(f"/users/{ann['id']}")
    roles = page.get_by_role("region", name="Roles")
    expect(roles).to_contain_text("Inherited from their groups\nSupport", use_inner_text=True)
    roles.get_by_role("combobox", name="Given directly").click()
    page.get_by_role("option", name="Auditor").click()
    page.keyboard.press("Escape")
    roles.get_by_role("button", name="Save roles").click()
    expect(page.get_by_text("Roles saved.")).to_be_visible()
    expect(roles).to_contain_text("not in force")
    assert [role["type"] for role in given.read(api, f"/tenants/users/{ann['id']}")["roles"]] == [
        "AUDITOR"
    ]
    roles.get_by_role("combobox", name="Given directly").press("Backspace")
    page.keyboard.press("Escape")
    roles.get_by_role("button", name="Save roles").click()
    expect(roles).not_to_contain_text("not in force")
    assert given.read(api, f"/tenants/users/{ann['id']}/roles?rolesOnly=true") == []


def choose(page: Page, deed: str) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=deed).click()


def test_a_device_is_enrolled_for_somebody_by_a_code_shown_once(
    tab: Tab, api: Api, active: Any
) -> None:
    page = tab.open(f"/users/{active['id']}")
    choose(page, "Enrolment code")
    dialog = page.get_by_role("dialog", name="A further device of")
    command = dialog.locator("code").first.inner_text()
    link = re.fullmatch(r"gatescale enroll (\S+)", command)
    assert link
    assert BareAgent(api.url).enrol(link[1].rpartition("/")[2]).status == 201
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_text(link[1])).to_have_count(0)
    expect(page.get_by_role("tab", name="Devices (2)")).to_be_visible()


def test_who_lost_their_way_in_gets_a_link(tab: Tab, active: Any, browser: Browser) -> None:
    page = tab.open(f"/users/{active['id']}")
    choose(page, "Sign-in link")
    page.get_by_role("dialog").get_by_role("button", name="Make link").click()
    dialog = page.get_by_role("dialog", name="Sign-in link for")
    expect(dialog.get_by_text("It works once, and expires in")).to_be_visible()
    elsewhere = browser.new_page()
    elsewhere.goto(dialog.locator("code").inner_text())
    expect(elsewhere.get_by_role("button", name="Continue with a password")).to_be_visible()
    elsewhere.close()


def test_the_ownership_is_transferred_once_the_email_is_typed(
    tab: Tab, api: Api, active: Any
) -> None:
    page = tab.open(f"/users/{active['id']}")
    choose(page, "Transfer ownership")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Transfer ownership")).to_be_disabled()
    dialog.get_by_role("textbox").fill(active["email"])
    dialog.get_by_role("button", name="Transfer ownership").click()
    expect(page.get_by_text("is the owner now.")).to_be_visible()
    assert given.owner(api)["id"] == active["id"]
    page.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menuitem", name="Enrolment code")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Transfer ownership")).to_have_count(0)


def test_who_is_invited_only_gets_the_invitation_again(tab: Tab, people: list[Any]) -> None:
    page = tab.open(f"/users/{people[0]['id']}")
    page.get_by_role("button", name="Resend invitation").click()
    expect(page.get_by_text("Invitation sent again.")).to_be_visible()
    expect(page.get_by_role("button", name="More actions")).to_have_count(0)


def test_a_change_from_elsewhere_is_not_overwritten_unasked(
    tab: Tab, api: Api, people: list[Any]
) -> None:
    path = f"/tenants/users/{people[0]['id']}"
    page = tab.open(f"/users/{people[0]['id']}")
    page.get_by_label("Department").fill("Research")
    api.put(path, json={"department": "Sales"})
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Changed meanwhile")).to_be_visible()
    assert api.get(path).json()["department"] == "Sales"
    page.get_by_role("button", name="Overwrite").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert api.get(path).json()["department"] == "Research"


def test_what_is_not_saved_is_not_lost_unasked(tab: Tab, people: list[Any]) -> None:
    page = tab.open(f"/users/{people[0]['id']}")
    page.get_by_label("Department").fill("Research")
    page.get_by_role("link", name="Devices", exact=True).click()
    page.get_by_role("button", name="Keep editing").click()
    expect(page.get_by_label("Department")).to_have_value("Research")
    page.get_by_role("link", name="Devices", exact=True).click()
    page.get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("heading", name="Devices", level=1)).to_be_visible()


def test_the_list_is_saved_as_a_file(tab: Tab, people: list[Any]) -> None:
    page = tab.open("/users?status=INVITED")
    show(page, *PEOPLE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("Name,Email,Status")
    assert [line.split(",")[0] for line in lines[1:]] == list(PEOPLE)


def test_the_palette_finds_people_pages_and_actions(tab: Tab, people: list[Any]) -> None:
    page = tab.open("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or jump to")).to_be_focused()
    page.keyboard.type("carla")
    page.get_by_role("option", name="carla@acme.test Carla Diaz").wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Carla Diaz")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or jump to")).to_be_focused()
    page.keyboard.type("invite")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Invite users")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(
    open_tab: OpenTab, api: Api, people: list[Any], active: Any, theme: str
) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open("/users?status=INVITED")
        show(page, *PEOPLE)
        page.get_by_label("Select Ann Lee").check()
        tab.screenshot(f"users-{theme}")
        assert tab.violations() == []
        for part in ("details", "devices", "access", "audit"):
            tab.open(f"/users/{people[0]['id']}?tab={part}")
            page.get_by_role("tabpanel").wait_for()
            tab.screenshot(f"user-{part}-{theme}")
            assert tab.violations() == [], part
        tab.open(f"/users/{active['id']}")
        for deed in ("Enrolment code", "Sign-in link"):
            choose(page, deed)
            if deed == "Sign-in link":
                page.get_by_role("button", name="Make link").click()
            page.get_by_role("button", name="Done").wait_for()
            tab.screenshot(f"user-{deed.lower().replace(' ', '-')}-{theme}")
            assert tab.violations() == [], deed
            page.get_by_role("button", name="Done").click()
        tab.open("/users?do=invite")
        page.get_by_role("button", name="Send invitation").wait_for()
        tab.screenshot(f"users-invite-{theme}")
        assert tab.violations() == []
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.get_by_role("listbox", name="Results").wait_for()
        tab.screenshot(f"palette-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, people: list[Any]) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/users?status=INVITED")
        show(page, *PEOPLE)
        tab.screenshot("users-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Users", exact=True).wait_for()
        tab.screenshot("menu-phone")
        assert tab.violations() == []
