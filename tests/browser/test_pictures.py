"""Every page of the console, of a company at work, in both themes and on a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser import northwind
from browser.conftest import PHONE, ROOT, THEMES, OpenTab
from live import Api, Live

PATHS = sorted(
    set(re.findall(r"to: '([^']+)'", (ROOT / "console/src/frame/entries.ts").read_text()))
)
OBJECTS = ("users", "groups", "devices", "gateways", "resources")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder: Path = tmp_path_factory.mktemp("northwind")
    with Live(folder) as live, northwind.at_work(live) as api:
        yield api


def name_of(path: str) -> str:
    return path.strip("/").replace("/", "-") or "overview"


def look_at(open_tab: OpenTab, company: Api, path: str, theme: str, name: str) -> None:
    with open_tab(company, theme) as tab:
        page = tab.open(path)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert tab.violations() == []
        tab.screenshot(f"page-{name}-{theme}")
        assert tab.complaints == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_for_everybody(open_tab: OpenTab, company: Api, path: str, theme: str) -> None:
    look_at(open_tab, company, path, theme, name_of(path))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("noun", OBJECTS)
def test_so_is_that_of_one_thing(open_tab: OpenTab, company: Api, noun: str, theme: str) -> None:
    row = company.get(f"/tenants/{noun}?limit=1&offset=1&sort=createdAt").json()["data"][0]
    look_at(open_tab, company, f"/{noun}/{row['id']}", theme, f"one-of-{noun}")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_a_phone(open_tab: OpenTab, company: Api, path: str) -> None:
    with open_tab(company, "light", PHONE) as tab:
        page = tab.open(path)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        tab.screenshot(f"page-{name_of(path)}-phone")
