"""Requests that are sent again, and changes that meet another's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from controller import given
from controller.expect import refused
from live import Api


def once(key="one"):
    return {"idempotency-key": key}


def test_a_repeat_gets_the_first_answer_and_changes_nothing(api):
    body = {"name": "berlin", "wireguardPort": "51820"}
    first = api.post("/tenants/gateways", json=body, headers=once())
    again = api.post("/tenants/gateways", json=body, headers=once())
    assert (first.status, again.status) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["token"].startswith("gsg_")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["gatescale-revision"] == first.headers["gatescale-revision"]
    assert len(given.rows(api, "gateways")) == 1


def test_the_same_key_with_another_body_is_refused(api):
    given.read(api, "/tenants/groups")
    path = "/tenants/groups"
    assert api.post(path, json={"name": "A", "roles": []}, headers=once()).status == 201
    answer = api.post(path, json={"name": "B", "roles": []}, headers=once())
    assert (answer.status, answer.pointers) == (422, ["header/Idempotency-Key"])
    protocol = {"networkProtocols": [{"protocol": "ICMP"}], "name": "A"}
    assert api.post("/tenants/protocols", json=protocol, headers=once()).status == 422
    assert len(given.rows(api, "groups")) == 2


def test_a_refused_request_may_be_sent_again_with_its_key(api):
    made = given.group(api, "Sales")
    body = {"name": "Sales", "roles": []}
    assert api.post("/tenants/groups", json=body, headers=once()).status == 409
    assert api.delete(f"/tenants/groups/{made['id']}").status == 204
    assert api.post("/tenants/groups", json=body, headers=once()).status == 201


def test_a_key_lapses_after_a_day(api, live):
    user = given.owner(api)["id"]
    path = f"/tenants/users/{user}/enrolment-codes"
    first = api.post(path, headers=once())
    live.clock.ahead = timedelta(hours=25)
    second = api.post(path, headers=once())
    assert (first.status, second.status) == (201, 201)
    assert first.json()["code"] != second.json()["code"]


def test_repeats_of_another_key_holder_are_their_own(api, live):
    other = Api(live.url, api.made("/tenants/api-keys", {"name": "CI", "role": "ADMIN"})["key"])
    body = {"name": "Sales", "roles": []}
    assert api.post("/tenants/groups", json=body, headers=once()).status == 201
    assert other.post("/tenants/groups", json=body, headers=once()).status == 409


def test_concurrent_repeats_make_one_thing(api):
    body = {"name": "Sales", "roles": []}
    with ThreadPoolExecutor(16) as pool:
        sent = [
            pool.submit(api.post, "/tenants/groups", json=body, headers=once()) for _ in range(16)
        ]
    answers = [each.result() for each in sent]
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "\t", "é"])
def test_a_key_that_is_none_is_refused(api, key):
    headers = {"idempotency-key": key.encode().decode("latin1")}
    answer = api.post("/tenants/groups", json={"name": "A", "roles": []}, headers=headers)
    assert (answer.status, answer.pointers) == (400, ["header/Idempotency-Key"])


def test_a_lost_answer_is_found_in_the_database_sealed(api, live):
    import sqlalchemy as sa

    from gatescale.controller.store import tables

    key = api.post(
        "/tenants/api-keys", json={"name": "CI", "role": "ADMIN"}, headers=once()
    ).json()["key"]
    statement = sa.select(tables.idempotency_keys.c.answer).where(
        tables.idempotency_keys.c.tenant_id == api.tenant.tenant_id
    )
    (row,) = live.call(live.controller.store.anywhere(statement))
    assert key.encode() not in bytes(row["answer"])


def somebody_tested(api):
    return {"allUsers": True, "resources": [given.resource(api)["id"]]}


NOUNS = {
    "users": lambda api: (given.user(api)["id"], {"firstName": "Ann"}, {"firstName": "Bob"}),
    "groups": lambda api: (
        given.group(api)["id"],
        {"name": "A", "roles": []},
        {"name": "B", "roles": []},
    ),
    "gateways": lambda api: (
        given.gateway(api)["id"],
        {"name": "A", "wireguardPort": "1"},
        {"name": "B", "wireguardPort": "1"},
    ),
    "resources": lambda api: (
        given.resource(api)["id"],
        {"name": "A", "addresses": [{"address": "10.0.0.1"}]},
        {"name": "B", "addresses": [{"address": "10.0.0.1"}]},
    ),
    "admission-rules": lambda api: (
        given.admission_rule(api)["id"],
        {"name": "A", "rule": "true", "hasTimeConstraint": False},
        {"name": "B", "rule": "true", "hasTimeConstraint": False},
    ),
    "policy-tests": lambda api: (
        given.policy_test(api, **(scope := somebody_tested(api)))["id"],
        {"name": "A", "expect": "NEVER", **scope},
        {"name": "B", "expect": "NEVER", **scope},
    ),
}


@pytest.mark.parametrize("noun", NOUNS)
def test_a_stale_write_is_refused_and_a_blind_one_wins(api, noun):
    noun_id, one, other = NOUNS[noun](api)
    path = f"/tenants/{noun}/{noun_id}"
    tag = api.get(path).headers["etag"]
    assert tag == api.get(path).headers["etag"]
    fresh = api.put(path, json=one, headers={"if-match": tag})
    assert fresh.status == 200
    assert fresh.headers["etag"] == api.get(path).headers["etag"] != tag
    stale = api.put(path, json=other, headers={"if-match": tag})
    assert (stale.status, stale.pointers) == (412, ["header/If-Match"])
    assert stale.headers["etag"] == fresh.headers["etag"]
    assert api.get(path).json().items() >= fresh.json().items()
    assert api.put(path, json=other).status == 200
    assert api.put(path, json=one, headers={"if-match": f'"x", {tag}'}).status == 412
    assert api.put(path, json=one, headers={"if-match": "*"}).status == 200
    assert api.delete(path, headers={"if-match": tag}).status == 412


def test_policies_too(api):
    made = given.policy(api)
    path = f"/tenants/policies/{made['id']}"
    tag = api.get(path).headers["etag"]
    body = given.policy_body("Other", rule=made["rule"]["id"])
    del body["type"]
    assert api.patch(path, json=body, headers={"if-match": tag}).status == 200
    assert api.patch(path, json=body, headers={"if-match": tag}).status == 412


def test_a_device_that_comes_and_goes_keeps_its_tag(api, live):
    made = given.device(api, given.owner(api)["id"])
    path = f"/tenants/devices/{made['id']}"
    tag = api.get(path).headers["etag"]
    from gatescale.controller.stream import presence

    live.call(presence.seen(live.controller.store, devices=[made["id"]]))
    seen = api.get(path)
    assert seen.json()["status"] == "Online"
    assert seen.headers["etag"] == tag
    assert api.patch(f"{path}/deactivate", headers={"if-match": tag}).status == 200
    assert api.post(f"{path}/reactivate", headers={"if-match": tag}).status == 412


@pytest.mark.parametrize("tag", ["", "abc", '"a" "b"', '"é"'])
def test_a_tag_that_is_none_is_refused(api, tag):
    path = f"/tenants/groups/{given.group(api)['id']}"
    headers = {"if-match": tag.encode().decode("latin1")}
    answer = api.put(path, json={"name": "A", "roles": []}, headers=headers)
    assert (answer.status, answer.pointers) == (400, ["header/If-Match"])


def test_the_tag_of_a_thing_that_is_gone_is_not_found(api):
    refused(api, "DELETE", f"/tenants/groups/{given.ABSENT}", 404)


def test_a_repeat_after_a_crash_gets_the_first_answer(tmp_path):
    from processes import ControllerProcess

    with ControllerProcess(tmp_path / "data") as controller:
        api = controller.tenant()
        body = {"name": "CI", "role": "ADMIN"}
        first = api.post("/tenants/api-keys", json=body, headers=once())
        assert first.status == 201
        controller.kill()
        controller.start()
        again = api.post("/tenants/api-keys", json=body, headers=once())
        assert (again.status, again.body) == (201, first.body)
        assert again.headers["idempotent-replayed"] == "true"
        assert len(given.read(api, "/tenants/api-keys")) == 2
