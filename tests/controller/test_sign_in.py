"""How people sign in with a password and an app, stay signed in, and are signed out."""

from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
import pyotp
import pytest

from controller.people import invite
from gatescale.controller import joining
from live import Api, Live
from person import PASSWORD, Person


def code_of(live: Live, key: str, steps: int = 0) -> str:
    """Return what the app shows, or will show some steps ahead."""
    return pyotp.TOTP(key).at(live.clock(), counter_offset=steps)


@pytest.fixture
def person(live: Live) -> Person:
    return Person(live.url)


@pytest.fixture
def admin(live: Live, api: Api, group: str) -> tuple[Person, str, str]:
    """An admin at a browser, signed in; the app's key, and their email."""
    user_id, secret = invite(live, api, group)
    person = Person(live.url)
    page, key = person.choose_password(f"/invitations/{secret}")
    assert page.status == 200
    role = next(r["id"] for r in api.get("/tenants/roles").json() if r["type"] == "ADMIN")
    api.patch(f"/tenants/users/{user_id}/roles", json={"addedRoles": [role], "removedRoles": []})
    return person, key, str(api.get(f"/tenants/users/{user_id}").json()["email"])


def me(person: Person) -> dict:
    return msgspec.json.decode(person.ask("GET", "/tenants/me").text)


def sign_in(person: Person, live: Live, api: Api, email: str, code: str):
    step = person.open("/sign-in", {"email": email, "password": PASSWORD, "next": "/"})
    assert step.status == 200, step.alert
    assert api.tenant
    form = {"ticket": step.hidden("ticket"), "tenant": api.tenant.tenant_id, "code": code}
    return person.open("/sign-in/code", {**form, "next": "/account"})


def test_an_invited_person_joins_with_a_name_a_password_and_an_app(
    live: Live, api: Api, group: str, person: Person
):
    user_id, secret = invite(live, api, group)
    page = person.open(f"/invitations/{secret}")
    assert "Join Acme" in page.text
    done, _ = person.choose_password(f"/invitations/{secret}", firstName="Ann", lastName="Lee")
    assert len(done.codes) == 10
    user = api.get(f"/tenants/users/{user_id}").json()
    assert (user["status"], user["firstName"], user["lastName"]) == ("ACTIVE", "Ann", "Lee")
    mine = me(person)
    assert (mine["kind"], mine["id"], mine["name"]) == ("user", user_id, "Ann Lee")
    assert (mine["role"], mine["email"]) == ("DEFAULT", user["email"])
    assert "UsersController_findAll" not in mine["permissions"]
    assert person.ask("GET", "/tenants/users").status == 403
    again = person.open(f"/invitations/{secret}")
    assert (again.status, "used already" in again.alert) == (410, True)


def test_nothing_is_stored_before_the_app_shows_its_code(live, api, group, person):
    user_id, secret = invite(live, api, group)
    step = person.open(f"/invitations/{secret}", {"password": PASSWORD})
    form = {"ticket": step.hidden("ticket"), "code": "000000"}
    wrong = person.open(f"/invitations/{secret}/code", form)
    assert wrong.status == 422
    assert "not right now" in wrong.alert
    assert api.get(f"/tenants/users/{user_id}").json()["status"] == "INVITED"
    assert not list(person.jar)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"password": "short"}, "12 to 200 characters"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "would be guessed"),
        ({"password": PASSWORD, "firstName": "A\u202eB"}, "none of them invisible"),
        ({"credential": "{}"}, "could not be checked"),
    ],
)
def test_a_wrong_field_is_told_and_what_was_typed_stays(live, api, group, person, form, said):
    _, secret = invite(live, api, group)
    page = person.open(f"/invitations/{secret}", {"lastName": "Lee", **form})
    assert page.status in {401, 422}
    assert said in page.text
    assert 'value="Lee"' in page.text
    assert PASSWORD not in page.text


def test_password_and_code_sign_in(live: Live, api: Api, admin):
    _, key, email = admin
    fresh = Person(live.url)
    page = sign_in(fresh, live, api, email, code_of(live, key, 1))
    assert (page.status, urlsplit(page.url).path) == (200, "/account")
    assert me(fresh)["role"] == "ADMIN"
    assert fresh.ask("GET", "/tenants/users").status == 200


def test_a_code_is_good_once(live: Live, api: Api, admin):
    _, key, email = admin
    code = code_of(live, key, 1)
    assert sign_in(Person(live.url), live, api, email, code).status == 200
    refused = sign_in(Person(live.url), live, api, email, code)
    assert (refused.status, "used already" in refused.alert) == (401, True)


def test_a_recovery_code_stands_in_for_the_app_once(live: Live, api: Api, admin):
    person, _, email = admin
    codes = person.open("/account/recovery-codes", {}).codes
    first = sign_in(Person(live.url), live, api, email, codes[0].upper().replace("-", " "))
    assert first.status == 200
    assert sign_in(Person(live.url), live, api, email, codes[0]).status == 401
    # Whoever has a password needs it besides.
    alone = Person(live.url).open("/sign-in/recovery", {"email": email, "code": codes[1]})
    assert alone.status == 401


def test_a_wrong_password_and_an_unknown_email_are_told_alike(live: Live, admin):
    _, _, email = admin
    wrong = Person(live.url).open("/sign-in", {"email": email, "password": "not this one!"})
    unknown = Person(live.url).open("/sign-in", {"email": "x@y.test", "password": PASSWORD})
    assert wrong.status == unknown.status == 401
    assert wrong.alert == unknown.alert
    assert "not this one!" not in wrong.text


def test_guessing_is_slowed_down(tmp_path):
    with Live(tmp_path, rate_limit=100) as live:
        statuses = [
            Person(live.url).open("/sign-in", {"email": "a@b.test", "password": "x"}).status
            for _ in range(12)
        ]
    assert statuses[:10] == [401] * 10
    assert statuses[10:] == [429] * 2


def test_a_session_ends_by_disuse_and_by_age(live: Live, admin):
    person, _, _ = admin
    live.clock.ahead += timedelta(hours=11)
    assert person.ask("GET", "/tenants/me").status == 200
    live.clock.ahead += timedelta(hours=11)
    assert person.ask("GET", "/tenants/me").status == 200
    live.clock.ahead += timedelta(hours=13)
    assert person.ask("GET", "/tenants/me").status == 401


def test_no_use_keeps_a_session_for_ever(live: Live, admin):
    person, _, _ = admin
    for _ in range(15):
        live.clock.ahead += timedelta(hours=11)
        assert person.ask("GET", "/tenants/me").status == 200
    live.clock.ahead += timedelta(hours=5)
    assert person.ask("GET", "/tenants/me").status == 401


def test_signing_out_here_and_everywhere(live: Live, api: Api, admin):
    person, key, email = admin
    other = Person(live.url)
    sign_in(other, live, api, email, code_of(live, key, 1))
    shown = person.open("/account").text
    assert shown.count("Sign out</button>") == 1
    person.open("/sign-out", {})
    assert person.ask("GET", "/tenants/me").status == 401
    assert other.ask("GET", "/tenants/me").status == 200
    other.open("/account/sign-out-everywhere", {})
    assert other.ask("GET", "/tenants/me").status == 401


def test_deactivation_signs_out_at_once_and_for_good(live, api, group, person):
    user_id, secret = invite(live, api, group)
    person.choose_password(f"/invitations/{secret}")
    assert me(person)["id"] == user_id
    api.patch(f"/tenants/users/{user_id}/deactivate")
    assert person.ask("GET", "/tenants/me").status == 401
    api.post(f"/tenants/users/{user_id}/reactivate")
    assert person.ask("GET", "/tenants/me").status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.example"},
    ],
)
def test_no_other_site_changes_anything_with_our_cookie(live, api, admin, headers):
    person, _, _ = admin
    group = {"name": "Theirs", "roles": [api.get("/tenants/roles").json()[-1]["id"]]}
    refused = person.ask("POST", "/tenants/groups", group, **headers)
    assert (refused.status, "Another site" in refused.text) == (403, True)
    out = person.open("/sign-out", {}, **headers)
    assert out.status == 403
    assert person.ask("GET", "/tenants/me").status == 200


def test_without_fetch_metadata_the_origin_decides(live, api, admin):
    person, _, _ = admin
    group = {"name": "Ours", "roles": [api.get("/tenants/roles").json()[-1]["id"]]}
    for origin, status in (("", 403), ("https://evil.example", 403), (live.url, 201)):
        answer = person.ask("POST", "/tenants/groups", group, Sec_Fetch_Site="", Origin=origin)
        assert answer.status == status, origin


def test_a_role_that_changes_holds_from_the_next_request(live, api, group, person):
    user_id, secret = invite(live, api, group)
    person.choose_password(f"/invitations/{secret}")
    auditor = next(r["id"] for r in api.get("/tenants/roles").json() if r["type"] == "AUDITOR")
    api.patch(f"/tenants/users/{user_id}/roles", json={"addedRoles": [auditor], "removedRoles": []})
    assert me(person)["role"] == "AUDITOR"
    assert person.ask("GET", "/tenants/users").status == 200
    assert person.ask("DELETE", f"/tenants/users/{user_id}").status == 403


def test_a_link_replaces_all_ways_to_sign_in(live, api, admin):
    person, key, email = admin
    user_id = me(person)["id"]
    link = urlsplit(api.post(f"/tenants/users/{user_id}/sign-in-links").json()["link"]).path
    fresh = Person(live.url)
    done, new_key = fresh.choose_password(link)
    assert done.codes
    assert person.ask("GET", "/tenants/me").status == 401
    assert sign_in(Person(live.url), live, api, email, code_of(live, key, 1)).status == 401
    assert sign_in(Person(live.url), live, api, email, code_of(live, new_key, 1)).status == 200
    assert Person(live.url).open(link).status == 410


def test_nobody_makes_a_link_for_somebody_with_more_rights(live, api, group):
    owner_id = api.get("/tenants/users").json()["data"][0]["id"]
    admin = api.made("/tenants/api-keys", {"name": "admin", "role": "ADMIN"})
    answer = Api(live.url, admin["key"]).post(f"/tenants/users/{owner_id}/sign-in-links")
    assert answer.status == 403
    assert "OWNER" in answer.json()["detail"]


def test_old_sessions_change_no_way_to_sign_in(live: Live, admin):
    person, _, _ = admin
    live.clock.ahead += timedelta(minutes=20)
    page = person.open("/account/recovery-codes", {})
    assert (page.status, "sign in again" in page.alert) == (403, True)


def test_what_people_did_is_in_the_audit_log(live: Live, api: Api, admin):
    person, key, email = admin
    sign_in(Person(live.url), live, api, email, code_of(live, key, 1))
    person.open("/account/recovery-codes", {})
    person.open("/sign-out", {})
    events = api.all("/tenants/audit-events")
    mine = [event["operation"] for event in events if event["actor"]["kind"] == "user"]
    assert mine == ["signOut", "renewRecoveryCodes", "signIn", "acceptInvitation"]
    assert not any(PASSWORD in str(event) for event in events)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(live: Live, admin):
    person, _, _ = admin
    (cookie,) = person.jar
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert cookie.value
    path = live.settings.data_dir / "gatescale.db"
    if not live.settings.database_url:
        assert cookie.value.encode() not in path.read_bytes()


def test_next_leads_nowhere_else(live: Live):
    page = Person(live.url).open("/sign-in?next=https://evil.example/")
    assert "evil.example" not in page.text


def test_the_first_run_makes_the_tenant_once(tmp_path):
    with Live(tmp_path) as live:
        path = joining.first_run_path(live.controller.store)
        assert Person(live.url).open("/first-run/guess").status == 404
        assert "the controller's log shows" in Person(live.url).open("/sign-in").text.replace(
            "&#39;", "'"
        )
        person = Person(live.url)
        assert "Set up Gatescale" in person.open(path).text
        wrong = person.open(path, {"organisation": "", "email": "nobody", "password": PASSWORD})
        assert wrong.status == 422
        fields = {"organisation": "Acme", "email": "ann@acme.test", "firstName": "Ann"}
        done, _ = person.choose_password(path, **fields)
        assert len(done.codes) == 10
        mine = me(person)
        assert (mine["tenant"]["name"], mine["role"], mine["name"]) == ("Acme", "OWNER", "Ann")
        again = Person(live.url).open(path)
        assert (again.status, "set up already" in again.alert) == (409, True)
