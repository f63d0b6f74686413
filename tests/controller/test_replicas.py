"""Two controllers over one PostgreSQL: what one commits, agents of the other hear."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents import BareAgent
from controller.given import policy_body
from controller.people import device, gateway, wiki
from live import Api, Live


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory, postgres_live: Live) -> Iterator[Live]:
    """Another controller on the same database, with the same secret."""
    data_dir: Path = tmp_path_factory.mktemp("replica")
    shutil.copy(postgres_live.settings.secret_file, data_dir)
    with Live(data_dir, postgres_live.settings.database_url) as live:
        yield live


def moved(agent: BareAgent, live: Live) -> BareAgent:
    """Return the same agent, speaking to another controller."""
    return BareAgent(live.url, agent.id, agent.controller_key, agent.identity, agent.public_key)


def test_an_agent_hears_what_another_replica_commits(postgres_live: Live, replicas: Live):
    api = postgres_live.tenant()
    group = api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    site = gateway(postgres_live, api)
    resource = wiki(api, site.id)
    agent, _ = device(postgres_live, api, group)
    with moved(site, replicas).stream() as stream:
        stream.next("program")
        api.made("/tenants/policies", policy_body(devices=[agent.id], resources=[resource]))
        assert list(stream.next("program")["delta"]["peers"]) == [agent.id]
        api.delete(f"/tenants/devices/{agent.id}")
        assert stream.next("program")["delta"]["peers"] == {agent.id: None}


def test_a_wait_ends_when_a_gateway_of_another_replica_enforces(
    postgres_live: Live, replicas: Live
):
    api = postgres_live.tenant()
    group = api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    site = gateway(postgres_live, api)
    resource = wiki(api, site.id)
    agent, _ = device(postgres_live, api, group)
    elsewhere = moved(site, replicas)
    with elsewhere.stream() as stream:
        elsewhere.send("acks", {"revision": stream.next("program")["revision"]})
        body = policy_body(devices=[agent.id], resources=[resource])
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(
                api.post("/tenants/policies", json=body, headers={"prefer": "wait=30"})
            )
        )
        asking.start()
        elsewhere.send("acks", {"revision": stream.next("program")["revision"]})
        asking.join(20)
        assert answers, "the wait did not end"
        assert "gatescale-lagging-gateways" not in answers[0].headers


def test_a_session_of_one_replica_is_good_at_the_other(postgres_live: Live, replicas: Live):
    api = postgres_live.tenant()
    site = gateway(postgres_live, api)
    answer = site.answered(site.challenge())
    assert moved(site, replicas).post("sessions", answer).status == 200
    assert site.post("sessions", answer).status == 401, "answered once, anywhere"


def test_parallel_writers_make_revisions_without_gaps(live: Live):
    api = live.tenant()
    group = api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    revisions: list[int] = []

    def create(number: int) -> None:
        mine = Api(live.url, api.key)
        for each in range(5):
            body = {"email": f"w{number}x{each}@acme.test", "groups": [group]}
            answer = mine.post("/tenants/users", json=body)
            assert answer.status == 201
            revisions.append(int(answer.headers["gatescale-revision"]))

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(revisions) == list(range(min(revisions), min(revisions) + 40))
    assert api.get("/tenants/users").json()["total"] == 41


def test_a_gateway_is_tested_from_another_replica_than_it_hangs_on(
    postgres_live: Live, replicas: Live
):
    api = postgres_live.tenant()
    site = gateway(postgres_live, api)
    addresses = [
        {"address": f"fd12:3456:789a:bcde:f012:3456:789a:{n:04x}"} for n in range(4096, 4160)
    ]
    body = {"name": "Many", "type": "PRIVATE", "addresses": addresses}
    resource = api.made("/tenants/resources", body)["id"]
    api.made(f"/tenants/resources/{resource}/gateways", {"gatewayId": site.id})
    elsewhere = moved(site, replicas)
    path = f"/tenants/gateways/{site.id}/test-configuration"
    # Of a later release; what comes after it must be heard.
    postgres_live.call(postgres_live.controller.store.announce("probe a b {}"))
    results: list[dict] = []
    with elsewhere.stream() as stream:
        stream.next("program")
        asking = threading.Thread(target=lambda: results.append(api.made(path, None)))
        asking.start()
        probe = stream.next("probe")
        assert len(probe["targets"]) == 48
        report = {
            "id": probe["id"],
            "clock": time.time(),
            "forwarding": {"IPv4": True, "IPv6": True},
            "interface": True,
            "table": True,
            "listenPort": 51820,
            "lapsed": False,
            # As long as it may be, in the longest of characters.
            "error": "\U0001f512" * 300,
            "listened": True,
            "heard": {f"{n:032x}": 51820 for n in range(4)},
            "outcomes": ["unreachable"] * 48,
        }
        assert elsewhere.send("probes", report).status == 204
        asking.join(20)
    assert results, "the test did not end"
    assert results[0]["_error"] == "enforcement, wireguardPort, resources"
    attempts = results[0]["details"]["resources"]["attempts"]
    assert [attempt["outcome"] for attempt in attempts] == ["FAILED"] * 48
