"""Everything by keyboard: no test here touches a mouse."""

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Tab
from controller import given
from live import Api


def tab_to(page: Page, name: str, limit: int = 60) -> None:
    """Press Tab until what has this name is focused, as seen by a person who sees the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              const it = document.activeElement;
              const ring = getComputedStyle(it).outlineStyle !== 'none'
                || getComputedStyle(it).boxShadow !== 'none'
                || it.matches('input, textarea, body');
              const label = it.labels?.[0]?.innerText ?? '';
              const name = it.getAttribute('aria-label') || it.innerText || label;
              return { name: (name ?? '').trim(), label: label.trim(), ring };
            }"""
        )
        if name in (focused["name"], focused["label"].rstrip(" *")):
            assert focused["ring"], f"the focus on {name} cannot be seen"
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_the_first_tab_skips_to_the_content(tab: Tab) -> None:
    page = tab.open("/users")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_people_are_invited_by_keyboard(tab: Tab, api: Api) -> None:
    page = tab.open("/")
    page.keyboard.press("Control+K")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("invite")
    expect(page.get_by_role("option").first).to_contain_text("Invite")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    tab_to(page, "Email addresses")
    page.keyboard.type("new@acme.test")
    tab_to(page, "Groups")
    page.keyboard.type("Default")
    page.get_by_role("option", name="Default Group").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    tab_to(page, "Send invitation")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 user invited.")).to_be_visible()
    assert api.get("/tenants/users?search=new@acme.test").json()["total"] == 1


def look_for(page: Page, text: str) -> None:
    """Open the palette, and type."""
    page.keyboard.press("Control+K")
    expect(page.get_by_role("combobox", name="Search or jump to")).to_be_focused()
    page.keyboard.type(text)


def choose(page: Page, text: str, option: str) -> None:
    """Choose what the palette offers first for a text."""
    look_for(page, text)
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text(option)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("text", "option", "form"),
    [
        ("create group", "Create group", "New group"),
        ("new gateway", "Create gateway", "Create gateway"),
        ("create resource", "Create resource", "Create resource"),
        ("private policy", "Add private policy", "New policy"),
        ("saas policy", "Add SaaS policy", "New policy"),
        ("internet policy", "Add internet policy", "New policy"),
        ("site-to-site policy", "Add site-to-site policy", "New policy"),
        ("add policy test", "Add policy test", "Add test"),
        ("create key", "Create API key", "Create key"),
        ("owned", "Add owned devices", "Add serial numbers"),
    ],
)
def test_what_can_be_made_is_made_from_anywhere(
    tab: Tab, text: str, option: str, form: str
) -> None:
    page = tab.open("/topology")
    choose(page, text, option)
    expect(page.get_by_role("dialog", name=form)).to_be_visible()


def test_the_palette_does_what_is_no_page(tab: Tab) -> None:
    page = tab.open("/users")
    root = page.locator("html")
    choose(page, "dark", "Dark theme")
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    choose(page, "light", "Light theme")
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    choose(page, "new admission rule", "Add admission rule")
    page.wait_for_url("**/access/admission-rules/new")
    choose(page, "log out", "Sign out")
    page.wait_for_url("**/sign-in")


def test_everything_with_a_name_is_found(tab: Tab, api: Api) -> None:
    made = given.some_of_everything(api, "delta")
    page = tab.open("/users")
    look_for(page, "delta")
    results = page.get_by_role("listbox", name="Results")
    for kind, name in {
        "user": "ann@delta.test",
        "group": "delta team",
        "device": "delta laptop",
        "gateway": "delta site",
        "resource": "delta wiki",
        "policy": "delta staff",
    }.items():
        expect(results.get_by_role("option", name=name).first).to_be_visible()
        assert made[kind]
    tab.screenshot("palette-found")
    page.keyboard.press("Control+A")
    page.keyboard.type("delta staff")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("delta staff")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/access/policies/{made['policy']}")


def test_what_somebody_reaches_is_asked_from_anywhere(tab: Tab, api: Api) -> None:
    given.user(api, "ann@acme.test")
    page = tab.open("/users")
    look_for(page, "ann@")
    page.get_by_role("option", name="Explain: can ann@acme.test reach").wait_for()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/access/explain?user=ann%40acme.test")
    expect(page.get_by_role("combobox", name="Who")).to_have_value("ann@acme.test")


def test_a_row_is_opened_by_keyboard(tab: Tab) -> None:
    page = tab.open("/users")
    page.get_by_role("link", name="owner@acme.test").wait_for()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("owner")
    page.wait_for_url("**search=owner**")
    tab_to(page, "owner@acme.test")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users/*")


def test_closing_gives_the_focus_back(tab: Tab, api: Api) -> None:
    page = tab.open("/users")
    page.get_by_role("link", name="owner@acme.test").wait_for()
    invite = page.get_by_role("button", name="Invite users")
    invite.press("Enter")
    page.get_by_role("dialog", name="Invite users").wait_for()
    page.keyboard.press("Escape")
    expect(invite).to_be_focused()
    page.keyboard.press("Control+K")
    page.get_by_role("combobox", name="Search or jump to").wait_for()
    page.keyboard.press("Escape")
    expect(invite).to_be_focused()


def test_closing_a_question_of_a_menu_leads_to_its_button(tab: Tab, api: Api) -> None:
    given.protocol(api, "Web", "8080")
    page = tab.open("/protocols")
    actions = page.get_by_role("button", name="Actions for Web")
    actions.press("Enter")
    page.get_by_role("menuitem", name="Delete").press("Enter")
    page.get_by_role("dialog", name="Delete 1 protocol?").wait_for()
    page.keyboard.press("Escape")
    expect(actions).to_be_focused()


def test_leaving_a_changed_form_leads_back_from_both(tab: Tab) -> None:
    page = tab.open("/groups")
    create = page.get_by_role("button", name="New group")
    create.press("Enter")
    page.get_by_role("dialog").get_by_label("Name", exact=False).first.fill("Sales")
    page.keyboard.press("Escape")
    question = page.get_by_role("dialog", name="Leave without saving?")
    question.get_by_role("button", name="Keep editing").press("Enter")
    expect(page.get_by_role("dialog", name="New group").get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    question.get_by_role("button", name="Leave without saving").press("Enter")
    expect(create).to_be_focused()
