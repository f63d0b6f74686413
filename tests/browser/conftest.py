"""A browser at a live controller's console; whoever holds the page's key is signed in."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from live import Api, Live

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
AXE = ROOT / "console/node_modules/axe-core/axe.min.js"
SCREENSHOTS = ROOT / "build/screenshots"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
THEMES = ("light", "dark")
DESKTOP = (1280, 800)
PHONE = (390, 844)


@dataclass
class Tab:
    """A page of the console, and what went wrong in it."""

    page: Page
    url: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        """Go to a path and wait until the page there has its title."""
        self.page.goto(self.url + path)
        self.page.locator("main h1").wait_for()
        return self.page

    def search_parameters(self) -> str:
        """Return what stands after the address's question mark."""
        return self.page.url.partition("?")[2]

    def violations(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA."""
        # Colours are judged once they stand still; what turns for ever is not waited for.
        self.page.evaluate(
            """Promise.allSettled(document.getAnimations()
                .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
                .map((each) => each.finished))"""
        )
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(f"axe.run({{runOnly: {json.dumps(WCAG)}}})")
        return [
            f"{each['id']}: {node['html'][:160]} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def screenshot(self, name: str) -> None:
        """Save what is seen to ``build/screenshots``."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


class OpenTab(Protocol):
    """Opens a tab for the holder of a key, in a theme and size."""

    def __call__(
        self, api: Api, theme: str = "light", size: tuple[int, int] = DESKTOP
    ) -> AbstractContextManager[Tab]: ...


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with Live(tmp_path_factory.mktemp("controller")) as running:
        yield running


@pytest.fixture
def api(live: Live) -> Api:
    """A fresh tenant's API, as its owner."""
    return live.tenant()


# For one file at a time: its event loop runs in this thread, where other tests start their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_tab(browser: Browser) -> OpenTab:
    @contextmanager
    def opened(api: Api, theme: str = "light", size: tuple[int, int] = DESKTOP) -> Iterator[Tab]:
        width, height = size
        context = browser.new_context(
            extra_http_headers={"apikey": api.key or ""},
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        tab = Tab(context.new_page(), api.url, [])
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.on("console", lambda message: _note(tab, message))
        try:
            yield tab
        finally:
            context.close()

    return opened


@pytest.fixture
def tab(open_tab: OpenTab, api: Api) -> Iterator[Tab]:
    """The owner's tab; nothing may be refused by the page's own policy, nor fail in a script."""
    with open_tab(api) as opened:
        yield opened
        assert opened.complaints == []


def _note(tab: Tab, message: Any) -> None:
    # The browser itself logs each answer of 400 and above; those are the tests' business.
    if message.type == "error" and "Failed to load resource" not in message.text:
        tab.complaints.append(message.text)
