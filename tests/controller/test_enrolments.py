import threading
from datetime import timedelta

import pytest

from agents import BareAgent
from controller.people import device, invite, link_in, mails_to
from live import Api, Live


def test_an_invitation_makes_an_active_user_with_a_device(live: Live, api: Api, group: str):
    user_id, secret = invite(live, api, group)
    agent = BareAgent(live.url)
    answer = agent.enrol(secret)
    assert answer.status == 201
    assert answer.json()["tenantName"] == "Acme"
    user = api.get(f"/tenants/users/{user_id}").json()
    assert user["status"] == "ACTIVE"
    (shown,) = user["devices"]
    assert (shown["id"], shown["name"], shown["status"]) == (agent.id, "laptop", "Offline")
    page = api.get(f"/tenants/devices?filter[user.id]={user_id}").json()
    assert page["data"][0]["user"]["email"] == user["email"]


def test_tunnel_addresses_are_never_handed_out_twice(live: Live, api: Api, group: str):
    first, _ = device(live, api, group)
    api.delete(f"/tenants/devices/{first.id}")
    seen = set()
    for _ in range(3):
        _, secret = invite(live, api, group)
        seen.update(BareAgent(live.url).enrol(secret).json()["addresses"])
    assert len(seen) == 6


def test_a_link_is_good_for_one_device(live: Live, api: Api, group: str):
    user_id, secret = invite(live, api, group)
    assert BareAgent(live.url).enrol(secret).status == 201
    second = BareAgent(live.url).enrol(secret)
    assert (second.status, "used already" in second.json()["detail"]) == (410, True)
    assert len(api.get(f"/tenants/users/{user_id}").json()["devices"]) == 1


def test_a_device_whose_answer_was_lost_gets_it_again(live: Live, api: Api, group: str):
    _, secret = invite(live, api, group)
    agent = BareAgent(live.url)
    assert agent.enrol(secret).json() == agent.enrol(secret).json()


def test_mistake_6_racing_enrolments_use_a_link_once(live: Live, api: Api, group: str):
    user_id, secret = invite(live, api, group)
    statuses = []
    racers = [
        threading.Thread(target=lambda: statuses.append(BareAgent(live.url).enrol(secret).status))
        for _ in range(8)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(statuses) == [201] + [410] * 7
    assert len(api.get(f"/tenants/users/{user_id}").json()["devices"]) == 1


def test_a_lapsed_or_forged_link_enrols_nothing(live: Live, api: Api, group: str):
    user_id, secret = invite(live, api, group)
    assert BareAgent(live.url).enrol(secret[:-1] + "_").status == 404
    live.clock.ahead = timedelta(days=7, seconds=1)
    lapsed = BareAgent(live.url).enrol(secret)
    assert (lapsed.status, "lapsed" in lapsed.json()["detail"]) == (410, True)
    user = api.get(f"/tenants/users/{user_id}").json()
    assert (user["devices"], user["status"]) == ([], "EXPIRED")


def test_a_new_invitation_makes_the_earlier_link_worthless(live: Live, api: Api, group: str):
    user_id, secret = invite(live, api, group)
    assert api.post(f"/tenants/users/{user_id}/invite").status == 201
    email = api.get(f"/tenants/users/{user_id}").json()["email"]
    links = {link_in(mail) for mail in mails_to(live.settings.mail_dir, email, 2)}
    assert BareAgent(live.url).enrol(secret).status == 404
    (fresh,) = {link.rpartition("/")[2] for link in links} - {secret}
    assert BareAgent(live.url).enrol(fresh).status == 201


def test_a_deactivated_user_enrols_nothing(live: Live, api: Api, group: str):
    user_id, secret = invite(live, api, group)
    api.patch(f"/tenants/users/{user_id}/deactivate")
    assert BareAgent(live.url).enrol(secret).status == 403


def test_an_enrolment_must_be_signed_by_its_key(live: Live, api: Api, group: str):
    _, secret = invite(live, api, group)
    agent, other = BareAgent(live.url), BareAgent(live.url)
    assert agent.enrol(secret, identityKey=other.identity_key).status == 403
    assert agent.enrol(secret, publicKey=other.public_key).status == 403
    assert agent.enrol(secret).status == 201


def test_mistake_9_nobody_enrols_with_anothers_key(live: Live, api: Api, group: str):
    first, _ = device(live, api, group)
    _, secret = invite(live, api, group)
    thief = BareAgent(live.url, public_key=first.public_key)
    answer = thief.enrol(secret)
    assert (answer.status, "keys" in answer.json()["detail"]) == (409, True)
    assert BareAgent(live.url).enrol(secret).status == 201, "a refusal spends nothing"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("publicKey", "short"),
        ("publicKey", "A" * 44),
        ("identityKey", "!" * 43 + "="),
        ("name", ""),
        ("name", "a\nb"),
        ("hardwareId", "x" * 201),
    ],
)
def test_a_bad_enrolment_is_named(live: Live, api: Api, group: str, field: str, value: str):
    _, secret = invite(live, api, group)
    answer = BareAgent(live.url).enrol(secret, **{field: value})
    assert (answer.status, answer.pointers) == (422, [f"/{field}"])


def test_a_further_device_enrols_by_a_code_within_the_limit(live: Live, api: Api, group: str):
    _, user_id = device(live, api, group)
    path = f"/tenants/users/{user_id}/enrolment-codes"
    for _ in range(4):
        made = api.made(path, None)
        assert made["link"] == f"{live.url}/enrolments/{made['code']}"
        assert BareAgent(live.url).enrol(made["code"]).status == 201
    code = api.made(path, None)["code"]
    refused = BareAgent(live.url).enrol(code)
    assert (refused.status, "may have 5" in refused.json()["detail"]) == (409, True)
    devices = api.get(f"/tenants/users/{user_id}").json()["devices"]
    assert len(devices) == 5
    api.delete(f"/tenants/devices/{devices[0]['id']}")
    assert BareAgent(live.url).enrol(code).status == 201, "a refusal spends nothing"


def test_a_deactivated_device_counts(live: Live, api: Api):
    group = api.made("/tenants/groups", {"name": "One each", "roles": [], "maxDevices": 1})["id"]
    agent, user_id = device(live, api, group)
    api.patch(f"/tenants/devices/{agent.id}/deactivate")
    code = api.made(f"/tenants/users/{user_id}/enrolment-codes", None)["code"]
    assert BareAgent(live.url).enrol(code).status == 409


def test_mistake_18_racing_enrolments_keep_the_limit(live: Live, api: Api):
    group = api.made("/tenants/groups", {"name": "Two each", "roles": [], "maxDevices": 2})["id"]
    _, user_id = device(live, api, group)
    path = f"/tenants/users/{user_id}/enrolment-codes"
    codes = [api.made(path, None)["code"] for _ in range(6)]
    racers = [
        threading.Thread(target=lambda code=code: BareAgent(live.url).enrol(code)) for code in codes
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(api.get(f"/tenants/users/{user_id}").json()["devices"]) == 2


def test_codes_are_for_active_users_and_lapse(live: Live, api: Api, group: str):
    user_id, _ = invite(live, api, group)
    assert api.post(f"/tenants/users/{user_id}/enrolment-codes").status == 409
    _, active = device(live, api, group)
    code = api.made(f"/tenants/users/{active}/enrolment-codes", None)["code"]
    live.clock.ahead = timedelta(minutes=61)
    assert BareAgent(live.url).enrol(code).status == 410


def test_the_page_behind_a_link_spends_nothing(live: Live, api: Api, group: str):
    _, secret = invite(live, api, group)
    page = Api(live.url, None).get(f"/invitations/{secret}")
    assert page.status == 200
    assert f"gatescale enroll {live.url}/invitations/{secret}".encode() in page.body
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "same-origin"
    assert BareAgent(live.url).enrol(secret).status == 201
