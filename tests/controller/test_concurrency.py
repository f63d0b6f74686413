"""Fifty clients at once over the same users, groups and policies: every rule holds afterwards."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from agents import BareAgent
from controller import given
from gatescale.controller import facts
from gatescale.controller.caller import system
from gatescale.controller.store import tables
from gatescale.policy.vocabulary import Device, Entity, Gateway, Policy, Resource, User
from live import Answer, Api, Live

CLIENTS = 50
SECONDS = 5.0
ATTEMPTS = (5, 40)
"""At least and at most, for each client."""

EMAILS = [f"{name}@acme.test" for name in ("ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal")]
GROUPS = ("Engineering", "Sales", "Support", "Legal")


@dataclass
class Client:
    """Does one thing after another, on whatever it finds."""

    api: Api
    random: random.Random
    answers: list[Answer] = field(default_factory=list)

    def send(self, method: str, path: str, json: object = None) -> Answer:
        answer = self.api.request(method, f"/tenants/{path}", json=json)
        self.answers.append(answer)
        return answer

    def some(self, noun: str, query: str = "") -> str:
        """Return the id of something that was there a moment ago."""
        rows = self.send("GET", f"{noun}?limit=100{query}").json()["data"]
        return self.random.choice(rows)["id"] if rows else given.ABSENT

    def invite(self) -> None:
        email = self.random.choice(EMAILS)
        email = self.random.choice([email, email.upper()])
        self.send("POST", "users", {"email": email, "groups": [self.some("groups")]})

    def invite_many(self) -> None:
        emails = self.random.sample(EMAILS, 3)
        group = self.some("groups")
        self.send("POST", "users", [{"email": email, "groups": [group]} for email in emails])

    def delete_user(self) -> None:
        self.send("DELETE", f"users/{self.some('users')}")

    def deactivate(self) -> None:
        self.send("PATCH", f"users/{self.some('users')}/deactivate")

    def reactivate(self) -> None:
        self.send("POST", f"users/{self.some('users')}/reactivate")

    def join(self) -> None:
        self.send("POST", f"users/{self.some('users')}/groups", {"groupId": self.some("groups")})

    def leave(self) -> None:
        self.send("DELETE", f"users/{self.some('users')}/groups/{self.some('groups')}")

    def make_group(self) -> None:
        self.send("POST", "groups", {"name": self.random.choice(GROUPS), "roles": []})

    def rename_group(self) -> None:
        body = {"name": self.random.choice(GROUPS), "roles": []}
        self.send("PUT", f"groups/{self.some('groups')}", body)

    def delete_group(self) -> None:
        self.send("DELETE", f"groups/{self.some('groups')}")

    def make_policy(self) -> None:
        named = {"groups": [self.some("groups")], "users": [self.some("users")]}
        self.send("POST", "policies", given.policy_body(**named))

    def delete_policy(self) -> None:
        self.send("DELETE", f"policies/{self.some('policies', '&filter[isDefault]=false')}")

    def reorder(self) -> None:
        query = "policies?limit=100&filter[type]=PRIVATE&filter[isDefault]=false"
        ids = [row["id"] for row in self.send("GET", query).json()["data"]]
        self.random.shuffle(ids)
        self.send("PATCH", "policies/reorder", {"type": "PRIVATE", "policies": ids})

    def work(self, until: float) -> None:
        """Try things until the time is up."""
        actions: list[Callable[[], None]] = [
            *(self.invite, self.invite_many, self.delete_user, self.deactivate, self.reactivate),
            *(self.join, self.leave, self.make_group, self.rename_group, self.delete_group),
            *(self.make_policy, self.make_policy, self.delete_policy, self.reorder),
        ]
        least, most = ATTEMPTS
        for attempt in range(most):
            if time.monotonic() > until and attempt >= least:
                return
            self.random.choice(actions)()


@pytest.fixture
def answers(live: Live, api: Api) -> list[Answer]:
    """What fifty clients of one tenant were told."""
    live.call(live.controller.hub.follow(_tenant(api)))
    clients = [Client(api, random.Random(seed)) for seed in range(CLIENTS)]
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda client: client.work(until), clients))
    return [answer for client in clients for answer in client.answers]


def _tenant(api: Api) -> str:
    assert api.tenant
    return api.tenant.tenant_id


def _rows(live: Live, api: Api, table: sa.Table) -> list:
    owner = table.c.id if table is tables.tenants else table.c.tenant_id
    statement = sa.select(table).where(owner == sa.bindparam("whose"))
    return live.call(live.controller.store.anywhere(statement, whose=_tenant(api)))


def test_every_rule_holds_after_fifty_clients_at_once(live: Live, api: Api, answers: list[Answer]):
    counts = Counter(answer.status for answer in answers)
    assert set(counts) <= {200, 201, 204, 404, 409, 422}, counts
    # They did things, and got into each other's way.
    assert counts[201]
    assert counts[204]
    assert counts[409]

    users, groups = given.rows(api, "users"), given.rows(api, "groups")
    emails = [user["email"].casefold() for user in users]
    assert len(emails) == len(set(emails))
    assert [user["email"] for user in users if user["isOwner"]] == ["owner@acme.test"]
    assert all(user["groups"] for user in users)
    assert sum(not group["deleteable"] for group in groups) == 1
    names = [group["name"].casefold() for group in groups]
    assert len(names) == len(set(names))

    policies = [policy for policy in given.rows(api, "policies") if not policy["isDefault"]]
    assert [policy["order"] for policy in policies] == list(range(len(policies)))
    members = {(g["id"], user["id"]) for g in groups for user in g["users"]}
    assert members == {(g["id"], user["id"]) for user in users for g in user["groups"]}

    (tenant,) = _rows(live, api, tables.tenants)
    revisions = sorted(row["revision"] for row in _rows(live, api, tables.changes))
    assert revisions == list(range(1, tenant["revision"] + 1))
    told = [int(answer.headers.get("gatescale-revision", 0)) for answer in answers]
    told = [revision for revision in told if revision]
    assert len(told) == len(set(told)) == len(revisions) - 1, "but the tenant's making"
    followed, stored = live.call(_known(live, _tenant(api)))
    assert followed == stored


async def _known(live: Live, tenant_id: str) -> tuple[dict[str, Entity], dict[str, Entity]]:
    """Return what the policy engine knows from the changes, and what is stored.

    Whom policies name is left out: the engine minds no id of somebody who is gone.
    """
    feed = await live.controller.hub.feed(tenant_id)
    async with live.controller.store.snapshot(system(tenant_id)) as session:
        stored = await facts.everything(session)
    return _unnamed(feed.model.entities()), _unnamed(stored)


def _unnamed(entities: Iterable[Entity]) -> dict[str, Entity]:
    return {
        entity.id: replace(entity, groups=(), users=()) if isinstance(entity, Policy) else entity
        for entity in entities
        if isinstance(entity, User | Device | Gateway | Resource | Policy)
    }


def test_nobody_gets_more_devices_than_they_may_by_enrolling_them_at_once(live: Live, api: Api):
    owner = given.owner(api)["id"]
    codes = [api.made(f"/tenants/users/{owner}/enrolment-codes", None)["code"] for _ in range(12)]
    together = threading.Barrier(2 * len(codes))

    def enrol(code: str) -> int:
        together.wait(30)
        return BareAgent(live.url).enrol(code).status

    with ThreadPoolExecutor(2 * len(codes)) as pool:
        # Each code by two devices: one of them at most.
        statuses = Counter(pool.map(enrol, codes + codes))
    assert statuses[201] == 5
    assert set(statuses) <= {201, 409, 410}, statuses
    devices = given.rows(api, "devices")
    assert len(devices) == 5
    hosts = [row["host"] for row in _rows(live, api, tables.devices)]
    assert len(set(hosts)) == 5
