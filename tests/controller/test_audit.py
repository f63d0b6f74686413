"""The audit log: who did what, before and after, in a chain that shows every tampering."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from controller import given, people
from gatescale.controller import audit
from gatescale.controller.store import tables
from live import Api, Live


def events(api: Api, query: str = "") -> list:
    return given.read(api, f"/tenants/audit-events?limit=100{query}")["data"]


def test_an_update_tells_what_changed_by_whom_from_where(api):
    made = given.group(api, "Sales")
    body = {"name": "Marketing", "roles": [], "description": "All of them"}
    revision = api.put(f"/tenants/groups/{made['id']}", json=body).headers["gatescale-revision"]
    event = events(api)[0]
    assert event["operation"] == "GroupsController_update"
    assert event["target"] == {"kind": "group", "id": made["id"], "name": "Marketing"}
    assert event["before"] == {"name": "Sales", "description": None}
    assert event["after"] == {"name": "Marketing", "description": "All of them"}
    assert (event["actor"]["kind"], event["actor"]["name"]) == ("key", "First key")
    assert event["origin"] == "127.0.0.1"
    assert str(event["revision"]) == revision


def test_a_new_thing_has_no_before_and_a_gone_one_no_after(api):
    made = given.resource(api)
    api.delete(f"/tenants/resources/{made['id']}")
    gone, new = events(api)[:2]
    assert (new["before"], new["after"]["name"]) == (None, "wiki")
    assert (gone["before"]["name"], gone["after"]) == ("wiki", None)
    assert gone["before"]["addresses"][0]["address"] == "10.0.0.5"


def test_each_user_of_a_bulk_and_each_device_of_a_deleted_user_has_an_event(live, api, group):
    invited = [{"email": f"{name}@a.test", "groups": [group]} for name in "abc"]
    api.made("/tenants/users", invited)
    assert [e["target"]["name"] for e in events(api)[:3]] == ["c@a.test", "b@a.test", "a@a.test"]
    owner = given.owner(api)
    device = given.device(api, owner["id"])
    assert events(api)[0]["after"]["name"] == device["name"]
    _, heir = people.device(live, api, group)
    api.made(f"/tenants/users/{heir}/transfer-ownership", None)
    assert api.delete(f"/tenants/users/{owner['id']}").status == 204
    deleted = events(api, "&filter[operation]=UsersController_delete")
    assert [event["target"]["kind"] for event in deleted] == ["user", "device"]


def test_no_secret_gets_into_an_event(api, live):
    gateway = given.gateway(api)
    api.made(f"/tenants/gateways/{gateway['id']}/rotate-token", None)
    key = api.made("/tenants/api-keys", {"name": "CI", "role": "ADMIN"})["key"]
    code = api.made(f"/tenants/users/{given.owner(api)['id']}/enrolment-codes", None)["code"]
    text = api.get("/tenants/audit-events?limit=100").body.decode()
    for secret in (gateway["token"], key, code, "gsg_", "gsk_"):
        assert secret not in text


def test_every_writing_operation_leaves_an_event(api):
    """What changes nothing but a secret leaves one, too."""
    operations = {
        "GatewaysController_rotateToken": lambda: api.post(
            f"/tenants/gateways/{given.gateway(api)['id']}/rotate-token"
        ),
        "UsersController_invite": lambda: api.post(
            f"/tenants/users/{given.user(api)['id']}/invite"
        ),
    }
    for name, act in operations.items():
        assert act().status == 201
        assert events(api)[0]["operation"] == name


def test_events_are_filtered_sorted_and_searched_like_any_list(api):
    wiki, mail = given.resource(api, "wiki"), given.resource(api, "mail", "10.0.0.6")
    found = events(api, f"&filter[target.id]={mail['id']}")
    assert [event["target"]["name"] for event in found] == ["mail"]
    assert {e["target"]["id"] for e in events(api, "&search=wik")} == {wiki["id"]}
    oldest_first = events(api, "&sort=sequence")
    assert [e["sequence"] for e in oldest_first] == list(range(1, len(oldest_first) + 1))
    assert api.get("/tenants/audit-events?filter[hash]=x").status == 422


def test_another_tenants_events_are_not_seen(api, other_api):
    made = given.group(other_api, "Theirs")
    assert events(api, f"&filter[target.id]={made['id']}") == []
    assert events(api, "&search=Theirs") == []


def test_a_refused_request_leaves_no_event(api):
    before = events(api)
    assert api.post("/tenants/groups", json={"name": "", "roles": []}).status == 422
    assert api.delete(f"/tenants/groups/{given.default_group(api)['id']}").status == 409
    assert events(api) == before


def verdict(live: Live, api: Api) -> audit.Verdict:
    assert api.tenant
    return live.call(audit.verify(live.controller.store, api.tenant.tenant_id))


def test_an_untouched_chain_is_whole(api, live):
    given.group(api)
    found = verdict(live, api)
    assert found.broken is None
    assert found.events == len(events(api))


t = tables.audit_events


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        (
            lambda mine: sa.update(t).where(mine, t.c.sequence == 2).values(actor_name="X"),
            "event 2",
        ),
        (lambda mine: sa.update(t).where(mine, t.c.sequence == 2).values(after="{}"), "event 2"),
        (lambda mine: sa.delete(t).where(mine, t.c.sequence == 2), "event 2 is missing"),
        (lambda mine: sa.delete(t).where(mine, t.c.sequence == 4), "event 4 is missing"),
        (lambda mine: sa.delete(t).where(mine), "event 1 is missing"),
        (
            lambda mine: sa.update(t).where(mine, t.c.sequence == 4).values(sequence=5),
            "event 4 is missing",
        ),
    ],
    ids=["actor", "after", "middle", "tail", "all", "number"],
)
def test_every_tampering_shows(api, live, tampering, complaint):
    for name in "abc":
        given.group(api, name)
    mine = t.c.tenant_id == api.tenant.tenant_id
    live.call(live.controller.store.run_anywhere(tampering(mine)))
    assert complaint in verdict(live, api).broken


def test_the_command_proves_a_database(tmp_path: Path):
    gatescale = str(Path(sys.executable).with_name("gatescale"))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [gatescale, *words, "--data-dir", str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    made = run("tenant", "create", "--name", "Acme", "--owner-email", "o@acme.test")
    assert made.returncode == 0, made.stderr
    proven = run("audit", "verify")
    assert (proven.returncode, "Acme" in proven.stdout, "whole" in proven.stdout) == (0, True, True)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'gatescale.db'}")
    with engine.begin() as connection:
        connection.execute(sa.update(t).values(operation="nothing"))
    engine.dispose()
    broken = run("audit", "verify")
    assert (broken.returncode, "BROKEN" in broken.stdout) == (1, True)


def test_a_gateway_that_enrols_is_called_by_its_name(live: Live, api: Api):
    people.gateway(live, api, "Frankfurt")
    event = events(api)[0]
    assert event["actor"]["kind"] == "gateway"
    assert event["actor"]["name"] == event["target"]["name"] == "Frankfurt"
