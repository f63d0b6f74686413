"""Who reached what and why at a past moment; and that the past is told as it was."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from controller import given
from controller.history import KINDS, Known, stored
from controller.people import device
from controller.test_facts import history as everything_that_changes
from gatescale.controller.clock import stamp
from gatescale.controller.history import KEPT_DAYS, History
from gatescale.controller.store import tables
from live import Answer, Api, Live

_OWNER = sa.bindparam("owner", type_=sa.String)
_SNAPSHOTS = sa.select(tables.policy_snapshots.c.revision).where(
    tables.policy_snapshots.c.tenant_id == _OWNER
)
_CHANGES = sa.select(tables.changes.c.revision).where(tables.changes.c.tenant_id == _OWNER)
_FORGET = sa.delete(tables.policy_snapshots).where(tables.policy_snapshots.c.tenant_id == _OWNER)


class Office:
    """A wiki behind a gateway, which a device may read under a rule."""

    def __init__(self, live: Live, api: Api, group: str, text: str) -> None:
        self.live, self.api = live, api
        site = given.gateway(api, "Office")
        given.enrolled_gateway(api, site)
        self.wiki = given.connected(api, given.resource(api), site)["id"]
        self.laptop, self.user = device(live, api, group)
        timed = "now" in text
        body = {"name": "Rule", "rule": text, "hasTimeConstraint": timed}
        self.rule = api.made("/tenants/admission-rules", body)["id"]
        self.policy = given.policy(
            api, "Staff", groups=[group], resources=[self.wiki], rule=self.rule
        )["id"]

    def report(self, **signals) -> None:
        collected = self.live.clock().timestamp()
        body = {"deviceId": self.laptop.id, "collectedAt": collected, "signals": signals}
        assert self.laptop.send("posture", body).status == 204

    def asked(self, when: datetime | str, who: str = "", to: str = "wiki:443") -> Answer:
        at = when if isinstance(when, str) else stamp(when)
        who = who or f"device={self.laptop.id}"
        return self.api.get(f"/tenants/access/explain?{who}&to={quote(to)}&at={quote(at)}")

    def then(self, when: datetime, who: str = "", to: str = "wiki:443"):
        answer = self.asked(when, who, to)
        assert answer.status == 200, answer.body
        assert answer.json()["at"] == stamp(when)
        (result,) = answer.json()["results"]
        return result


@pytest.fixture
def office(live: Live, api: Api, group: str) -> Office:
    return Office(live, api, group, "device.posture.firewall")


def test_a_report_counted_from_when_it_came_until_the_next(live: Live, office: Office):
    before = live.clock()
    office.report(firewall=True)
    opened = live.clock()
    office.report(firewall=False)
    closed = live.clock()
    assert office.then(before)["passedOver"][0]["rule"]["finding"]["result"] == "absent"
    found = office.then(opened)
    assert (found["allowed"], found["policy"]["name"]) == (True, "Staff")
    assert (found["gateway"]["name"], found["gateway"]["enforces"]) == ("Office", None)
    found = office.then(closed)
    assert found["allowed"] is False
    finding = found["passedOver"][0]["rule"]["finding"]
    assert (finding["result"], finding["seen"][0]["value"]) == ("does not hold", "false")
    revisions = [office.asked(when).json()["revision"] for when in (before, opened, closed)]
    assert revisions == [revisions[0], revisions[0] + 1, revisions[0] + 2]


def test_a_report_lapsed_in_the_past_as_it_would_now(live: Live, office: Office):
    office.report(firewall=True)
    came = live.clock()
    live.clock.ahead += timedelta(hours=3)
    assert office.then(came + timedelta(minutes=59))["allowed"] is True
    assert office.then(came + timedelta(minutes=61))["allowed"] is False


def test_of_one_revision_a_time_of_day_decides(live: Live, api: Api, group: str):
    office = Office(live, api, group, "now.between('09:00', '17:00', 'UTC')")
    midnight = live.clock().replace(hour=0, minute=0) + timedelta(days=1)
    live.clock.ahead += timedelta(days=3)
    for hour, allowed in ((10, True), (23, False), (9.5, True), (33.5, True), (8.9, False)):
        assert office.then(midnight + timedelta(hours=hour))["allowed"] is allowed, hour


def test_what_is_gone_since_is_told_by_the_name_that_it_had(live: Live, api: Api, group: str):
    office = Office(live, api, group, "true")
    email = given.read(api, f"/tenants/users/{office.user}")["email"]
    there = live.clock()
    assert api.delete(f"/tenants/policies/{office.policy}").status < 300
    without = live.clock()
    for noun, each in (
        ("admission-rules", office.rule),
        ("resources", office.wiki),
        ("users", office.user),
    ):
        assert api.delete(f"/tenants/{noun}/{each}").status < 300, noun
    given.resource(api, "wiki", "10.0.0.7")
    for who in (f"user={quote(email)}", f"user={office.user}", "device=laptop"):
        found = office.then(there, who, f"{office.wiki}:443")
        assert office.then(there, who, "WIKI:443") == found
        assert (found["allowed"], found["policy"]["name"]) == (True, "Staff")
        assert (found["rule"]["name"], found["user"]["email"]) == ("Rule", email)
        assert (found["device"]["name"], found["destination"]["resource"]["name"]) == (
            "laptop",
            "wiki",
        )
    assert office.then(without, to="10.0.0.5:443")["allowed"] is False
    assert office.asked(live.clock(), "device=laptop", "10.0.0.5:443").status == 404
    assert office.asked(live.clock(), f"user={quote(email)}", "10.0.0.5:443").status == 404


def test_what_came_later_was_not_there(live: Live, api: Api, office: Office):
    before = live.clock()
    given.resource(api, "later", "10.0.0.6")
    answer = office.asked(before, to="later:443")
    assert answer.status == 404
    assert answer.json()["detail"] == "There was no resource later then."
    assert office.then(before, to="10.0.0.6:443")["cause"] == "DESTINATION"


def test_moments_that_are_asked_about_at_once_are_told_apart(live: Live, office: Office):
    moments = []
    for number in range(6):
        office.report(firewall=number % 2 == 0)
        moments.append(live.clock())
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(office.then, moments * 4))
    assert [each["allowed"] for each in found] == [True, False] * 12


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("yesterday", "RFC3339"),
        ("1700000000", "RFC3339"),
        ("2026-01-02T03:04:05", "timezone"),
        ("", "RFC3339"),
        ("2001-02-03T04:05:06Z", "begins at"),
        ("0001-01-01T00:00:00+14:00", "begins at"),
        ("9999-12-31T23:59:59-12:00", "in the past"),
    ],
)
def test_what_is_no_moment_of_the_past_that_is_kept_is_refused(office: Office, at, sentence):
    answer = office.asked(at)
    assert (answer.status, answer.pointers) == (422, ["query/at"]), answer.body
    assert sentence in answer.json()["errors"][0]["detail"]


def known_then(live: Live, api: Api, when: datetime) -> Known:
    """Return what the policy engine knew at a moment, as it is told now."""

    async def known() -> Known:
        async with History(live.controller.store, {}).at(tenant_of(api), when) as past:
            return {(KINDS[type(each)], each.id): each for each in past.model.entities()}

    return live.call(known())


def tenant_of(api: Api) -> str:
    assert api.tenant
    return api.tenant.tenant_id


def kept(live: Live, api: Api, statement: sa.Select) -> list[int]:
    rows = live.call(live.controller.store.anywhere(statement, owner=tenant_of(api)))
    return sorted(row["revision"] for row in rows)


def keep(live: Live) -> None:
    live.call(live.controller.hub.history.keep())


def test_every_moment_of_the_past_is_what_it_was(live: Live, api: Api, group: str):
    moments: list[tuple[str, datetime, Known]] = []

    def note(step: str) -> None:
        moments.append((step, live.clock(), stored(live, api)))

    note("a new tenant")
    for number, step in enumerate(everything_that_changes(live, api, group)):
        note(step)
        if number % 5 == 0:
            live.clock.ahead += timedelta(days=1, seconds=1)
            keep(live)
            note(f"{step}, a day later")
    assert len(kept(live, api, _SNAPSHOTS)) > 3
    for step, when, known in moments:
        assert known_then(live, api, when) == known, step


def test_a_snapshot_is_of_what_the_running_controller_knows(live: Live, api: Api, office: Office):
    office.asked(live.clock())
    assert given.read(api, "/tenants/access/matrix")["total"] == 0
    assert tenant_of(api) in live.controller.hub.feeds
    office.report(firewall=True)
    live.clock.ahead += timedelta(days=2)
    keep(live)
    assert len(kept(live, api, _SNAPSHOTS)) == 2
    assert known_then(live, api, live.clock()) == stored(live, api)


@pytest.fixture
def days(live: Live, api: Api) -> list[datetime]:
    """A tenant that changed on some days, a month apart, until now."""
    found = []
    for number in range(5):
        given.group(api, f"Team {number}")
        live.clock.ahead += timedelta(seconds=1)
        found.append(live.clock())
        live.clock.ahead += timedelta(days=30)
        keep(live)
    return found


def test_what_is_older_than_is_kept_is_forgotten(live: Live, api: Api, days: list[datetime]):
    keep(live)
    since = live.clock() - timedelta(days=KEPT_DAYS)
    for when in days:
        if when >= since:
            names = {e.name for e in known_then(live, api, when).values() if hasattr(e, "name")}
            assert f"Team {days.index(when)}" in names
    path = f"/tenants/access/explain?device=x&to=10.0.0.5:443&at={stamp(days[0])}"
    assert api.get(path).pointers == ["query/at"]
    revisions = kept(live, api, _CHANGES)
    assert revisions[0] == kept(live, api, _SNAPSHOTS)[0] + 1
    assert revisions == list(range(revisions[0], revisions[-1] + 1))


def test_a_tenant_that_does_not_change_is_written_down_once(live: Live, api: Api):
    for _ in range(3):
        live.clock.ahead += timedelta(days=60)
        keep(live)
    assert len(kept(live, api, _SNAPSHOTS)) == 1
    assert known_then(live, api, live.clock()) == stored(live, api)


def test_the_history_of_an_upgraded_tenant_begins_with_its_first_snapshot(
    live: Live, api: Api, office: Office
):
    live.call(live.controller.store.run_anywhere(_FORGET, owner=tenant_of(api)))
    before = live.clock()
    answer = office.asked(before)
    assert (answer.status, answer.pointers) == (422, ["query/at"])
    keep(live)
    assert office.asked(before).status == 422
    assert office.then(live.clock())["allowed"] is False


def test_replicas_write_a_snapshot_down_once(live: Live, api: Api):
    given.group(api)
    live.clock.ahead += timedelta(days=2)
    store = live.controller.store

    async def at_once() -> None:
        await asyncio.gather(*(History(store, {}).keep() for _ in range(3)))

    live.call(at_once())
    assert len(kept(live, api, _SNAPSHOTS)) == 2
