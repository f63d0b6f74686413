"""Policies in the console: their order, and what a change would do before it is made."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api


@dataclass
class Company:
    """A tenant whose owner has a laptop, and some resources behind a gateway."""

    owner: Any
    laptop: Any
    engineers: Any
    wiki: Any
    database: Any
    policies: list[Any]


@pytest.fixture
def company(api: Api) -> Company:
    owner = given.owner(api)
    engineers = given.group(api, "Engineers")
    api.made(f"/tenants/users/{owner['id']}/groups", {"groupId": engineers["id"]})
    laptop = given.device(api, owner["id"])
    office = given.gateway(api, "Office")
    given.enrolled_gateway(api, office)
    wiki = given.connected(api, given.resource(api, "Wiki", "10.0.0.5"), office)
    database = given.connected(api, given.resource(api, "Database", "10.0.0.6"), office)
    policies = [
        given.policy(api, "Engineers read", groups=[engineers["id"]], resources=[wiki["id"]]),
        given.policy(api, "No databases", action=False, allUsers=True, resources=[database["id"]]),
        given.policy(api, "Backups", users=[owner["id"]], resources=[database["id"]]),
    ]
    return Company(owner, laptop, engineers, wiki, database, policies)


def shown(page: Page) -> Locator:
    return page.locator("tbody [data-row-link]")


def stored(api: Api) -> list[str]:
    """Return the names of the private policies as the API orders them, but for the default."""
    rows = given.rows(api, "policies", "&filter[type]=PRIVATE&sort=order")
    return [row["name"] for row in rows if not row["isDefault"]]


def choose(page: Page, policy: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {policy}").click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).fill(option)
    page.get_by_role("option", name=option).click()
    page.keyboard.press("Escape")


def test_a_policy_is_made_in_its_place_after_a_look_at_who_gains(
    tab: Tab, api: Api, company: Company
) -> None:
    page = tab.open("/access/private")
    choose(page, "No databases", "Create above")
    drawer = page.get_by_role("dialog", name="New policy")
    expect(drawer.get_by_text("right after “Engineers read”")).to_be_visible()
    drawer.get_by_label("Name", exact=True).fill("Engineers store")
    pick(page, "Groups", "Engineers")
    pick(page, "Resources", "Database")
    drawer.get_by_role("button", name="Review changes").click()
    review = page.get_by_role("dialog", name="Create Engineers store?")
    expect(review.get_by_text("1 device gains access")).to_be_visible()
    expect(review.get_by_role("link", name="Database")).to_be_visible()
    assert stored(api) == ["Engineers read", "No databases", "Backups"]
    review.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text("Engineers store was created.")).to_be_visible()
    assert stored(api) == ["Engineers read", "Engineers store", "No databases", "Backups"]
    expect(shown(page).nth(1)).to_have_text("Engineers store")


def test_what_is_wrong_stands_at_its_input(tab: Tab, company: Company) -> None:
    page = tab.open("/access/private?do=add")
    page.get_by_label("Only from these addresses").fill("nonsense")
    page.get_by_label("Name", exact=True).fill("Any")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("nonsense", exact=False).first).to_be_visible()
    expect(page.get_by_label("Only from these addresses")).to_have_attribute("aria-invalid", "true")


def test_the_mouse_moves_a_policy(tab: Tab, api: Api, company: Company) -> None:
    page = tab.open("/access/private")
    page.get_by_role("button", name="Move Backups").hover()
    page.mouse.down()
    above = page.get_by_role("row").filter(has_text="No databases").bounding_box()
    assert above
    page.mouse.move(above["x"] + 20, above["y"] + 4, steps=4)
    expect(shown(page).nth(1)).to_have_text("Backups")
    page.mouse.up()
    review = page.get_by_role("dialog", name="Move Backups to number 2?")
    expect(review.get_by_text("1 device gains access")).to_be_visible()
    assert stored(api)[1] == "No databases"
    review.get_by_role("button", name="Move").click()
    expect(page.get_by_text("Backups is now number 2.")).to_be_visible()
    assert stored(api) == ["Engineers read", "Backups", "No databases"]


def test_keys_move_a_policy_and_it_goes_back_if_that_was_not_meant(
    tab: Tab, api: Api, company: Company
) -> None:
    page = tab.open("/access/private")
    page.get_by_role("button", name="Move Backups").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("Backups at 1 of 3.")).to_have_count(1)
    page.keyboard.press("Space")
    page.get_by_role("dialog").get_by_role("button", name="Back", exact=True).click()
    expect(shown(page).nth(0)).to_have_text("Engineers read")
    choose(page, "Backups", "Move to position…")
    page.get_by_label("Position").fill("1")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(page.get_by_text("Backups is now number 1.")).to_be_visible()
    assert stored(api)[0] == "Backups"


def test_a_change_that_breaks_a_policy_test_is_made_only_when_that_is_meant(
    tab: Tab, api: Api, company: Company
) -> None:
    given.policy_test(api, "Stores stay shut", allUsers=True, resources=[company.database["id"]])
    page = tab.open("/access/private")
    choose(page, "No databases", "Delete")
    review = page.get_by_role("dialog", name="Delete No databases?")
    expect(review.get_by_text("This breaks a policy test")).to_be_visible()
    expect(review.get_by_role("link", name="Stores stay shut")).to_be_visible()
    tab.screenshot("policies-broken")
    assert tab.violations() == []
    review.get_by_role("button", name="Do it anyway").click()
    expect(page.get_by_text("No databases was deleted.")).to_be_visible()
    assert stored(api) == ["Engineers read", "Backups"]


def test_two_administrators_change_the_same_policy(tab: Tab, api: Api, company: Company) -> None:
    read = company.policies[0]
    path = f"/tenants/policies/{read['id']}"
    page = tab.open(f"/access/policies/{read['id']}")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Name", exact=True).fill("Mine")
    theirs = given.policy_body("Theirs", groups=[company.engineers["id"]], rule=read["rule"]["id"])
    del theirs["type"]
    assert api.patch(path, json=theirs).status == 200
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("dialog", name="Save Mine?").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Changed meanwhile")).to_be_visible()
    assert api.get(path).json()["name"] == "Theirs"
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Theirs")
    page.get_by_label("Name", exact=True).fill("Ours")
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("dialog", name="Save Ours?").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ours", level=1)).to_be_visible()
    assert api.get(path).json()["name"] == "Ours"


def test_an_order_that_somebody_else_changed_is_not_overwritten(
    tab: Tab, api: Api, company: Company
) -> None:
    page = tab.open("/access/private")
    choose(page, "Backups", "Move up")
    review = page.get_by_role("dialog", name="Move Backups to number 2?")
    review.wait_for()
    ids = [each["id"] for each in company.policies]
    order = [ids[1], ids[0], ids[2]]
    body = {"type": "PRIVATE", "policies": order}
    assert api.patch("/tenants/policies/reorder", json=body).status == 200
    review.get_by_role("button", name="Move").click()
    expect(page.get_by_text("Somebody else changed this list meanwhile.")).to_be_visible()
    assert stored(api) == ["No databases", "Engineers read", "Backups"]


def test_an_order_that_was_replaced_at_the_last_moment_is_told(
    tab: Tab, api: Api, company: Company
) -> None:
    ids = [each["id"] for each in company.policies]
    theirs = {"type": "PRIVATE", "policies": [ids[1], ids[0], ids[2]]}

    def be_late(route: Route) -> None:
        assert api.patch("/tenants/policies/reorder", json=theirs).status == 200
        route.continue_()

    tab.page.route("**/tenants/policies/reorder", be_late)
    page = tab.open("/access/private")
    choose(page, "Backups", "Move up")
    review = page.get_by_role("dialog", name="Move Backups to number 2?")
    review.get_by_role("button", name="Move").click()
    expect(page.get_by_text("your order replaced theirs")).to_be_visible()
    assert stored(api) == ["Engineers read", "Backups", "No databases"]


def test_the_whole_list_is_there_and_can_be_searched(tab: Tab, api: Api, company: Company) -> None:
    for number in range(120):
        given.policy(api, f"Filler {number:03}", resources=[company.wiki["id"]])
    page = tab.open("/access/private")
    expect(shown(page)).to_have_count(123)
    page.get_by_label("Search policies").fill("filler 119")
    expect(shown(page)).to_have_text(["Filler 119"])
    expect(page.get_by_role("button", name="Move Filler")).to_have_count(0)
    page.reload()
    expect(shown(page)).to_have_text(["Filler 119"])


def test_an_auditor_sees_and_changes_nothing(tab: Tab, api: Api, company: Company) -> None:
    me = api.get("/tenants/me").json()
    reads = [each for each in me["permissions"] if "find" in each.lower()]
    tab.page.route("**/tenants/me", lambda route: route.fulfill(json={**me, "permissions": reads}))
    page = tab.open("/access/private")
    expect(shown(page)).to_have_count(3)
    expect(page.locator("main").get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="Engineers read").click()
    page.get_by_role("heading", name="Engineers read").wait_for()
    expect(page.locator("main").get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, company: Company, theme: str) -> None:
    with open_tab(api, theme) as tab:
        page = tab.open("/access/private")
        shown(page).first.wait_for()
        tab.screenshot(f"policies-{theme}")
        assert tab.violations() == []
        choose(page, "No databases", "Delete")
        page.get_by_role("dialog").get_by_text("gains access").wait_for()
        tab.screenshot(f"policies-review-{theme}")
        assert tab.violations() == []
        tab.open("/access/internet?do=add")
        page.get_by_role("button", name="Review changes").wait_for()
        tab.screenshot(f"policies-internet-{theme}")
        assert tab.violations() == []
        tab.open("/access/private?do=add")
        page.get_by_role("button", name="Review changes").wait_for()
        tab.screenshot(f"policies-add-{theme}")
        assert tab.violations() == []
        tab.open(f"/access/policies/{company.policies[0]['id']}")
        tab.screenshot(f"policy-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, company: Company) -> None:
    with open_tab(api, size=PHONE) as tab:
        page = tab.open("/access/private")
        shown(page).first.wait_for()
        tab.screenshot("policies-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
