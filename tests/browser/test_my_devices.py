"""One's own devices in the console, for everybody who signs in."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Browser, expect

from agents import BareAgent
from browser.conftest import DESKTOP, PHONE, THEMES, OpenTab, Tab
from browser.signing_in import sign_in
from controller import given
from controller.people import device
from live import Api, Live


@pytest.fixture
def person(browser: Browser, api: Api) -> Iterator[Tab]:
    """The owner's tab, signed in as a person."""
    context = browser.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
        reduced_motion="reduce",
        accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(15_000)
    tab = Tab(sign_in(context, api, given.owner(api)["id"]), api.url, [])
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    yield tab
    context.close()
    assert tab.complaints == []


@pytest.fixture
def wiki(api: Api) -> Any:
    """A wiki behind a gateway, which everybody may reach."""
    site = given.gateway(api, "Berlin")
    given.enrolled_gateway(api, site)
    wiki = given.connected(api, given.resource(api, "Wiki"), site)
    return given.policy(api, "All", allUsers=True, resources=[wiki["id"]])


def test_a_key_has_no_devices_and_is_told_so(tab: Tab) -> None:
    page = tab.open("/my-devices")
    expect(page.get_by_text("Devices belong to people")).to_be_visible()
    expect(page.get_by_role("button", name="Add a device")).to_have_count(0)


@pytest.mark.parametrize("role", ["DEFAULT", "BASIC", "BILLING", "SUPPORT"])
def test_who_has_no_overview_is_led_here_without_an_error(
    open_tab: OpenTab, api: Api, role: str
) -> None:
    key = api.made("/tenants/api-keys", {"name": role, "role": role})["key"]
    with open_tab(Api(api.url, key)) as tab:
        refused: list[str] = []
        tab.page.on("response", lambda answer: answer.ok or refused.append(answer.url))
        page = tab.open("/")
        page.wait_for_url("**/my-devices")
        expect(page.get_by_role("heading", name="My devices", level=1)).to_be_visible()
        expect(page.get_by_role("link", name="Overview")).to_have_count(0)
        expect(page.get_by_role("link", name="Gateways")).to_have_count(0)
        expect(page.get_by_role("link", name="Users")).to_have_count(int(role == "SUPPORT"))
        page.keyboard.press("Control+K")
        page.get_by_role("combobox", name="Search or jump to").fill("create")
        expect(page.get_by_role("option")).to_have_text(["Add a device of mine"])
        tab.screenshot(f"my-devices-{role.lower()}")
        assert refused == []
        assert tab.complaints == []


def test_who_signs_in_without_a_role_comes_to_their_devices(
    browser: Browser, live: Live, api: Api
) -> None:
    _, user_id = device(live, api, given.default_group(api)["id"])
    context = browser.new_context()
    page = sign_in(context, api, user_id)
    page.wait_for_url("**/my-devices")
    expect(page.get_by_role("heading", name="laptop")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(["My devices"])
    context.close()


def test_the_client_is_enrolled_by_two_commands_and_seen_at_once(person: Tab, api: Api) -> None:
    page = person.open("/my-devices")
    page.get_by_role("button", name="Add a device").click()
    page.get_by_role("button", name="Make a one-time link").click()
    page.get_by_role("button", name="Copy: Enrol it with the one-time link").click()
    command = page.evaluate("navigator.clipboard.readText()")
    link = re.fullmatch(r"gatescale enroll (\S+)", command)
    assert link
    expect(page.get_by_text("gatescale connect", exact=True)).to_be_visible()
    expect(page.get_by_text("Waiting for the new device")).to_be_visible()
    agent = BareAgent(api.url)
    assert agent.enrol(link[1].rpartition("/")[2]).status == 201
    expect(page.get_by_text("laptop is enrolled")).to_be_visible()
    with agent.stream() as stream:
        stream.event()
        expect(page.get_by_text("laptop is connected.")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="laptop")).to_be_visible()


def test_a_phone_gets_a_configuration_whose_key_only_it_has(
    person: Tab, api: Api, wiki: Any
) -> None:
    page = person.open("/my-devices?do=add")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.get_by_text("WireGuard app only").click()
    page.get_by_label("Name of the device").fill("Ann's phone")
    page.get_by_role("button", name="Create configuration").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "ann-s-phone.conf"
    told = download.value.path().read_text()
    assert page.get_by_label("Configuration", exact=True).inner_text().strip() == told.strip()
    private = re.search(r"PrivateKey = (\S+)", told)
    assert private
    key = X25519PrivateKey.from_private_bytes(base64.b64decode(private[1]))
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    assert any(public in each for each in sent)
    assert not any(private[1] in each for each in sent)
    addresses = re.search(r"Address = (\S+)/32, (\S+)/128", told)
    assert addresses
    for line in ("[Peer]", "# Berlin", "Endpoint = gw.example.com:51820", "AllowedIPs = 10.0.0.5"):
        assert line in told
    assert "PersistentKeepalive = 25" in told
    page.get_by_role("button", name="I have put it on the device").click()
    page.get_by_role("button", name="Configuration of Ann's phone").click()
    again = page.get_by_label("Configuration", exact=True)
    expect(again).to_contain_text("# Berlin")
    expect(again).not_to_contain_text(private[1])
    expect(page.get_by_text("Without the private key")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Configuration of Ann's phone")).to_be_focused()


def test_an_unsaved_key_is_not_lost_unasked(person: Tab, wiki: Any) -> None:
    page = person.open("/my-devices?do=add")
    page.get_by_text("WireGuard app only").click()
    page.get_by_label("Name of the device").fill("Tablet")
    page.get_by_role("button", name="Create configuration").click()
    page.get_by_role("button", name="Download").wait_for()
    page.get_by_role("dialog", name="Add a device").get_by_role("button", name="Close").click()
    page.get_by_role("dialog", name="Close without").get_by_role("button", name="Back").click()
    expect(page.get_by_role("button", name="Download")).to_be_visible()


def test_a_browser_that_cannot_make_the_key_says_so(person: Tab, api: Api) -> None:
    page = person.page
    page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new Error('no'))")
    person.open("/my-devices?do=add")
    page.get_by_text("WireGuard app only").click()
    page.get_by_label("Name of the device").fill("Phone")
    page.get_by_role("button", name="Create configuration").click()
    expect(page.get_by_text("This browser cannot make WireGuard keys")).to_be_visible()
    assert given.rows(api, "devices") == []


def test_a_device_is_deleted_by_its_owner(person: Tab, api: Api) -> None:
    given.device(api, given.owner(api)["id"], "old-laptop")
    page = person.open("/my-devices")
    page.get_by_role("button", name="Delete old-laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No device yet")).to_be_visible()
    assert given.rows(api, "devices") == []


def test_axe_finds_nothing_and_a_phone_is_enough(person: Tab, api: Api, wiki: Any) -> None:
    page = person.page
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        person.open("/my-devices?do=add")
        page.get_by_role("button", name="Make a one-time link").click()
        page.get_by_text("Waiting for the new device").wait_for()
        person.screenshot(f"my-devices-client-{theme}")
        assert person.violations() == []
        person.open("/my-devices?do=add")
        page.get_by_text("WireGuard app only").click()
        page.get_by_label("Name of the device").fill(f"Phone {theme}")
        page.get_by_role("button", name="Create configuration").click()
        page.get_by_role("button", name="Download").wait_for()
        person.screenshot(f"my-devices-wireguard-{theme}")
        assert person.violations() == []
        given.device(api, given.owner(api)["id"], f"laptop-{theme}", "hw")
        person.open("/my-devices")
        page.get_by_role("heading", name=f"laptop-{theme}").wait_for()
        person.screenshot(f"my-devices-{theme}")
        assert person.violations() == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    person.screenshot("my-devices-phone")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    page.get_by_role("button", name="Configuration of Phone dark").click()
    page.get_by_role("button", name="Download").wait_for()
    person.screenshot("my-devices-configuration-phone")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert person.violations() == []
