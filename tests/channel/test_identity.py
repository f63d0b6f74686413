import base64
import stat

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from channel.stand_in import StandIn
from gatescale.channel.identity import Identity, IdentityFileError
from gatescale.channel.signatures import ForgedError, verified
from gatescale.wire.messages import Lease, Signed


def test_an_identity_is_made_once_and_for_its_owner_alone(tmp_path):
    first = Identity.load_or_create(tmp_path / "identity")
    again = Identity.load_or_create(tmp_path / "identity")
    assert first.public_key == again.public_key
    assert stat.S_IMODE((tmp_path / "identity").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["identity"]


def test_two_identities_differ(tmp_path):
    keys = {Identity.load_or_create(tmp_path / name).public_key for name in "ab"}
    assert len(keys) == 2


def test_what_it_signs_its_public_key_verifies(tmp_path):
    identity = Identity.load_or_create(tmp_path / "identity")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(identity.public_key))
    public.verify(base64.b64decode(identity.sign(b"hello")), b"hello")


@pytest.mark.parametrize("content", ["", "hello", base64.b64encode(b"x" * 31).decode(), "é"])
def test_a_file_that_is_no_identity_is_named_and_kept(tmp_path, content):
    path = tmp_path / "identity"
    path.write_text(content)
    with pytest.raises(IdentityFileError, match="identity"):
        Identity.load_or_create(path)
    assert path.read_text() == content


def signed(stand_in, message, **changes):
    return msgspec.structs.replace(
        msgspec.json.decode(stand_in.sign(message), type=Signed), **changes
    )


def test_only_the_pinned_key_is_believed():
    lease = Lease("gateway-1", 12)
    ours, other = StandIn(), StandIn()
    assert verified(signed(ours, lease), ours.controller_key) == lease
    for bad in (
        signed(other, lease),
        signed(ours, lease, signature=""),
        signed(ours, lease, signature="é"),
        signed(ours, lease, payload=b'{"type":"lease","gatewayId":"gateway-1","until":13}'),
    ):
        with pytest.raises(ForgedError):
            verified(bad, ours.controller_key)


def test_a_signed_message_of_an_unknown_kind_is_refused():
    payload = b'{"type":"novel"}'
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    unknown = Signed(msgspec.Raw(payload), base64.b64encode(key.sign(payload)).decode())
    with pytest.raises(ForgedError, match="not understood"):
        verified(unknown, public)
