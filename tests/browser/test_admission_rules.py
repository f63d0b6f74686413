"""Admission rules in the console: as a form, as an expression, and tried on a device."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import PHONE, THEMES, OpenTab, Tab
from controller import given
from live import Api

RULES = "/tenants/admission-rules"
PAGE = "/access/admission-rules"


@pytest.fixture
def laptop(api: Api) -> Any:
    """The owner's laptop, which says that its disk is not encrypted."""
    return given.device(api, given.owner(api)["id"], "laptop", diskEncryption=False)


def text(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Rule in CEL")


def write(page: Page, expression: str) -> None:
    text(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(expression)


def save(page: Page) -> None:
    button = page.get_by_role("button", name="Save changes")
    button.click()
    expect(button).to_be_disabled()
    expect(button).not_to_have_attribute("data-loading", "true")


def own(api: Api) -> list[Any]:
    return [each for each in api.get(RULES).json() if each["type"] == "CUSTOM"]


def test_a_form_becomes_a_rule(tab: Tab, api: Api) -> None:
    page = tab.open(PAGE)
    page.get_by_role("link", name="Add rule").click()
    page.get_by_role("textbox", name="Name").fill("Office hours")
    page.get_by_role("combobox", name="Networks", exact=True).fill("192.0.2.0/24")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Countries", exact=True).fill("germ")
    page.get_by_role("option", name="Germany (DE)").click()
    page.keyboard.press("Escape")
    page.get_by_text("Mon", exact=True).click()
    page.get_by_label("From").fill("09:00")
    page.get_by_label("To", exact=True).fill("17:00")
    page.get_by_label("Disk encryption").check()
    page.get_by_label("Linux", exact=True).check()
    page.get_by_label("Linux: at least version").fill("12")
    shown = page.get_by_role("complementary").get_by_role("code")
    expect(shown).to_contain_text("now.between('09:00', '17:00', ['MONDAY'], zone)")
    tab.screenshot("admission-rule-form")
    page.get_by_role("button", name="Create rule").click()
    expect(page.get_by_role("heading", name="Office hours")).to_be_visible()
    (made,) = own(api)
    assert page.url.endswith(made["id"])
    assert made["hasTimeConstraint"] is True
    assert made["form"]["location"]["networks"] == ["192.0.2.0/24"]
    assert made["form"]["location"]["countries"] == ["DE"]
    assert made["form"]["posture"]["systems"] == [{"family": "linux", "minimum": "12"}]


def test_what_is_wrong_in_a_form_is_told_at_once(tab: Tab, api: Api) -> None:
    page = tab.open(f"{PAGE}/new")
    page.get_by_label("Client at least version").fill("new")
    expect(page.get_by_text("'new' is no version")).to_be_visible()
    expect(page.get_by_label("Client at least version")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Client at least version").fill("1.4")
    expect(page.get_by_text("'new' is no version")).to_have_count(0)
    page.get_by_role("button", name="Create rule").click()
    expect(page.get_by_text("Expected a name")).to_be_visible()
    assert own(api) == []


def test_an_expression_is_completed_and_its_mistakes_are_pointed_at(tab: Tab, api: Api) -> None:
    rule = given.admission_rule(api, "Engineers")
    page = tab.open(f"{PAGE}/{rule['id']}")
    expect(text(page)).to_contain_text("user.department == 'Engineering'")
    write(page, "device.os.ver")
    page.get_by_role("option", name="device.os.version").wait_for()
    # CodeMirror ignores keys for the first moments, lest they were meant for the text.
    expect(page.locator(".cm-completionInfo")).to_contain_text("as its maker counts")
    page.get_by_role("option", name="device.os.version").click()
    page.keyboard.type(".atL")
    page.get_by_role("option", name="atLeast").click()
    page.keyboard.type("'new')")
    expect(page.get_by_text("Line 1, column 27: 'new' is no version")).to_be_visible()
    expect(page.locator(".cm-lintRange-error")).to_have_text("'new'")
    tab.screenshot("admission-rule-fault")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("alert").filter(has_text="new")).to_have_count(0)
    assert own(api)[0]["rule"] == rule["rule"]
    write(page, "device.os.version.atLeast('12') && user.title == 'CTO'")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    save(page)
    assert own(api)[0]["rule"] == "device.os.version.atLeast('12') && user.title == 'CTO'"


def test_form_and_expression_are_two_views_of_one_rule(tab: Tab, api: Api) -> None:
    rule = given.admission_rule(api, "Encrypted", "device.posture.diskEncryption")
    page = tab.open(f"{PAGE}/{rule['id']}")
    expect(page.get_by_label("Disk encryption")).to_be_checked()
    page.get_by_label("Firewall").check()
    save(page)
    page.get_by_text("Expression", exact=True).click()
    expect(text(page)).to_have_text("device.posture.diskEncryption && device.posture.firewall")
    write(page, "device.posture.firewall && device.owned")
    page.get_by_text("Form", exact=True).click()
    expect(page.get_by_label("Disk encryption")).not_to_be_checked()
    expect(page.get_by_label("Belongs to the organisation")).to_be_checked()
    page.get_by_text("Expression", exact=True).click()
    write(page, "user.department == 'Sales'")
    page.get_by_text("Form", exact=True).click()
    expect(page.get_by_text("This expression says more than a form can.")).to_be_visible()
    expect(text(page)).to_have_text("user.department == 'Sales'")
    save(page)
    assert own(api)[0]["rule"] == "user.department == 'Sales'"


def test_what_always_holds_is_warned_of(tab: Tab, api: Api) -> None:
    page = tab.open(f"{PAGE}/new")
    expect(page.get_by_text("The rule always holds.")).to_be_visible()
    given.admission_rule(api, "Anything", "device.owned || true")
    page = tab.open(PAGE)
    expect(page.get_by_role("row", name="Anything").get_by_text("always")).to_be_visible()


def test_a_rule_is_tried_on_a_device_before_it_is_saved(tab: Tab, api: Api, laptop: Any) -> None:
    rule = given.admission_rule(api, "Encrypted", "device.posture.diskEncryption")
    page = tab.open(f"{PAGE}/{rule['id']}")
    page.get_by_role("combobox", name="Device").fill("lap")
    page.get_by_role("option", name="laptop").click()
    told = page.get_by_role("complementary").get_by_role("status")
    expect(told.get_by_text("It does not hold now")).to_be_visible()
    expect(told).to_contain_text("device.posture.diskEncryption is false")
    page.get_by_label("Disk encryption").uncheck()
    page.get_by_label("Linux", exact=True).check()
    expect(told).to_contain_text("device.os.family")
    page.get_by_label("Linux", exact=True).uncheck()
    expect(told.get_by_text("It holds now")).to_be_visible()
    assert own(api)[0]["rule"] == rule["rule"]


def test_what_is_not_saved_is_not_lost_by_leaving(tab: Tab, api: Api) -> None:
    rule = given.admission_rule(api, "Engineers")
    page = tab.open(f"{PAGE}/{rule['id']}")
    write(page, "true")
    page.get_by_role("navigation", name="Where you are").get_by_role("link").click()
    page.get_by_role("button", name="Keep editing").click()
    expect(text(page)).to_have_text("true")
    page.get_by_role("navigation", name="Where you are").get_by_role("link").click()
    page.get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("heading", name="Admission rules")).to_be_visible()
    page.get_by_role("link", name="Engineers").click()
    expect(text(page)).to_have_text("user.department == 'Engineering'")
    write(page, "true")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Engineers was deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="Admission rules")).to_be_visible()
    assert own(api) == []


def test_a_rule_that_a_policy_carries_stays(tab: Tab, api: Api) -> None:
    rule = given.admission_rule(api, "Engineers")
    given.policy(api, "Build farm", allUsers=True, rule=rule["id"])
    page = tab.open(f"{PAGE}/{rule['id']}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status").filter(has_text="Build farm")).to_be_visible()
    assert len(own(api)) == 1


def test_two_administrators_change_the_same_rule(tab: Tab, api: Api) -> None:
    rule = given.admission_rule(api, "Engineers")
    page = tab.open(f"{PAGE}/{rule['id']}")
    write(page, "user.title == 'Mine'")
    theirs = {"name": "Engineers", "rule": "user.title == 'Theirs'", "hasTimeConstraint": False}
    assert api.put(f"{RULES}/{rule['id']}", json=theirs).status == 200
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Changed meanwhile")).to_be_visible()
    page.get_by_role("button", name="Reload").click()
    expect(text(page)).to_have_text("user.title == 'Theirs'")
    write(page, "user.title == 'Ours'")
    save(page)
    assert own(api)[0]["rule"] == "user.title == 'Ours'"


def test_built_in_rules_are_shown_and_what_was_done_is_listed(tab: Tab, api: Api) -> None:
    page = tab.open(PAGE)
    page.get_by_role("link", name="No Admission").click()
    expect(page.get_by_text("This rule is built in")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    rule = given.admission_rule(api, "Engineers")
    page = tab.open(f"{PAGE}/{rule['id']}")
    page.get_by_role("tab", name="Audit log").click()
    expect(page.get_by_role("cell", name="created")).to_be_visible()


def test_an_auditor_sees_tries_and_changes_nothing(
    open_tab: OpenTab, api: Api, laptop: Any
) -> None:
    rule = given.admission_rule(api, "Encrypted", "device.posture.diskEncryption")
    key = api.made("/tenants/api-keys", {"name": "Auditor", "role": "AUDITOR"})["key"]
    with open_tab(Api(api.url, key)) as tab:
        page = tab.open(PAGE)
        expect(page.get_by_role("link", name="Add rule")).to_have_count(0)
        tab.open(f"{PAGE}/{rule['id']}")
        expect(page.locator("main dl")).to_contain_text("device.posture.diskEncryption")
        expect(page.locator("main").get_by_role("button")).to_have_count(0)
        page.get_by_role("combobox", name="Device").fill("lap")
        page.get_by_role("option", name="laptop").click()
        expect(page.get_by_text("It does not hold now")).to_be_visible()
        assert tab.complaints == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(open_tab: OpenTab, api: Api, laptop: Any, theme: str) -> None:
    encrypted = given.admission_rule(api, "Encrypted", "device.posture.diskEncryption")
    engineers = given.admission_rule(api, "Engineers", "user.department == 'Engineering' // all")
    with open_tab(api, theme) as tab:
        page = tab.open(PAGE)
        page.get_by_role("link", name="Encrypted").wait_for()
        tab.screenshot(f"admission-rules-{theme}")
        assert tab.violations() == []
        tab.open(f"{PAGE}/{encrypted['id']}")
        page.get_by_role("combobox", name="Device").fill("lap")
        page.get_by_role("option", name="laptop").click()
        page.get_by_text("It does not hold now").wait_for()
        tab.screenshot(f"admission-rule-form-{theme}")
        assert tab.violations() == []
        tab.open(f"{PAGE}/{engineers['id']}")
        write(page, "user.departmnt == 'Sales' && now.on(['MONDAY'], zone) && 1 < 2 // all\n&& dev")
        page.get_by_role("option").first.wait_for()
        page.locator(".cm-lintRange-error").wait_for()
        tab.screenshot(f"admission-rule-expression-{theme}")
        assert tab.violations() == []
        assert tab.complaints == []


def test_a_phone_is_enough(open_tab: OpenTab, api: Api, laptop: Any) -> None:
    rule = given.admission_rule(api, "Encrypted", "device.posture.diskEncryption")
    with open_tab(api, size=PHONE) as tab:
        page = tab.open(f"{PAGE}/{rule['id']}")
        page.get_by_label("Disk encryption").wait_for()
        tab.screenshot("admission-rule-form-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.violations() == []
        page.get_by_text("Expression", exact=True).click()
        write(page, " && ".join(["device.posture.diskEncryption"] * 4))
        tab.screenshot("admission-rule-expression-phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert tab.complaints == []
