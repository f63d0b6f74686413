"""API keys: how long, from where and how often they are good."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from controller import given
from controller.expect import refused
from gatescale.controller import api_keys, browser_sessions
from live import Answer, Api, Live


def soon(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


def test_a_key_is_good_until_it_expires(api, live):
    made = api.made(
        "/tenants/api-keys", {"name": "CI", "role": "AUDITOR", "expiresAt": soon(hours=1)}
    )
    ci = Api(live.url, made["key"])
    assert ci.get("/tenants/users").status == 200
    live.clock.ahead = timedelta(hours=2)
    answer = ci.get("/tenants/users")
    assert (answer.status, "expired" in answer.json()["detail"]) == (401, True)


def test_a_key_is_good_from_its_sources_alone(api, live):
    key = {"name": "CI", "role": "ADMIN"}
    here = api.made("/tenants/api-keys", {**key, "allowedSources": ["10.0.0.0/8", "127.0.0.1"]})
    elsewhere = api.made("/tenants/api-keys", {**key, "allowedSources": ["192.0.2.0/24", "::1"]})
    assert here["allowedSources"] == ["10.0.0.0/8", "127.0.0.1"]
    assert Api(live.url, here["key"]).get("/tenants/users").status == 200
    for headers in ({}, {"x-forwarded-for": "192.0.2.7"}):
        answer = Api(live.url, elsewhere["key"]).get("/tenants/users", headers=headers)
        assert (answer.status, "127.0.0.1" in answer.json()["detail"]) == (401, True)


def test_bad_limits_are_refused_where_they_stand(api):
    key = {"name": "CI", "role": "ADMIN"}
    wrong = {**key, "expiresAt": soon(hours=-1), "allowedSources": ["here", "10.0.0.1/8"]}
    refused(
        api,
        "POST",
        "/tenants/api-keys",
        422,
        "/allowedSources/0",
        "/allowedSources/1",
        "/expiresAt",
        json=wrong,
    )
    refused(
        api,
        "POST",
        "/tenants/api-keys",
        422,
        "/expiresAt",
        json={**key, "expiresAt": "2027-01-01T00:00:00"},
    )


def test_the_last_use_is_told(api, live):
    made = api.made("/tenants/api-keys", {"name": "CI", "role": "AUDITOR"})
    assert made["lastUsed"] is None
    assert Api(live.url, made["key"]).get("/tenants/users").status == 200
    live.call(api_keys.note_used(live.controller.store))
    (listed,) = [k for k in given.read(api, "/tenants/api-keys") if k["id"] == made["id"]]
    assert listed["lastUsed"] is not None


@pytest.mark.parametrize("noun", [api_keys, browser_sessions])
def test_what_is_used_all_the_time_is_noted_once_a_round(noun):
    rounds = []
    used = {"busy": "1", "other": "2"}

    async def run_anywhere(_, **params):
        rounds.append(params["at"])
        used["busy"] = "3"
        assert len(rounds) < 5, "it never ends"

    store = SimpleNamespace(used_keys=used, used_sessions=used, run_anywhere=run_anywhere)
    asyncio.run(noun.note_used(store))
    assert rounds == ["1", "2"]
    assert used == {"busy": "3"}, "for the next round"


def test_a_key_cannot_revoke_a_stronger_one(api, live):
    admin = api.made("/tenants/api-keys", {"name": "Admin", "role": "ADMIN"})
    (first,) = [k for k in given.read(api, "/tenants/api-keys") if k["role"] == "OWNER"]
    answer = Api(live.url, admin["key"]).delete(f"/tenants/api-keys/{first['id']}")
    assert answer.status == 403
    assert api.get("/tenants/users").status == 200


@pytest.fixture
def limited(tmp_path):
    with Live(tmp_path, rate_limit=2) as live:
        yield live


def until_too_many(api: Api) -> list[Answer]:
    """Ask faster than the bucket fills, however slow the machine is, until that is refused."""
    answers = [api.get("/tenants/roles")]
    while answers[-1].status != 429:
        assert len(answers) < 1000
        answers.append(api.get("/tenants/roles"))
    return answers


def test_who_asks_too_often_is_told_when_to_come_again(limited):
    api = limited.tenant()
    answers = until_too_many(api)
    first, last = answers[0], answers[-1]
    assert len(answers) > 20
    assert first.headers["ratelimit-limit"] == "20"
    assert first.headers["ratelimit-remaining"] == "19"
    assert last.headers["content-type"] == "application/problem+json"
    assert int(last.headers["retry-after"]) >= 1
    assert last.headers["ratelimit-remaining"] == "0"
    # Another key has a bucket of its own.
    assert limited.tenant("Other").get("/tenants/roles").status == 200


def test_who_guesses_keys_is_slowed_down_and_nobody_else(limited):
    api, guesser = limited.tenant(), Api(limited.url, "gsk_" + "A" * 43)
    assert {answer.status for answer in until_too_many(guesser)} == {401, 429}
    assert api.get("/tenants/roles").status == 200
