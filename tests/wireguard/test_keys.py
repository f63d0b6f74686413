import base64
import stat

import pytest

from gatescale.wireguard import keys


def test_a_generated_key_is_32_bytes_and_new_each_time():
    first, second = keys.generate(), keys.generate()
    assert len(base64.b64decode(first)) == keys.SIZE
    assert first != second


def test_the_public_key_is_that_of_rfc_7748():
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    answer = keys.public_key(base64.b64encode(alice).decode())
    assert base64.b64decode(answer).hex() == public


def test_the_key_is_made_once_and_its_owners_alone(tmp_path):
    path = tmp_path / "key"
    first = keys.load_or_create(path)
    assert keys.load_or_create(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", ["", "secret", "c2hvcnQ=", "\x00" * 44])
def test_a_file_without_a_key_is_refused_and_not_shown(tmp_path, content):
    path = tmp_path / "key"
    path.write_text(content)
    with pytest.raises(keys.KeyFileError) as refusal:
        keys.load_or_create(path)
    assert not content or content not in refusal.value.detail
    assert path.read_text() == content
