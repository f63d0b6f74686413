"""Enrolment through the command, against a real server on this machine."""

import json
import stat
from pathlib import Path

import msgspec
import pytest

from client.place import cli
from gatescale.client.enrolment import Invitation
from gatescale.errors import InvalidError
from gatescale.wire.messages import DeviceEnrolment


def enrolments(stand_in):
    return [
        msgspec.json.decode(request.rpartition("\n")[2], type=DeviceEnrolment)
        for request in stand_in.requests
        if "/enrolments/device" in request
    ]


def files(folder):
    return {str(path.relative_to(folder)): path for path in folder.rglob("*")}


async def test_a_link_enrols_and_status_tells(stand_in, tmp_path):
    folder = tmp_path / "state"
    link = f"{stand_in.url}/invitations/first"
    code, out, err = await cli("enroll", link, "--state-dir", folder, "--name", "laptop")
    assert (code, err) == (0, "")
    assert "laptop" in out
    assert "Example Works" in out
    code, out, _ = await cli("status", "--json", "--state-dir", folder)
    assert code == 0
    status = json.loads(out)
    assert status["enrolled"] is True
    assert status["connected"] is False
    assert (status["tenant"], status["name"]) == ("Example Works", "laptop")
    assert status["addresses"] == ["100.64.0.1", "fd00:64::1"]
    _, out, _ = await cli("status", "--state-dir", folder)
    assert "not connected" in out


async def test_files_are_for_their_owner_alone_and_keys_never_leave(stand_in, tmp_path):
    folder = tmp_path / "state"
    await cli("enroll", f"{stand_in.url}/enrolments/first", "--state-dir", folder)
    found = files(folder)
    assert {"device/identity", "device/wireguard.key", "device/device.json"} <= found.keys()
    for path in (folder, *found.values()):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path
    everything = "\n".join(stand_in.requests)
    assert "publicKey" in everything
    for name in ("device/identity", "device/wireguard.key"):
        assert found[name].read_text().strip() not in everything


async def test_the_machine_id_is_not_given_away_and_stays_the_same(stand_in, tmp_path):
    for secret in ("first", "second"):
        link = f"{stand_in.url}/invitations/{secret}"
        await cli("enroll", link, "--state-dir", tmp_path / secret)
    first, second = enrolments(stand_in)
    if (tmp_path / "first" / "machine-id").exists():
        assert first.hardware_id != second.hardware_id
    else:
        assert first.hardware_id == second.hardware_id
        machine_id = Path("/etc/machine-id").read_text().strip()
        assert machine_id not in "".join(stand_in.requests)


async def test_the_machine_may_be_named_otherwise(stand_in, tmp_path):
    link = f"{stand_in.url}/invitations/first"
    await cli("enroll", link, "--state-dir", tmp_path / "s", GATESCALE_HARDWARE_ID="other")
    assert enrolments(stand_in)[0].hardware_id == "other"


async def test_an_enrolment_whose_answer_was_lost_is_tried_again_with_the_same_keys(
    stand_in, tmp_path
):
    folder, link = tmp_path / "state", f"{stand_in.url}/invitations/first"
    stand_in.lose_answers = 1
    code, _, err = await cli("enroll", link, "--state-dir", folder)
    assert code == 1
    assert "closed the connection" in err
    assert (await cli("status", "--state-dir", folder))[1].startswith("Not enrolled")
    code, _, err = await cli("enroll", link, "--state-dir", folder)
    assert (code, err) == (0, "")
    first, second = enrolments(stand_in)
    assert first == second


async def test_another_invitation_gets_other_keys(stand_in, tmp_path):
    folder = tmp_path / "state"
    await cli("enroll", f"{stand_in.url}/invitations/wrong", "--state-dir", folder)
    await cli("enroll", f"{stand_in.url}/invitations/first", "--state-dir", folder)
    first, second = enrolments(stand_in)
    assert first.public_key != second.public_key
    assert first.identity_key != second.identity_key


async def test_who_is_enrolled_already_is_told_what_to_do_and_force_replaces(stand_in, tmp_path):
    folder = tmp_path / "state"
    first, second = (f"{stand_in.url}/invitations/{name}" for name in ("first", "second"))
    await cli("enroll", first, "--state-dir", folder, "--name", "old")
    kept = {name: path.read_bytes() for name, path in files(folder).items() if path.is_file()}
    code, _, err = await cli("enroll", second, "--state-dir", folder)
    assert code == 1
    assert "--force" in err
    assert kept == {n: p.read_bytes() for n, p in files(folder).items() if p.is_file()}
    code, _, err = await cli(
        "enroll", f"{stand_in.url}/invitations/wrong", "--state-dir", folder, "--force"
    )
    assert code == 1
    assert json.loads((await cli("status", "--json", "--state-dir", folder))[1])["name"] == "old"
    code, _, err = await cli("enroll", second, "--state-dir", folder, "--force", "--name", "new")
    assert (code, err) == (0, "")
    assert json.loads((await cli("status", "--json", "--state-dir", folder))[1])["name"] == "new"


async def test_a_spent_invitation_is_refused_in_one_line(stand_in, tmp_path):
    link = f"{stand_in.url}/invitations/first"
    await cli("enroll", link, "--state-dir", tmp_path / "a")
    code, out, err = await cli("enroll", link, "--state-dir", tmp_path / "b")
    assert (code, out) == (1, "")
    assert err == "gatescale: this invitation was used already\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["abc"], "--controller"),
        (["https://gatescale.example/elsewhere/abc"], "/invitations/"),
        (["https://gatescale.example/invitations/"], "/invitations/"),
        (["abc/def"], "neither"),
        (["http://192.0.2.1/invitations/abc"], "--insecure-http"),
        (["http://127.0.0.1:9/invitations/abc"], "http://127.0.0.1:9 cannot be reached"),
        (["abc", "--controller", "gatescale.example"], "not the URL"),
    ],
)
async def test_what_cannot_work_is_said_in_one_line(tmp_path, arguments, words):
    code, out, err = await cli("enroll", *arguments, "--state-dir", tmp_path / "state")
    assert (code, out) == (1, "")
    assert err.startswith("gatescale: ")
    assert err.count("\n") == 1
    assert words in err


async def test_a_folder_that_cannot_be_made_is_said_in_one_line(stand_in, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = await cli(
        "enroll", f"{stand_in.url}/invitations/first", "--state-dir", tmp_path / "file" / "state"
    )
    assert code == 1
    assert "cannot be" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["connect", "disconnect"])
async def test_who_is_not_enrolled_is_told_so(tmp_path, command):
    code, _, err = await cli(command, "--state-dir", tmp_path / "state")
    assert code == 1
    assert err == "gatescale: this device is not enrolled: gatescale enroll LINK-OR-CODE\n"


async def test_help_needs_no_part_of_the_client(tmp_path):
    import subprocess
    import sys

    from client.place import environment

    script = (
        "import sys\nfrom gatescale.client.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "print({'aiohttp', 'cryptography', 'msgspec', 'structlog', 'asyncio'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    assert "enroll" in done.stdout
    assert done.stdout.endswith("set()\n")


@pytest.mark.parametrize(
    ("text", "controller", "expected"),
    [
        ("https://c.example/invitations/s3", None, ("https://c.example", "s3")),
        (" https://c.example/invitations/s3/\n", None, ("https://c.example", "s3")),
        (
            "https://c.example:8443/base/enrolments/C-1",
            None,
            ("https://c.example:8443/base", "C-1"),
        ),
        ("https://c.example/invitations/s3?utm=1#x", None, ("https://c.example", "s3")),
        ("https://c.example/invitations/s3", "https://d.example", ("https://d.example", "s3")),
        ("C-1", "https://d.example", ("https://d.example", "C-1")),
    ],
)
def test_an_invitation_is_read(text, controller, expected):
    read = Invitation.read(text, controller)
    assert (read.controller, read.secret) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "a/b", "https://", "https://x", "mailto://invitations/s"]
)
def test_what_is_no_invitation_is_refused(text):
    with pytest.raises(InvalidError):
        Invitation.read(text, None)
