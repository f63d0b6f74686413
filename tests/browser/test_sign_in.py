"""The first run, invitations and sign-in, in a browser with an authenticator of its own."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import DESKTOP, PHONE, THEMES, Tab
from controller.people import link_in
from gatescale.controller import joining
from live import Live
from person import PASSWORD
from sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def empty(tmp_path: Path, sink: Sink) -> Iterator[Live]:
    """A controller where nothing is set up, reached by a name as passkeys need it."""
    with Live(tmp_path, smtp_url=sink.url, host="localhost") as running:
        yield running


@pytest.fixture
def stranger(browser: Browser, empty: Live) -> Iterator[Tab]:
    """A browser that is signed in nowhere; nothing may fail in its scripts."""
    with _tab(browser, empty) as tab:
        yield tab
        assert tab.complaints == []


class _tab:  # noqa: N801  used as a function
    def __init__(self, browser: Browser, live: Live, theme: str = "light", size=DESKTOP) -> None:
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(15_000)
        self.tab = Tab(self._context.new_page(), live.url, [])
        self.tab.page.on("pageerror", lambda error: self.tab.complaints.append(str(error)))

    def __enter__(self) -> Tab:
        return self.tab

    def __exit__(self, *_: object) -> None:
        self._context.close()


def give_authenticator(page: Page) -> None:
    """Let a page use an authenticator that always agrees (WebDriver, Virtual Authenticators)."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def found_acme(tab: Tab, live: Live) -> None:
    """Make the first tenant with a passkey, and go on to the console."""
    page = tab.page
    give_authenticator(page)
    page.goto(live.url + joining.first_run_path(live.controller.store))
    page.get_by_label("Organisation").fill("Acme")
    page.get_by_label("Your email").fill("ann@acme.test")
    page.get_by_label("First name").fill("Ann")
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_role("heading")).to_have_text("Keep your recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/welcome")


def test_the_founder_sets_up_with_a_passkey_and_signs_in_with_it(stranger: Tab, empty: Live):
    page = stranger.page
    found_acme(stranger, empty)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(empty.url + "/")
    page.goto(empty.url + "/account")
    expect(page.get_by_text("this browser")).to_be_visible()


def test_whoever_is_signed_out_comes_back_to_where_they_were(stranger: Tab, empty: Live):
    page = stranger.page
    found_acme(stranger, empty)
    page.context.clear_cookies()
    page.goto(empty.url + "/users?search=ann")
    page.wait_for_url("**/sign-in?next=**")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/users?search=ann")


def test_an_invitation_by_mail_is_accepted_with_a_password(
    stranger: Tab, empty: Live, sink: Sink, browser: Browser
):
    found_acme(stranger, empty)
    console = stranger.page
    console.goto(empty.url + "/users?do=invite")
    console.get_by_label("Email addresses").fill("bob@acme.test")
    console.get_by_role("combobox", name="Groups").click()
    console.get_by_role("option", name="Default Group").click()
    console.keyboard.press("Escape")
    console.get_by_role("button", name="Send invitation").click()
    with _tab(browser, empty) as tab:
        page = tab.page
        page.goto(link_in(sink.get()))
        expect(page.get_by_role("heading", level=1)).to_have_text("Join Acme")
        page.get_by_label("First name").fill("Bob")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue with a password").click()
        page.get_by_text("Can't scan it?").click()
        key = page.locator("details code").inner_text().replace(" ", "")
        page.get_by_label("Code that the app shows now").fill(pyotp.TOTP(key).now())
        page.get_by_role("button", name="Finish").click()
        page.get_by_role("link", name="I have kept them").click()
        page.wait_for_url("**/my-devices")
        expect(page.get_by_role("link", name="Users")).to_have_count(0)
        assert tab.complaints == []


def test_a_second_passkey_is_added_and_the_last_one_stays(stranger: Tab, empty: Live):
    page = stranger.page
    found_acme(stranger, empty)
    page.goto(empty.url + "/account")
    page.get_by_role("button", name="Remove First passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("your only way to sign in")
    # The same authenticator cannot hold two: the page says so.
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("has a passkey for you already")


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_before_the_console_is_for_everybody(browser: Browser, empty: Live, theme: str):
    with _tab(browser, empty, theme) as tab:
        page = tab.page
        link = empty.url + joining.first_run_path(empty.controller.store)
        page.goto(link)
        assert tab.violations() == []
        tab.screenshot(f"first-run-{theme}")
        found_acme(tab, empty)
        page.goto(empty.url + "/account")
        assert tab.violations() == []
        tab.screenshot(f"account-{theme}")
        page.context.clear_cookies()
        for path in ("/sign-in", "/sign-in/recovery", "/invitations/unknown", urlsplit(link).path):
            page.goto(empty.url + path)
            assert tab.violations() == [], path
            tab.screenshot(f"page{path.split('/first-run')[0].replace('/', '-')}-{theme}")


def test_signing_in_on_a_phone_needs_no_sideways_scrolling(browser: Browser, empty: Live):
    with _tab(browser, empty, size=PHONE) as tab:
        for path in ("/sign-in", joining.first_run_path(empty.controller.store)):
            tab.page.goto(empty.url + path)
            width = tab.page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE[0], path
        tab.screenshot("first-run-phone")
