"""The rules of the API contract's section 1, broken one by one: status, pointer, words."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from controller import given
from live import Api, Live


@dataclass(frozen=True)
class Case:
    """A request, and its answer: status, the pointer of its only error ("" for none), words."""

    method: str
    path: str
    status: int
    pointer: str
    words: str
    json: Any = None
    data: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


USERS, GROUPS = "/tenants/users", "/tenants/groups"
PERSON = {"email": "ann@acme.test", "groups": [given.ABSENT]}
GROUP = {"name": "Sales", "roles": []}
NOWHERE = f"{GROUPS}/{given.ABSENT}"

CASES = [
    # Who asks
    Case("GET", USERS, 401, "", "Send your API key in the header apikey.", headers={"apikey": ""}),
    Case("GET", USERS, 401, "", "This API key is not valid.", headers={"apikey": "gsk_nonsense"}),
    # Where
    Case("GET", "/tenants/nothing", 404, "", "There is nothing at this path."),
    Case("GET", NOWHERE, 404, "", f"There is no group {given.ABSENT}."),
    Case("GET", f"{GROUPS}/7", 404, "", "'7' is no id of anything here."),
    Case("DELETE", GROUPS, 405, "", "DELETE is not possible here, only"),
    # What is sent
    Case("POST", GROUPS, 400, "", "The body is not JSON", data=b"{"),
    Case("POST", GROUPS, 400, "", "The body is not JSON", data=b""),
    Case(
        "POST",
        GROUPS,
        415,
        "",
        "The body must be application/json, not text/plain.",
        data=b"{}",
        headers={"content-type": "text/plain"},
    ),
    Case("POST", GROUPS, 422, "/name", "This field is required.", json={"roles": []}),
    Case("POST", GROUPS, 422, "/name", "Expected `str`, got `int`.", json={**GROUP, "name": 1}),
    Case(
        "POST",
        GROUPS,
        422,
        "/colour",
        "There is no such field; there are: name, roles",
        json={**GROUP, "colour": "red"},
    ),
    Case("POST", GROUPS, 422, "/a~1b~0c", "There is no such field", json={**GROUP, "a/b~c": 1}),
    Case("POST", GROUPS, 422, "/name", "a name of 1 to 100 characters", json={**GROUP, "name": ""}),
    Case(
        "POST",
        GROUPS,
        422,
        "/maxDevices",
        "Expected `int` <= 1000.",
        json={**GROUP, "maxDevices": 1001},
    ),
    Case(
        "POST",
        GROUPS,
        404,
        "/roles/0",
        f"There is no role {given.ABSENT}.",
        json={**GROUP, "roles": [given.ABSENT]},
    ),
    Case("POST", GROUPS, 422, "/roles/0", "UUID", json={**GROUP, "roles": ["7"]}),
    Case(
        "POST",
        GROUPS,
        409,
        "/name",
        "There is a group 'default group' already.",
        json={**GROUP, "name": "default group"},
    ),
    Case(
        "POST",
        USERS,
        422,
        "/0/email",
        "an email address like ann@example.com",
        json=[{**PERSON, "email": "ann"}],
    ),
    Case(
        "POST",
        USERS,
        422,
        "/groups",
        "Expected `array` of length >= 1.",
        json={**PERSON, "groups": []},
    ),
    Case(
        "POST",
        USERS,
        404,
        "/3/groups/0",
        f"There is no group {given.ABSENT}.",
        json=[
            {"email": f"a{n}@acme.test", "groups": ["DEFAULT" if n < 3 else given.ABSENT]}
            for n in range(4)
        ],
    ),
    Case("POST", USERS, 422, "", "Expected `array` of length <= 100", json=[PERSON] * 101),
    Case("POST", USERS, 422, "", "Expected `array` of length >= 1", json=[]),
    # How
    Case(
        "POST",
        GROUPS,
        400,
        "header/Idempotency-Key",
        "1 to 255 printable ASCII characters",
        json=GROUP,
        headers={"idempotency-key": "x" * 256},
    ),
    Case(
        "PUT",
        f"{GROUPS}/DEFAULT",
        400,
        "header/If-Match",
        "If-Match is the ETag that you read",
        json=GROUP,
        headers={"if-match": "v4mQ"},
    ),
    Case(
        "PUT",
        f"{GROUPS}/DEFAULT",
        412,
        "header/If-Match",
        "It was changed since you read it",
        json=GROUP,
        headers={"if-match": '"v4mQ"'},
    ),
    # Lists
    Case("GET", f"{USERS}?limit=101", 422, "query/limit", "whole number from 1 to 100, not '101'"),
    Case("GET", f"{USERS}?limit=0", 422, "query/limit", "a whole number from 1 to 100, not '0'"),
    Case("GET", f"{USERS}?page[limit]=x", 422, "query/page[limit]", "from 1 to 100, not 'x'"),
    Case("GET", f"{USERS}?offset=-1", 422, "query/offset", "a whole number from 0"),
    Case("GET", f"{USERS}?sort=colour", 422, "query/sort", "no field 'colour' here; there are: id"),
    Case("GET", f"{USERS}?sort=email:up", 422, "query/sort", "asc or desc, not 'up'"),
    Case("GET", f"{USERS}?sort=groups.id", 422, "query/sort", "There is no field 'groups.id' here"),
    Case("GET", f"{USERS}?filter[colour]=red", 422, "query/filter[colour]", "no field 'colour'"),
    Case(
        "GET",
        f"{USERS}?filter[email][like]=x",
        422,
        "query/filter[email]",
        "no operator 'like' here; there are: eq, ne, gt, gte, lt, lte, ilike, in, nin",
    ),
    Case("GET", f"{USERS}?filter[isOwner]=yes", 422, "query/filter[isOwner]", "neither true nor"),
    Case(
        "GET",
        f"{USERS}?filter[maxDevices]=many",
        422,
        "query/filter[maxDevices]",
        "not a whole number",
    ),
    Case("GET", f"{USERS}?filter[maxDevices][ilike]=1", 422, "query/filter[maxDevices]", "no text"),
    Case("GET", f"{USERS}?search={'x' * 201}", 422, "query/search", "at most 200 characters"),
    Case("GET", f"{USERS}?tenant=1", 422, "query/tenant", "There is no parameter 'tenant' here"),
    Case(
        "GET",
        f"{USERS}?withoutUsers=true",
        422,
        "query/withoutUsers",
        "limit, offset, sort, search",
    ),
    Case(
        "GET",
        f"{GROUPS}?tenant=1",
        422,
        "query/tenant",
        "there are limit, offset, sort, search, withoutUsers and up to 20 of filter",
    ),
    Case("GET", f"{GROUPS}?withoutUsers=1", 422, "query/withoutUsers", "true or false, not '1'"),
    Case("GET", f"{GROUPS}?withoutUsers=", 422, "query/withoutUsers", "true or false, not ''"),
    Case(
        "GET",
        f"{GROUPS}?withoutUsers=true&limit=5&withoutUsers=true",
        422,
        "query/withoutUsers",
        "withoutUsers is there twice.",
    ),
    Case("GET", f"{GROUPS}?withoutUsers=true&limit=0", 422, "query/limit", "number from 1 to 100"),
    Case("GET", f"{GROUPS}/DEFAULT?withoutUsers=no", 422, "query/withoutUsers", "true or false"),
    Case("GET", f"{GROUPS}/DEFAULT?limit=1", 422, "query/limit", "there are withoutUsers."),
    Case("GET", "/tenants/roles?limit=1", 422, "query/limit", "this takes none"),
    Case("GET", f"{USERS}/OWNER/roles?groupsOnly=1", 422, "query/groupsOnly", "true or false"),
]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_what_is_wrong_is_told_where_it_stands(live: Live, api: Api, case: Case):
    default, owner = given.default_group(api)["id"], given.owner(api)["id"]

    def known(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("DEFAULT", default).replace("OWNER", owner)
        if isinstance(value, list):
            return [known(each) for each in value]
        return {k: known(v) for k, v in value.items()} if isinstance(value, dict) else value

    before = {noun: given.rows(api, noun) for noun in ("users", "groups")}
    answer = api.request(
        case.method, known(case.path), json=known(case.json), data=case.data, headers=case.headers
    )
    problem = answer.json()
    assert answer.status == problem["status"] == case.status, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    told = problem.get("errors", [])
    assert [error["pointer"] for error in told] == ([case.pointer] if told else [])
    assert not case.pointer or told, problem
    assert case.words in problem["detail"] + "".join(error["detail"] for error in told), problem
    assert {noun: given.rows(api, noun) for noun in before} == before
