"""How long lists take in a tenant of 100,000 users, 300,000 devices and 5,000 resources.

    sudo env PYTHONPATH=.:tests .venv/bin/python bench/lists.py [REPETITIONS] [--plans]

Needs root for its own PostgreSQL. One client asks a controller process over one kept connection;
every repetition asks for something else: other words, values, offsets and limits (10 to 100).
``--plans`` prints, for one of each kind, how the database reads it.
"""

import argparse
import asyncio
import http.client
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlsplit

import space
from starlette.datastructures import QueryParams

from databases import Cluster
from gatescale.controller import devices, gateways, groups, policies, resources, users
from gatescale.controller.api.query import list_query
from gatescale.controller.app import opened_store
from gatescale.controller.caller import system
from gatescale.controller.settings import Settings
from gatescale.controller.store import pages
from processes import ControllerProcess

TARGET_MS = 30
LISTINGS = {
    "users": users.LISTING,
    "devices": devices.LISTING,
    "groups": groups.LISTING,
    "gateways": gateways.LISTING,
    "resources": resources.LISTING,
    "policies": policies.LISTING,
}

Ask = Callable[[], str]


def requests(  # noqa: C901  a line for each kind
    made: space.Space, dice: random.Random
) -> dict[str, tuple[str, Ask]]:
    """Return the kinds of requests: name → noun and what makes a query string."""

    def limit() -> str:
        return f"limit={dice.choice((10, 25, 50, 100))}"

    def page() -> str:
        return f"{limit()}&offset={dice.randrange(0, 500)}"

    def status(values: str) -> str:
        return f"filter[status]={dice.choice(values.split())}"

    def truth(field: str) -> str:
        return f"filter[{field}]={dice.choice(('true', 'false'))}"

    def compliant() -> str:
        return truth("posture.compliant")

    def surname() -> str:
        return quote(dice.choice(space.LAST_NAMES))

    def person() -> str:
        return f"{quote(dice.choice(space.LAST_NAMES))}{dice.randrange(10, 100)}"

    def direction() -> str:
        return dice.choice(("asc", "desc"))

    online = "Online Offline Deactivated"
    kinds: dict[str, tuple[str, Ask]] = {
        "devices: a page": ("devices", page),
        "devices: deep offset": (
            "devices",
            lambda: f"{limit()}&offset={dice.randrange(1000, 299_900)}",
        ),
        "devices: status": ("devices", lambda: f"{page()}&{status(online)}"),
        "devices: two statuses": (
            "devices",
            lambda: f"{page()}&filter[status][in]=Online,Deactivated",
        ),
        "devices: status, by name": (
            "devices",
            lambda: f"{page()}&{status(online)}&sort=name:{direction()}",
        ),
        "devices: version, by last connection": (
            "devices",
            lambda: (
                f"{page()}&filter[appVersion]={dice.choice(space.VERSIONS)}"
                f"&sort=lastConnection:{direction()}"
            ),
        ),
        "devices: of a user": (
            "devices",
            lambda: f"{limit()}&filter[user.id]={dice.choice(made.users)}",
        ),
        "devices: of an email": (
            "devices",
            lambda: f"{limit()}&filter[user.email]={quote(dice.choice(made.emails))}",
        ),
        "devices: search, one owner": ("devices", lambda: f"{limit()}&search={person()}"),
        "devices: search, a surname (0.6 %)": ("devices", lambda: f"{page()}&search={surname()}"),
        "devices: search, 3 letters (10 %)": (
            "devices",
            lambda: f"{page()}&search={quote(dice.choice(space.LAST_NAMES)[:3])}",
        ),
        "devices: search, a model (33 %)": (
            "devices",
            lambda: f"{page()}&search={dice.choice(space.MODELS)}",
        ),
        "devices: search, in all": ("devices", lambda: f"{page()}&search=acme"),
        "devices: search, 2 letters": (
            "devices",
            lambda: f"{page()}&search={quote(dice.choice(space.LAST_NAMES)[:2])}",
        ),
        "devices: surname, status, by name": (
            "devices",
            lambda: f"{page()}&search={surname()}&{status(online)}&sort=name:{direction()}",
        ),
        "devices: model, status, newest": (
            "devices",
            lambda: f"{page()}&search={dice.choice(space.MODELS)}&{status(online)}",
        ),
        "devices: posture (10 %)": ("devices", lambda: f"{page()}&filter[posture.firewall]=false"),
        "devices: posture (90 %)": ("devices", lambda: f"{page()}&filter[posture.firewall]=true"),
        "devices: posture, one kernel (2.5 %)": (
            "devices",
            lambda: f"{page()}&filter[posture.kernel]=6.1.0-{dice.randrange(40)}-amd64",
        ),
        "devices: posture, one serial number": (
            "devices",
            lambda: f"{limit()}&filter[posture.serialNumber]=PF{dice.randrange(2**32):08X}",
        ),
        "devices: posture, two signals": (
            "devices",
            lambda: f"{page()}&filter[posture.firewall]=false&filter[posture.secureBoot]=false",
        ),
        "devices: posture, a range": (
            "devices",
            lambda: f"{page()}&filter[posture.osVersion][lt]=12.{dice.randrange(1, 9)}",
        ),
        "devices: posture, compliant": (
            "devices",
            lambda: f"{page()}&{compliant()}",
        ),
        "devices: status and compliant, by name": (
            "devices",
            lambda: f"{page()}&{status(online)}&{compliant()}&sort=name",
        ),
        "devices: status and owned, by name": (
            "devices",
            lambda: f"{page()}&{status(online)}&{truth('owned')}&sort=name",
        ),
        "devices: compliant and owned, by name": (
            "devices",
            lambda: f"{page()}&{compliant()}&{truth('owned')}&sort=name",
        ),
        "devices: status and a signal, by name": (
            "devices",
            lambda: f"{page()}&{status(online)}&{truth('posture.firewall')}&sort=name",
        ),
        "devices: compliant and a signal, by name": (
            "devices",
            lambda: f"{page()}&{compliant()}&{truth('posture.secureBoot')}&sort=name",
        ),
        "devices: owned and two signals, by name": (
            "devices",
            lambda: (
                f"{page()}&{truth('owned')}&{truth('posture.firewall')}"
                f"&{truth('posture.secureBoot')}&sort=name"
            ),
        ),
        "devices: version and country like, by name": (
            "devices",
            lambda: (
                f"{page()}&filter[appVersion][ilike]=%251.2%25"
                f"&filter[origin.country][ilike]=%25{dice.choice('dfu')}%25&sort=name"
            ),
        ),
        "devices: surname and a signal, by name": (
            "devices",
            lambda: f"{page()}&search={surname()}&{truth('posture.firewall')}&sort=name",
        ),
        "devices: surname and owned, newest": (
            "devices",
            lambda: f"{page()}&search={surname()}&{truth('owned')}",
        ),
        "devices: a model, by name": (
            "devices",
            lambda: f"{page()}&search={dice.choice(space.MODELS)}&sort=name",
        ),
        "users: a page": ("users", page),
        "users: deep offset": ("users", lambda: f"{limit()}&offset={dice.randrange(1000, 99_900)}"),
        "users: status": (
            "users",
            lambda: f"{page()}&{status('ACTIVE INVITED EXPIRED DEACTIVATED')}",
        ),
        "users: status, by last name": (
            "users",
            lambda: (
                f"{page()}&{status('ACTIVE INVITED EXPIRED DEACTIVATED')}"
                f"&sort=lastName:{direction()}"
            ),
        ),
        "users: of a small group": (
            "users",
            lambda: f"{limit()}&filter[groups.id]={dice.choice(made.groups[20:])}",
        ),
        "users: of a large group": (
            "users",
            lambda: f"{page()}&filter[groups.id]={dice.choice(made.groups[:3])}",
        ),
        "users: group and status, by email": (
            "users",
            lambda: (
                f"{limit()}&filter[groups.id]={dice.choice(made.groups)}"
                f"&{status('ACTIVE INVITED')}&sort=email:{direction()}"
            ),
        ),
        "users: of a role": (
            "users",
            lambda: f"{limit()}&filter[roles.id]={dice.choice(made.roles)}",
        ),
        "users: email ilike": (
            "users",
            lambda: f"{limit()}&filter[email][ilike]=%25{surname()}{dice.randrange(10)}%25",
        ),
        "users: search, one": ("users", lambda: f"{limit()}&search={person()}"),
        "users: search, a surname": ("users", lambda: f"{page()}&search={surname()}"),
        "users: search, in all": ("users", lambda: f"{page()}&search=acme"),
        "users: surname, status, by email": (
            "users",
            lambda: f"{page()}&search={surname()}&{status('ACTIVE INVITED')}&sort=email",
        ),
        "resources: a page": ("resources", page),
        "resources: by name": ("resources", lambda: f"{page()}&sort=name:{direction()}"),
        "resources: type": ("resources", lambda: f"{page()}&filter[type]=SAAS"),
        "resources: status": ("resources", lambda: f"{page()}&{status('ONLINE OFFLINE')}"),
        "resources: search, an address": (
            "resources",
            lambda: f"{limit()}&search=10.{dice.randrange(20)}.{dice.randrange(256)}.",
        ),
        "resources: search, a word": (
            "resources",
            lambda: f"{page()}&search={dice.choice(space.THINGS)}",
        ),
        "resources: of a gateway, by name": (
            "resources",
            lambda: f"{page()}&filter[gateways.id]={dice.choice(made.gateways)}&sort=name",
        ),
        "resources: of a protocol": (
            "resources",
            lambda: f"{page()}&filter[addresses.protocols.id]={dice.choice(made.protocols)}",
        ),
        "resources: of a policy": (
            "resources",
            lambda: f"{limit()}&filter[policies.id]={dice.choice(made.policies)}",
        ),
        "groups: by name": ("groups", lambda: "limit=10&sort=name&filter[maxDevices]=3"),
        "groups: without users, by name": (
            "groups",
            lambda: f"limit=25&offset={dice.randrange(250)}&sort=name&withoutUsers=true",
        ),
        "groups: of a user": (
            "groups",
            lambda: f"limit=10&filter[users.id]={dice.choice(made.users)}&filter[maxDevices]=3",
        ),
        "gateways: status": ("gateways", lambda: f"{limit()}&{status('ONLINE OFFLINE PENDING')}"),
        "policies: of a group": (
            "policies",
            lambda: f"{limit()}&filter[groups.id]={dice.choice(made.groups)}",
        ),
        "policies: search": ("policies", lambda: f"{limit()}&search={dice.choice(space.THINGS)}"),
    }
    for noun in ("devices", "users"):
        for field in ("createdAt", *LISTINGS[noun].fields):
            if not field.startswith(("groups.", "roles.", "posture.", "attributes.", "image")):
                kinds[f"{noun}: sorted by {field}"] = (
                    noun,
                    lambda field=field: f"{page()}&sort={field}:{direction()}",
                )
    return kinds


def measure(
    url: str, key: str, kinds: dict[str, tuple[str, Ask]], repetitions: int
) -> dict[str, list[float]]:
    """Return the milliseconds of each request, by kind; kinds take turns."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(-5, repetitions):
        for kind, (noun, ask) in kinds.items():
            path = f"/tenants/{noun}?{ask()}"
            start = time.perf_counter()
            connection.request("GET", path, headers={"apikey": key})
            answer = connection.getresponse()
            body = answer.read()
            passed = (time.perf_counter() - start) * 1000
            assert answer.status == 200, (path, body)
            if turn >= 0:
                taken[kind].append(passed)
    return taken


def report(database: str, taken: dict[str, list[float]]) -> None:
    print(f"| {database}, ms | p50 | p99 |\n| --- | --- | --- |")
    for kind, times in taken.items():
        ranks = statistics.quantiles(times, n=100)
        late = " MISSED" if ranks[98] > TARGET_MS else ""
        print(f"| {kind} | {statistics.median(times):.1f} | {ranks[98]:.1f}{late} |", flush=True)


class _Explaining:
    """A connection that prints how the database reads each statement."""

    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection = connection
        self._explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN (COSTS OFF) "
        self._column = "detail" if dialect == "sqlite" else "QUERY PLAN"

    async def all(self, sql: str, values: Any) -> Any:
        for row in await self._connection.all(self._explain + sql, values):
            print("   ", row[self._column])
        print("    --")
        return await self._connection.all(sql, values)

    async def anew(self, sql: str, values: Any) -> Any:
        return await self.all(sql, values)


async def plans(settings: Settings, tenant_id: str, kinds: dict[str, tuple[str, Ask]]) -> None:
    """Print the plans of one request of each kind."""
    async with opened_store(settings) as store, store.reading(system(tenant_id)) as session:
        session._connection = _Explaining(session._connection, session.dialect)  # type: ignore[assignment]
        for kind, (noun, ask) in kinds.items():
            query = ask()
            print(f"{kind}: {query}")
            await pages.fetch(
                session, LISTINGS[noun], list_query(QueryParams(query), ("withoutUsers",))
            )


def run(folder: Path, name: str, database_url: str, options: argparse.Namespace) -> None:
    settings = Settings(data_dir=folder / "controller", database_url=database_url)
    start = time.perf_counter()
    made = asyncio.run(space.settle(settings))
    print(f"{name}: filled in {time.perf_counter() - start:.0f} s", flush=True)
    kinds = requests(made, random.Random(1))
    if options.only:
        kinds = {kind: each for kind, each in kinds.items() if options.only in kind}
    database = ("--database-url", database_url) if database_url else ()
    with ControllerProcess(settings.data_dir, *database) as controller:
        taken = measure(controller.url, made.created.api_key, kinds, options.repetitions)
    report(name, taken)
    if options.plans:
        asyncio.run(plans(settings, made.created.tenant_id, kinds))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("repetitions", nargs="?", type=int, default=200)
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--only", default="", help="kinds with this in their names")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="gatescale-bench-") as folder:
        run(Path(folder, "sqlite"), "SQLite", "", options)
        with Cluster() as server:
            run(Path(folder, "postgres"), "PostgreSQL", server.url, options)


if __name__ == "__main__":
    main()
