from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

import gatescale
from live import Api, Live


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("admin")
    with (folder / "log").open("w") as log:
        # Commands run in this process too, and what they print is looked at.
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
        with Live(folder) as live:
            yield live
        structlog.reset_defaults()


@pytest.fixture
def api(live: Live) -> Api:
    """The API of a fresh tenant, as its owner."""
    return live.tenant()


@pytest.fixture
def client(api: Api) -> Iterator[gatescale.Client]:
    with gatescale.Client(api.url, api.key) as client:
        yield client


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests counts, and none of theirs is written to."""
    for name in ("GATESCALE_URL", "GATESCALE_API_KEY", "GATESCALE_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
