"""People invited from a file: each that can be, nobody twice, whoever cannot with the reason."""

import asyncio
import csv
import json
import os
import pty
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest
from typer.testing import CliRunner

from controller import given
from controller.people import mails_to
from gatescale.__main__ import app
from gatescale.controller.store.session import Committed
from processes import GATESCALE


@pytest.fixture
def environment(api):
    return {**os.environ, "GATESCALE_URL": api.url, "GATESCALE_API_KEY": api.key}


@pytest.fixture
def invite(environment, tmp_path):
    """Invite from a text or bytes; return the exit code and the summary for programs."""

    def invite(content, *options, code=0):
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        arguments = ["users", "invite", "--csv", str(path), "--json", *options]
        done = CliRunner().invoke(app, arguments, env=environment)
        assert done.exit_code == code, (done.output, done.exception)
        return json.loads(done.stdout) if done.stdout else done.stderr

    return invite


def emails(api):
    return {user["email"] for user in given.rows(api, "users")} - {"owner@acme.test"}


def reasons(summary):
    return {each["line"]: each["reason"] for each in summary["failed"]}


def test_people_join_the_groups_of_their_rows_or_the_usual_one(invite, api):
    given.group(api, "Engineering"), given.group(api, "Sales")
    text = "email,groups\na@acme.test,Engineering;sales\nb@acme.test,\n"
    summary = invite(text, "--group", "Default Group")
    assert summary == {
        "total": 2,
        "invited": 2,
        "invitedEarlier": 0,
        "alreadyUsers": 0,
        "failed": [],
    }
    groups = {u["email"]: {g["name"] for g in u["groups"]} for u in given.rows(api, "users")}
    assert groups["a@acme.test"] == {"Engineering", "Sales"}
    assert groups["b@acme.test"] == {"Default Group"}


def test_bad_rows_never_stop_the_others(invite, api):
    given.user(api, "known@acme.test")
    rows = [f"p{n:03}@acme.test,Default Group" for n in range(150)]
    rows[3] = "no-email,Default Group"
    rows[5] = "KNOWN@acme.test,Default Group"
    rows[57] = "p057@acme.test,Nobodies"
    rows[58] = "P001@acme.test,Default Group"
    rows[59] = "p059@acme.test,"
    rows[60] = ",Default Group"
    rows[61] = "p061@acme.test,Default Group,extra"
    rows[140] = "also bad,Default Group"
    summary = invite("\n".join(["email,groups", *rows]), code=1)
    assert (summary["invited"], summary["alreadyUsers"]) == (142, 1)
    told = reasons(summary)
    assert told.keys() == {5, 59, 60, 61, 62, 63, 142}
    assert "email address" in told[5]
    assert told[59] == "there is no group 'Nobodies'"
    assert told[60] == "P001@acme.test stands in line 3 already"
    assert "names no group" in told[61]
    assert told[62] == "it has no email"
    assert "3 fields, the header 2" in told[63]
    assert len(api.get("/tenants/users?filter[email][ilike]=p%25").json()["data"]) == 10


def test_a_report_is_corrected_and_fed_in_again(invite, api, tmp_path):
    report = tmp_path / "failed.csv"
    text = 'email,groups\nann,"Default Group"\nbob@acme.test,Nobodies;Default Group\nc@acme.test,\n'
    invite(text, "--report", str(report), code=1)
    rows = list(csv.DictReader(report.read_text().splitlines()))
    assert [(row["email"], row["groups"]) for row in rows] == [
        ("ann", "Default Group"),
        ("bob@acme.test", "Nobodies;Default Group"),
        ("c@acme.test", ""),
    ]
    assert all(row["reason"] for row in rows)
    corrected = report.read_text().replace("ann,", "ann@acme.test,").replace("Nobodies;", "")
    summary = invite(corrected, "--report", str(report), "--group", "Default Group")
    assert summary["invited"] == 3
    assert report.read_text() == "email,groups,reason\n"


def test_the_same_file_again_invites_nobody_again(invite, api, live):
    text = "email\n" + "".join(f"twice{n}@acme.test\n" for n in range(3))
    assert invite(text, "--group", "Default Group")["invited"] == 3
    again = invite(text, "--group", "Default Group")
    assert (again["invited"], again["invitedEarlier"], again["alreadyUsers"]) == (0, 3, 0)
    more = invite(text + "new@acme.test\n", "--group", "Default Group")
    assert (more["invited"], more["invitedEarlier"], more["alreadyUsers"]) == (1, 0, 3)
    mails_to(live.settings.mail_dir, "new@acme.test")
    for number in range(3):
        assert len(mails_to(live.settings.mail_dir, f"twice{number}@acme.test")) == 1


def test_whoever_was_deleted_meanwhile_is_invited_anew(invite, api):
    text = "email\na@acme.test\nb@acme.test\n"
    invite(text, "--group", "Default Group")
    (gone,) = [u["id"] for u in given.rows(api, "users") if u["email"] == "a@acme.test"]
    api.delete(f"/tenants/users/{gone}")
    again = invite(text, "--group", "Default Group")
    assert (again["invited"], again["invitedEarlier"]) == (1, 1)
    assert emails(api) == {"a@acme.test", "b@acme.test"}


@pytest.mark.parametrize(
    "content",
    [
        (
            b"\xef\xbb\xbfemail,groups\r\n\r\n"
            b'"a@acme.test","Default Group"\r\n,\r\nb@acme.test,Default Group'
        ),
        b"EMAIL , Group\na@acme.test , Default Group \nb@acme.test,Default Group;\n",
        "email,groups\na@acme.test,Default Group\nb@acme.test,Default Group\n".encode("utf-16"),
        (
            b'reason,groups,email\n"no\nreason",Default Group,a@acme.test\n'
            b",Default Group,b@acme.test\n"
        ),
    ],
    ids=["bom-crlf-quotes-blank", "spaces-case", "utf-16", "other-order"],
)
def test_spreadsheets_files_are_read_as_they_come(invite, api, content):
    assert invite(content)["invited"] == 2
    assert emails(api) == {"a@acme.test", "b@acme.test"}


GOOD = b"email,groups\na@acme.test,Default Group\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1 is the header"),
        (b"a@acme.test\n", "knows no column 'a@acme.test'"),
        (b"email;groups\na@acme.test;x\n", "commas part columns"),
        (b"email,phone,office\n", "knows no column 'phone', 'office'"),
        (b"groups\nx\n", "line 1 is the header"),
        (b"email,email\n", "each column once"),
        (GOOD + "jürgen@acme.test,x\n".encode("latin-1"), "line 3 is not UTF-8"),
        (GOOD + b'"b@acme.test,x\nc@acme.test,x\n', "is no CSV"),
        (GOOD + b"x" * 100_000, "line 3 is longer than"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "begins as UTF-16 and is none"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_that_cannot_be_read_invites_nobody(invite, api, content, words):
    assert words in invite(content, code=1)
    assert emails(api) == set()


def test_what_is_no_file_or_the_report_itself_is_told(environment, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(GOOD)

    def told(*arguments):
        done = CliRunner().invoke(app, ["users", "invite", *arguments], env=environment)
        assert done.exit_code in {1, 2}
        return done.stderr

    assert "No such file" in told("--csv", str(tmp_path / "absent.csv"))
    assert "cannot be the file" in told("--csv", str(path), "--report", str(path))
    assert path.read_bytes() == GOOD
    assert "say whom" in told()
    assert "say whom" in told("a@acme.test", "--csv", str(path))


def test_people_come_from_standard_input_as_well(environment, api):
    command = [GATESCALE, "users", "invite", "--csv", "-"]
    done = subprocess.run(
        command, input=GOOD, env=environment, capture_output=True, timeout=60, check=True
    )
    assert done.stdout == b"Invited 1 of 1.\n"
    assert done.stderr == b"", "no bar where there is no terminal"


def test_people_see_a_summary_and_a_bar_on_a_terminal(environment, api, tmp_path):
    path = tmp_path / "people.csv"
    given.user(api, "known@acme.test")
    path.write_text(
        "email\nknown@acme.test\n" + "".join(f"p{n}@acme.test\n" for n in range(120)) + "x\n"
    )
    command = [GATESCALE, "users", "invite", "--csv", str(path), "--group", "Default Group"]
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "wb") as terminal:
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=terminal,
            check=False,
            text=True,
        )
        bar = os.read(ours, 65536)
    assert done.returncode == 1
    assert b"Inviting" in bar
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "Invited 120 of 122.",
        "Users already: 1 (known@acme.test).",
        "Failed: 1.",
    ]
    assert lines[3].startswith("  line 123: x: ")


def users(api):
    return api.get("/tenants/users?limit=1").json()["total"] - 1


class Brake:
    """Lets a tenant make a number of changes; who asks for the last of them waits for the answer.

    Attributes:
        reached: that many were made.
        released: whoever waits gets the answer, and so does everybody after.
    """

    def __init__(self, tenant_id: str, changes: int) -> None:
        self._tenant_id = tenant_id
        self._left = changes
        self.reached, self.released = threading.Event(), threading.Event()

    async def __call__(self, committed: Committed) -> None:
        self._left -= committed.tenant_id == self._tenant_id
        if self._left <= 0:
            self.reached.set()
            await asyncio.to_thread(self.released.wait, 60)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda each: each.name)
def test_after_an_interruption_the_rest_is_invited_and_nobody_twice(
    environment, api, live, tmp_path, number
):
    count, path = 800, tmp_path / "people.csv"
    people = [f"{number.name.lower()}{n:03}@acme.test" for n in range(count)]
    path.write_text("\n".join(["email,groups", *(f"{one},Default Group" for one in people)]))
    command = [GATESCALE, "users", "invite", "--csv", str(path), "--json"]
    brake = Brake(api.tenant.tenant_id, changes=2)
    live.controller.store.on_commit.append(brake)
    # Whoever is run in the background ignores the signal, and so would what it starts.
    attentive = ["env", "--default-signal=INT", *command]
    with subprocess.Popen(
        attentive, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as first:
        assert brake.reached.wait(60), "it ended before it could be interrupted"
        first.send_signal(number)
        brake.released.set()
        _, told = first.communicate(timeout=60)
    live.controller.store.on_commit.remove(brake)
    done = users(api)
    assert 200 <= done < count
    if number == signal.SIGINT:
        assert first.returncode == 130
        assert b"run the same command again to go on" in told
    again = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=True)
    summary = json.loads(again.stdout)
    assert summary["failed"] == []
    assert summary["invited"] + summary["invitedEarlier"] + summary["alreadyUsers"] == count
    assert summary["invitedEarlier"] >= 200
    assert users(api) == count
    mails = Counter()
    deadline = time.monotonic() + 120
    while len(mails) < count:
        assert time.monotonic() < deadline, "the mails did not arrive"
        mails = Counter(
            line.removeprefix("To: ")
            for path in live.settings.mail_dir.glob("*.eml")
            for line in path.read_text().splitlines()
            if line.startswith(f"To: {number.name.lower()}")
        )
    assert set(mails) == set(people)
    assert set(mails.values()) == {1}
