"""What is on the disk is believed as far as the controller's signatures go, and no further."""

import stat

import msgspec
import pytest

from gatescale.gateway.journal import Journal
from gatescale.gateway.state import State
from gatescale.policy.program import Delta, Peer
from gateway.controller import GATEWAY_ID, Signer, lease, update

FIRST = update(
    1,
    Delta(
        peers={name: Peer(name, ("100.64.0.2",), "p") for name in ("alice", "bob")},
        profiles={"p": ()},
    ),
)
WITHOUT_ALICE = update(2, Delta(peers={"alice": None}), base=1)
WITHOUT_BOB = update(3, Delta(peers={"bob": None}), base=2)


@pytest.fixture
def signer():
    return Signer()


@pytest.fixture
def journal(tmp_path, signer):
    """A journal that holds three updates and a lease."""
    journal = Journal(tmp_path, signer.public_key)
    for message in (FIRST, WITHOUT_ALICE, WITHOUT_BOB):
        journal.keep_update(signer.sign(message), message)
    journal.keep_lease(signer.sign(lease(100)))
    return journal


@pytest.fixture
def file(journal, tmp_path):
    return tmp_path / "program.journal"


def test_what_was_kept_is_restored(journal):
    state = journal.restore(GATEWAY_ID)
    assert (state.revision, state.program.peers, state.until) == (3, {}, 100)


def test_an_empty_folder_is_an_empty_state(tmp_path, signer):
    assert Journal(tmp_path, signer.public_key).restore(GATEWAY_ID) == State(GATEWAY_ID)


def test_a_whole_program_replaces_the_file(journal, signer, file):
    message = update(9, Delta())
    journal.keep_update(signer.sign(message), message)
    assert len(file.read_bytes().splitlines()) == 1
    assert journal.restore(GATEWAY_ID).revision == 9


@pytest.mark.parametrize("missing", [1, 2, 40, 200])
def test_a_torn_tail_is_cut_off(journal, signer, file, missing):
    """The power failed while the last message was written, so it was not enforced."""
    content = file.read_bytes()
    file.write_bytes(content[:-missing])
    state = journal.restore(GATEWAY_ID)
    assert state.revision == 2
    assert state.program.peers.keys() == {"bob"}
    journal.keep_update(signer.sign(WITHOUT_BOB), WITHOUT_BOB)
    assert file.read_bytes() == content
    assert journal.restore(GATEWAY_ID).revision == 3


def test_a_forged_tail_is_cut_off(journal, file):
    forged = Signer().sign(update(4, FIRST.delta, base=3))
    with file.open("ab") as out:
        out.write(msgspec.json.encode(forged) + b"\n")
    state = journal.restore(GATEWAY_ID)
    assert (state.revision, state.program.peers) == (3, {})
    assert len(file.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("number", [0, 1])
def test_damage_before_the_tail_leaves_nothing_to_believe(journal, file, number):
    """A revoke could hide in what cannot be read."""
    lines = file.read_bytes().splitlines(keepends=True)
    lines[number] = lines[number].replace(b'"revision"', b'"Revision"')
    file.write_bytes(b"".join(lines))
    assert journal.restore(GATEWAY_ID) == State(GATEWAY_ID, until=100)


def test_a_missing_difference_leaves_nothing_to_believe(journal, file):
    """Alice was revoked in it."""
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[2])
    assert journal.restore(GATEWAY_ID) == State(GATEWAY_ID, until=100)


def test_another_gateways_journal_is_not_believed(journal):
    assert journal.restore("other") == State("other")


def test_another_controllers_journal_is_not_believed(journal, tmp_path):
    stranger = Journal(tmp_path, Signer().public_key)
    assert stranger.restore(GATEWAY_ID) == State(GATEWAY_ID)


def test_a_forged_lease_is_no_lease(journal, tmp_path):
    forged = Signer().sign(lease(10**10))
    (tmp_path / "lease.json").write_bytes(msgspec.json.encode(forged) + b"\n")
    assert journal.restore(GATEWAY_ID).until == 0


def test_an_update_is_no_lease(journal, tmp_path, signer):
    (tmp_path / "lease.json").write_bytes(msgspec.json.encode(signer.sign(FIRST)) + b"\n")
    assert journal.restore(GATEWAY_ID).until == 0


def test_what_was_kept_but_not_enforced_before_a_crash_is_restored(journal, signer, tmp_path):
    """Between journal and kernel the process dies: the next one enforces what was kept."""
    message = update(4, FIRST.delta, base=3)
    journal.keep_update(signer.sign(message), message)
    state = Journal(tmp_path, signer.public_key).restore(GATEWAY_ID)
    assert state.program.peers.keys() == {"alice", "bob"}


def test_files_are_the_owners_alone(journal, tmp_path):
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_long_journal_asks_for_a_whole_to_take_its_place(journal, signer):
    big = Delta(profiles={"p" * 1_500_000: None})
    revision = 3
    while not journal.long:
        revision += 1
        message = update(revision, big, base=revision - 1)
        journal.keep_update(signer.sign(message), message)
    assert revision == 6, "after 4 MiB of differences"
    message = update(revision + 1, Delta())
    journal.keep_update(signer.sign(message), message)
    assert not journal.long
