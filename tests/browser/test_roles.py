"""An auditor sees every page, and finds nothing there to change anything with."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser import northwind
from browser.conftest import OpenTab
from browser.test_pictures import OBJECTS, PATHS
from live import Api, Live

CHANGING = re.compile(
    r"\b(add|create|invite|edit|save|delete|remove|revoke|rotate|deactivate|reactivate|move|"
    r"duplicate|upload|enable|disable)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder: Path = tmp_path_factory.mktemp("northwind")
    with Live(folder) as live, northwind.at_work(live) as api:
        yield api


@pytest.fixture
def auditor(company: Api) -> Api:
    key = company.made("/tenants/api-keys", {"name": "Auditor", "role": "AUDITOR"})["key"]
    return Api(company.url, key)


def refuse_changes(open_tab: OpenTab, auditor: Api, path: str) -> None:
    with open_tab(auditor) as tab:
        sent: list[str] = []
        refused: list[str] = []
        tab.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
        tab.page.on("response", lambda answer: answer.ok or refused.append(answer.url))
        page = tab.open(path)
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        offered = page.locator("main").get_by_role("button", name=CHANGING).all_inner_texts()
        assert offered == []
        assert refused == []
        # Running policy tests and checking a rule's text change nothing.
        assert [each for each in sent if not re.search("^GET |/(run|check)$", each)] == []
        assert tab.complaints == []


# One's own devices are everybody's to change.
@pytest.mark.parametrize("path", [path for path in PATHS if path != "/my-devices"])
def test_an_auditor_changes_nothing_on_a_page(open_tab: OpenTab, auditor: Api, path: str) -> None:
    refuse_changes(open_tab, auditor, path)


@pytest.mark.parametrize("noun", OBJECTS)
def test_nor_on_that_of_one_thing(open_tab: OpenTab, auditor: Api, noun: str) -> None:
    row = auditor.get(f"/tenants/{noun}?limit=1&sort=createdAt").json()["data"][0]
    refuse_changes(open_tab, auditor, f"/{noun}/{row['id']}")
