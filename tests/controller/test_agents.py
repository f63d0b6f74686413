"""Sessions and streams, spoken by hand."""

import base64
import json
from datetime import timedelta

import pytest

from agents import PROTOCOL, BareAgent, b64
from controller.given import policy_body
from controller.people import device, gateway, wiki
from live import Api, Live


def allow_all(api: Api, resource: str) -> str:
    body = policy_body(allUsers=True, resources=[resource])
    return str(api.made("/tenants/policies", body)["id"])


def test_a_challenge_opens_one_session(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    answer = agent.answered(agent.challenge())
    assert agent.post("sessions", answer).status == 200
    replayed = agent.post("sessions", answer)
    assert (replayed.status, "already" in replayed.json()["detail"]) == (401, True)


def test_a_challenge_lapses(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    answer = agent.answered(agent.challenge())
    live.clock.ahead = timedelta(seconds=61)
    assert agent.post("sessions", answer).status == 401


def test_mistake_2_only_the_agents_own_signature_counts(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    other, _ = device(live, api, group)
    answer = agent.answered(agent.challenge())
    forged = b64(bytes(64))
    assert agent.post("sessions", answer | {"signature": forged}).status == 401
    assert agent.post("sessions", answer | {"signature": ""}).status == 401
    assert agent.post("sessions", answer | {"signature": "none"}).status == 401
    assert agent.post("sessions", answer | {"agentId": other.id}).status == 401
    theirs = other.answered(agent.challenge()) | {"agentId": agent.id}
    assert agent.post("sessions", theirs).status == 401
    made_up = answer["challenge"].rpartition("|")[0] + "|" + "A" * 43
    assert agent.post("sessions", agent.answered(made_up)).status == 401
    assert agent.post("sessions", answer).status == 200


@pytest.mark.parametrize("tail", ["", "x", "|", "A" * 43])
def test_mistake_2_a_forged_token_is_refused(live: Live, api: Api, group: str, tail: str):
    agent, _ = device(live, api, group)
    claims = agent.token().rpartition("|")[0]
    headers = PROTOCOL | {"authorization": f"Bearer {claims}|{tail}"}
    assert Api(live.url, None).get("/agent/v1/stream", headers=headers).status == 401


def test_a_token_lapses(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    token = agent.token()
    live.clock.ahead = timedelta(minutes=16)
    answer = agent.post("status", {"appVersion": "1"}, authorization=f"Bearer {token}")
    assert (answer.status, "lapsed" in answer.json()["detail"]) == (401, True)


@pytest.mark.parametrize("spoken", [None, "", "99", "one"])
def test_an_unknown_protocol_version_is_told(live: Live, spoken: str | None):
    headers = {} if spoken is None else {"gatescale-protocol": spoken}
    for path in ("challenges", "sessions", "enrolments/device", "enrolments/gateway", "acks"):
        answer = Api(live.url, None).post(f"/agent/v1/{path}", json={}, headers=headers)
        assert (answer.status, "speaks version 1" in answer.json()["detail"]) == (400, True)


def test_a_token_of_an_api_is_no_session_and_the_other_way(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    token = agent.token()
    assert Api(live.url, token).get("/tenants/users").status == 401
    headers = PROTOCOL | {"authorization": f"Bearer {api.key}"}
    assert api.get("/agent/v1/stream", headers=headers).status == 401


def test_a_device_hears_its_routes_and_every_change(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    site = gateway(live, api)
    resource = wiki(api, site.id)
    with site.stream(), agent.stream() as stream:
        first = stream.next("program")
        assert (first["deviceId"], first["routes"]) == (agent.id, [])
        policy = allow_all(api, resource)
        (route,) = stream.next("program")["routes"]
        assert (route["gateway"], route["allowed_ips"]) == (site.id, ["10.0.0.5/32"])
        assert route["endpoint"] == "127.0.0.1:51820"
        api.delete(f"/tenants/policies/{policy}")
        assert stream.next("program")["routes"] == []


def test_a_gateway_knows_only_who_may_come(live: Live, api: Api, group: str):
    site = gateway(live, api)
    resource = wiki(api, site.id)
    agent, _ = device(live, api, group)
    stranger, stranger_user = device(live, api, group)
    with site.stream() as stream:
        assert stream.next("program")["delta"] == {}
        body = policy_body(devices=[agent.id], resources=[resource])
        api.made("/tenants/policies", body)
        delta = stream.next("program")["delta"]
        assert list(delta["peers"]) == [agent.id]
        assert delta["peers"][agent.id]["public_key"] == agent.public_key
        assert stranger.id not in json.dumps(delta)
        api.patch(f"/tenants/users/{stranger_user}/deactivate")
        api.delete(f"/tenants/devices/{agent.id}")
        assert stream.next("program")["delta"]["peers"] == {agent.id: None}


def test_a_gateway_that_reconnects_gets_what_it_missed(live: Live, api: Api, group: str):
    site = gateway(live, api)
    resource = wiki(api, site.id)
    agent, _ = device(live, api, group)
    with site.stream() as stream:
        whole = stream.next("program")
        assert whole["base"] is None
        held = whole["revision"]
    allow_all(api, resource)
    api.delete(f"/tenants/devices/{agent.id}")
    with site.stream(held) as stream:
        first, second = stream.next("program"), stream.next("program")
        assert (first["base"], second["base"]) == (held, first["revision"])
        assert second["delta"]["peers"] == {agent.id: None}
    with site.stream(second["revision"]) as stream:
        kind, _ = stream.event()
        assert kind == "lease", "it holds the latest, so there is no program to send"
    with site.stream(12345) as stream:
        assert stream.next("program")["base"] is None, "a revision that is not known: the whole"


def test_a_lease_comes_with_the_stream(live: Live, api: Api):
    site = gateway(live, api)
    with site.stream() as stream:
        lease = stream.next("lease")
    day = 24 * 3600
    now = live.clock().timestamp()
    assert lease["gatewayId"] == site.id
    assert now + day - 60 < lease["until"] <= now + day


@pytest.mark.parametrize("how", ["delete device", "deactivate device", "deactivate user"])
def test_a_device_that_may_not_come_is_told_and_kept_out(
    live: Live, api: Api, group: str, how: str
):
    agent, user_id = device(live, api, group)
    with agent.stream() as stream:
        stream.next("program")
        if how == "delete device":
            api.delete(f"/tenants/devices/{agent.id}")
        elif how == "deactivate device":
            api.patch(f"/tenants/devices/{agent.id}/deactivate")
        else:
            api.patch(f"/tenants/users/{user_id}/deactivate")
        reason = "deleted" if how == "delete device" else "deactivated"
        assert stream.next("bye")["reason"] == reason
        assert stream.ended()
    refused = agent.open_session()
    assert refused.status == 403
    assert refused.json()["type"].endswith(f"/{reason}")
    if how == "deactivate device":
        api.post(f"/tenants/devices/{agent.id}/reactivate")
        assert agent.open_session().status == 200


def test_a_session_of_a_deactivated_device_is_worthless(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    token = agent.token()
    api.patch(f"/tenants/devices/{agent.id}/deactivate")
    answer = agent.post("status", {"appVersion": "1"}, authorization=f"Bearer {token}")
    assert answer.status == 403


def test_a_second_stream_takes_the_place_of_the_first(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    with agent.stream() as first:
        first.next("program")
        with agent.stream() as second:
            second.next("program")
            assert first.ended()
            path = f"/tenants/devices/{agent.id}"
            assert api.get(path).json()["status"] == "Online"


def test_presence_follows_the_stream(live: Live, api: Api, group: str):
    agent, user_id = device(live, api, group)
    path = f"/tenants/devices/{agent.id}"
    assert api.get(path).json()["lastConnection"] is None
    with agent.stream() as stream:
        stream.next("program")
        shown = api.get(path).json()
        assert shown["status"] == "Online"
        assert shown["lastConnection"]
        assert api.get(f"/tenants/users/{user_id}").json()["lastConnection"]
        assert api.get("/tenants/devices?filter[status]=Online").json()["total"] == 1
    until(lambda: api.get(path).json()["status"] == "Offline")
    assert api.get(path).json()["lastConnection"]


def test_a_silent_device_is_offline_though_nobody_said_so(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    with agent.stream() as stream:
        stream.next("program")
        live.clock.ahead = timedelta(seconds=91)
        assert api.get(f"/tenants/devices/{agent.id}").json()["status"] == "Offline"


def test_a_handshake_keeps_a_device_online(live: Live, api: Api, group: str):
    site, (agent, _) = gateway(live, api), device(live, api, group)
    stranger, _ = device(live, api, group)
    api.made("/tenants/policies", policy_body(devices=[agent.id], resources=[wiki(api, site.id)]))
    now = int(live.clock().timestamp())
    with site.stream():
        report = {"appVersion": "2.0", "handshakes": {agent.id: now, stranger.id: now}}
        assert site.send("status", report).status == 204
    assert api.get(f"/tenants/devices/{agent.id}").json()["status"] == "Online"
    seen = api.get(f"/tenants/devices/{stranger.id}").json()
    assert seen["status"] == "Offline", "mistake 15: a gateway speaks only for its own peers"


def test_a_handshake_told_late_brings_no_device_back(live: Live, api: Api, group: str):
    site, (agent, _) = gateway(live, api), device(live, api, group)
    path = f"/tenants/devices/{agent.id}"
    api.made("/tenants/policies", policy_body(devices=[agent.id], resources=[wiki(api, site.id)]))
    with agent.stream() as stream:
        stream.next("program")
        shaken = int(live.clock().timestamp())
    until(lambda: api.get(path).json()["status"] == "Offline")
    with site.stream():
        for at, status in ((shaken, "Offline"), (shaken + 5, "Online")):
            live.clock.ahead = timedelta(seconds=10)
            report = {"appVersion": "2.0", "handshakes": {agent.id: at}}
            assert site.send("status", report).status == 204
            assert api.get(path).json()["status"] == status


def test_mistake_15_a_device_cannot_speak_as_a_gateway(live: Live, api: Api, group: str):
    agent, _ = device(live, api, group)
    assert agent.send("acks", {"revision": 1}).status == 403


def test_wait_answers_when_the_gateway_enforces(live: Live, api: Api, group: str):
    site = gateway(live, api)
    resource = wiki(api, site.id)
    agent, _ = device(live, api, group)
    with site.stream() as stream:
        held = stream.next("program")["revision"]
        assert site.send("acks", {"revision": held}).status == 204
        body = policy_body(devices=[agent.id], resources=[resource])
        late = api.post("/tenants/policies", json=body, headers={"prefer": "wait=1"})
        assert late.status == 201
        assert late.headers["gatescale-lagging-gateways"] == site.id
        dry = api.post(
            "/tenants/configuration/plan", json={"version": 1}, headers={"prefer": "wait=1"}
        )
        assert dry.status == 200
        assert not {"preference-applied", "gatescale-lagging-gateways"} & dry.headers.keys()
        (listed,) = api.get("/tenants/gateways").json()["data"]
        assert listed["current"] is False
        revision = stream.next("program")["revision"]
        assert revision == int(late.headers["gatescale-revision"])
        assert site.send("acks", {"revision": revision}).status == 204
        until(
            lambda: api.get(f"/tenants/gateways/{site.id}").json()["enforcedRevision"] == revision
        )
        unrelated = api.post(
            "/tenants/groups", json={"name": "G", "roles": []}, headers={"prefer": "wait=30"}
        )
        assert unrelated.headers["preference-applied"] == "wait=30"
        assert "gatescale-lagging-gateways" not in unrelated.headers
        shown = api.get(f"/tenants/gateways/{site.id}").json()
        assert shown["current"] is True
        assert shown["enforcedRevision"] < int(unrelated.headers["gatescale-revision"])


def test_an_acknowledged_revision_ends_the_wait(live: Live, api: Api, group: str):
    import threading

    site = gateway(live, api)
    resource = wiki(api, site.id)
    agent, _ = device(live, api, group)
    with site.stream() as stream:
        site.send("acks", {"revision": stream.next("program")["revision"]})
        answers = []
        body = policy_body(devices=[agent.id], resources=[resource])
        asking = threading.Thread(
            target=lambda: answers.append(
                api.post("/tenants/policies", json=body, headers={"prefer": "wait=60"})
            )
        )
        asking.start()
        site.send("acks", {"revision": stream.next("program")["revision"]})
        asking.join(30)
        assert "gatescale-lagging-gateways" not in answers[0].headers
    metrics = Api(live.url, None).get("/metrics").body.decode()
    assert "gatescale_enforcement_seconds_count" in metrics
    assert "gatescale_outbox_depth" in metrics
    assert f'gatescale_gateway_revisions_behind{{gateway="{site.id}"}} 0.0' in metrics


def test_a_gateway_that_cannot_enforce_is_shown(live: Live, api: Api):
    site = gateway(live, api)
    with site.stream() as stream:
        revision = stream.next("program")["revision"]
        site.send("acks", {"revision": revision, "error": "nft: no such file"})
        shown = api.get(f"/tenants/gateways/{site.id}").json()
        assert (shown["status"], shown["error"]) == ("ERROR", "nft: no such file")
        site.send("acks", {"revision": revision})
        shown = api.get(f"/tenants/gateways/{site.id}").json()
        assert (shown["status"], shown["error"]) == ("ONLINE", None)


def test_devices_are_routed_away_from_a_gateway_that_is_gone(live: Live, api: Api, group: str):
    first, second = gateway(live, api, "First"), gateway(live, api, "Second")
    resource = wiki(api, first.id)
    api.made(f"/tenants/resources/{resource}/gateways", {"gatewayId": second.id})
    agent, _ = device(live, api, group)
    allow_all(api, resource)
    with agent.stream() as stream, second.stream() as other:
        with first.stream() as one:
            one.next("program")
            other.next("program")
            while gateways(stream.next("program")) != [first.id]:
                pass
            path = f"/tenants/gateways/{first.id}"
            seen = api.get(path).json()["lastOnline"]
        until(lambda: api.get(path).json()["lastOnline"] != seen)
        live.clock.ahead = timedelta(seconds=20)
        assert gateways(stream.next("program")) == [second.id]


def test_a_gateway_in_maintenance_hands_its_devices_over(live: Live, api: Api, group: str):
    first, second = gateway(live, api, "First"), gateway(live, api, "Second")
    shared, alone = wiki(api, first.id), wiki(api, first.id, "10.0.0.6")
    api.made(f"/tenants/resources/{shared}/gateways", {"gatewayId": second.id})
    agent, _ = device(live, api, group)
    allow_all(api, shared)
    allow_all(api, alone)
    path = f"/tenants/gateways/{first.id}"
    with agent.stream() as stream, first.stream() as one, second.stream() as other:
        one.next("program")
        other.next("program")
        while networks(stream.next("program")) != {first.id: ["10.0.0.5/32", "10.0.0.6/32"]}:
            pass
        assert api.made(f"{path}/start-maintenance", None)["status"] == "MAINTENANCE"
        handed_over = {first.id: ["10.0.0.6/32"], second.id: ["10.0.0.5/32"]}
        assert networks(stream.next("program")) == handed_over
        for resource in (shared, alone):
            assert api.get(f"/tenants/resources/{resource}").json()["status"] == "ONLINE"
        assert api.made(f"{path}/end-maintenance", None)["status"] == "ONLINE"
        returned = {first.id: ["10.0.0.5/32", "10.0.0.6/32"]}
        assert networks(stream.next("program")) == returned


def networks(update: dict) -> dict[str, list[str]]:
    return {route["gateway"]: sorted(route["allowed_ips"]) for route in update["routes"]}


def gateways(update: dict) -> list[str]:
    return [route["gateway"] for route in update["routes"]]


def test_a_rotated_token_lets_new_software_in_and_the_old_out(live: Live, api: Api):
    made = api.made("/tenants/gateways", {"name": "G", "wireguardPort": "51820"})
    old = BareAgent(live.url)
    assert old.enrol(made["token"], "gateway").status == 201
    again = BareAgent(live.url)
    refused = again.enrol(made["token"], "gateway")
    assert (refused.status, "rotate" in refused.json()["detail"]) == (410, True)
    assert old.enrol(made["token"], "gateway").status == 201, "the same keys: a lost answer"
    fresh = api.made(f"/tenants/gateways/{made['id']}/rotate-token", None)["token"]
    assert BareAgent(live.url).enrol(made["token"], "gateway").status == 404
    old_token = old.token()
    assert again.enrol(fresh, "gateway").status == 201
    assert old.open_session().status == 401
    refused = old.post("acks", {"revision": 1}, authorization=f"Bearer {old_token}")
    assert refused.status == 401
    assert again.open_session().status == 200


def test_a_deleted_gateway_is_told(live: Live, api: Api):
    site = gateway(live, api)
    with site.stream() as stream:
        stream.next("program")
        api.delete(f"/tenants/gateways/{site.id}")
        assert stream.next("bye")["reason"] == "deleted"
        assert stream.ended()


def test_a_gateway_hears_of_its_new_port(live: Live, api: Api):
    site = gateway(live, api)
    with site.stream() as stream:
        assert stream.next("program")["wireguardPort"] == 51820
        body = {"name": "Office", "wireguardPort": "51999"}
        assert api.put(f"/tenants/gateways/{site.id}", json=body).status == 200
        assert stream.next("program")["wireguardPort"] == 51999


def test_oversized_and_malformed_reports_are_refused(live: Live, api: Api):
    site = gateway(live, api)
    token = site.token()
    headers = PROTOCOL | {"authorization": f"Bearer {token}"}
    bad = Api(live.url, None).post("/agent/v1/acks", data=b"{", headers=headers)
    assert bad.status == 400
    assert site.send("acks", {"revision": "1"}).pointers == ["/revision"]
    bad_id = Api(live.url, None).get(
        "/agent/v1/stream", headers=headers | {"last-event-id": "latest"}
    )
    assert bad_id.status == 400


def test_the_controller_key_is_32_bytes(live: Live, api: Api):
    assert len(base64.b64decode(gateway(live, api).controller_key)) == 32


def until(is_so) -> None:
    """Return once it is so; fail after ten seconds."""
    import time

    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
