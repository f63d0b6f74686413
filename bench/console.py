"""How long the console's pages take in a browser, of a tenant of 10,000 users and 30,000 devices.

    PYTHONPATH=.:tests .venv/bin/python bench/console.py [REPETITIONS]

Prints for each page the milliseconds from asking for it, with nothing cached, until its content
stands there; then from the last key in a table's search until its rows do; and the bytes of
JavaScript that the first load takes, as sent.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench import space
from playwright.sync_api import Browser, Page, sync_playwright

from browser.conftest import CHROMIUM, FLAGS
from gatescale.controller.settings import Settings
from processes import ControllerProcess

PAGES = (
    "/",
    "/users",
    "/groups",
    "/devices",
    "/gateways",
    "/resources",
    "/access/private",
    "/access/admission-rules",
    "/topology",
    "/activity/audit-log",
    "/settings/api-keys",
)
SEARCHED = {"/users": "schmidt", "/devices": "thinkpad", "/resources": "wiki"}
SETTLED = """() => document.querySelector('main h1')
    && !document.querySelector('main [aria-busy=true]')"""


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    space.USERS, space.DEVICES_EACH, space.RESOURCES = 10_000, 3, 500
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "controller")
        made = asyncio.run(space.settle(settings))
        with ControllerProcess(settings.data_dir) as controller, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            measure(browser, controller.url, made.created.api_key, repetitions)
            browser.close()


def measure(browser: Browser, url: str, key: str, repetitions: int) -> None:
    print("| page | p50 | max | search p50 | max |\n| --- | --- | --- | --- | --- |")
    for path in PAGES:
        loads, answers = [], []
        for _ in range(repetitions):
            context = browser.new_context(extra_http_headers={"apikey": key})
            page = context.new_page()
            loads.append(timed_load(page, url + path))
            if path in SEARCHED:
                answers.append(timed_search(page, SEARCHED[path]))
            context.close()
        print(f"| {path} | {told(loads)} | {told(answers) if answers else ' | '} |", flush=True)
    print(f"JavaScript of the first load: {first_load(browser, url, key) / 1024:.0f} KiB")


def told(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f} | {max(seconds) * 1000:.0f}"


def timed_load(page: Page, url: str) -> float:
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(SETTLED)
    return time.perf_counter() - start


def timed_search(page: Page, text: str) -> float:
    box = page.get_by_role("searchbox").first
    box.fill(text[:-1])
    page.wait_for_load_state("networkidle")
    with page.expect_response(lambda answer: text in answer.url) as answered:
        start = time.perf_counter()
        box.press_sequentially(text[-1])
    answered.value.finished()
    page.wait_for_function(SETTLED)
    return time.perf_counter() - start


def first_load(browser: Browser, url: str, key: str) -> int:
    page = browser.new_context(extra_http_headers={"apikey": key}).new_page()
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    scripts: set[str] = set()
    sizes: list[int] = []
    cdp.on(
        "Network.responseReceived",
        lambda event: scripts.add(event["requestId"]) if event["type"] == "Script" else None,
    )
    cdp.on(
        "Network.loadingFinished",
        lambda event: (
            sizes.append(event["encodedDataLength"]) if event["requestId"] in scripts else None
        ),
    )
    page.goto(f"{url}/users")
    page.wait_for_function(SETTLED)
    return sum(sizes)


if __name__ == "__main__":
    main()
