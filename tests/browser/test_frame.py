"""What the frame does with what the controller says of me and of changes."""

from playwright.sync_api import Route, expect

from browser.conftest import Tab
from live import Api

READS = ["UsersController_findAll", "UsersController_findById", "GroupsController_findAll"]


def test_what_my_role_may_not_is_not_shown(tab: Tab) -> None:
    auditor = {
        "id": "1",
        "kind": "user",
        "name": "Ann",
        "email": "ann@acme.test",
        "role": "AUDITOR",
        "tenant": {"id": "2", "name": "Acme Ltd"},
        "permissions": READS,
    }
    tab.page.route("**/tenants/me", lambda route: route.fulfill(json=auditor))
    page = tab.open("/users")
    page.get_by_role("link", name="owner@acme.test").click()
    expect(page.get_by_role("heading", name="owner@acme.test")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(2)
    expect(page.get_by_role("button", name="Add to group")).to_have_count(0)
    page.get_by_role("link", name="Users", exact=True).first.click()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Invite users")).to_have_count(0)
    expect(page.get_by_role("link", name="Gateways")).to_have_count(0)
    expect(page.get_by_text("Acme Ltd")).to_be_visible()


def test_who_is_not_signed_in_is_led_there_and_back(tab: Tab) -> None:
    tab.page.route("**/tenants/me", lambda route: route.fulfill(status=401))
    tab.page.goto(f"{tab.url}/users?status=INVITED")
    tab.page.wait_for_url("**/sign-in?next=%2Fusers%3Fstatus%3DINVITED")


def test_a_change_elsewhere_is_seen_without_reloading(tab: Tab, api: Api) -> None:
    page = tab.open("/users")
    page.get_by_role("link", name="owner@acme.test").wait_for()
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    group = api.all("/tenants/groups")[0]["id"]
    api.made("/tenants/users", {"email": "new@acme.test", "groups": [group]})
    expect(page.get_by_role("link", name="new@acme.test")).to_be_visible()


def test_the_page_says_its_language_and_moments_in_words(tab: Tab, api: Api) -> None:
    page = tab.open("/users?columns=name,created")
    moment = page.locator("tbody time").first
    expect(moment).to_have_text("now")
    assert page.evaluate("document.documentElement.lang") == "en"
    year = api.all("/tenants/users")[0]["createdAt"][:4]
    assert year in (moment.get_attribute("title") or "")


def test_whoever_waits_is_told_so(tab: Tab) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.page.route("**/tenants/me", hold)
    tab.page.goto(f"{tab.url}/settings/general")
    expect(tab.page.get_by_role("status", name="Loading…")).to_be_visible()
    for each in held:
        each.fulfill(response=each.fetch())
    expect(tab.page.get_by_role("heading", name="General")).to_be_visible()
