"""What consoles hear: changes, and who comes and goes, of their own tenant alone."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

import gatescale
from agents import BareAgent
from controller import given
from controller.people import device, gateway, wiki
from gatescale.controller.api import serving
from gatescale.controller.stream import consoles
from live import Api, Live


class Stream:
    """An open stream; reading one event too many fails after twenty seconds."""

    def __init__(self, response: HTTPResponse) -> None:
        self.response = response

    def event(self) -> tuple[str, Any]:
        kind = ""
        while line := self.response.readline():
            if line.startswith(b"event: "):
                kind = line[7:].decode().strip()
            elif line.startswith(b"data: "):
                return kind, json.loads(line[6:])
        raise AssertionError("the stream ended")

    def until(self, kind: str, field: str, value: str) -> Any:
        """Return the first event of a kind that names something."""
        while True:
            got, data = self.event()
            if got == kind and value in data[field]:
                return data

    def ended(self) -> bool:
        self.response.read()
        return True


@contextmanager
def looking(api: Api, url: str = "", held: int | None = None) -> Iterator[Stream]:
    connection = HTTPConnection((url or api.url).removeprefix("http://"), timeout=20)
    headers = {"apikey": api.key or ""} | ({} if held is None else {"last-event-id": str(held)})
    connection.request("GET", "/tenants/live", headers=headers)
    response = connection.getresponse()
    try:
        assert response.status == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)
    finally:
        response.close()
        connection.close()


def revision(api: Api) -> int:
    return int(given.read(api, "/tenants/audit-events?limit=1")["data"][0]["revision"])


def moved(agent: BareAgent, live: Live) -> BareAgent:
    return BareAgent(live.url, agent.id, agent.controller_key, agent.identity, agent.public_key)


def test_a_change_is_told_with_its_revision_and_kinds(api: Api):
    before = revision(api)
    with looking(api) as stream:
        assert stream.event() == ("hello", {"revision": before})
        given.group(api)
        assert stream.event() == ("change", {"revision": before + 1, "kinds": ["group"]})
        given.user(api)
        assert stream.event() == ("change", {"revision": before + 2, "kinds": ["user"]})
        given.admission_rule(api)
        said = {"revision": before + 3, "kinds": ["admission rule"]}
        assert stream.event() == ("change", said)


def test_who_comes_back_is_told_in_one_what_they_missed(api: Api):
    before = revision(api)
    given.group(api)
    given.user(api)
    with looking(api, held=before) as stream:
        assert stream.event() == ("hello", {"revision": before + 2})
        assert stream.event() == ("change", {"revision": before + 2, "kinds": ["group", "user"]})
    for unknown in (before + 9, 0):
        with looking(api, held=unknown) as stream:
            stream.event()
            kind, said = stream.event()
            assert (kind, said["revision"]) == ("change", before + 2)
            assert unknown == 0 or said["kinds"] == ["*"]


def test_what_is_no_revision_is_refused(api: Api):
    answer = api.get("/tenants/live", headers={"last-event-id": "x"})
    assert (answer.status, answer.pointers) == (400, ["header/Last-Event-ID"])
    assert api.get("/tenants/live?filter[id]=x").status == 422


def test_devices_and_gateways_come_and_go(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    site = gateway(live, api)
    with looking(api) as stream:
        with agent.stream():
            stream.until("presence", "devices", agent.id)
        stream.until("presence", "devices", agent.id)
        with site.stream() as line:
            stream.until("presence", "gateways", site.id)
            site.send("acks", {"revision": line.next("program")["revision"]})
            stream.until("presence", "gateways", site.id)
            site.send("acks", {"revision": 1, "error": "nftables is missing"})
            stream.until("presence", "gateways", site.id)
            shown = given.read(api, f"/tenants/gateways/{site.id}")
            assert (shown["status"], shown["error"]) == ("ERROR", "nftables is missing")


def test_a_device_that_falls_silent_is_told(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    site = gateway(live, api)
    with site.stream(), looking(api) as stream:
        now = int(live.clock().timestamp())
        wiki = given.resource(api)
        given.connected(api, wiki, {"id": site.id})
        given.policy(api, devices=[agent.id], resources=[wiki["id"]])
        report = {"handshakes": {agent.id: now}, "appVersion": "1.0"}
        site.send("status", report)
        stream.until("presence", "devices", agent.id)
        assert given.read(api, f"/tenants/devices/{agent.id}")["status"] == "Online"
        live.clock.ahead += timedelta(seconds=200)
        stream.until("presence", "devices", agent.id)
        assert given.read(api, f"/tenants/devices/{agent.id}")["status"] == "Offline"


def test_nothing_of_another_tenant_is_told(live: Live, api: Api, other_api: Api):
    theirs = given.default_group(other_api)["id"]
    before = revision(api)
    with looking(api) as stream, looking(other_api) as other:
        stream.event()
        other.event()
        agent, _ = device(live, other_api, theirs)
        with agent.stream():
            other.until("presence", "devices", agent.id)
        given.group(api)
        # Ours is the first that we hear of.
        assert stream.event() == ("change", {"revision": before + 1, "kinds": ["group"]})


def test_a_revoked_key_hears_nothing_more(live: Live, api: Api):
    made = api.made("/tenants/api-keys", {"name": "Console", "role": "SUPPORT"})
    with looking(Api(live.url, made["key"])) as stream:
        stream.event()
        assert api.delete(f"/tenants/api-keys/{made['id']}").status == 204
        assert stream.response.read().strip() == b""


def test_an_expired_key_hears_nothing_more(live: Live, api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(consoles, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(serving, "ADMITTED_SECONDS", 0.1)
    body = {"name": "Console", "role": "SUPPORT", "expiresAt": "2099-01-01T00:00:00Z"}
    made = api.made("/tenants/api-keys", body)
    with looking(Api(live.url, made["key"])) as stream:
        stream.event()
        live.clock.ahead += timedelta(days=365 * 100)
        assert stream.ended()


def test_a_slow_console_is_told_that_everything_moved(live: Live, api: Api):
    assert api.tenant
    tenant_id = api.tenant.tenant_id

    async def flood() -> None:
        for number in range(1000):
            live.controller.hub.consoles.came_or_went(tenant_id, "device", f"device {number}")

    with looking(api) as stream:
        stream.event()
        live.call(flood())
        assert stream.event() == ("presence", {"devices": ["*"], "gateways": []})


def test_a_console_does_not_hold_up_the_end(tmp_path):
    with Live(tmp_path) as live:
        api = live.tenant()
        with looking(api) as stream:
            stream.event()
            live._server.should_exit = True
            assert stream.ended()


@pytest.fixture(params=["sqlite", "postgres"])
def pair(request: pytest.FixtureRequest, tmp_path) -> Iterator[tuple[Live, Live]]:
    """Two controllers on one database."""
    first: Live = request.getfixturevalue(f"{request.param}_live")
    if request.param == "sqlite":
        data_dir = first.settings.data_dir
    else:
        data_dir = tmp_path
        shutil.copy(first.settings.secret_file, data_dir)
    with Live(data_dir, first.settings.database_url) as second:
        yield first, second


def test_a_console_hears_of_another_replica(pair: tuple[Live, Live]):
    first, second = pair
    api = first.tenant()
    agent, _ = device(first, api, given.default_group(api)["id"])
    site = gateway(first, api)
    before = revision(api)
    with looking(api, second.url) as stream:
        assert stream.event() == ("hello", {"revision": before})
        given.group(api)
        assert stream.event() == ("change", {"revision": before + 1, "kinds": ["group"]})
        with agent.stream():
            stream.until("presence", "devices", agent.id)
        stream.until("presence", "devices", agent.id)
        with site.stream() as line:
            stream.until("presence", "gateways", site.id)
            site.send("acks", {"revision": line.next("program")["revision"]})
            stream.until("presence", "gateways", site.id)


def test_the_client_follows(api: Api):
    with gatescale.Client(api.url, api.key) as client:
        events = client.live.follow()
        assert next(events).revision == revision(api)
        given.group(api)
        assert next(events).kinds == ["group"]
    with gatescale.Client(api.url, "gsk_wrong") as client, pytest.raises(Exception, match="valid"):
        next(client.live.follow())


def test_what_gateways_deny_is_told(live: Live, api: Api, group: str):
    site = gateway(live, api)
    laptop, _ = device(live, api, group)
    given.policy(api, devices=[laptop.id], resources=[wiki(api, site.id)])
    denial = {"deviceId": laptop.id, "destination": "10.0.0.9", "protocol": 6, "port": 22}
    with looking(api) as console:
        assert console.event()[0] == "hello"
        site.send("denials", {"denials": [denial | {"packets": 1, "at": 0}]})
        assert console.until("denial", "devices", laptop.id)["devices"] == [laptop.id]
