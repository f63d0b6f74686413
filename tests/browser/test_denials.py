"""What gateways denied, in the console: found, explained, and there as it happens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import THEMES, OpenTab, Tab
from controller import given
from controller.people import device, gateway, wiki
from live import Api, Live

DENIALS = "/activity/denials"

Deny = Callable[[str, int], None]


@pytest.fixture
def deny(live: Live, api: Api) -> Deny:
    """Have a laptop, which may reach one resource, be denied another place by the gateway."""
    site = gateway(live, api)
    with site.stream() as stream:
        stream.next("program")
    laptop, _ = device(live, api, given.group(api, "Engineers")["id"])
    lobby = wiki(api, site.id, "10.0.0.99")
    given.policy(api, "Lobby", devices=[laptop.id], resources=[lobby])
    vault = wiki(api, site.id, "10.0.0.6")
    rule = given.admission_rule(api, "Encrypted", "device.posture.diskEncryption")
    given.policy(api, "Vault", devices=[laptop.id], resources=[vault], rule=rule["id"])
    # Gateways tell seconds: the one in which all this was made must be over.
    live.clock.ahead += timedelta(seconds=1)

    def denied(address: str, port: int) -> None:
        at = int(live.clock().timestamp())
        denial = {"deviceId": laptop.id, "destination": address, "protocol": 6, "port": port}
        said = {"denials": [denial | {"packets": 2, "at": at}]}
        assert site.send("denials", said).status == 204

    return denied


def places(page: Page, *wanted: str) -> None:
    expect(page.locator("tbody a[href^='/access/explain']")).to_have_text(list(wanted))


def test_it_appears_as_it_happens_and_leads_to_the_explanation(tab: Tab, deny: Deny) -> None:
    page = tab.open(DENIALS)
    expect(page.get_by_text("Nothing was denied in this time")).to_be_visible()
    deny("10.0.0.6", 22)
    places(page, "10.0.0.6:22")
    row = page.get_by_role("row", name="laptop")
    expect(row).to_contain_text("Rule not met")
    expect(row.get_by_title("Vault would allow it.")).to_be_visible()
    row.get_by_role("link", name="Explain laptop to 10.0.0.6:22").click()
    page.wait_for_url("**/access/explain?*")
    expect(page.get_by_text("device.posture.diskEncryption").first).to_be_visible()


def test_filters_and_search_narrow_it(tab: Tab, deny: Deny) -> None:
    deny("10.0.0.6", 22)
    deny("10.9.9.9", 80)
    page = tab.open(f"{DENIALS}?cause=RULE")
    places(page, "10.0.0.6:22")
    tab.open(f"{DENIALS}?destination=9.9")
    places(page, "10.9.9.9:80")
    tab.open(DENIALS)
    page.get_by_role("searchbox").fill("10.0.0.6")
    places(page, "10.0.0.6:22")


def test_a_device_and_the_overview_show_theirs(tab: Tab, api: Api, deny: Deny) -> None:
    deny("10.9.9.9", 80)
    page = tab.open("/")
    panel = page.locator("section", has=page.get_by_role("heading", name="Recent denials"))
    expect(panel).to_contain_text("10.9.9.9:80")
    panel.get_by_role("link", name="laptop").click()
    page.get_by_role("tab", name="Denials").click()
    places(page, "10.9.9.9:80")


@pytest.mark.parametrize("theme", THEMES)
def test_it_is_for_everybody(open_tab: OpenTab, api: Api, deny: Deny, theme: str) -> None:
    deny("10.0.0.6", 22)
    with open_tab(api, theme) as tab:
        places(tab.open(DENIALS), "10.0.0.6:22")
        assert tab.violations() == []
