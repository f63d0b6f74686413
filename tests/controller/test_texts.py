"""Texts that try to be something else: look-alikes, controls, SQL, headers, and too much of all."""

import json
import statistics
import time

import pytest

from controller import given, people
from controller.expect import refused
from live import Api, Live

GROUP = {"name": "Sales", "roles": []}

LOOK_ALIKES = [
    ("Café", "Cafe\N{COMBINING ACUTE ACCENT}"),
    ("Straße", "STRASSE"),
    ("office", "o\N{LATIN SMALL LIGATURE FFI}ce"),
    ("Admin", "\N{FULLWIDTH LATIN CAPITAL LETTER A}dmin"),
    ("Kelvin", "\N{KELVIN SIGN}elvin"),
]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_names_that_look_alike_do_not_stand_side_by_side(api: Api, one: str, other: str):
    given.group(api, one)
    refused(api, "POST", "/tenants/groups", 409, "/name", json={**GROUP, "name": other})


@pytest.mark.parametrize(
    "mark", ["\x00", "\n", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff"]
)
def test_names_have_no_marks_that_cannot_be_seen(api: Api, mark: str):
    for name in (f"Sa{mark}les", mark, f"Sales{mark}"):
        refused(api, "POST", "/tenants/groups", 422, "/name", json={**GROUP, "name": name})


@pytest.mark.parametrize("name", [" ", "\u3000", "\t"])
def test_a_name_shows_something(api: Api, name: str):
    refused(api, "POST", "/tenants/groups", 422, "/name", json={**GROUP, "name": name})


def test_names_of_all_peoples_are_kept_as_they_are(api: Api):
    names = ["日本語", "ประเทศไทย", "עברית", "👩‍🚀 Team", "O'Brien & Søn", "क्षत्रिय", "\ufdfa" * 100]
    for name in names:
        assert given.group(api, name)["name"] == name
        assert name in {group["name"] for group in given.rows(api, "groups")}


def invited(api: Api, email: str):
    body = {"email": email, "groups": [given.default_group(api)["id"]]}
    return api.post("/tenants/users", json=body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@acme.test", "ANN@Acme.TEST"),
        ("ann@bücher.test", "ann@xn--bcher-kva.test"),
        ("ann@BÜCHER.test", "ann@bu\N{COMBINING DIAERESIS}cher.test"),
        ("ann@acme.test", "ann@\N{FULLWIDTH LATIN SMALL LETTER A}cme.test"),
    ],
)
def test_one_mailbox_is_one_user(api: Api, one: str, other: str):
    assert invited(api, one).status == 201
    answer = invited(api, other)
    assert (answer.status, answer.pointers) == (409, ["/email"])


def test_a_domain_that_only_looks_like_another_shows_it(api: Api):
    assert invited(api, "ann@acme.test").json()["email"] == "ann@acme.test"
    fake = invited(api, "ann@\N{CYRILLIC SMALL LETTER A}cme.test").json()
    assert fake["email"].startswith("ann@xn--")


@pytest.mark.parametrize(
    "email",
    [
        "\N{CYRILLIC SMALL LETTER A}nn@acme.test",
        "ann@acme.test\r\nBcc: eve@evil.test",
        "ann\n@acme.test",
        '"ann bcc: eve"@acme.test',
        "ann@acme.test,eve@evil.test",
        "ann@-.test",
        "ann@" + "x" * 64 + ".test",
        "ann@" + "ü" * 60 + "." + "ü" * 60 + "." + "ü" * 60 + ".test",
        "a" * 65 + "@acme.test",
        "ann@acme..test",
        "ann@\u202etset.emca",
        "<ann@acme.test>",
        "ann@acme.test\x00",
    ],
)
def test_what_is_no_mailbox_gets_no_mail(api: Api, live: Live, email: str):
    before = len(list(live.settings.mail_dir.glob("*")))
    answer = invited(api, email)
    assert (answer.status, answer.pointers) == (422, ["/email"])
    assert len(given.rows(api, "users")) == 1
    assert len(list(live.settings.mail_dir.glob("*"))) == before


@pytest.mark.parametrize(
    "name", ["Acme\r\nBcc: eve@evil.test", "Acme\nX: 1", "Acme\u2028Bcc: eve@evil.test"]
)
def test_a_tenants_name_adds_no_header(live: Live, name: str):
    from gatescale.errors import InvalidError

    with pytest.raises(InvalidError):
        live.tenant(name)


def test_a_mail_has_the_headers_that_it_should_and_no_other(live: Live):
    api = live.tenant("Acme =?utf-8?q?Bcc=3A?= <eve@evil.test>, Ünïcode")
    email = "header-probe@acme.test"
    assert invited(api, email).status == 201
    (mail,) = people.mails_to(live.settings.mail_dir, email)
    assert mail["To"] == email
    assert {"bcc", "cc", "reply-to"} & {name.lower() for name in mail.keys()} == set()  # noqa: SIM118
    assert len(mail.get_all("To")) == len(mail.get_all("Subject")) == 1


SQL = [
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    '" OR ""="',
    "%' UNION SELECT hash FROM api_keys --",
    "\\'; SELECT pg_sleep(5); --",
    "1); DELETE FROM users; --",
    "*",
    "NEAR(a b)",
    "a AND b",
    "$1",
    ":tenant_id",
    "%(x)s",
]


@pytest.mark.parametrize("text", SQL)
def test_sql_is_a_text_like_any_other(api: Api, text: str):
    from urllib.parse import quote

    made = given.group(api, f"x{text}y")
    assert made["name"] == f"x{text}y"
    for query in (f"search={quote(f'x{text}y')}", f"filter[name]={quote(f'x{text}y')}"):
        found = given.read(api, f"/tenants/groups?{query}")
        assert [group["id"] for group in found["data"]] == [made["id"]]
    for query in (
        f"sort={quote(text)}",
        f"filter[{quote(text)}]=1",
        f"filter[name][{quote(text)}]=1",
    ):
        assert api.get(f"/tenants/groups?{query}").status in {200, 422}
    assert len(given.rows(api, "users")) == 1


def nested(depth: int) -> bytes:
    return b'{"name":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (nested(50), 422),
        (nested(100_000), 400),
        (b"[" * 200_000, 400),
        (json.dumps({**GROUP, "name": "x" * 101}).encode(), 422),
        (json.dumps({**GROUP, "name": "x" * 900_000}).encode(), 422),
        (json.dumps({**GROUP, "idpMapping": ["x"] * 101}).encode(), 422),
        (json.dumps({**GROUP, "roles": [given.ABSENT] * 21}).encode(), 422),
        (json.dumps({**GROUP, **{f"f{i}": 1 for i in range(20_000)}}).encode(), 422),
        (b'{"name": "x", "roles": [], "maxDevices": 1e400}', 400),
        (b'{"name": "x", "roles": [], "maxDevices": ' + b"9" * 5000 + b"}", 400),
        (b'{"name": "\\ud800", "roles": []}', 400),
        (b'{"name": "\xed\xa0\x80", "roles": []}', 400),
        (b'\xef\xbb\xbf{"name": "x", "roles": []}', 400),
    ],
    ids=range(13),
)
def test_too_much_of_anything_is_refused(api: Api, body: bytes, status: int):
    answer = api.post("/tenants/groups", data=body)
    assert answer.status in {status, 413}, answer.body[:300]
    assert len(answer.body) < 50_000
    assert len(given.rows(api, "groups")) == 1


def test_a_long_header_or_query_is_refused_without_harm(api: Api):
    assert api.get(f"/tenants/groups?search={'x' * 201}").status == 422
    assert api.get(f"/tenants/groups?filter[name]={'x' * 20_000}").status in {200, 422}
    many = "&".join(f"filter[name]={i}" for i in range(21))
    assert api.get(f"/tenants/groups?{many}").status == 422
    assert api.get("/tenants/groups", headers={"apikey": "gsk_" + "x" * 8000}).status == 401
    assert api.get("/tenants/groups").status == 200


def test_looking_up_a_key_takes_as_long_whatever_of_it_is_right(live: Live, api: Api):
    """A key is found by its hash, so a right beginning brings nobody nearer.

    The medians of two alike sets differ by less than those of a set and its own neighbours vary.
    """
    key = str(api.key)
    near, far = key[:-1] + ("A" if key[-1] != "A" else "B"), "gsk_" + "A" * (len(key) - 4)

    def seconds(presented: str) -> float:
        started = time.perf_counter()
        assert Api(live.url, presented).get("/tenants/roles").status == 401
        return time.perf_counter() - started

    pairs = [(seconds(near), seconds(far)) for _ in range(200)]
    nears, fars = ([pair[side] for pair in pairs] for side in (0, 1))
    low, _, high = statistics.quantiles(fars, n=4)
    apart = abs(statistics.median(nears) - statistics.median(fars))
    assert apart < max(high - low, 0.001)
