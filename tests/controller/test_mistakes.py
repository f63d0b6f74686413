"""Failures of others that touch the controller, each tried here by its number.

Numbers that are not here have their test where the thing itself is tested, under the same name.
"""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from agents import BareAgent
from controller import given, people
from gatescale.controller import facts
from gatescale.controller.caller import system
from gatescale.controller.store import tables
from live import Api, Live


def test_mistake_7_an_email_domain_opens_no_tenant(live: Live, api: Api, other_api: Api):
    """The same address in two tenants is two people, each with the devices of their own tenant."""
    group, others = given.default_group(api)["id"], given.default_group(other_api)["id"]
    agent, user = people.device(live, api, group)
    email = given.read(api, f"/tenants/users/{user}")["email"]
    made = other_api.made("/tenants/users", {"email": email, "groups": [others]})
    assert made["id"] != user
    assert (made["status"], made["devices"]) == ("INVITED", [])
    assert other_api.get(f"/tenants/devices/{agent.id}").status == 404


def test_mistake_12_nothing_opens_a_fresh_controller(tmp_path: Path):
    with Live(tmp_path) as live:
        for key in ("", "admin", "password", "gatescale", "gsk_", "gsk_admin", "changeme"):
            assert Api(live.url, key).get("/tenants/users").status == 401
        one, other = live.tenant("One"), live.tenant("Other")
        assert one.key
        assert len(one.key) > 40
        assert one.key != other.key


@pytest.mark.parametrize(
    "header",
    ["x-forwarded-user", "x-remote-user", "x-auth-request-email", "x-user", "x-api-key", "cookie"],
)
def test_mistake_14_no_header_speaks_for_somebody(live: Live, api: Api, header: str):
    assert api.tenant
    for value in (api.tenant.owner_id, str(api.key), f"apikey={api.key}"):
        answer = Api(live.url, None).get("/tenants/users", headers={header: value})
        assert answer.status == 401


def test_mistake_14_no_header_changes_where_a_request_comes_from(api: Api):
    headers = {"x-forwarded-for": "192.0.2.7", "forwarded": "for=192.0.2.7", "x-real-ip": "1.2.3.4"}
    answer = api.post("/tenants/groups", json={"name": "G", "roles": []}, headers=headers)
    assert answer.status == 201
    event = given.read(api, "/tenants/audit-events?limit=1")["data"][0]
    assert event["origin"] == "127.0.0.1"


def test_a_trusted_proxy_says_where_a_request_comes_from(tmp_path: Path):
    with Live(tmp_path, trusted_proxies="127.0.0.1") as live:
        api = live.tenant()
        headers = {"x-forwarded-for": "192.0.2.7"}
        api.post("/tenants/groups", json={"name": "G", "roles": []}, headers=headers)
        event = given.read(api, "/tenants/audit-events?limit=1")["data"][0]
        assert event["origin"] == "192.0.2.7"


def test_mistake_16_the_controller_fetches_no_url_that_it_is_given(api: Api):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        assert (
            api.put(f"/tenants/users/{given.owner(api)['id']}", json={"image": url}).status == 200
        )
        # Answered one after the other, so a fetch would have been begun.
        for _ in range(5):
            given.rows(api, "users")
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def test_mistake_17_a_device_without_posture_is_no_error(live: Live, api: Api, group: str):
    agent, _ = people.device(live, api, group)
    assert given.read(api, f"/tenants/devices/{agent.id}")["posture"] is None
    assert [device["id"] for device in given.rows(api, "devices")] == [agent.id]


def test_mistake_18_a_tenants_name_is_no_template(live: Live):
    name = "{{ 7 * 7 }}{% for x in ''.__class__.__mro__ %}{days}{0.__class__}"
    api = live.tenant(name)
    user = given.user(api, "tess@acme.test")
    (mail, *_) = people.mails_to(live.settings.mail_dir, user["email"])
    text = mail.get_body(("plain",)).get_content()
    assert "{{ 7 * 7 }}" in text
    assert "{{ 7 * 7 }}" in mail["Subject"].replace("\n", "")
    assert "49" not in mail["Subject"]


def test_mistake_18_no_page_can_be_framed(live: Live):
    for path in ("/docs", "/invitations/x", "/enrolments/x"):
        policy = Api(live.url, None).get(path).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/tenants//users",
        "//tenants/users",
        "/tenants/./users",
        "/tenants/x/../users",
        "/tenants/users/",
        "/TENANTS/users",
        "/%2e/tenants/users",
        "/tenants%2fusers",
        "/tenants/users;x",
        "/tenants/users%00",
    ],
)
def test_mistake_19_a_thing_has_one_path(api: Api, path: str):
    assert api.get(path).status == 404


def test_mistake_20_an_enrolment_secret_is_one_tenants_for_one_gateway(
    live: Live, api: Api, other_api: Api
):
    ours, theirs = given.gateway(api), given.gateway(other_api)
    agent = BareAgent(live.url)
    assert agent.enrol(ours["token"], "gateway").status == 201
    assert agent.id == ours["id"]
    assert given.read(other_api, f"/tenants/gateways/{theirs['id']}")["status"] == "PENDING"
    rotated = api.post(f"/tenants/gateways/{ours['id']}/rotate-token").json()["token"]
    assert rotated != ours["token"]
    assert BareAgent(live.url).enrol(ours["token"], "gateway").status == 404


def test_mistake_23_changes_travel_without_a_replication_slot(postgres_live: Live):
    import asyncpg

    given.group(postgres_live.tenant())

    async def slots() -> int:
        connection = await asyncpg.connect(postgres_live.settings.database_url)
        try:
            return await connection.fetchval("SELECT count(*) FROM pg_replication_slots")
        finally:
            await connection.close()

    assert postgres_live.call(slots()) == 0


def test_mistake_26_one_address_that_cannot_be_read_hides_no_other(live: Live, api: Api):
    good, bad = given.resource(api, "good", "10.0.0.5"), given.resource(api, "bad", "10.0.0.6")
    broken = (
        sa.update(tables.addresses)
        .where(tables.addresses.c.id == bad["addresses"][0]["id"])
        .values(address="10.0.0.999")
    )
    live.call(live.controller.store.run_anywhere(broken))
    assert api.tenant
    tenant_id = api.tenant.tenant_id

    async def load() -> dict:
        async with live.controller.store.reading(system(tenant_id)) as session:
            return {entity.id: entity for entity in await facts.resources(session)}

    found = live.call(load())
    assert [place.network for place in found[good["id"]].destinations] == ["10.0.0.5/32"]
    assert found[bad["id"]].destinations == ()


def test_mistake_28_a_fresh_tenant_grants_nothing(live: Live, api: Api):
    policies = given.rows(api, "policies")
    assert [(policy["type"], policy["mode"]) for policy in policies] == [("INTERNET", "LOCAL")]
    given.connected(api, given.resource(api), given.gateway(api))
    assert api.tenant
    feed = live.call(live.controller.hub.feed(api.tenant.tenant_id))
    agent, _ = people.device(live, api, given.default_group(api)["id"])
    assert agent.id in feed.model.devices
    for gateway in feed.model.gateways:
        assert dict(feed.model.program(gateway).peers) == {}


def test_mistake_29_a_run_with_fewer_tests_than_before_fails(tmp_path: Path):
    (tmp_path / "count.txt").write_text("2")
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert True\n")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    options = ["--at-least", str(tmp_path / "count.txt"), "--confcutdir", str(root)]
    environment = {"PYTHONPATH": str(root / "tests"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*command, "-p", "conftest", *options, str(tmp_path / "test_one.py")],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 tests passed, 2 did before" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1
