"""How long the console's pages take in a browser, of a tenant of 10,000 users and 30,000 devices.

    PYTHONPATH=.:tests .venv/bin/python bench/console.py [REPETITIONS] [--lighthouse PROGRAM]

Prints for each page the milliseconds from asking for it, with nothing cached, until its content
stands there and it waits for nothing; then from the last key in a table's search, and from the
choice of a filter, until the rows do; and the bytes of JavaScript that the first load takes, as
sent. With Lighthouse's program, its scores for each page, by its desktop settings.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bench import space
from playwright.sync_api import Browser, Page, sync_playwright

from browser.conftest import CHROMIUM, FLAGS
from gatescale.controller.settings import Settings
from processes import ControllerProcess

ENTRIES = Path("console/src/frame/entries.ts")
PAGES = list(dict.fromkeys(re.findall(r"to: '([^']+)'", ENTRIES.read_text())))
OBJECTS = ("users", "groups", "devices", "gateways", "resources")
SEARCHED = {"/users": "schmidt", "/devices": "thinkpad", "/resources": "wiki"}
FILTERED = {"/users": "status=ACTIVE", "/devices": "status=Offline", "/resources": "type=PRIVATE"}
SETTLED = """() => document.querySelector('main h1')
    && !document.querySelector('main [aria-busy=true]')"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("repetitions", nargs="?", type=int, default=10)
    parser.add_argument("--lighthouse", metavar="PROGRAM")
    options = parser.parse_args()
    space.USERS, space.DEVICES_EACH, space.RESOURCES = 10_000, 3, 500
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "controller")
        made = asyncio.run(space.settle(settings))
        key = made.created.api_key
        with ControllerProcess(settings.data_dir) as controller:
            pages = PAGES + [a_thing(controller.url, key, noun) for noun in OBJECTS]
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                measure(browser, controller.url, key, pages, options.repetitions)
                browser.close()
            if options.lighthouse:
                score(options.lighthouse, controller.url, key, pages)


def a_thing(url: str, key: str, noun: str) -> str:
    """Return the path of one thing's page."""
    with urlopen(Request(f"{url}/tenants/{noun}?limit=1", headers={"apikey": key})) as answer:
        return f"/{noun}/{json.load(answer)['data'][0]['id']}"


def measure(browser: Browser, url: str, key: str, pages: list[str], repetitions: int) -> None:
    print("| page | p50 | max | search p50 | max | filter p50 | max |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for path in pages:
        loads, searches, filters = [], [], []
        for _ in range(repetitions):
            context = browser.new_context(extra_http_headers={"apikey": key})
            page = context.new_page()
            loads.append(timed_load(page, url + path))
            if path in FILTERED:
                filters.append(timed_filter(page, path))
            if path in SEARCHED:
                searches.append(timed_search(page, SEARCHED[path]))
            context.close()
        cells = (told(each) if each else " | " for each in (loads, searches, filters))
        print(f"| {shown(path)} | {' | '.join(cells)} |", flush=True)
    print(f"JavaScript of the first load: {first_load(browser, url, key) / 1024:.0f} KiB")


def shown(path: str) -> str:
    return re.sub(r"[0-9a-f-]{36}", "…", path)


def score(program: str, url: str, key: str, pages: list[str]) -> None:
    """Print what Lighthouse thinks of each page."""
    print("| page | performance | accessibility | FCP, LCP, TBT in ms | CLS |")
    print("| --- | --- | --- | --- | --- |")
    for path in pages:
        found = looked_at(program, url + path, key)
        scores = [found["categories"][each]["score"] for each in ("performance", "accessibility")]
        times = [
            f"{found['audits'][each]['numericValue']:.0f}"
            for each in (
                "first-contentful-paint",
                "largest-contentful-paint",
                "total-blocking-time",
            )
        ]
        shift = found["audits"]["cumulative-layout-shift"]["numericValue"]
        told = " | ".join(f"{100 * each:.0f}" for each in scores)
        print(f"| {shown(path)} | {told} | {', '.join(times)} | {shift:.3f} |", flush=True)


def looked_at(program: str, url: str, key: str) -> dict[str, Any]:
    """Return what Lighthouse found; now and then its trace misses the page, and it is asked again.

    Raises:
        RuntimeError: it failed three times; says why.
    """
    for _ in range(3):
        done = subprocess.run(
            [
                *(program, url, "--preset=desktop", "--output=json", "--quiet"),
                "--only-categories=performance,accessibility",
                f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
                f"--extra-headers={json.dumps({'apikey': key})}",
            ],
            env={**os.environ, "CHROME_PATH": CHROMIUM},
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            found: dict[str, Any] = json.loads(done.stdout)
            return found
    raise RuntimeError(f"{url}: {done.stderr.decode().strip()}")


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


def timed_filter(page: Page, path: str) -> float:
    """Narrow a table as its link does, within the page."""
    page.wait_for_load_state("networkidle")
    start = time.perf_counter()
    with page.expect_response(lambda answer: "filter" in answer.url) as answered:
        page.evaluate("(to) => history.pushState({}, '', to)", f"{path}?{FILTERED[path]}")
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
