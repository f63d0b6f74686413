"""Who asks, and what people do with their own devices."""

import base64
import secrets

import pytest

from controller import people
from controller.people import invite
from live import Api, Live
from person import Person


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def person(live: Live, api: Api, group: str) -> Person:
    """Somebody who joined at a browser, without any right of an administrator."""
    _, secret = invite(live, api, group)
    person = Person(live.url)
    assert person.choose_password(f"/invitations/{secret}")[0].status == 200
    return person


def test_a_key_knows_what_it_is(api: Api):
    me = api.get("/tenants/me").json()
    assert (me["kind"], me["name"], me["email"], me["role"]) == ("key", "First key", None, "OWNER")
    assert api.tenant
    assert me["tenant"] == {"id": api.tenant.tenant_id, "name": "Acme"}
    assert "UsersController_transferOwnership" in me["permissions"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/tenants/me/devices", None),
        ("POST", "/tenants/me/devices", {"name": "Phone", "publicKey": new_key()}),
        ("POST", "/tenants/me/enrolment-codes", None),
    ],
)
def test_a_key_has_no_devices(api: Api, method: str, path: str, body: object):
    answer = api.request(method, path, json=body)
    assert (answer.status, "signed in" in answer.json()["detail"]) == (403, True)


def test_a_device_without_our_client(live: Live, api: Api, person: Person):
    key = new_key()
    made = person.ask("POST", "/tenants/me/devices", {"name": "Phone", "publicKey": key})
    assert made.status == 201, made.text
    device = made.json()
    assert (device["name"], device["status"], device["appVersion"]) == (
        "Phone",
        "Offline",
        "WireGuard",
    )
    mine = person.ask("GET", "/tenants/me/devices").json()
    assert [each["id"] for each in mine] == [device["id"]]
    shown = person.ask("GET", f"/tenants/me/devices/{device['id']}/wireguard").json()
    assert len(shown["addresses"]) == 2
    assert shown["peers"] == []
    twice = person.ask("POST", "/tenants/me/devices", {"name": "Tablet", "publicKey": key})
    assert twice.status == 409
    assert person.ask("DELETE", f"/tenants/me/devices/{device['id']}").status == 204
    assert person.ask("GET", "/tenants/me/devices").json() == []
    assert api.get(f"/tenants/devices/{device['id']}").status == 404


def test_the_limit_holds_for_it_too(person: Person):
    statuses = [
        person.ask("POST", "/tenants/me/devices", {"name": "x", "publicKey": new_key()}).status
        for _ in range(6)
    ]
    assert statuses == [201] * 5 + [409]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "", "publicKey": new_key()}, "/name"),
        ({"name": "Phone", "publicKey": "short"}, "/publicKey"),
        ({"name": "Phone"}, "/publicKey"),
    ],
)
def test_what_is_wrong_with_a_device_is_told(person: Person, body: dict, pointer: str):
    answer = person.ask("POST", "/tenants/me/devices", body)
    assert answer.status == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_nobody_sees_or_removes_what_is_anothers(live: Live, api: Api, group: str, person: Person):
    theirs, _ = people.device(live, api, group)
    path = f"/tenants/me/devices/{theirs.id}"
    assert person.ask("GET", f"{path}/wireguard").status == 404
    assert person.ask("DELETE", path).status == 404
    assert api.get(f"/tenants/devices/{theirs.id}").status == 200


def test_a_code_enrols_a_further_device_of_ones_own(live: Live, person: Person):
    code = person.ask("POST", "/tenants/me/enrolment-codes").json()["code"]
    agent = people.BareAgent(live.url)
    assert agent.enrol(code).status == 201
    assert [each["id"] for each in person.ask("GET", "/tenants/me/devices").json()] == [agent.id]


def test_nobody_opens_the_stream_of_a_device_without_a_client(live: Live, person: Person):
    body = {"name": "Phone", "publicKey": new_key()}
    device = person.ask("POST", "/tenants/me/devices", body).json()["id"]
    stranger = people.BareAgent(live.url)
    stranger.id = device
    assert stranger.open_session().status == 401
