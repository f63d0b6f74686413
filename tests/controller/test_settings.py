"""What holds for the whole tenant, and which devices are the company's own."""

import pytest

from controller import given
from controller.expect import refused
from controller.history import facts_of, followed, revision
from gatescale.policy.vocabulary import Kind, Settings
from live import Api, Live

PATH = "/tenants/settings"
OWNED = "/tenants/owned-devices"
USUAL = {"timeZone": "UTC", "postureMaxAge": 3600}
SIGN_IN = {"sessionIdle": 43_200, "sessionLifetime": 604_800, "allowsPasswords": True}


def test_settings_are_read_changed_and_told(live: Live, api: Api, other_api: Api):
    assert given.read(api, PATH) == {**USUAL, **SIGN_IN}
    wanted = {"timeZone": "Europe/Berlin", "postureMaxAge": 600}
    answer = api.put(PATH, json=wanted)
    assert (answer.status, answer.json()) == (200, {**wanted, **SIGN_IN})
    assert given.read(api, PATH) == {**wanted, **SIGN_IN}
    assert given.read(other_api, PATH) == {**USUAL, **SIGN_IN}
    assert followed(live, api)[Kind.SETTINGS, "settings"] == Settings("Europe/Berlin", 600)
    (event,) = given.rows(api, "audit-events", "&filter[operation]=SettingsController_update")
    assert (event["before"], event["after"]) == (USUAL, wanted)


def test_how_people_sign_in_stays_where_it_is_left_out(api: Api):
    wanted = {"sessionIdle": 300, "sessionLifetime": 7_776_000}
    assert api.put(PATH, json={**USUAL, **wanted}).status == 200
    assert api.put(PATH, json={**USUAL, "sessionIdle": 604_800}).status == 200
    assert api.put(PATH, json=USUAL).status == 200
    changed = {**SIGN_IN, **wanted, "sessionIdle": 604_800}
    assert given.read(api, PATH) == {**USUAL, **changed}


def test_passwords_stay_as_long_as_the_owner_has_no_passkey(live: Live, api: Api):
    answer = api.put(PATH, json={**USUAL, "allowsPasswords": False})
    assert (answer.status, answer.pointers) == (409, ["/allowsPasswords"])
    assert "owner@acme.test has no passkey" in answer.json()["detail"]
    with_passkey(live, api, given.owner(api)["id"])
    answer = api.put(PATH, json={**USUAL, "allowsPasswords": False})
    assert (answer.status, answer.json()["allowsPasswords"]) == (200, False)
    assert api.put(PATH, json=USUAL).json()["allowsPasswords"] is False


def with_passkey(live: Live, api: Api, user_id: str) -> None:
    """Give somebody a passkey; only a browser could make a real one."""
    from gatescale.controller.caller import system
    from gatescale.controller.store import tables
    from gatescale.controller.store.session import new_id

    async def made():
        async with live.controller.store.writing(system(api.tenant.tenant_id)) as transaction:
            row = {
                "id": new_id(),
                "created_at": transaction.stamp,
                "updated_at": transaction.stamp,
                "user_id": user_id,
                "name": "Laptop",
                "credential_id": new_id(),
                "public_key": b"",
                "sign_count": 0,
            }
            await transaction.insert(tables.passkeys, row)

    live.call(made())


def test_settings_that_somebody_else_changed_are_not_overwritten(api: Api):
    tag = api.get(PATH).headers["etag"]
    for status in (200, 412):
        wanted = {**USUAL, "postureMaxAge": 900}
        assert api.put(PATH, json=wanted, headers={"if-match": tag}).status == status
    assert api.put(PATH, json=USUAL, headers={"if-match": "*"}).status == 200


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"timeZone": "Europe/Bielefeld"}, "/timeZone"),
        ({"timeZone": "../../etc/passwd"}, "/timeZone"),
        ({"timeZone": ""}, "/timeZone"),
        ({"timeZone": None}, "/timeZone"),
        ({"postureMaxAge": 299}, "/postureMaxAge"),
        ({"postureMaxAge": 604_801}, "/postureMaxAge"),
        ({"postureMaxAge": 3600.5}, "/postureMaxAge"),
        ({"sessionIdle": 299}, "/sessionIdle"),
        ({"sessionIdle": None}, "/sessionIdle"),
        ({"sessionLifetime": 3599}, "/sessionLifetime"),
        ({"sessionLifetime": 7_776_001}, "/sessionLifetime"),
        ({"allowsPasswords": 1}, "/allowsPasswords"),
        ({"more": 1}, "/more"),
    ],
)
def test_wrong_settings_are_refused(api: Api, wrong, pointer):
    refused(api, "PUT", PATH, 422, pointer, json={**USUAL, **wrong})
    assert given.read(api, PATH) == {**USUAL, **SIGN_IN}


def test_auditors_read_settings_and_change_none(live: Live, api: Api):
    key = api.made("/tenants/api-keys", {"name": "Audit", "role": "AUDITOR"})["key"]
    auditor = Api(live.url, key)
    for path, content in ((PATH, USUAL), (OWNED, {"serialNumbers": []})):
        assert auditor.get(path).status == 200
        assert auditor.put(path, json=content).status == 403


def test_settings_travel_in_the_configuration(api: Api):
    document = given.read(api, "/tenants/configuration")
    assert document["settings"] == USUAL
    wanted = {"version": 1, "settings": {"timeZone": "Asia/Tokyo"}}
    plan = api.post("/tenants/configuration/plan", json=wanted).json()
    assert [step["words"] for step in plan["steps"]] == [
        "Change the settings: timeZone from UTC to Asia/Tokyo."
    ]
    assert api.put("/tenants/configuration", json=wanted).json()["steps"] == plan["steps"]
    assert given.read(api, PATH) == {**USUAL, **SIGN_IN, "timeZone": "Asia/Tokyo"}
    wanted["settings"]["timeZone"] = "Mars/Olympus"
    answer = api.put("/tenants/configuration", json=wanted)
    assert (answer.status, answer.pointers) == (422, ["/settings/timeZone"])


def owned(api: Api, *serials: str):
    answer = api.put(OWNED, json={"serialNumbers": serials})
    assert answer.status == 200, answer.body
    return answer.json()["serialNumbers"]


def test_devices_are_judged_by_the_list_at_once(live: Live, api: Api):
    owner = given.owner(api)["id"]
    mine = given.device(api, owner, "mine", serialNumber="PF2-xk9")
    other = given.device(api, owner, "other", serialNumber="C02")
    mute = given.device(api, owner, "mute", firewall=True)

    def judged():
        rows = {row["name"]: row["owned"] for row in given.rows(api, "devices")}
        told = facts_of(live, api)
        assert rows == {
            "mine": told[mine["id"]].get("device.owned"),
            "other": told[other["id"]].get("device.owned"),
            "mute": told[mute["id"]].get("device.owned"),
        }
        return rows

    assert judged() == {"mine": False, "other": False, "mute": None}
    assert owned(api, "pf2-XK9", "unused") == ["pf2-XK9", "unused"]
    assert judged() == {"mine": True, "other": False, "mute": None}
    late = given.device(api, owner, "late", serialNumber="Unused")
    assert late["owned"] is True
    assert api.delete(f"/tenants/devices/{late['id']}").status == 204
    found = given.read(api, "/tenants/devices?filter[owned]=true&sort=owned")
    assert [row["name"] for row in found["data"]] == ["mine"]
    assert owned(api, "c02") == ["c02"]
    assert judged() == {"mine": False, "other": True, "mute": None}


def test_only_devices_whose_ownership_turned_are_told_of(live: Live, api: Api):
    owner = given.owner(api)["id"]
    given.device(api, owner, "a", serialNumber="a")
    given.device(api, owner, "b", serialNumber="b")
    owned(api, "a")
    held = revision(api)
    # The same in another spelling, and one that no device has.
    owned(api, "A", "z")
    store = live.controller.store

    async def told():
        from sqlalchemy import select

        from gatescale.controller.caller import system
        from gatescale.controller.store import tables

        c = tables.changes.c
        async with store.reading(system(api.tenant.tenant_id)) as session:
            rows = await session.all(select(c.facts).where(c.revision > held))
        return [row["facts"] for row in rows]

    assert live.call(told()) == ["[]"]
    assert given.read(api, OWNED) == {"serialNumbers": ["A", "z"]}


@pytest.mark.parametrize(
    ("serials", "pointers"),
    [
        (["a", "b", "A"], ["/serialNumbers/2"]),
        (["ß", "ss", "SS"], ["/serialNumbers/1", "/serialNumbers/2"]),
        (["a", ""], ["/serialNumbers/1"]),
        ([" "], ["/serialNumbers/0"]),
        (["a\nb"], ["/serialNumbers/0"]),
        (["x" * 201], ["/serialNumbers/0"]),
        ([7], ["/serialNumbers/0"]),
        ("a", ["/serialNumbers"]),
        (["a"] * 50_001, ["/serialNumbers"]),
    ],
)
def test_a_wrong_list_is_refused_whole(api: Api, serials, pointers):
    owned(api, "kept")
    answer = api.put(OWNED, json={"serialNumbers": serials})
    assert (answer.status, answer.pointers) == (422, pointers)
    assert given.read(api, OWNED) == {"serialNumbers": ["kept"]}


def test_the_audit_log_tells_what_came_and_what_went(api: Api):
    owned(api, "a", "b")
    tag = api.get(OWNED).headers["etag"]
    owned(api, "b", "c")
    query = "&filter[operation]=OwnedDevicesController_update&sort=sequence"
    _, event = given.rows(api, "audit-events", query)
    assert event["before"] == {"serialNumbers": ["a"]}
    assert event["after"] == {"serialNumbers": ["c"]}
    stale = api.put(OWNED, json={"serialNumbers": []}, headers={"if-match": tag})
    assert stale.status == 412


def test_ten_thousand_serial_numbers_are_one_list(api: Api):
    serials = [f"SN{number:06}" for number in range(10_000)]
    assert owned(api, *serials) == serials
    assert owned(api, *serials[1:]) == serials[1:]
