"""What happens when something is away, dies, or comes in hordes."""

import asyncio
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

from agents import BareAgent
from controller.given import policy_body
from controller.people import device, gateway, wiki
from databases import Cluster, free_port
from gatescale.controller import devices
from gatescale.controller.app import opened_store
from gatescale.controller.caller import system
from gatescale.controller.settings import Settings
from live import Api, Live
from processes import GATESCALE, ControllerProcess


def test_mistake_5_a_key_revoked_while_its_request_waits_changes_nothing(live: Live):
    """The request is let in, and waits for the lock in which its key is revoked."""
    import sqlalchemy as sa

    from gatescale.controller.store import tables

    api = live.tenant()
    assert api.tenant
    made = api.made("/tenants/api-keys", {"name": "CI", "role": "ADMIN"})
    held, answers = threading.Event(), []
    release = asyncio.Event()
    keys = tables.api_keys
    revoke = sa.update(keys).where(keys.c.id == sa.bindparam("key")).values(revoked_at="now")

    async def revoke_slowly() -> None:
        async with live.controller.store.writing(system(api.tenant.tenant_id)) as transaction:
            held.set()
            await release.wait()
            await transaction.run(revoke, key=made["id"])

    revoking = asyncio.run_coroutine_threadsafe(revoke_slowly(), live.loop)
    assert held.wait(10)
    waiting = threading.Thread(
        target=lambda: answers.append(
            Api(live.url, made["key"]).post("/tenants/groups", json={"name": "G", "roles": []})
        )
    )
    waiting.start()
    # A read of the same key is answered meanwhile: the key is still good.
    assert Api(live.url, made["key"]).get("/tenants/users").status == 200
    live.loop.call_soon_threadsafe(release.set)
    revoking.result(10)
    waiting.join(10)
    assert answers[0].status == 401
    assert "G" not in [group["name"] for group in api.all("/tenants/groups")]


def test_mistake_22_without_its_database_the_controller_says_so(tmp_path: Path):
    with Cluster() as cluster, Live(tmp_path, cluster.url) as live:
        api = live.tenant()
        site = gateway(live, api)
        with site.stream() as stream:
            stream.next("program")
            cluster.stop()
            assert Api(live.url, None).get("/readyz").status == 503
            assert Api(live.url, None).get("/healthz").status == 200
            for answer in (
                api.get("/tenants/users"),
                api.post("/tenants/groups", json={"name": "G", "roles": []}),
            ):
                assert (answer.status, answer.headers["retry-after"]) == (503, "5")
                assert answer.headers["content-type"] == "application/problem+json"
            cluster.start()
            group = api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
            resource = wiki(api, site.id)
            agent, _ = device(live, api, group)
            api.made("/tenants/policies", policy_body(devices=[agent.id], resources=[resource]))
            assert list(stream.next("program")["delta"]["peers"]) == [agent.id]


def test_mistake_24_a_horde_that_reconnects_is_served(sqlite_live: Live):
    live = sqlite_live
    api = live.tenant()
    group = api.made("/tenants/groups", {"name": "G", "roles": [], "maxDevices": 100})["id"]
    first, user_id = device(live, api, group)
    agents = [first]
    for _ in range(39):
        code = api.made(f"/tenants/users/{user_id}/enrolment-codes", None)["code"]
        agents.append(BareAgent(live.url))
        assert agents[-1].enrol(code).status == 201
    served = []

    def connect(agent: BareAgent) -> None:
        with ExitStack() as stack:
            served.append(stack.enter_context(agent.stream()).next("program")["deviceId"])

    threads = [threading.Thread(target=connect, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(served) == sorted(agent.id for agent in agents)


def test_what_is_committed_is_pushed_though_the_controller_dies_in_between(tmp_path: Path):
    """The change is committed by a process that ends before it tells anybody."""
    data_dir = tmp_path / "data"
    with ControllerProcess(data_dir) as controller:
        api = controller.tenant()
        live = _Place(controller.url, data_dir)
        group = api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
        site = gateway(live, api)
        resource = wiki(api, site.id)
        agent, _ = device(live, api, group)
        api.made("/tenants/policies", policy_body(allUsers=True, resources=[resource]))
        with site.stream() as stream:
            whole = stream.next("program")
            assert list(whole["delta"]["peers"]) == [agent.id]
        controller.kill()

        async def delete_and_die() -> None:
            async with (
                opened_store(Settings(data_dir=data_dir)) as store,
                store.writing(system(api.tenant.tenant_id)) as transaction,
            ):
                await devices.delete(transaction, agent.id)

        asyncio.run(delete_and_die())
        controller.start()
        with site.stream(whole["revision"]) as stream:
            update = stream.next("program")
            assert update["base"] is None
            assert "peers" not in update["delta"], "the device is gone from the whole"
            kind, _ = _next_or_lease(stream)
            assert kind == "", "and it comes once"


class _Place:
    """What ``people`` needs of a controller."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self.url = url
        self.settings = Settings(data_dir=data_dir)


def _next_or_lease(stream: object) -> tuple[str, object]:
    """Return the next program, or an empty kind if none comes at once."""
    try:
        stream._response.fp.raw._sock.settimeout(0.5)
        return "program", stream.next("program")
    except TimeoutError:
        return "", None


def test_the_server_ends_in_order_while_agents_are_connected(tmp_path: Path):
    data_dir = tmp_path / "data"
    with ControllerProcess(data_dir) as controller:
        api = controller.tenant()
        site = gateway(_Place(controller.url, data_dir), api)
        with site.stream() as stream:
            stream.next("program")
            assert controller.terminate() == 0
            assert stream.ended()
        controller.start()
        with site.stream() as stream:
            assert stream.next("program")["base"] is None


def test_tenants_are_made_while_the_controller_runs_and_while_it_does_not(tmp_path: Path):
    with ControllerProcess(tmp_path / "data") as controller:
        assert controller.tenant().get("/tenants/users").status == 200
        controller.kill()
        api = controller.tenant()
        controller.start()
        assert api.get("/tenants/users").json()["total"] == 1


def test_bad_settings_are_told_in_a_line(tmp_path: Path):
    for option, value, says in (
        ("--listen", "nowhere", "HOST:PORT"),
        ("--public-url", "gatescale.test", "http"),
        ("--database-url", "mysql://x", "postgresql://"),
        ("--smtp-url", "mail.test", "smtp://"),
        ("--tls-cert", "cert.pem", "--tls-key"),
    ):
        free = f"127.0.0.1:{free_port()}"
        ended = subprocess.run(
            [GATESCALE, "serve", "--data-dir", str(tmp_path), "--listen", free, option, value],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert ended.returncode == 1
        line = ended.stderr.strip().splitlines()[-1]
        assert line.startswith("gatescale: ")
        assert says in line
        assert "Traceback" not in ended.stderr
