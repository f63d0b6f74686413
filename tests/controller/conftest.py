from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import Cluster
from live import Api, Live


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_url(postgres: Cluster) -> str:
    return postgres.url


@pytest.fixture(scope="session")
def sqlite_live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with Live(tmp_path_factory.mktemp("sqlite")) as live:
        yield live


@pytest.fixture(scope="session")
def postgres_live(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Live]:
    with Live(tmp_path_factory.mktemp("postgres"), postgres_url) as live:
        yield live


@pytest.fixture(params=["sqlite", "postgres"])
def live(request: pytest.FixtureRequest) -> Iterator[Live]:
    """A running controller, on either database, with its clock set right again afterwards."""
    live: Live = request.getfixturevalue(f"{request.param}_live")
    yield live
    live.clock.ahead *= 0


@pytest.fixture
def api(live: Live) -> Api:
    """The API of a fresh tenant, as its owner."""
    return live.tenant()


@pytest.fixture
def other_api(live: Live) -> Api:
    """The API of another tenant."""
    return live.tenant("Other")


@pytest.fixture
def group(api: Api, live: Live) -> str:
    """The id of the tenant's Default Group."""
    user = api.get("/tenants/users").json()["data"][0]
    return str(user["groups"][0]["id"])


@pytest.fixture
def mail_dir(live: Live) -> Path:
    return live.settings.mail_dir
