"""An agent's channel against a real server that keeps the protocol's rules."""

import asyncio
import datetime as dt
import socket
import ssl
from contextlib import asynccontextmanager
from ipaddress import ip_address

import msgspec
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from channel.stand_in import StandIn
from gatescale import errors
from gatescale.channel.channel import Channel, Connected, Disconnected, Dismissed, Received
from gatescale.channel.controller import Controller
from gatescale.channel.identity import Identity
from gatescale.wire.messages import (
    Ack,
    DeviceEnrolment,
    DeviceUpdate,
    Lease,
    enrolment_proof,
)
from gatescale.wireguard import keys

PATIENCE = 20


@pytest_asyncio.fixture
async def stand_in():
    server = await StandIn().start()
    yield server
    await server.stop()


@pytest.fixture
def identity(tmp_path):
    return Identity.load_or_create(tmp_path / "identity")


@asynccontextmanager
async def opened(stand_in, identity, held=lambda: None):
    """An agent's channel and a function that awaits its next event."""
    stand_in.know("agent-1", identity.public_key)
    controller = Controller(stand_in.url)
    channel = Channel(
        controller,
        agent_id="agent-1",
        identity=identity,
        controller_key=stand_in.controller_key,
    )
    events = channel.events(held)

    async def following():
        return await asyncio.wait_for(anext(events), PATIENCE)

    try:
        yield channel, following
    finally:
        await events.aclose()
        await controller.close()


def update(revision):
    return DeviceUpdate("agent-1", revision, ("100.64.0.1",), ())


async def test_the_whole_comes_first_and_then_each_change(stand_in, identity):
    stand_in.program(update(1), 1)
    async with opened(stand_in, identity) as (_, following):
        assert await following() == Connected()
        first = await following()
        assert isinstance(first, Received)
        assert first.message == update(1)
        stand_in.program(update(2), 2)
        second = await following()
        assert second.message == update(2)
        assert msgspec.json.encode(second.signed) == stand_in.whole[1]


async def test_an_agent_that_returns_says_what_it_holds(stand_in, identity):
    revision = None
    stand_in.program(update(41), 41)
    async with opened(stand_in, identity, lambda: revision) as (_, following):
        assert await following() == Connected()
        revision = (await following()).message.revision
        stand_in.end_streams()
        assert isinstance(await following(), Disconnected)
        assert await following() == Connected()
    assert stand_in.resumed == [None, "41"]


async def test_forged_messages_are_dropped_and_the_next_true_one_is_taken(stand_in, identity):
    async with opened(stand_in, identity) as (_, following):
        assert await following() == Connected()
        stand_in.event("program", stand_in.sign(update(1), Ed25519PrivateKey.generate()))
        stand_in.event("program", b'{"payload": {}, "signature": "???"}')
        stand_in.event("program", b"not even JSON")
        stand_in.event("novelty", b"{}")
        stand_in.event("lease", stand_in.sign(Lease("agent-1", 12)))
        assert (await following()).message == Lease("agent-1", 12)


async def test_a_lapsed_session_is_renewed_once_without_a_word(stand_in, identity):
    async with opened(stand_in, identity) as (channel, following):
        assert await following() == Connected()
        stand_in.tokens.clear()
        await channel.send("acks", Ack(3))
        assert await asyncio.wait_for(stand_in.posted.get(), PATIENCE) == (
            "acks",
            b'{"revision":3,"error":""}',
        )
        assert stand_in.sessions_opened == 2
        stand_in.tokens.clear()
        stand_in.end_streams()
        assert isinstance(await following(), Disconnected)
        assert await following() == Connected()
        assert stand_in.sessions_opened == 3


async def test_a_session_is_renewed_before_it_lapses(stand_in, identity):
    stand_in.lifetime = 0
    async with opened(stand_in, identity) as (channel, _):
        await channel.send("acks", Ack(1))
        await channel.send("acks", Ack(2))
    assert stand_in.sessions_opened == 2
    assert stand_in.statuses
    assert 401 not in stand_in.statuses


async def test_a_session_is_shared_by_all_that_is_sent(stand_in, identity):
    async with opened(stand_in, identity) as (channel, _):
        await asyncio.gather(*(channel.send("acks", Ack(number)) for number in range(10)))
    assert stand_in.sessions_opened == 1


async def test_a_deleted_agent_is_told_and_the_events_end(stand_in, identity):
    async with opened(stand_in, identity) as (_, following):
        assert await following() == Connected()
        stand_in.dismiss("deleted", "Ann's laptop was removed")
        assert await following() == Dismissed(stand_in.dismissal)
        with pytest.raises(StopAsyncIteration):
            await following()


async def test_a_deleted_agent_that_comes_back_is_told_so(stand_in, identity):
    stand_in.dismiss("deleted", "Ann's laptop was removed")
    async with opened(stand_in, identity) as (_, following):
        assert await following() == Dismissed(stand_in.dismissal)
        with pytest.raises(StopAsyncIteration):
            await following()


async def test_a_deactivated_agent_tries_again_and_says_so_once(stand_in, identity):
    async with opened(stand_in, identity) as (_, following):
        assert await following() == Connected()
        stand_in.dismiss("deactivated", "Ann's laptop was deactivated")
        assert await following() == Dismissed(stand_in.dismissal)
        waiting = asyncio.create_task(following())
        for _ in range(2):
            await asyncio.wait_for(stand_in.refused.get(), PATIENCE)
        assert not waiting.done()
        stand_in.dismissal = None
        assert await waiting == Connected()


async def test_an_outage_is_said_once_with_the_url_and_ends_when_the_controller_is_back(identity):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    stand_in = StandIn()
    stand_in.url = f"http://127.0.0.1:{port}"
    async with opened(stand_in, identity) as (_, following):
        event = await following()
        assert isinstance(event, Disconnected)
        assert stand_in.url in event.reason
        assert "Connect call failed" not in event.reason
        await stand_in.start(socket.create_server(("127.0.0.1", port)))
        try:
            assert await following() == Connected()
        finally:
            await stand_in.stop()


def enrolment(identity, secret):
    public_key = keys.public_key(keys.generate())
    proof = identity.sign(enrolment_proof(secret, public_key))
    return DeviceEnrolment(secret, identity.public_key, public_key, proof, "laptop", "hw", "1")


async def test_a_refusal_comes_with_the_controllers_own_words(stand_in, identity):
    controller = Controller(stand_in.url)
    with pytest.raises(errors.NotFoundError, match="there is no such invitation"):
        await controller.enrol_device(enrolment(identity, "wrong"))
    await controller.close()


async def test_a_refusal_says_what_is_wrong_with_each_field(stand_in, identity):
    controller = Controller(stand_in.url)
    nameless = msgspec.structs.replace(enrolment(identity, "secret"), name="")
    with pytest.raises(errors.InvalidError) as caught:
        await controller.enrol_device(nameless)
    assert caught.value.detail == "the body is not valid: /name: is empty"
    await controller.close()


async def test_a_server_that_is_no_controller_is_called_so(identity):
    async def answer(_, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        controller = Controller(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(errors.UnavailableError, match="is this its URL"):
            await controller.enrol_device(enrolment(identity, "secret"))
        await controller.close()


async def test_a_redirect_is_not_followed_but_told(identity):
    asked = []

    async def answer(reader, writer):
        asked.append(await reader.readline())
        writer.write(
            b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example\r\n"
            b"Content-Length: 0\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        controller = Controller(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(errors.UnavailableError, match=r"https://elsewhere\.example"):
            await controller.enrol_device(enrolment(identity, "secret"))
        await controller.close()
    assert len(asked) == 1


@pytest.mark.parametrize("url", ["http://192.0.2.1", "http://gatescale.example:8080/x"])
def test_plain_http_is_refused_beyond_this_machine(url):
    with pytest.raises(errors.InvalidError, match="--insecure-http"):
        Controller(url)
    assert Controller(url, insecure_http=True).url == url


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://192.0.2.1/base"]
)
def test_https_and_loopback_are_taken(url):
    assert Controller(url + "/").url == url


@pytest.mark.parametrize("url", ["", "gatescale.example", "ftp://x", "https://", "http://[::1"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(errors.InvalidError, match="not"):
        Controller(url)


async def test_a_private_authority_is_trusted_only_when_named(tmp_path, identity):
    ca_file, tls = certificate(tmp_path)
    stand_in = await StandIn().start(tls=tls)
    stand_in.invitations.add("secret")
    stranger = Controller(stand_in.url)
    with pytest.raises(errors.UnavailableError, match="certificate is not trusted"):
        await stranger.enrol_device(enrolment(identity, "secret"))
    assert not stand_in.requests
    friend = Controller(stand_in.url, ca_file=ca_file)
    assert (await friend.enrol_device(enrolment(identity, "secret"))).agent_id == "device-1"
    for controller in (stranger, friend):
        await controller.close()
    await stand_in.stop()


def test_a_file_without_certificates_is_named(tmp_path):
    with pytest.raises(errors.InvalidError, match=r"missing\.pem"):
        Controller("https://gatescale.example", ca_file=tmp_path / "missing.pem")


def certificate(folder):
    """Return a self-signed certificate's file for 127.0.0.1 and a server context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    host = x509.IPAddress(ip_address("127.0.0.1"))
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file = folder / "key.pem"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ca_file, key_file)
    return ca_file, tls


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "c.example"),
        ({"https_proxy": "http://proxy.example:3128"}, "proxy.example"),
        ({"https_proxy": "http://proxy.example:3128", "no_proxy": "c.example"}, "c.example"),
        ({"http_proxy": "http://proxy.example:3128"}, "c.example"),
    ],
)
def test_the_host_that_is_talked_to_is_known(monkeypatch, environment, expected):
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Controller("https://c.example").next_host() == expected
