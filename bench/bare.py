"""What ``api.py`` compares with: Starlette and msgspec over hand-written SQL, and nothing else.

    python bench/bare.py DATA_DIR PORT TENANT_ID [DATABASE_URL]

It gives the same answers from the same rows, and its bulk writes the same rows, but it knows
nobody's key, checks nothing beyond types, and tells no agent. SQLite runs in threads: four
readers and one writer, one hop per request. uvicorn and the collector are set as in ``server.py``.
"""

import asyncio
import gc
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatescale.contract.devices import Device, DeviceUser
from gatescale.contract.fields import Page
from gatescale.contract.roles import Role
from gatescale.contract.users import CreateUser, User, UserGroup
from gatescale.controller.clock import stamp, system_clock
from gatescale.controller.outbox import SEAL_PURPOSE, Content
from gatescale.controller.settings import Settings
from gatescale.controller.store.session import new_id
from gatescale.controller.vault import Vault, hashed, new_secret
from gatescale.policy import vocabulary

encode = msgspec.json.Encoder().encode
decode_people = msgspec.json.Decoder(list[CreateUser]).decode

DEVICES = """
SELECT d.id, d.created_at, d.updated_at, d.name, d.active, d.last_connection,
  CASE WHEN NOT d.active THEN 'Deactivated' WHEN d.online_until > $1 THEN 'Online'
  ELSE 'Offline' END AS status,
  d.hardware_id, d.posture, d.reported_at, d.compliant_until > $1 AS compliant, d.app_version,
  u.id AS user_id,
  u.last_connection AS user_last_connection, u.email, u.first_name, u.last_name
FROM devices d JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
WHERE d.tenant_id = $2"""
ONE = f"{DEVICES} AND d.id = $3"
PAGE = f"{DEVICES} ORDER BY d.created_at DESC, d.id LIMIT $3 OFFSET $4"
COUNT = "SELECT count(*) FROM devices WHERE tenant_id = $1"

RAISE = """UPDATE tenants SET revision = revision + 1, next_seq = next_seq + 100 WHERE id = $1
RETURNING revision, next_seq"""
GROUP = """SELECT id, created_at, updated_at, name, description FROM groups
WHERE tenant_id = $1 AND id = $2"""
ROLES = """SELECT r.id, r.created_at, r.updated_at, r.name, r.description, r.deleteable, r.type
FROM group_roles g JOIN roles r ON r.tenant_id = g.tenant_id AND r.id = g.role_id
WHERE g.tenant_id = $1 AND g.group_id = $2"""
INSERTS = {
    "users": "tenant_id, id, created_at, updated_at, email, email_key, status, is_owner,"
    " invited_until, seq, first_name_key, last_name_key",
    "user_search": "seq, tenant_id, text",
    "group_members": "tenant_id, group_id, user_id, created_at",
    "enrolment_secrets": "tenant_id, id, user_id, kind, hash, created_at, expires_at",
    "outbox": "tenant_id, id, created_at, recipient, message_id, content, attempts, next_attempt",
    "audit_events": "tenant_id, id, revision, at, actor_kind, actor_name, operation, target_kind,"
    " target_id, target_name, after, sequence, hash, search, seq",
    "changes": "tenant_id, revision, at, facts",
}


_AFTER = encode({"id": new_id(), "email": "x" * 20, "roles": [], "groups": []}).decode()


def insertion(table: str) -> str:
    columns = INSERTS[table]
    places = ", ".join(f"${n + 1}" for n in range(columns.count(",") + 1))
    return f"INSERT INTO {table} ({columns}) VALUES ({places})"


def posture(row: Any) -> msgspec.Raw:
    if row["reported_at"] is None:
        return msgspec.Raw(b"null")
    compliant = "true" if row["compliant"] else "false"
    known = f'{{"compliant":{compliant},"lastCheck":"{row["reported_at"]}",'
    return msgspec.Raw((known + row["posture"][1:]).encode())


def device(row: Any) -> Device:
    owner = DeviceUser(
        id=row["user_id"],
        last_connection=row["user_last_connection"],
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
    )
    return Device(
        id=row["id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        active=bool(row["active"]),
        last_connection=row["last_connection"],
        status=row["status"],
        user=owner,
        hardware_id=row["hardware_id"],
        posture=posture(row),
        app_version=row["app_version"],
        owned=None,
        origin=None,
    )


def page(rows: list[Any], total: int, limit: int, offset: int) -> Page:
    return Page(
        data=[device(row) for row in rows],
        total=total,
        page=offset // limit,
        limit=limit,
        has_next=offset + len(rows) < total,
        has_previous=offset > 0,
    )


class Invitations:
    """The rows of one bulk, by table, and what is answered."""

    def __init__(self, people: list[CreateUser], tenant: str, vault: Vault) -> None:
        self.tenant = tenant
        self.group = people[0].groups[0]
        self._vault = vault
        self._now = system_clock()
        self._at = stamp(self._now)
        self._people = [(new_id(), person.email) for person in people]

    def rows(self, revision: int, next_seq: int) -> dict[str, list[tuple[Any, ...]]]:
        tenant, at, until = self.tenant, self._at, stamp(self._now + timedelta(days=7))
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in INSERTS}
        facts = [
            vocabulary.Put(vocabulary.User(user_id, active=False, groups=(self.group,)))
            for user_id, _ in self._people
        ]
        rows["changes"].append((tenant, revision, at, encode(facts).decode()))
        for place, (user_id, email) in enumerate(self._people):
            seq = next_seq - 100 + place
            user = (tenant, user_id, at, at, email, email.casefold(), "INVITED", False, until)
            rows["users"].append((*user, seq, "", ""))
            rows["user_search"].append((seq, tenant, email))
            rows["group_members"].append((tenant, self.group, user_id, at))
            secret, mail = new_secret(), new_id()
            invitation = (tenant, new_id(), user_id, "INVITATION", hashed(secret), at, until)
            rows["enrolment_secrets"].append(invitation)
            content = encode(Content("invitation", {"secret": secret, "tenant": "Acme", "days": 7}))
            sealed = self._vault.seal(content, SEAL_PURPOSE)
            message_id = f"<{mail}@gatescale>"
            rows["outbox"].append((tenant, mail, at, email, message_id, sealed, 0, at))
            event = ("key", "First key", "UsersController_create", "user", user_id, email)
            chained = (_AFTER, revision * 1000 + place, hashed(user_id), f"first key {email}")
            numbered = (*chained, seq + 2**31)
            rows["audit_events"].append((tenant, new_id(), revision, at, *event, *numbered))
        return rows

    def answer(self, group: Any, roles: list[Any]) -> bytes:
        groups = [UserGroup(**dict(group))]
        held = [Role(**{**dict(row), "deleteable": bool(row["deleteable"])}) for row in roles]
        return encode([self._user(*person, groups, held) for person in self._people])

    def _user(self, user_id: str, email: str, groups: list[UserGroup], roles: list[Role]) -> User:
        return User(
            id=user_id,
            created_at=self._at,
            updated_at=self._at,
            last_connection=None,
            email=email,
            status="INVITED",
            first_name=None,
            last_name=None,
            is_owner=False,
            max_devices=None,
            image=None,
            department=None,
            title=None,
            attributes={},
            roles=roles,
            groups=groups,
            devices=[],
        )


class Sqlite:
    """sqlite3 by hand, in threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._readers, self._writer = (
            ThreadPoolExecutor(count, initializer=self._open) for count in (4, 1)
        )

    def _open(self) -> None:
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        )
        self._local.connection = connection

    async def one(self, *values: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._one, values)

    def _one(self, values: tuple[Any, ...]) -> Any:
        return self._local.connection.execute(ONE, values).fetchone()

    async def page(self, *values: Any) -> tuple[list[Any], int]:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._page, values)

    def _page(self, values: tuple[Any, ...]) -> tuple[list[Any], int]:
        connection = self._local.connection
        rows = connection.execute(PAGE, values).fetchall()
        return rows, connection.execute(COUNT, values[1:2]).fetchone()[0]

    async def bulk(self, made: Invitations) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._bulk, made)

    def _bulk(self, made: Invitations) -> bytes:
        connection = self._local.connection
        connection.execute("BEGIN IMMEDIATE")
        raised = connection.execute(RAISE, (made.tenant,)).fetchone()
        for table, rows in made.rows(*raised).items():
            connection.executemany(insertion(table), rows)
        group = connection.execute(GROUP, (made.tenant, made.group)).fetchone()
        roles = connection.execute(ROLES, (made.tenant, made.group)).fetchall()
        connection.execute("COMMIT")
        return made.answer(group, roles)


class Postgres:
    """asyncpg by hand."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def one(self, *values: Any) -> Any:
        async with self._pool.acquire() as connection:
            return await connection.fetchrow(ONE, *values)

    async def page(self, *values: Any) -> tuple[list[Any], int]:
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(PAGE, *values)
            return rows, await connection.fetchval(COUNT, values[1])

    async def bulk(self, made: Invitations) -> bytes:
        async with self._pool.acquire() as connection, connection.transaction():
            raised = await connection.fetchrow(RAISE, made.tenant)
            for table, rows in made.rows(*raised).items():
                await connection.executemany(insertion(table), rows)
            group = await connection.fetchrow(GROUP, made.tenant, made.group)
            roles = await connection.fetch(ROLES, made.tenant, made.group)
        return made.answer(group, roles)


def application(database: Sqlite | Postgres, tenant: str, vault: Vault) -> Starlette:
    async def find(request: Request) -> Response:
        now = stamp(system_clock())
        row = await database.one(now, tenant, request.path_params["id"])
        return Response(encode(device(row)), media_type="application/json")

    async def every(request: Request) -> Response:
        limit = int(request.query_params.get("limit", 10))
        offset = int(request.query_params.get("offset", 0))
        rows, total = await database.page(stamp(system_clock()), tenant, limit, offset)
        body = encode(page(rows, total, limit, offset))
        return Response(body, media_type="application/json")

    async def create(request: Request) -> Response:
        made = Invitations(decode_people(await request.body()), tenant, vault)
        body = await database.bulk(made)
        return Response(body, status_code=201, media_type="application/json")

    return Starlette(
        routes=[
            Route("/tenants/devices/{id}", find),
            Route("/tenants/devices", every),
            Route("/tenants/users", create, methods=["POST"]),
        ]
    )


async def _keep(_: Any) -> None:
    """Leave the connection as it is, as the controller does: saves a round trip."""


async def main(data_dir: Path, port: int, tenant: str, database_url: str = "") -> None:
    settings = Settings(data_dir=data_dir)
    database: Sqlite | Postgres
    if database_url:
        database = Postgres(
            await asyncpg.create_pool(database_url, min_size=1, max_size=10, reset=_keep)
        )
    else:
        database = Sqlite(settings.database_file)
    app = application(database, tenant, Vault.load_or_create(settings.secret_file))
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    config = uvicorn.Config(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
