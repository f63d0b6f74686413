"""Search: what people type is found in what they see, and no longer once it is gone."""

import sqlite3
import unicodedata
from urllib.parse import quote

import pytest

from controller import given
from controller.company import settle
from controller.reference import LISTINGS, SEARCHED, Reference, values
from live import Api, Live

ASKED = [
    "ß",
    "ss",
    "STRASSE",
    "straße",
    "i\N{COMBINING DOT ABOVE}",
    "İnci",
    "inci",
    "\N{FULLWIDTH LATIN SMALL LETTER A}\N{FULLWIDTH LATIN SMALL LETTER D}min",
    "admin",
    "Zöe",
    "zo\N{COMBINING DIAERESIS}e",
    "\N{COMBINING DIAERESIS}",
    "CAFÉ",
    "cafe",
    "office",
    "\N{LATIN SMALL LIGATURE FFI}",
    "σίσυφος",
    "ς",
    "%",
    "_",
    "0%_s",
    "%_",
    "___",
    "\\",
    "k\\s",
    "'",
    '"',
    '""',
    "o'b",
    'd"a',
    '" OR "a',
    "a*",
    "NEAR(a b)",
    "-ann",
    "text: ann",
    " ",
    "acme test",
    "@acme.test",
    "\x1f",
    "bob@acme.test\x1fjürgen",
    "bob@acme.testjürgen",
    "10.1.",
    "/24",
    "nowhere to be found",
    "n" * 200,
]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def reference(request: pytest.FixtureRequest) -> Reference:
    live: Live = request.getfixturevalue(f"{request.param}_live")
    api = live.tenant()
    settle(live, api)
    return Reference(api)


@pytest.mark.parametrize("noun", LISTINGS)
def test_every_field_that_people_look_for_is_searched_by_any_part_of_it(reference, noun):
    for field in SEARCHED[noun]:
        texts = {text for row in reference.rows[noun] for text in values(row, field) if text}
        assert texts, field
        for text in sorted(unicodedata.normalize("NFC", text) for text in texts)[:6]:
            for part in (text, text[:1], text[-2:], text[1:4], text[2:7].swapcase()):
                assert not part or reference.check(noun, limit=5, search=part), (field, part)


@pytest.mark.parametrize("noun", LISTINGS)
def test_what_people_take_for_the_same_is_the_same_and_nothing_is_a_wildcard(reference, noun):
    for asked in ASKED:
        reference.check(noun, limit=5, search=asked)


def found(api: Api, noun: str, asked: str) -> set[str]:
    return {row["id"] for row in given.rows(api, noun, f"&search={quote(asked)}")}


def test_who_is_renamed_is_found_by_the_new_name_alone_with_their_devices(live, api):
    user = given.owner(api)["id"]
    laptops = {given.device(api, user, name)["id"] for name in ("red", "blue")}
    path = f"/tenants/users/{user}"
    api.put(path, json={"firstName": "Wilhelmine", "lastName": "Groß"})
    for asked in ("wilhelm", "GROSS", "owner@acme"):
        assert (found(api, "users", asked), found(api, "devices", asked)) == ({user}, laptops)
    api.put(path, json={"firstName": "Carla", "lastName": None})
    assert (found(api, "users", "carl"), found(api, "devices", "carl")) == ({user}, laptops)
    for gone in ("wilhelm", "gross"):
        assert (found(api, "users", gone), found(api, "devices", gone)) == (set(), set())
    api.delete(f"/tenants/devices/{laptops.pop()}")
    assert found(api, "devices", "carla") == laptops


@pytest.mark.parametrize("noun", ["groups", "gateways", "policies"])
def test_what_is_renamed_is_found_by_the_new_name_alone(api, noun):
    if noun == "groups":
        made = given.group(api, "Vertrieb", description="Kunden")
        body = {"name": "Sales", "roles": [], "description": "Clients"}
        change = api.put
    elif noun == "gateways":
        made = given.gateway(api, "Vertrieb", description="Kunden")
        body = {"name": "Sales", "wireguardPort": "51820", "description": "Clients"}
        change = api.put
    else:
        made = given.policy(api, "Vertrieb", description="Kunden")
        body = given.policy_body("Sales", rule=given.rule(api)["id"], description="Clients")
        del body["type"]
        change = api.patch
    assert found(api, noun, "vertrieb") == found(api, noun, "kunden") == {made["id"]}
    assert change(f"/tenants/{noun}/{made['id']}", json=body).status == 200
    assert found(api, noun, "sales") == found(api, noun, "client") == {made["id"]}
    assert found(api, noun, "vertrieb") == found(api, noun, "kunden") == set()
    assert api.delete(f"/tenants/{noun}/{made['id']}").status == 204
    assert found(api, noun, "sales") == set()


def test_a_resource_is_found_by_the_addresses_that_it_has_now(api):
    wiki = given.resource(api, "wiki", "10.0.0.5", "docs.internal", description="Notes")
    twin = given.resource(api, "twin", "10.0.0.5")
    both = {wiki["id"], twin["id"]}
    assert found(api, "resources", "10.0.0.") == both
    kept = next(a for a in wiki["addresses"] if a["address"] == "docs.internal")
    body = {"name": "wiki", "addresses": [{"address": "10.9.9.9"}, kept | {"protocols": []}]}
    body["addresses"] = [{k: a[k] for k in ("id", "address") if k in a} for a in body["addresses"]]
    assert api.put(f"/tenants/resources/{wiki['id']}", json=body).status == 200
    assert found(api, "resources", "10.0.0.") == {twin["id"]}
    assert found(api, "resources", "10.9.9") == found(api, "resources", "docs.") == {wiki["id"]}
    assert found(api, "resources", "notes") == set()
    path = f"/tenants/addresses/{twin['addresses'][0]['id']}"
    assert api.put(path, json={"address": "10.7.7.7", "protocols": []}).status == 200
    assert found(api, "resources", "10.7.7.7") == {twin["id"]}
    assert found(api, "resources", "10.0.0.") == set()
    assert api.delete(path).status == 204
    assert found(api, "resources", "10.7.7.7") == set()
    assert found(api, "resources", "twin") == {twin["id"]}
    api.delete(f"/tenants/resources/{wiki['id']}")
    assert found(api, "resources", "docs.") == set()


def test_an_address_that_several_resources_have_changes_what_all_are_found_by(api):
    made = [given.resource(api, name, "10.0.0.5") for name in ("wiki", "mail")]
    ids = {each["id"] for each in made}
    shared = {each["addresses"][0]["id"] for each in made}
    assert len(shared) == 1
    body = {"address": "10.8.8.8", "protocols": []}
    assert api.put(f"/tenants/addresses/{shared.pop()}", json=body).status == 200
    assert (found(api, "resources", "10.8.8"), found(api, "resources", "10.0.0")) == (ids, set())


def test_with_a_user_go_their_devices_out_of_every_list(live, api, group):
    from controller import people

    agent, user = people.device(live, api, group)
    email = given.read(api, f"/tenants/users/{user}")["email"]
    assert (found(api, "users", email), found(api, "devices", email)) == ({user}, {agent.id})
    assert api.delete(f"/tenants/users/{user}").status == 204
    assert (found(api, "users", email), found(api, "devices", email)) == (set(), set())
    assert api.get("/tenants/devices").json()["total"] == 0


def test_sqlites_index_holds_what_the_texts_say(sqlite_live: Live):
    """After all that the tests before have written, changed and removed, and some more."""
    api = sqlite_live.tenant()
    given.device(api, given.owner(api)["id"])
    api.put(f"/tenants/users/{given.owner(api)['id']}", json={"firstName": "İnci"})
    database = sqlite3.connect(sqlite_live.settings.data_dir / "gatescale.db", timeout=30)
    for texts in ("user_search", "device_search", "audit_events"):
        index = f"{texts}_trigrams"
        # Raises where they differ (SQLite manual, FTS5, 6.4).
        database.execute(f"INSERT INTO {index}({index}, rank) VALUES('integrity-check', 1)")
    database.close()
