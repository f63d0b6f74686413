from datetime import timedelta

import pytest

from controller import given
from controller.expect import refused
from live import Api, Live


def invited(api: Api, group: str, *emails: str) -> list[dict]:
    return api.made("/tenants/users", [{"email": e, "groups": [group]} for e in emails])


def test_the_owner_is_the_first_user(api: Api):
    page = api.get("/tenants/users").json()
    assert page["total"] == 1
    owner = page["data"][0]
    assert owner["isOwner"] is True
    assert owner["status"] == "ACTIVE"
    assert [role["type"] for role in owner["roles"]] == ["OWNER"]
    assert [group["name"] for group in owner["groups"]] == ["Default Group"]
    assert {page["page"], page["limit"]} == {0, 10}
    assert (page["hasNext"], page["hasPrevious"]) == (False, False)


def test_one_user_is_answered_as_an_object_and_an_array_as_an_array(api: Api, group: str):
    one = api.post("/tenants/users", json={"email": "ann@acme.test", "groups": [group]})
    assert one.status == 201
    assert one.json()["email"] == "ann@acme.test"
    assert one.json()["status"] == "INVITED"
    assert int(one.headers["gatescale-revision"]) > 0
    many = invited(api, group, "bob@acme.test", "cyd@acme.test")
    assert [user["email"] for user in many] == ["bob@acme.test", "cyd@acme.test"]
    assert [role["type"] for role in many[0]["roles"]] == ["DEFAULT"]


def test_revisions_rise_one_by_one(api: Api, group: str):
    revisions = [
        int(
            api.post(
                "/tenants/users", json={"email": f"u{n}@acme.test", "groups": [group]}
            ).headers["gatescale-revision"]
        )
        for n in range(3)
    ]
    assert revisions == list(range(revisions[0], revisions[0] + 3))


def test_one_bad_row_among_a_hundred_creates_nobody(api: Api, group: str):
    rows = [{"email": f"user{n}@acme.test", "groups": [group]} for n in range(100)]
    rows[57]["email"] = "not an email"
    answer = api.post("/tenants/users", json=rows)
    assert answer.status == 422
    assert answer.pointers == ["/57/email"]
    assert "email address" in answer.json()["errors"][0]["detail"]
    assert api.get("/tenants/users").json()["total"] == 1


def test_a_hundred_users_are_invited_at_once_and_not_one_more(api: Api, group: str):
    rows = [{"email": f"user{n}@acme.test", "groups": [group]} for n in range(101)]
    assert api.post("/tenants/users", json=rows).status == 422
    assert api.get("/tenants/users").json()["total"] == 1
    assert len(api.made("/tenants/users", rows[:100])) == 100
    assert api.post("/tenants/users", json=[]).status == 422


def test_an_email_twice_in_a_bulk_is_named(api: Api, group: str):
    emails = ["ann@acme.test", "bob@acme.test", "Ann@Acme.test"]
    answer = api.post("/tenants/users", json=[{"email": e, "groups": [group]} for e in emails])
    assert (answer.status, answer.pointers) == (422, ["/2/email"])
    assert api.get("/tenants/users").json()["total"] == 1


def test_a_stored_email_in_other_letter_case_conflicts(api: Api, group: str):
    invited(api, group, "ann@acme.test")
    answer = api.post(
        "/tenants/users",
        json=[{"email": e, "groups": [group]} for e in ("new@acme.test", "ANN@acme.test")],
    )
    assert (answer.status, answer.pointers) == (409, ["/1/email"])
    assert api.get("/tenants/users").json()["total"] == 2


def test_the_same_email_may_be_a_user_of_two_tenants(api: Api, other_api: Api, group: str):
    invited(api, group, "ann@acme.test")
    theirs = other_api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    assert invited(other_api, theirs, "ann@acme.test")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"email": "a@b.test"}, ["/groups"]),
        ({"email": "a@b.test", "groups": []}, ["/groups"]),
        ({"email": 5, "groups": ["x"]}, ["/email", "/groups/0"]),
        ({"email": "a@b.test", "groups": "x"}, ["/groups"]),
        ({"email": "a\r\nBcc: x@b.test", "groups": []}, ["/email", "/groups"]),
        ([{"email": "a@b.test"}, {"groups": []}], ["/0/groups", "/1/email", "/1/groups"]),
    ],
)
def test_every_mistake_is_named(api: Api, body: object, pointers: list[str]):
    answer = api.post("/tenants/users", json=body)
    assert answer.status == 422
    assert sorted(answer.pointers) == sorted(pointers)


def test_an_unknown_field_is_refused(api: Api, group: str):
    body = {"email": "a@b.test", "groups": [group], "isOwner": True}
    answer = api.post("/tenants/users", json=body)
    assert (answer.status, answer.pointers) == (422, ["/isOwner"])
    assert "email" in answer.json()["errors"][0]["detail"]


def test_an_unknown_group_is_not_found(api: Api, other_api: Api):
    theirs = other_api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    answer = api.post("/tenants/users", json={"email": "a@b.test", "groups": [theirs]})
    assert (answer.status, answer.pointers) == (404, ["/groups/0"])
    assert answer.json()["type"] == "/problems/not-found"


def test_an_unknown_group_among_other_mistakes_is_one_of_them(api: Api, other_api: Api, group: str):
    theirs = other_api.get("/tenants/users").json()["data"][0]["groups"][0]["id"]
    rows = [{"email": "a@b.test", "groups": [group]}, {"email": "A@b.test", "groups": [theirs]}]
    answer = api.post("/tenants/users", json=rows)
    assert (answer.status, answer.pointers) == (422, ["/1/email", "/1/groups/0"])


def test_a_user_is_deactivated_and_let_back_in(api: Api, group: str):
    (ann,) = invited(api, group, "ann@acme.test")
    path = f"/tenants/users/{ann['id']}"
    assert api.patch(f"{path}/deactivate").json()["status"] == "DEACTIVATED"
    assert api.patch(f"{path}/deactivate").status == 409
    back = api.post(f"{path}/reactivate")
    assert (back.status, back.json()["status"]) == (201, "INVITED")
    assert api.post(f"{path}/reactivate").status == 409


def test_a_user_is_deleted_for_good(api: Api, group: str):
    (ann,) = invited(api, group, "ann@acme.test")
    answer = api.delete(f"/tenants/users/{ann['id']}")
    assert (answer.status, answer.body) == (204, b"")
    assert api.get(f"/tenants/users/{ann['id']}").status == 404
    assert api.delete(f"/tenants/users/{ann['id']}").status == 404


def test_the_owner_stays(api: Api):
    assert api.tenant
    path = f"/tenants/users/{api.tenant.owner_id}"
    assert api.delete(path).status == 409
    assert api.patch(f"{path}/deactivate").status == 409
    assert api.post(f"{path}/invite").status == 409


def test_an_invitation_lapses_after_seven_days_and_can_be_sent_again(
    live: Live, api: Api, group: str
):
    (ann,) = invited(api, group, "ann@acme.test")
    live.clock.ahead = timedelta(days=7, seconds=1)
    assert api.get(f"/tenants/users/{ann['id']}").json()["status"] == "EXPIRED"
    assert api.get("/tenants/users?filter[status]=EXPIRED").json()["total"] == 1
    assert api.post(f"/tenants/users/{ann['id']}/invite").status == 201
    assert api.get(f"/tenants/users/{ann['id']}").json()["status"] == "INVITED"


def test_a_user_joins_and_leaves_groups(api: Api, group: str):
    (ann,) = invited(api, group, "ann@acme.test")
    second = api.made("/tenants/groups", {"name": "Engineering", "roles": []})["id"]
    path = f"/tenants/users/{ann['id']}/groups"
    joined = api.post(path, json={"groupId": second})
    assert joined.status == 201
    assert {g["id"] for g in joined.json()["groups"]} == {group, second}
    assert api.delete(f"{path}/{group}").status == 204
    assert api.delete(f"{path}/{second}").status == 409
    assert api.delete(f"{path}/{group}").status == 404


def test_pages_do_not_overlap(api: Api, group: str):
    invited(api, group, *(f"u{n:02}@acme.test" for n in range(25)))
    seen = []
    for offset in (0, 10, 20):
        page = api.get(f"/tenants/users?limit=10&offset={offset}&sort=firstName").json()
        assert (page["page"], page["total"]) == (offset // 10, 26)
        assert (page["hasNext"], page["hasPrevious"]) == (offset < 20, offset > 0)
        seen += [user["id"] for user in page["data"]]
    assert len(set(seen)) == 26


def test_users_are_filtered_sorted_and_searched(api: Api, group: str):
    invited(api, group, "ann@acme.test", "bob@acme.test")

    def emails(query: str) -> list[str]:
        return [user["email"] for user in api.get(f"/tenants/users?{query}").json()["data"]]

    assert emails("filter[email]=ann@acme.test") == ["ann@acme.test"]
    assert emails("filter[email][in]=ann@acme.test,bob@acme.test&sort=-email") == [
        "bob@acme.test",
        "ann@acme.test",
    ]
    assert emails("filter[email][ilike]=B%25") == ["bob@acme.test"]
    assert emails("search=ANN@") == ["ann@acme.test"]
    assert emails("filter[isOwner]=true") == ["owner@acme.test"]
    assert sorted(emails(f"filter[groups.id]={group}&filter[isOwner][ne]=true")) == [
        "ann@acme.test",
        "bob@acme.test",
    ]


@pytest.mark.parametrize(
    ("query", "pointer", "says"),
    [
        ("limit=101", "query/limit", "100"),
        ("limit=0", "query/limit", "1"),
        ("offset=-1", "query/offset", "0"),
        ("page[limit]=x", "query/page[limit]", "100"),
        ("filter[password]=x", "query/filter[password]", "email"),
        ("filter[email][like]=x", "query/filter[email]", "ilike"),
        ("filter[isOwner]=maybe", "query/filter[isOwner]", "true"),
        ("sort=password", "query/sort", "email"),
        ("sort=email:up", "query/sort", "asc"),
        ("colour=red", "query/colour", "search"),
        ("search=%00", "query/search", "NUL"),
        ("filter[maxDevices]=999999999999", "query/filter[maxDevices]", "nine digits"),
        ("filter[maxDevices]=--5", "query/filter[maxDevices]", "whole number"),
        ("filter[maxDevices][ilike]=5", "query/filter[maxDevices]", "no text"),
        ("filter[email][ilike]=%00", "query/filter[email]", "NUL"),
    ],
)
def test_a_bad_query_says_what_is_possible(api: Api, query: str, pointer: str, says: str):
    answer = api.get(f"/tenants/users?{query}")
    assert (answer.status, answer.pointers) == (422, [pointer])
    assert says in answer.json()["detail"]


def test_another_tenants_user_does_not_exist(api: Api, other_api: Api, group: str):
    (ann,) = invited(api, group, "ann@acme.test")
    path = f"/tenants/users/{ann['id']}"
    for method, suffix in [
        ("GET", ""),
        ("DELETE", ""),
        ("PATCH", "/deactivate"),
        ("POST", "/reactivate"),
        ("POST", "/invite"),
        ("POST", "/enrolment-codes"),
        ("DELETE", f"/groups/{group}"),
    ]:
        assert other_api.request(method, path + suffix).status == 404, (method, suffix)
    assert other_api.post(f"{path}/groups", json={"groupId": group}).status == 404
    assert other_api.get(f"/tenants/users?filter[groups.id]={group}").json()["total"] == 0
    assert api.get(path).json()["status"] == "INVITED"


def test_a_name_that_grows_when_folded_is_stored(api: Api):
    made = api.made("/tenants/groups", {"name": "ß" * 100, "roles": []})
    assert made["name"] == "ß" * 100
    again = api.post("/tenants/groups", json={"name": "SS" * 50, "roles": []})
    assert again.status == 201, "another length, another name"


@pytest.mark.parametrize("name", ["A\nB", "A\n", "\x00", "A\x00B", " ", ""])
def test_a_name_has_no_control_characters(api: Api, name: str):
    answer = api.post("/tenants/groups", json={"name": name, "roles": []})
    assert (answer.status, answer.pointers) == (422, ["/name"])


def test_names_image_and_number_of_devices_are_changed_one_by_one(api):
    path = f"/tenants/users/{given.user(api)['id']}"
    whole = {"firstName": "Ann", "lastName": "Lee", "image": "/ann.png", "maxDevices": 2}
    for name, value in whole.items():
        answer = api.put(path, json={name: value})
        assert (answer.status, answer.json()[name]) == (200, value)
    shown = given.read(api, path)
    assert {name: shown[name] for name in whole} == whole
    cleared = api.put(path, json=dict.fromkeys(whole)).json()
    assert {cleared[name] for name in whole} == {None}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"firstName": ""}, "/firstName"),
        ({"lastName": "a\nb"}, "/lastName"),
        ({"image": "javascript:alert(1)"}, "/image"),
        ({"maxDevices": -1}, "/maxDevices"),
        ({"email": "new@acme.test"}, "/email"),
    ],
)
def test_what_cannot_be_changed_of_a_user_is_refused(api, body, pointer):
    refused(api, "PUT", f"/tenants/users/{given.user(api)['id']}", 422, pointer, json=body)


def test_the_ownership_moves_by_an_explicit_act_alone(live, api, group):
    from controller import people

    old = given.owner(api)
    _, heir = people.device(live, api, group)
    admin = Api(live.url, api.made("/tenants/api-keys", {"name": "A", "role": "ADMIN"})["key"])
    path = f"/tenants/users/{heir}/transfer-ownership"
    assert admin.post(path).status == 403
    answer = api.post(path)
    assert (answer.status, answer.json()["isOwner"]) == (201, True)
    assert [role["type"] for role in answer.json()["roles"]] == ["OWNER"]
    shown = given.read(api, f"/tenants/users/{old['id']}")
    assert (shown["isOwner"], [role["type"] for role in shown["roles"]]) == (False, ["ADMIN"])
    assert [user["id"] for user in given.rows(api, "users", "&filter[isOwner]=true")] == [heir]
    refused(api, "POST", path, 409)
    refused(api, "DELETE", f"/tenants/users/{heir}", 409)


def test_only_an_active_user_becomes_the_owner(api):
    invited = given.user(api)
    refused(api, "POST", f"/tenants/users/{invited['id']}/transfer-ownership", 409)
    refused(api, "POST", f"/tenants/users/{given.ABSENT}/transfer-ownership", 404)
