"""The console of a controller whose API is mounted below a path."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from browser.conftest import OpenTab
from browser.signing_in import sign_in
from controller import given
from live import Api, Live


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with Live(tmp_path_factory.mktemp("somewhere"), base_path="/somewhere") as running:
        yield running


@pytest.fixture
def below(somewhere: Live) -> Api:
    """The API of a fresh tenant, with its path."""
    tenant = somewhere.tenant()
    return Api(f"{tenant.url}/somewhere", tenant.key, tenant.tenant)


def test_pages_are_walked_and_reloaded(somewhere: Live, below: Api, open_tab: OpenTab) -> None:
    group = given.group(below, "Engineers")
    with open_tab(Api(somewhere.url, below.key)) as tab:
        page = tab.open("/")
        page.get_by_role("link", name="Groups", exact=True).click()
        page.get_by_role("link", name="Engineers").click()
        page.wait_for_url(f"**/groups/{group['id']}")
        page.get_by_role("tab", name="Details").click()
        page.reload()
        expect(page.get_by_role("heading", name="Engineers", level=1)).to_be_visible()
        page.get_by_role("link", name="Users", exact=True).first.click()
        expect(page.get_by_role("link", name="owner@acme.test")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
        given.user(below, "new@acme.test")
        expect(page.get_by_role("link", name="new@acme.test")).to_be_visible()
        assert tab.complaints == []


def test_a_person_signs_in_and_out(somewhere: Live, below: Api, browser: Browser) -> None:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    try:
        page = sign_in(context, below, given.owner(below)["id"])
        page.goto(f"{somewhere.url}/groups")
        expect(page.get_by_role("link", name="Default Group")).to_be_visible()
        page.get_by_role("button", name="Account").click()
        page.get_by_role("menuitem", name="Sign out").click()
        page.wait_for_url("**/sign-in*")
        page.goto(f"{somewhere.url}/groups")
        page.wait_for_url("**/sign-in?next=*")
    finally:
        context.close()
