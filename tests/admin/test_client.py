"""The client against a controller: what comes back is typed, what is refused is told."""

import asyncio
import importlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import pytest

import gatescale
from controller import given
from gatescale.contract.devices import Device
from gatescale.contract.groups import Group, WriteGroup
from gatescale.contract.resources import LoadBalancingChoice
from gatescale.contract.users import CreateUser, UpdateUser, User
from gatescale.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
    UnauthorizedError,
)


def people(client, api, count):
    group = given.default_group(api)["id"]
    emails = [f"p{number:03}@acme.test" for number in range(count)]
    for start in range(0, count, 100):
        wanted = [CreateUser(email=email, groups=[group]) for email in emails[start : start + 100]]
        client.users.create(wanted)
    return emails


def test_what_is_made_is_found_changed_and_deleted(client, api):
    group = given.default_group(api)["id"]
    user = client.users.create(CreateUser(email="ann@acme.test", groups=[group]))
    assert isinstance(user, User)
    assert client.users.find_by_id(user.id) == user
    assert client.users.update(user.id, UpdateUser(first_name="Ann")).first_name == "Ann"
    assert client.users.deactivate(user.id).status == "DEACTIVATED"
    assert client.users.reactivate(user.id).status == "INVITED"
    client.users.invite(user.id)
    client.users.delete(user.id)
    with pytest.raises(NotFoundError):
        client.users.find_by_id(user.id)


def test_several_users_come_back_in_order(client, api):
    group = given.default_group(api)["id"]
    wanted = [CreateUser(email=f"{name}@acme.test", groups=[group]) for name in ("b", "a")]
    assert [user.email for user in client.users.create(wanted)] == ["b@acme.test", "a@acme.test"]


def test_lists_take_filters_order_search_and_part(client, api):
    emails = people(client, api, 12)
    found = client.users.find_all(
        filter={"status": "INVITED", "email": {"ilike": "p%", "ne": emails[0]}},
        sort=["-email"],
        limit=5,
        offset=5,
    )
    assert [user.email for user in found.data] == emails[::-1][5:10]
    assert (found.total, found.has_next, found.has_previous) == (11, True, True)
    assert [u.email for u in client.users.find_all(search="P007").data] == [emails[7]]
    among = client.users.find_all(filter={"email": emails[:2], "isOwner": False}, sort="email")
    assert [user.email for user in among.data] == emails[:2]
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert client.users.find_all(filter={"createdAt": {"lt": long_ago}}).total == 0


def test_every_row_comes_once_over_all_pages(client, api):
    emails = people(client, api, 205)
    found = client.users.every(filter={"email": {"ilike": "p%"}}, sort="email")
    assert [user.email for user in found] == emails
    assert next(client.users.every(sort="email")).email == "owner@acme.test"
    assert list(client.devices.every()) == []


async def test_the_awaited_client_does_the_same(api):
    async with gatescale.AsyncClient(api.url, api.key) as client:
        group = await client.groups.create(WriteGroup(name="Sales", roles=[]))
        assert isinstance(group, Group)
        assert [each.name async for each in client.groups.every(search="sales")] == ["Sales"]
        (sales,) = [each async for each in client.groups.every(search="sales", without_users=True)]
        assert (sales.users, sales.user_count) == (msgspec.UNSET, 0)
        found = await asyncio.gather(*(client.groups.find(group.id) for _ in range(10)))
        assert [each.id for each in found] == [group.id] * 10
        await client.groups.delete(group.id)


async def test_where_a_loop_runs_the_plain_client_says_what_to_use(api):
    with (
        pytest.raises(RuntimeError, match="AsyncClient"),
        gatescale.Client(api.url, api.key) as client,
    ):
        client.roles.find_all()


def test_threads_may_share_a_client(client):
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: len(client.roles.find_all()), range(40)))
    assert found == [found[0]] * 40
    assert found[0] >= 6


def test_a_client_that_nobody_closes_is_no_complaint(api):
    code = (
        "import gatescale; client = gatescale.Client();"
        "print(len(client.roles.find_all())); del client;"
        "other = gatescale.Client(); other.roles.find_all()"
    )
    environment = {"GATESCALE_URL": api.url, "GATESCALE_API_KEY": api.key}
    command = [sys.executable, "-X", "dev", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 6
    assert done.stderr == ""


def test_a_change_goes_through_only_while_the_thing_is_as_it_was_read(client):
    group = client.groups.create(WriteGroup(name="Sales", roles=[]))
    client.groups.find(group.id)
    etag = client.answered.etag
    client.groups.update(group.id, WriteGroup(name="Selling", roles=[]), if_match=etag)
    with pytest.raises(PreconditionFailedError):
        client.groups.update(group.id, WriteGroup(name="Sold", roles=[]), if_match=etag)
    assert client.groups.find(group.id).name == "Selling"


def test_an_answer_tells_its_revision_and_whether_it_is_a_repeat(client):
    body = WriteGroup(name="Sales", roles=[])
    with pytest.raises(LookupError):
        _ = client.answered
    first = client.groups.create(body, idempotency_key="once", wait=1)
    revision = client.answered.revision
    assert not client.answered.replayed
    assert client.groups.create(body, idempotency_key="once") == first
    assert client.answered.replayed
    assert client.answered.revision == revision
    assert client.answered.lagging == ()


def test_a_resources_gateways_are_put_in_order(client, api):
    berlin, paris = given.gateway(api, "berlin"), given.gateway(api, "paris")
    wiki = given.connected(api, given.resource(api), berlin, paris)
    choice = LoadBalancingChoice(mode="MANUAL", gateways=[paris["id"], berlin["id"]])
    saved = client.resources.save_load_balancing(wiki["id"], choice)
    assert [gateway.name for gateway in saved.gateways] == ["paris", "berlin"]


def test_flags_of_a_query_are_sent(client, api):
    admin = given.role(api, "ADMIN")["id"]
    given.user(api, "a@acme.test", [given.group(api, "Admins", roles=[admin])["id"]])
    assert client.roles.find_role_users(admin) == []
    (holder,) = client.roles.find_role_users(admin, groups=True)
    assert holder.email == "a@acme.test"
    assert client.users.find_user_roles(holder.id, roles_only=True) == []


def test_refusals_are_told_by_class_with_pointers(client, api):
    group = given.default_group(api)["id"]
    rows = [CreateUser(email="a@acme.test", groups=[group]), CreateUser(email="b", groups=[group])]
    with pytest.raises(InvalidError) as told:
        client.users.create(rows)
    (violation,) = told.value.violations
    assert violation.pointer == "/1/email"
    problem = told.value.problem
    assert (problem["title"], problem["status"], problem["type"]) == (
        "Invalid",
        422,
        "/problems/invalid",
    )
    with pytest.raises(ConflictError):
        client.users.delete(given.owner(api)["id"])
    with pytest.raises(InvalidError, match="nonsense"):
        client.users.find_all(filter={"nonsense": "1"})


def test_who_may_not_is_told_so(api):
    body = {"name": "look", "role": "AUDITOR"}
    key = api.made("/tenants/api-keys", body)["key"]
    with gatescale.Client(api.url, key) as client:
        assert client.groups.find_all().total == 1
        with pytest.raises(ForbiddenError, match="AUDITOR"):
            client.groups.create(WriteGroup(name="Sales", roles=[]))
    with gatescale.Client(api.url, "gsk_wrong") as stranger, pytest.raises(UnauthorizedError):
        stranger.roles.find_all()


@pytest.mark.parametrize("id", ["..", "", "ann@acme.test", "../policies", "a/b", "{}", "x" * 36])
def test_what_is_no_id_leads_nowhere(client, id):
    with pytest.raises(NotFoundError, match="no id"):
        client.users.delete(id)


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        (None, "gsk_x", "set GATESCALE_URL"),
        ("https://127.0.0.1", None, "set GATESCALE_API_KEY"),
        ("https://127.0.0.1", "gsk_x\r\nHost: y", "one word"),
        ("https://127.0.0.1", "gsk_ä", "one word"),
        ("http://192.0.2.1", "gsk_x", "not encrypted"),
        ("ftp://192.0.2.1", "gsk_x", "not the URL of a controller"),
        ("192.0.2.1", "gsk_x", "not the URL of a controller"),
    ],
)
def test_settings_that_cannot_be_used_are_told(url, key, words):
    with pytest.raises(InvalidError, match=words) as told:
        gatescale.Client(url, key)
    assert key is None or key not in told.value.detail


def test_plain_http_to_another_machine_may_be_allowed():
    gatescale.Client("http://192.0.2.1", "gsk_x", insecure_http=True).close()


def test_the_environment_holds_the_settings(api, monkeypatch):
    monkeypatch.setenv("GATESCALE_URL", api.url + "/")
    monkeypatch.setenv("GATESCALE_API_KEY", api.key)
    with gatescale.Client() as client:
        assert [group.name for group in client.groups.every()] == ["Default Group"]


def test_importing_the_package_stays_light():
    code = "import sys, gatescale; print([m for m in ('aiohttp', 'msgspec') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert {"Client", "AsyncClient"} <= set(gatescale.__all__)
    with pytest.raises(AttributeError):
        _ = gatescale.Nonsense


def test_devices_come_with_their_owner(client, api, live):
    owner = given.owner(api)["id"]
    made = given.device(api, owner)
    device = client.devices.find_by_id(made["id"])
    assert isinstance(device, Device)
    assert device.user is not None
    assert device.user.email == "owner@acme.test"
    assert importlib.import_module("gatescale.contract.devices").Device is Device
