"""Everything by keyboard: no test here touches a mouse."""

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
