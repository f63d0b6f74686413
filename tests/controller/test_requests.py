"""What every operation has in common: who may ask, and what cannot be read."""

import contextlib
import json
import secrets

import pytest
from structlog.testing import capture_logs

from gatescale.controller.api.declared import OPERATIONS
from gatescale.controller.api.operation import Operation
from gatescale.controller.permissions import PRIVILEGE
from live import Api, Live

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def path_of(op: Operation) -> str:
    return op.path.format(**dict.fromkeys(op.path_names, UNKNOWN))


every_operation = pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.id)


def test_the_operations_of_the_contract_are_declared_once():
    ids = [op.id for op in OPERATIONS]
    assert len(ids) == len(set(ids)) > 35


@every_operation
def test_mistake_3_every_operation_wants_a_key(live: Live, op: Operation):
    for key in (None, "", "gsk_" + "A" * 43, "nonsense", "gsk_é"):
        headers = {} if key is None else {"apikey": key.encode().decode("latin1")}
        answer = Api(live.url, None).request(op.method, path_of(op), headers=headers)
        assert answer.status == 401, (op.id, key)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.fixture(scope="module")
def keys(sqlite_live: Live) -> dict[str, str]:
    """An API key per role, of one tenant."""
    api = sqlite_live.tenant()
    roles = [role for role in PRIVILEGE if role != "OWNER"]
    return {
        role: api.made("/tenants/api-keys", {"name": role, "role": role})["key"] for role in roles
    }


@pytest.mark.parametrize("role", [role for role in PRIVILEGE if role != "OWNER"])
@every_operation
def test_a_role_may_do_what_the_table_says(
    sqlite_live: Live, keys: dict[str, str], op: Operation, role: str
):
    # What does not end is refused for a parameter that it does not have.
    path = f"{path_of(op)}?nonsense=x" if op.follows else path_of(op)
    answer = Api(sqlite_live.url, keys[role]).request(op.method, path)
    if role in op.roles:
        # What people do for themselves no key may, whatever its role.
        assert answer.status != 403 or "signed in" in answer.json()["detail"], op.id
    else:
        assert answer.status == 403
        assert role in answer.json()["detail"]


def test_an_auditor_reads_but_cannot_see_tokens(live: Live, api: Api):
    made = api.made("/tenants/gateways", {"name": "G", "wireguardPort": "51820"})
    assert made["token"].startswith("gsg_")
    key = api.made("/tenants/api-keys", {"name": "Audit", "role": "AUDITOR"})["key"]
    auditor = Api(live.url, key)
    assert auditor.get(f"/tenants/gateways/{made['id']}").json()["token"] is None
    assert auditor.get("/tenants/gateways").json()["data"][0]["token"] is None
    assert auditor.post("/tenants/gateways", json={}).status == 403


def test_a_revoked_key_is_worthless_at_once(live: Live, api: Api):
    made = api.made("/tenants/api-keys", {"name": "CI", "role": "ADMIN"})
    ci = Api(live.url, made["key"])
    assert ci.get("/tenants/users").status == 200
    assert api.delete(f"/tenants/api-keys/{made['id']}").status == 204
    assert ci.get("/tenants/users").status == 401
    assert api.delete(f"/tenants/api-keys/{made['id']}").status == 404
    assert made["id"] not in [key["id"] for key in api.get("/tenants/api-keys").json()]


def test_mistake_21_a_key_cannot_make_a_stronger_one(live: Live, api: Api):
    made = api.made("/tenants/api-keys", {"name": "CI", "role": "ADMIN"})
    answer = Api(live.url, made["key"]).post(
        "/tenants/api-keys", json={"name": "Mine", "role": "OWNER"}
    )
    assert (answer.status, answer.pointers) == (403, ["/role"])


def test_keys_are_shown_once_and_stored_as_hashes(live: Live, api: Api):
    made = api.made("/tenants/api-keys", {"name": "CI", "role": "ADMIN"})
    listed = api.get("/tenants/api-keys").json()
    assert made["key"].startswith("gsk_")
    assert {key["key"] for key in listed} == {None}


def test_a_bearer_token_is_a_key_too(live: Live, api: Api):
    headers = {"authorization": f"Bearer {api.key}"}
    assert Api(live.url, None).get("/tenants/users", headers=headers).status == 200


def test_mistake_4_the_tenant_comes_from_the_key_alone(api: Api, other_api: Api):
    assert other_api.tenant
    theirs = other_api.tenant.tenant_id
    for headers in ({"x-tenant-id": theirs}, {"tenant": theirs}):
        (owner,) = api.get("/tenants/users", headers=headers).json()["data"]
        assert api.tenant
        assert owner["id"] == api.tenant.owner_id
    assert api.get(f"/tenants/users?tenant={theirs}").status == 422


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b'{"email": "\\ud800@x.test", "groups": []}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"null", {}, 422),
        (b'"text"', {}, 422),
        (b"[]", {}, 422),
        (b"{}", {"content-type": "text/plain"}, 415),
    ],
    ids=range(9),
)
def test_what_cannot_be_read_is_refused(
    api: Api, data: bytes, headers: dict[str, str], status: int
):
    answer = api.post("/tenants/users", data=data, headers=headers)
    assert answer.status == status
    problem = answer.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "instance"} <= problem.keys()


def test_mistake_13_a_huge_body_is_refused_before_it_is_read(live: Live):
    """Without a key nothing of the body is waited for."""
    import socket

    host, _, port = live.settings.listen.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(
            b"POST /tenants/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"content-length: 999999999\r\n\r\n"
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("says_its_length", [True, False])
def test_a_body_over_the_limit_is_refused(live: Live, api: Api, *, says_its_length: bool):
    """A sender may be cut off while it still writes, so the answer is read beside it."""
    import socket

    host, _, port = live.settings.listen.rpartition(":")
    head = f"POST /tenants/users HTTP/1.1\r\nhost: x\r\napikey: {api.key}\r\n"
    length = "content-length: 1048577" if says_its_length else "transfer-encoding: chunked"
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(f"{head}content-type: application/json\r\n{length}\r\n\r\n".encode())
        if not says_its_length:
            chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
            with contextlib.suppress(OSError):
                for _ in range(33):
                    raw.sendall(chunk)
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def test_a_sender_that_goes_away_is_no_bug_of_ours(live: Live, api: Api):
    import socket

    host, _, port = live.settings.listen.rpartition(":")
    head = f"POST /tenants/users HTTP/1.1\r\nhost: x\r\napikey: {api.key}\r\n"
    with capture_logs() as logs:
        with socket.create_connection((host, int(port)), timeout=10) as raw:
            raw.sendall(f"{head}content-length: 100\r\n\r\n{{".encode())
            # Answered on the same loop afterwards, so the body is being waited for.
            assert api.get("/tenants/users").status == 200
        for _ in range(5):
            assert api.get("/tenants/users").status == 200
    assert [entry for entry in logs if entry["event"] == "unexpected error"] == []


@pytest.mark.parametrize("id", ["x", "1", "%00", "..%2fusers", "é", UNKNOWN + "0", "' OR 1=1--"])
def test_an_id_that_is_none_is_not_found(api: Api, id: str):
    from urllib.parse import quote

    path = f"/tenants/devices/{quote(id, safe='%')}"
    assert api.get(path).status == 404


def test_unknown_paths_and_methods_are_problems(api: Api):
    assert api.get("/tenants/nothing").status == 404
    answer = api.put("/tenants/users", json={})
    assert (answer.status, "GET" in answer.headers["allow"]) == (405, True)
    assert answer.headers["content-type"] == "application/problem+json"


def test_mistake_1_no_answer_has_room_for_a_private_key():
    import importlib
    import pkgutil

    import msgspec

    from gatescale import contract
    from gatescale.wire import messages

    nouns = pkgutil.iter_modules(contract.__path__, "gatescale.contract.")
    shapes = [
        shape
        for module in (messages, *(importlib.import_module(noun.name) for noun in nouns))
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct)
    ]
    names = {field.encode_name.lower() for s in shapes for field in msgspec.structs.fields(s)}
    assert len(names) > 60
    kept = {"allowspasswords"}  # whether, not which
    assert not {name for name in names if "private" in name or "password" in name} - kept


def test_secrets_are_nowhere_in_the_database_in_clear(sqlite_live: Live):
    import sqlite3

    api = sqlite_live.tenant()
    group = api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    token = api.made("/tenants/gateways", {"name": "G", "wireguardPort": "51820"})["token"]
    api.made("/tenants/users", {"email": f"{secrets.token_hex(4)}@acme.test", "groups": [group]})
    connection = sqlite3.connect(sqlite_live.settings.database_file)
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert api.tenant
    assert api.tenant.tenant_id in dump
    assert token not in dump
    assert str(api.key) not in dump
    files = [sqlite_live.settings.database_file, sqlite_live.settings.secret_file]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_healthz_and_readyz_answer_without_a_key(live: Live):
    for path in ("/healthz", "/readyz"):
        assert Api(live.url, None).get(path).status == 200


def test_every_mutation_writes_an_audit_event(live: Live, api: Api):
    import sqlalchemy as sa

    from gatescale.controller.store import tables

    revision = api.post("/tenants/groups", json={"name": "G", "roles": []}).headers[
        "gatescale-revision"
    ]
    events = tables.audit_events
    statement = sa.select(
        events.c.operation, events.c.actor_name, events.c.target_name, events.c.origin
    ).where(
        events.c.tenant_id == sa.bindparam("tenant"), events.c.revision == sa.bindparam("revision")
    )
    assert api.tenant
    rows = live.call(
        live.controller.store.anywhere(
            statement, tenant=api.tenant.tenant_id, revision=int(revision)
        )
    )
    assert [tuple(row.values()) if hasattr(row, "values") else tuple(row) for row in rows] == [
        ("GroupsController_create", "First key", "G", "127.0.0.1")
    ]


def test_json_is_what_is_answered(api: Api):
    answer = api.get("/tenants/users")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.body)["total"] == 1
