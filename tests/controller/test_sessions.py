"""When devices and gateways were online, across replicas and controllers that die."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from agents import BareAgent
from controller import given
from controller.people import device, gateway, wiki
from gatescale.controller.clock import moment
from gatescale.controller.store import tables
from live import Api, Live
from processes import ControllerProcess


def sessions(api: Api, query: str = "") -> list[dict]:
    found: list[dict] = given.read(api, f"/tenants/sessions?limit=100{query}")["data"]
    return found


def eventually(api: Api, wanted: Callable[[list[dict]], bool]) -> list[dict]:
    """Return the sessions once they are as wanted."""
    deadline = time.monotonic() + 45
    while not wanted(found := sessions(api)):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def has_ended(found: list[dict]) -> bool:
    return bool(found) and all(each["status"] == "ENDED" for each in found)


def until_noticed(live: Live, api: Api, agent: BareAgent) -> None:
    """Wait until the controller has noted that an agent's stream ended."""
    assert api.tenant
    lines = live.controller.hub.feeds[api.tenant.tenant_id].lines
    deadline = time.monotonic() + 20
    while agent.id in lines:
        assert time.monotonic() < deadline, "the end of the stream is not noticed"
        time.sleep(0.02)


def until_left(live: Live, agent: BareAgent) -> None:
    """Wait until it is stored that the agent's latest session ends unless it comes back."""
    t = tables.agent_sessions
    reason = sa.select(t.c.end_reason).where(t.c.agent_id == agent.id, t.c.ended_at.is_(None))
    deadline = time.monotonic() + 20
    while not live.call(live.controller.store.anywhere(reason))[0]["end_reason"]:
        assert time.monotonic() < deadline, "nobody noted that the agent left"
        time.sleep(0.02)


def test_a_device_has_a_session_while_its_stream_is_open(live: Live, api: Api, group: str):
    agent, user = device(live, api, group)
    with agent.stream() as stream:
        stream.next("program")
        (session,) = sessions(api)
        assert session["status"] == "ACTIVE"
        assert session["endedAt"] is session["endReason"] is None
        assert (session["kind"], session["agentId"]) == ("device", agent.id)
        assert session["agentName"] == "laptop"
        assert session["userId"] == user
        assert session["userEmail"].endswith("@acme.test")
        assert session["origin"] == "127.0.0.1"
    (session,) = eventually(api, has_ended)
    assert session["endReason"] == "DISCONNECTED"
    lasted = moment(session["endedAt"]) - moment(session["startedAt"])
    assert session["duration"] == int(lasted.total_seconds())


def test_each_coming_is_a_session_and_lists_filter_sort_and_search(
    live: Live, api: Api, group: str
):
    agent, _ = device(live, api, group)
    site = gateway(live, api)
    for each in range(2):
        with agent.stream() as stream:
            stream.next("program")
        eventually(api, lambda found, n=each: len(found) == n + 1 and has_ended(found))
    with site.stream() as stream:
        stream.next("program")
        assert [each["kind"] for each in sessions(api)] == ["gateway", "device", "device"]
        assert len(sessions(api, "&filter[kind]=device&filter[status]=ENDED")) == 2
        assert [each["agentId"] for each in sessions(api, "&filter[status]=ACTIVE")] == [site.id]
        assert len(sessions(api, "&filter[endReason]=DISCONNECTED")) == 2
        assert [each["agentName"] for each in sessions(api, "&search=OFFI")] == ["Office"]
        oldest = sessions(api, "&sort=startedAt")[0]["startedAt"]
        assert len(sessions(api, f"&filter[startedAt][gt]={oldest}")) == 2
        assert len(sessions(api, "&filter[userEmail][ilike]=%25acme%25")) == 2


@pytest.mark.parametrize(
    ("method", "path", "reason"),
    [
        ("PATCH", "devices/{device}/deactivate", "DEACTIVATED"),
        ("DELETE", "devices/{device}", "DELETED"),
        ("PATCH", "users/{user}/deactivate", "DEACTIVATED"),
        ("DELETE", "users/{user}", "DELETED"),
    ],
)
def test_who_is_cut_off_has_no_session_any_more(
    live: Live, api: Api, group: str, method: str, path: str, reason: str
):
    agent, user = device(live, api, group)
    with agent.stream() as stream:
        stream.next("program")
        where = path.format(device=agent.id, user=user)
        assert api.request(method, f"/tenants/{where}").status < 300
        (session,) = sessions(api)
        assert (session["status"], session["endReason"]) == ("ENDED", reason)
        stream.next("bye")
        assert stream.ended()
        assert all(each["endReason"] == reason for each in sessions(api))


def test_a_gateway_that_comes_back_at_once_goes_on(live: Live, api: Api):
    site = gateway(live, api)
    for _ in range(2):
        with site.stream() as stream:
            stream.next("program")
    (session,) = sessions(api)
    assert session["status"] == "ACTIVE"
    live.clock.ahead += timedelta(seconds=60)
    (session,) = eventually(api, has_ended)
    assert session["endReason"] == "DISCONNECTED"
    assert session["duration"] < 60
    api.delete(f"/tenants/gateways/{site.id}")
    assert sessions(api) == [session]


def test_a_device_that_falls_silent_was_online_until_its_last_handshake(
    live: Live, api: Api, group: str
):
    site = gateway(live, api)
    resource = wiki(api, site.id)
    agent, _ = device(live, api, group)
    given.policy(api, devices=[agent.id], resources=[resource])
    at = int((live.clock() + timedelta(seconds=1)).timestamp())
    live.clock.ahead += timedelta(seconds=2)
    site.send("status", {"appVersion": "1", "handshakes": {agent.id: at}})
    (session,) = sessions(api)
    assert (session["status"], session["agentId"]) == ("ACTIVE", agent.id)
    site.send("status", {"appVersion": "1", "handshakes": {agent.id: at}})
    live.clock.ahead += timedelta(seconds=200)
    (session,) = eventually(api, has_ended)
    assert session["endReason"] == "SILENT"
    assert session["duration"] < 60


def test_sessions_are_forgotten_after_ninety_days(live: Live, api: Api, group: str):
    from gatescale.controller import sessions as kept

    agent, _ = device(live, api, group)
    with agent.stream() as stream:
        stream.next("program")
    eventually(api, has_ended)
    live.clock.ahead += timedelta(days=89)
    live.call(kept.forget_old(live.controller.store))
    assert len(sessions(api)) == 1
    live.clock.ahead += timedelta(days=2)
    live.call(kept.forget_old(live.controller.store))
    assert sessions(api) == []


@pytest.fixture
def replica(live: Live, tmp_path: Path) -> Iterator[Live]:
    """Another controller on the same database, with the same secret."""
    data_dir = live.settings.data_dir
    if live.settings.database_url:
        data_dir = tmp_path
        shutil.copy(live.settings.secret_file, data_dir)
    with Live(data_dir, live.settings.database_url) as other:
        yield other


@pytest.mark.parametrize("kind", ["device", "gateway"])
def test_who_moves_to_another_replica_has_one_session_and_stays_online(
    live: Live, replica: Live, api: Api, group: str, kind: str
):
    agent = gateway(live, api) if kind == "gateway" else device(live, api, group)[0]
    moved = BareAgent(replica.url, agent.id, agent.controller_key, agent.identity, agent.public_key)
    with ExitStack() as before:
        before.enter_context(agent.stream()).event()
        with moved.stream() as elsewhere:
            elsewhere.event()
            eventually(api, lambda found: len(found) == 1)
            before.close()
            until_noticed(live, api, agent)
            (session,) = sessions(api)
            assert (session["status"], session["endReason"]) == ("ACTIVE", None)
            shown = given.read(api, f"/tenants/{kind}s/{agent.id}")["status"]
            assert shown.upper() == "ONLINE"
    live.clock.ahead += timedelta(seconds=60)
    (session,) = eventually(api, has_ended)
    assert session["endReason"] == "DISCONNECTED"


def test_who_comes_back_after_a_silence_that_nobody_noticed_has_two_sessions(live: Live, api: Api):
    site = gateway(live, api)
    with site.stream() as stream:
        stream.next("program")
    until_left(live, site)
    assert sessions(api, "&filter[endReason]=DISCONNECTED") == [], "it may come back"
    live.clock.ahead += timedelta(hours=1)
    with site.stream() as stream:
        stream.next("program")
        later, earlier = sessions(api)
    assert (earlier["status"], earlier["endReason"]) == ("ENDED", "DISCONNECTED")
    assert earlier["duration"] < 60
    assert (later["status"], later["agentId"]) == ("ACTIVE", site.id)


def test_a_session_survives_its_controller_if_the_agent_comes_back(tmp_path: Path):
    data_dir = tmp_path / "data"
    with ControllerProcess(data_dir) as process:
        api = process.tenant()
        made = api.made("/tenants/gateways", {"name": "Office", "wireguardPort": "51820"})
        site = BareAgent(process.url)
        assert site.enrol(made["token"], "gateway").status == 201
        with site.stream() as stream:
            stream.next("program")
            (before,) = sessions(api)
            process.kill()
        process.start()
        assert sessions(api)[0]["status"] == "ACTIVE"
        with site.stream() as stream:
            stream.next("program")
            (after,) = sessions(api)
        assert (after["id"], after["status"]) == (before["id"], "ACTIVE")
