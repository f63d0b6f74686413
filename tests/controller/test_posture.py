"""What devices say of themselves: posture, version, and where they come from."""

import json
import socket
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from agents import BareAgent
from controller import given
from controller.history import facts_of, revision
from controller.people import device, gateway
from live import Api, Live

GOOD = {"diskEncryption": True, "firewall": True, "osFamily": "linux", "osVersion": "12.7"}
NAMES = {
    *("osFamily", "osName", "osVersion", "kernel", "diskEncryption", "firewall", "secureBoot"),
    *("endpointProtection", "screenLock", "automaticUpdates", "pendingReboot", "serialNumber"),
    "extra",
}


@pytest.fixture
def agent(live: Live, api: Api, group: str) -> BareAgent:
    return device(live, api, group)[0]


def body(live: Live, agent: BareAgent, ago: float = 0, **signals):
    collected = live.clock().timestamp() - ago
    return {"deviceId": agent.id, "collectedAt": collected, "signals": signals}


def report(live: Live, agent: BareAgent, ago: float = 0, **signals) -> None:
    answer = agent.send("posture", body(live, agent, ago, **signals))
    assert answer.status == 204, answer.body


def shown(api: Api, agent: BareAgent):
    return given.read(api, f"/tenants/devices/{agent.id}")


def history(api: Api, agent: BareAgent, query: str = ""):
    page = given.read(api, f"/tenants/devices/{agent.id}/posture-reports?limit=100{query}")
    assert page["total"] == len(page["data"])
    return [each["posture"] for each in page["data"]]


def test_a_report_is_shown_with_every_signal_null_where_unknown(live, api, agent):
    report(live, agent, **GOOD, extra={"chassis": "laptop", "level": 3})
    posture = shown(api, agent)["posture"]
    assert set(posture) == NAMES | {"compliant", "lastCheck"}
    assert list(posture)[:2] == ["compliant", "lastCheck"]
    assert posture["compliant"] is True
    assert posture["lastCheck"].endswith("Z")
    assert (posture["osVersion"], posture["secureBoot"]) == ("12.7", None)
    assert posture["extra"] == {"chassis": "laptop", "level": 3}
    found = facts_of(live, api)[agent.id]
    assert {name: found[name] for name in found if name.partition(".")[0] == "device"} == {
        "device.name": "laptop",
        "device.hardwareId": "hw",
        "device.appVersion": "1.0",
        "device.lastCheck": found["device.lastCheck"],
        "device.os.family": "linux",
        "device.os.version": "12.7",
        "device.posture.diskEncryption": True,
        "device.posture.firewall": True,
        "device.posture.extra": {"chassis": "laptop", "level": 3},
    }
    assert abs(found["device.lastCheck"] - live.clock().timestamp()) < 60


@pytest.mark.parametrize(
    "signal",
    [
        *("diskEncryption", "firewall", "endpointProtection", "screenLock", "secureBoot"),
        "automaticUpdates",
    ],
)
def test_a_device_is_compliant_while_nothing_is_known_to_be_missing(live, api, agent, signal):
    report(live, agent, **{signal: False}, pendingReboot=True)
    assert shown(api, agent)["posture"]["compliant"] is False
    report(live, agent, **{signal: None}, pendingReboot=True)
    assert shown(api, agent)["posture"]["compliant"] is True
    assert facts_of(live, api)[agent.id].get(f"device.posture.{signal}") is None


def test_a_stale_report_is_not_compliant_by_the_tenants_own_measure(live, api, agent):
    report(live, agent, **GOOD)
    compliant = "/tenants/devices?filter[posture.compliant]=true"
    live.clock.ahead = timedelta(seconds=3601)
    assert shown(api, agent)["posture"]["compliant"] is False
    assert given.read(api, compliant)["total"] == 0
    settings = {"timeZone": "UTC", "postureMaxAge": 7200}
    assert api.put("/tenants/settings", json=settings).status == 200
    assert shown(api, agent)["posture"]["compliant"] is True
    assert given.read(api, compliant)["total"] == 1
    live.clock.ahead = timedelta(seconds=7201)
    assert shown(api, agent)["posture"]["compliant"] is False


def test_what_changed_is_kept_newest_first(live, api, agent):
    for ago, firewall in ((30, True), (20, False), (10, False), (5, True)):
        report(live, agent, ago, firewall=firewall)
    assert [each["firewall"] for each in history(api, agent)] == [True, False, True]
    assert history(api, agent, "&sort=createdAt")[0]["firewall"] is True
    assert set(history(api, agent)[0]) == NAMES
    path = f"/tenants/devices/{agent.id}/posture-reports"
    assert api.get(f"{path}?search=x").pointers == ["query/search"]
    assert api.get(f"/tenants/devices/{given.ABSENT}/posture-reports").status == 404
    assert api.delete(f"/tenants/devices/{agent.id}").status == 204
    assert api.get(path).status == 404


SAID = sa.text(
    "SELECT tenant_id, name, text, number, count(*) AS devices FROM device_signals"
    " GROUP BY tenant_id, name, text, number ORDER BY 1, 2, 3, 4"
)
KEPT = sa.text(
    "SELECT tenant_id, name, text, number, devices FROM device_signal_totals ORDER BY 1, 2, 3, 4"
)


def totals_are_right(live: Live) -> None:
    said, kept = (live.call(live.controller.store.anywhere(each)) for each in (SAID, KEPT))
    assert [dict(row) for row in kept] == [dict(row) for row in said]


def test_how_many_devices_say_what_is_kept(live, api, group, agent):
    other, _ = device(live, api, group)

    def totals(**wanted: str) -> list[int]:
        totals_are_right(live)
        asked = [f"filter[posture.{each.replace('_', '.')}]={wanted[each]}" for each in wanted]
        return [given.read(api, f"/tenants/devices?{each}")["total"] for each in asked]

    report(live, agent, 30, firewall=True, kernel="6.1", extra={"cores": 4, "site": "4"})
    report(live, other, 30, firewall=True, kernel="6.2", extra={"cores": 8})
    assert totals(firewall="true", kernel="6.1", extra_cores="4") == [2, 1, 1]
    report(live, agent, 20, firewall=False, kernel="6.2", extra={"cores": 8, "site": "4"})
    assert totals(firewall="true", kernel="6.2", extra_cores="8") == [1, 2, 2]
    report(live, agent, 10, kernel="6.2")
    assert totals(firewall="false", kernel="6.2", extra_site="4") == [0, 2, 0]
    assert api.delete(f"/tenants/devices/{other.id}").status == 204
    assert totals(firewall="true", kernel="6.2", extra_cores="8") == [0, 1, 0]


TRAITS = sa.text(
    "SELECT d.active, d.owned, d.app_version, d.origin_country, d.compliant_until, d.posture,"
    " t.id, t.active AS t_active, t.owned AS t_owned, t.app_version AS t_app_version,"
    " t.origin_country AS t_origin_country, t.complies, t.os_family, t.firewall, t.pending_reboot"
    " FROM devices AS d LEFT JOIN device_traits AS t"
    " ON t.tenant_id = d.tenant_id AND t.id = d.traits"
)
KINDS = sa.text("SELECT id, devices FROM device_traits")


def traits_are_right(live: Live) -> None:
    """Every device has its own traits, and these say of how many they are."""
    rows, kinds = (live.call(live.controller.store.anywhere(each)) for each in (TRAITS, KINDS))
    for row in rows:
        for name in ("active", "owned", "app_version", "origin_country"):
            assert row[f"t_{name}"] == row[name], name
        until = row["compliant_until"]
        complies = None if row["complies"] is None else bool(row["complies"])
        assert complies == (None if until is None else until > "")
        said = json.loads(row["posture"] or "{}")
        words = {True: "true", False: "false", None: None}
        assert row["os_family"] == said.get("osFamily")
        assert row["firewall"] == words[said.get("firewall")]
        assert row["pending_reboot"] == words[said.get("pendingReboot")]
    assert {kind["id"]: kind["devices"] for kind in kinds} == Counter(row["id"] for row in rows)


def test_what_devices_have_in_common_is_kept(live, api, group, agent):
    other, owner = device(live, api, group)

    def total(query: str) -> int:
        traits_are_right(live)
        return given.read(api, f"/tenants/devices?{query}")["total"]

    assert total("filter[active]=true&filter[owned]=true") == 0
    for each in (agent, other):
        report(live, each, 30, **GOOD, serialNumber="S1", kernel="6.1")
    assert total("filter[posture.firewall]=true&filter[posture.osFamily]=linux") == 2
    assert total("filter[posture.firewall]=true&filter[posture.kernel]=6.1") == 2
    serials = {"serialNumbers": ["S1"]}
    assert api.put("/tenants/owned-devices", json=serials).status == 200
    assert total("filter[owned]=true&filter[posture.compliant]=true") == 2
    report(live, other, 20, **{**GOOD, "firewall": False}, pendingReboot=True, serialNumber="S1")
    assert total("filter[posture.firewall]=false&filter[posture.pendingReboot]=true") == 1
    assert total("filter[posture.compliant]=false&filter[owned]=true") == 1
    assert api.patch(f"/tenants/devices/{other.id}/deactivate").status == 200
    assert total("filter[status]=Deactivated&filter[posture.firewall][ne]=true") == 1
    assert total("filter[status][in]=Online,Deactivated&filter[owned][ne]=false") == 1
    live.clock.ahead = timedelta(seconds=3601)
    assert total("filter[posture.compliant]=false&filter[appVersion]=1.0") == 2
    assert api.delete(f"/tenants/users/{owner}").status == 204
    assert total("filter[posture.firewall]=false&filter[active]=false") == 0


def test_history_is_kept_for_ninety_days(live, api, agent):
    from gatescale.controller import posture

    report(live, agent, firewall=True)
    report(live, agent, firewall=False)
    live.call(posture.forget_old(live.controller.store))
    assert len(history(api, agent)) == 2
    live.clock.ahead = timedelta(days=91)
    live.call(posture.forget_old(live.controller.store))
    assert history(api, agent) == []
    assert shown(api, agent)["posture"]["firewall"] is False


def test_the_same_again_is_no_change_until_a_quarter_of_a_reports_life(live, api, agent):
    report(live, agent, **GOOD)
    held, told = revision(api), facts_of(live, api)[agent.id]["device.lastCheck"]
    first = shown(api, agent)["posture"]["lastCheck"]
    live.clock.ahead = timedelta(seconds=880)
    report(live, agent, **GOOD)
    assert revision(api) == held
    assert shown(api, agent)["posture"]["lastCheck"] > first
    assert facts_of(live, api)[agent.id]["device.lastCheck"] == told
    live.clock.ahead = timedelta(seconds=920)
    report(live, agent, **GOOD)
    assert revision(api) == held + 1
    assert facts_of(live, api)[agent.id]["device.lastCheck"] > told + 900
    assert len(history(api, agent)) == 1


def test_where_rules_ask_for_the_age_every_report_is_a_change(live, api, agent):
    rule = given.admission_rule(api, "Fresh", "now - device.lastCheck < duration('10m')")
    report(live, agent, **GOOD)
    report(live, agent, **GOOD)
    held = revision(api)
    report(live, agent, **GOOD)
    assert revision(api) == held, "a rule that no policy carries asks nothing"
    given.policy(api, rule=rule["id"])
    held = revision(api)
    report(live, agent, **GOOD)
    assert revision(api) == held + 1


def test_reports_that_come_late_are_ignored(live, api, agent):
    report(live, agent, firewall=True)
    before = shown(api, agent)
    report(live, agent, 10, firewall=False)
    sent = body(live, agent, firewall=False)
    assert agent.send("posture", {**sent, "collectedAt": 0}).status == 204
    assert shown(api, agent) == before
    assert len(history(api, agent)) == 1


def test_a_clock_that_was_ahead_and_is_set_right_shuts_no_device_out(live, api, agent):
    live.clock.ahead = timedelta(days=3)
    report(live, agent, firewall=True)
    live.clock.ahead = timedelta()
    report(live, agent, firewall=False)
    posture = shown(api, agent)["posture"]
    assert (posture["firewall"], posture["compliant"]) == (False, False)
    report(live, agent, firewall=False)
    assert len(history(api, agent)) == 2


BAD = [
    ({"collectedAt": 180}, 422, ["/collectedAt"]),
    ({"collectedAt": 1e300}, 422, ["/collectedAt"]),
    ({"collectedAt": -1e300}, 422, ["/collectedAt"]),
    ({"collectedAt": "now"}, 422, ["/collectedAt"]),
    ({"deviceId": given.ABSENT}, 403, ["/deviceId"]),
    ({"deviceId": 7}, 422, ["/deviceId"]),
    ({"signals": []}, 422, ["/signals"]),
    ({"signals": None}, 422, ["/signals"]),
    ({"signals": {"firewall": "yes"}}, 422, ["/signals/firewall"]),
    ({"signals": {"osFamily": "beos"}}, 422, ["/signals/osFamily"]),
    ({"signals": {"kernel": "x" * 201}}, 422, ["/signals/kernel"]),
    ({"signals": {"kernel": "a\x00b"}}, 422, ["/signals/kernel"]),
    ({"signals": {"extra": {"a b": 1}}}, 422, ["/signals/extra/a b"]),
    ({"signals": {"extra": {"a/~": 1}}}, 422, ["/signals/extra/a~1~0"]),
    ({"signals": {"extra": {"a": "x" * 501}}}, 422, ["/signals/extra/a"]),
    ({"signals": {"extra": {"a": None, "b": []}}}, 422, ["/signals/extra/a", "/signals/extra/b"]),
    ({"signals": {"extra": {"a": 2**64}}}, 422, ["/signals/extra/a"]),
    ({"signals": {"extra": {f"k{n}": n for n in range(51)}}}, 422, ["/signals/extra"]),
    ({"signals": {"extra": {"a": "a\x00b"}}}, 422, ["/signals/extra/a"]),
]


@pytest.mark.parametrize(("wrong", "status", "pointers"), BAD)
def test_what_is_wrong_in_a_report_is_named_and_changes_nothing(
    live, api, agent, wrong, status, pointers
):
    report(live, agent, **GOOD)
    before, held = shown(api, agent), revision(api)
    sent = body(live, agent, **GOOD)
    if wrong.get("collectedAt") == 180:
        wrong = {"collectedAt": sent["collectedAt"] + 180}
    answer = agent.send("posture", {**sent, **wrong})
    assert (answer.status, answer.pointers) == (status, pointers), answer.body
    assert shown(api, agent) == before
    assert revision(api) == held
    assert len(history(api, agent)) == 1


def test_a_report_is_read_like_every_body(live, api, group, agent):
    token = agent.token()
    headers = {"authorization": f"Bearer {token}", "gatescale-protocol": "1"}
    bare = Api(live.url, None)
    for data in (b"{", b"[" * 100_000, b"nonsense"):
        assert bare.post("/agent/v1/posture", data=data, headers=headers).status == 400
    host, _, port = live.settings.listen.rpartition(":")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /agent/v1/posture HTTP/1.1\r\nhost: x\r\n{lines}content-length: 1048577\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(head.encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    assert bare.post("/agent/v1/posture", json=body(live, agent)).status == 400
    unknown = {**headers, "authorization": "Bearer x"}
    assert bare.post("/agent/v1/posture", json=body(live, agent), headers=unknown).status == 401
    site = gateway(live, api)
    assert site.send("posture", body(live, site)).status == 403
    other, _ = device(live, api, group)
    assert other.send("posture", body(live, agent)).pointers == ["/deviceId"]
    api.patch(f"/tenants/devices/{agent.id}/deactivate")
    assert bare.post("/agent/v1/posture", json=body(live, agent), headers=headers).status == 403


def test_a_device_that_never_stops_reporting_is_slowed_down(live, api, agent):
    report(live, agent, **GOOD)
    late = {**body(live, agent), "collectedAt": 0}
    headers = {"authorization": f"Bearer {agent.token()}"}
    answers = [agent.post("posture", late, **headers) for _ in range(120)]
    refused = [answer for answer in answers if answer.status != 204]
    assert {answer.status for answer in refused} == {429}
    assert int(refused[0].headers["retry-after"]) >= 1
    assert [answer.status for answer in answers[:50]] == [204] * 50


def test_posture_is_no_administrators_change(live, api, agent):
    events = given.rows(api, "audit-events")
    report(live, agent, **GOOD)
    assert given.rows(api, "audit-events") == events
    before = api.get(f"/tenants/devices/{agent.id}").headers["etag"]
    report(live, agent, firewall=False)
    assert api.get(f"/tenants/devices/{agent.id}").headers["etag"] == before


def test_a_new_version_is_a_fact_and_the_same_is_none(live, api, agent):
    held = revision(api)
    for version in ("1.0", "2.0", "2.0"):
        assert agent.send("status", {"appVersion": version}).status == 204
    assert revision(api) == held + 1
    assert facts_of(live, api)[agent.id]["device.appVersion"] == "2.0"
    assert shown(api, agent)["appVersion"] == "2.0"


def connected(api: Api, agent: BareAgent) -> int:
    """Connect and leave again; return the tenant's revision of meanwhile."""
    with agent.stream() as stream:
        stream.next("program")
        for _ in range(1000):
            if shown(api, agent)["status"] == "Online":
                return revision(api)
    raise AssertionError("it never came online")


def test_where_a_device_comes_from_is_a_fact_when_it_is_another_place(live, api, agent):
    held = revision(api)
    assert shown(api, agent)["origin"] is None
    assert connected(api, agent) == held + 1
    assert shown(api, agent)["origin"] == {"ip": "127.0.0.1", "country": None}
    found = facts_of(live, api)[agent.id]
    assert found["origin.ip"] == "127.0.0.1"
    assert "origin.country" not in found
    live.clock.ahead = timedelta(minutes=5)
    assert connected(api, agent) == held + 1
    page = given.read(api, "/tenants/devices?filter[origin.ip]=127.0.0.1&sort=-origin.ip")
    assert [row["id"] for row in page["data"]] == [agent.id]
