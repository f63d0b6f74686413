"""What is sent again, when, and what never is: against a server that misbehaves."""

from dataclasses import dataclass, field

import pytest

import gatescale
from admin.unsteady import Unsteady, answering, dropping, refusing
from databases import free_port
from gatescale.admin.retries import Retries, retry_after
from gatescale.contract.groups import WriteGroup
from gatescale.contract.policies import ReorderPolicies
from gatescale.errors import (
    GatescaleError,
    PreconditionFailedError,
    TooManyRequestsError,
    UnavailableError,
)

ID = "7b9c1c1e-52d4-4a2f-9d5e-0c6f1f3a8e21"
GROUP = (
    b'{"id": "%s", "createdAt": "", "updatedAt": "", "name": "Sales", "description": null,'
    b' "roles": [], "deleteable": true, "users": [], "userCount": 0, "maxDevices": 5,'
    b' "isSamlDefaultGroup": false, "idpMapping": []}' % ID.encode()
)
PASSING = {
    "502": refusing(502),
    "503": refusing(503),
    "504": refusing(504),
    "429": refusing(429, retry_after="0"),
    "dropped": dropping,
}
FINE = answering(200, b"[]")
MADE = answering(201, GROUP)


@dataclass
class Time:
    """Passes at once, and keeps what was waited for."""

    paused: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.paused.append(seconds)


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def connect(time):
    """Return a client of a server that does these acts."""
    opened = []

    def connect(*acts, jitter=1.0, most=4):
        server = Unsteady(list(acts)).__enter__()
        retries = Retries(most, pause=time, jitter=lambda: jitter)
        client = gatescale.Client(server.url, "gsk_x", retries=retries)
        opened.extend((client, server))
        return client, server

    yield connect
    for each in opened:
        each.__exit__(None, None, None)


@pytest.mark.parametrize("failing", PASSING.values(), ids=PASSING.keys())
def test_a_read_is_repeated_until_it_is_answered(connect, time, failing):
    client, server = connect(failing, failing, FINE)
    assert client.roles.find_all() == []
    assert [seen.method for seen in server.seen] == ["GET"] * 3
    # Of two lost answers, the HTTP library makes good for one by itself.
    assert time.paused == ([0.25] if failing is dropping else [0.25, 0.5])


def test_tries_are_bounded_and_the_last_failure_is_told(connect, time):
    client, server = connect(refusing(503))
    with pytest.raises(UnavailableError, match="not now"):
        client.roles.find_all()
    assert len(server.seen) == 5
    assert time.paused == [0.25, 0.5, 1.0, 2.0]


def test_jitter_spreads_the_pauses_and_none_is_negative(connect, time):
    client, _ = connect(refusing(503), FINE, jitter=0.0)
    client.roles.find_all()
    assert time.paused == [0.0]


def test_the_controllers_own_time_is_kept(connect, time):
    client, _ = connect(
        refusing(429, retry_after="7"),
        refusing(503, retry_after="Tue, 24 Nov 2026 09:30:09 GMT", date="nonsense"),
        refusing(
            503,
            retry_after="Tue, 24 Nov 2026 09:30:09 GMT",
            date="Tue, 24 Nov 2026 09:30:00 GMT",
        ),
        FINE,
        jitter=0.0,
    )
    client.roles.find_all()
    assert time.paused == [7.0, 0.0, 9.0]


def test_who_is_to_come_back_in_an_hour_is_told_at_once(connect, time):
    client, server = connect(refusing(429, retry_after="3600"))
    with pytest.raises(TooManyRequestsError) as told:
        client.roles.find_all()
    assert told.value.headers["Retry-After"] == "3600"
    assert (len(server.seen), time.paused) == (1, [])


def test_a_create_is_repeated_under_one_key_and_the_next_gets_another(connect):
    client, server = connect(dropping, refusing(503), MADE)
    body = WriteGroup(name="Sales", roles=[])
    assert client.groups.create(body).name == "Sales"
    client.groups.create(body)
    keys = [seen.headers["idempotency-key"] for seen in server.seen]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]
    assert len({seen.body for seen in server.seen}) == 1


def test_a_key_of_ones_own_is_sent(connect):
    client, server = connect(MADE)
    client.groups.create(WriteGroup(name="Sales", roles=[]), idempotency_key="monday")
    assert server.seen[0].headers["idempotency-key"] == "monday"


@pytest.mark.parametrize("failing", PASSING.values(), ids=PASSING.keys())
def test_a_patch_is_never_repeated(connect, time, failing):
    client, server = connect(failing)
    with pytest.raises((UnavailableError, TooManyRequestsError)):
        client.policies.reorder(ReorderPolicies(type="PRIVATE", policies=[]))
    assert (len(server.seen), time.paused) == (1, [])


@pytest.mark.parametrize("status", [400, 409, 422, 500, 501])
def test_what_will_not_pass_is_not_repeated(connect, time, status):
    client, server = connect(refusing(status))
    with pytest.raises(GatescaleError, match="not now"):
        client.roles.find_all()
    assert (len(server.seen), time.paused) == (1, [])


def test_a_deletion_whose_answer_was_lost_is_done(connect):
    client, server = connect(dropping, refusing(404))
    client.groups.delete(ID)
    assert [seen.method for seen in server.seen] == ["DELETE", "DELETE"]


def test_a_deletion_of_nothing_is_an_error(connect):
    client, _ = connect(refusing(429, retry_after="0"), refusing(404))
    with pytest.raises(Exception, match="not now"):
        client.groups.delete(ID)


def test_a_stale_change_after_a_lost_answer_may_be_ones_own(connect):
    client, server = connect(dropping, refusing(412))
    with pytest.raises(PreconditionFailedError, match="whose answer was lost"):
        client.groups.update(ID, WriteGroup(name="Sales", roles=[]), if_match='"a"')
    assert [seen.headers["if-match"] for seen in server.seen] == ['"a"', '"a"']


def test_nobody_there_is_told_after_the_tries(time):
    url = f"http://127.0.0.1:{free_port()}"
    retries = Retries(2, pause=time, jitter=lambda: 1.0)
    with (
        gatescale.Client(url, "gsk_x", retries=retries) as client,
        pytest.raises(UnavailableError, match="connection refused"),
    ):
        client.roles.find_all()
    assert time.paused == [0.25, 0.5]


def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(connect):
    client, server = connect(answering(302, location="http://192.0.2.1/"))
    with pytest.raises(UnavailableError, match=r"it sends to http://192\.0\.2\.1/"):
        client.roles.find_all()
    assert len(server.seen) == 1


def test_what_no_controller_says_is_told(connect):
    client, _ = connect(answering(200, b"<html>"))
    with pytest.raises(UnavailableError, match="is it the controller's URL"):
        client.roles.find_all()


def test_waiting_gives_the_answer_more_time(connect):
    client, server = connect(answering(204))
    client.groups.delete(ID, wait=60)
    assert server.seen[0].headers["prefer"] == "wait=60"


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "1.5"])
def test_a_retry_after_that_says_nothing_is_none(header):
    assert retry_after(header, None) is None
