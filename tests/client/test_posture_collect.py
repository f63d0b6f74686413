"""Collecting as a whole: what goes wrong, the configuration, and ``gatescale posture``."""

import asyncio
import json
import os
import re
import select
import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE

import msgspec
import pytest

from client.machines import Machine
from client.place import cli, command
from gatescale.client.posture import configuration, programs
from gatescale.client.posture.collect import Collection
from gatescale.client.posture.configuration import Configuration, ConfigurationError
from gatescale.client.posture.programs import UnknownError
from gatescale.wire.posture import PostureReport, Signals
from net.lab import Lab


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


# What goes wrong


async def test_a_signal_that_hangs_is_unknown_and_is_not_looked_at_twice(machine, monkeypatch):
    monkeypatch.setattr("gatescale.client.posture.collect.PATIENCE", 0.2)
    release, started = threading.Event(), []

    def hang(*command, user=None, patience=0):
        started.append(command)
        assert release.wait(30)
        raise UnknownError("released")

    machine.file("/proc/sys/kernel/osrelease", "6.1\n")
    machine.root_on("0:30", "zfs", "rpool")
    machine.system.run = hang
    collection = Collection(machine.system, "linux")
    try:
        first = await collection.collect(Configuration())
        second = await collection.collect(Configuration())
    finally:
        release.set()
    assert first.signals.kernel == second.signals.kernel == "6.1"
    assert first.reasons["disk_encryption"] == "it took longer than 0.2 s"
    assert second.reasons["disk_encryption"] == "the look before this one has not ended"
    assert len(started) == 1


async def test_a_surprise_is_unknown_with_its_words(machine):
    machine.root_on("0:30", "zfs", "rpool")

    def fail(*command, user=None, patience=0):
        raise ZeroDivisionError("of all things")

    machine.system.run = fail
    seen = await Collection(machine.system, "linux").collect(Configuration())
    assert seen.signals.disk_encryption is None
    assert "of all things" in seen.reasons["disk_encryption"]


@pytest.mark.parametrize("release", ["6.1\x07evil", "x" * 201])
async def test_what_the_controller_would_refuse_is_unknown(machine, release):
    machine.file("/proc/sys/kernel/osrelease", release)
    seen = await Collection(machine.system, "linux").collect(Configuration())
    assert seen.signals.kernel is None
    assert "cannot be reported" in seen.reasons["kernel"]


def test_a_program_that_is_late_is_killed_with_what_it_started(tmp_path):
    mark = tmp_path / "pid"
    script = f"sleep 60 & echo $! > {mark}; wait"
    with pytest.raises(UnknownError, match=r"sh did not answer within 0\.5 s"):
        programs.run("sh", "-c", script, patience=0.5)
    child = int(mark.read_text())
    with suppress(ProcessLookupError):
        ended = os.pidfd_open(child)
        try:
            assert select.select([ended], [], [], 30)[0]
        finally:
            os.close(ended)


def test_a_program_that_writes_without_end_is_stopped():
    with pytest.raises(UnknownError, match="more than 1048576 bytes"):
        programs.run("cat", "/dev/zero")


def test_programs_speak_english_and_get_nothing_of_ours(monkeypatch):
    monkeypatch.setenv("LD_PRELOAD", "")
    monkeypatch.setenv("GATESCALE_API_KEY", "secret")
    monkeypatch.setenv("PATH", "/nonexistent")
    said = dict(line.split("=", 1) for line in programs.run("env").output.splitlines())
    assert said == {"PATH": programs.PATH, "LC_ALL": "C", "HOME": "/"}


def test_a_program_can_be_run_as_who_sits_there():
    nobody = programs.User(65534, 65534, "/nonexistent")
    ran = programs.run("id", "-G", user=nobody)
    assert (ran.status, ran.output) == (0, "65534\n")


def test_a_program_outside_of_roots_folders_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "osqueryi").write_text("#!/bin/sh\n")
    (tmp_path / "osqueryi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnknownError, match="not installed"):
        programs.run("osqueryi")


# The configuration


def test_the_folders_configuration_is_read(tmp_path):
    assert configuration.read(tmp_path) == Configuration()
    (tmp_path / "posture.toml").write_text(
        'endpoint_protection = ["our-scanner", "our.service"]\noverride = "/tmp/x.json"\n'
        '[queries]\nusbDisks = "SELECT count(*) FROM block_devices"\n'
    )
    assert configuration.read(tmp_path) == Configuration(
        ("our-scanner", "our.service"),
        {"usbDisks": "SELECT count(*) FROM block_devices"},
        "/tmp/x.json",
    )


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("endpoint_protection = 'clamd'", "endpoint_protection: Expected `array`"),
        ("endpoint_protection = ['clamd', 3]", "endpoint_protection[1]: Expected `str`"),
        ("endpoint_protection = ['-x']", "endpoint_protection[0]: Expected `str` matching"),
        ("endpoint_protections = []", "unknown field `endpoint_protections`"),
        ("[queries]\nok = 3", "queries[...]: Expected `str`"),
        ("[queries]\n'no name' = 'SELECT 1'", "queries: Expected `str` matching regex"),
        ("override = 'x.json'", "override: Expected `str` matching"),
        ("a = [", "is not TOML: Invalid value (at end of document)"),
        ("a = \udc80", "is not TOML"),
    ],
)
async def test_a_configuration_that_cannot_be_followed_says_which_key(tmp_path, written, words):
    path = tmp_path / "posture.toml"
    path.write_bytes(written.encode(errors="surrogateescape"))
    with pytest.raises(ConfigurationError) as caught:
        configuration.read(tmp_path)
    assert words in caught.value.detail
    code, out, err = await cli("posture", "--state-dir", tmp_path)
    assert (code, out) == (1, "")
    assert str(path) in err
    assert "Traceback" not in err


async def test_the_override_takes_the_place_of_what_is_seen(machine):
    override = machine.root / "override.json"
    said = Configuration(override=str(override))
    collection = Collection(machine.system, "linux")
    assert (await collection.collect(said)).overridden == ()
    override.write_text('{"diskEncryption": true, "osFamily": null, "extra": {"a": 1}}')
    seen = await collection.collect(said)
    assert seen.signals == Signals(disk_encryption=True, extra={"a": 1})
    assert set(seen.overridden) == {"disk_encryption", "os_family", "extra"}
    assert "disk_encryption" not in seen.reasons


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('{"diskEncryption": 1}', "$.diskEncryption"),
        ('{"disk_encryption": true}', "no signal disk_encryption"),
        ("{", "truncated"),
    ],
)
async def test_an_override_that_cannot_be_read_is_not_followed(machine, written, words):
    override = machine.root / "override.json"
    override.write_text(written)
    seen = await Collection(machine.system, "linux").collect(Configuration(override=str(override)))
    assert (seen.overridden, seen.signals.disk_encryption) == ((), None)
    assert words in seen.override_error


# gatescale posture


async def test_what_would_be_sent_is_shown_before_the_device_is_enrolled(tmp_path):
    code, out, err = await cli("posture", "--json", "--state-dir", tmp_path / "none")
    assert (code, err) == (0, "")
    assert set(json.loads(out)) == {"deviceId", "collectedAt", "signals"}
    assert len(json.loads(out)["signals"]) == len(Signals.__struct_fields__)
    report = msgspec.json.decode(out, type=PostureReport)
    assert report.device_id == ""
    assert report.signals.os_family == "linux"
    assert not (tmp_path / "none").exists()


async def test_an_enrolled_device_says_which_it_is(stand_in, tmp_path):
    link = f"{stand_in.url}/invitations/first"
    arguments = ("enroll", link, "--state-dir", tmp_path, "--insecure-http")
    code, _, err = await cli(*arguments)
    assert code == 0, err
    _, out, _ = await cli("posture", "--json", "--state-dir", tmp_path)
    assert json.loads(out)["deviceId"] == "device-1"


async def test_people_read_why_a_signal_is_unknown(tmp_path):
    override = tmp_path / "override.json"
    override.write_text('{"firewall": true}')
    (tmp_path / "posture.toml").write_text(
        f'override = "{override}"\n[queries]\nusb = "SELECT 1"\n'
    )
    code, out, _ = await cli("posture", "--state-dir", tmp_path)
    assert code == 0
    lines = {" ".join(line.split()) for line in out.splitlines()}
    assert "System linux" in lines
    assert "Firewall yes as the override says" in lines
    if not shutil.which("osqueryi", path=programs.PATH):
        assert "extra.usb unknown osqueryi is not installed" in lines


async def test_without_root_what_only_root_sees_is_unknown_with_the_reason():
    """In a process that gives its rights up after it is loaded."""
    program = (
        "import asyncio, os;from gatescale.client.posture.collect import Collection;"
        "from gatescale.client.posture.table import render;"
        "from gatescale.client.posture import linux, configuration;"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534);"
        "print(render(asyncio.run(Collection().collect(configuration.Configuration()))))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert err == b""
    lines = {line.split("  ")[0]: line for line in out.decode().splitlines()}
    assert "only root may see the rules" in lines["Firewall"] or " yes" in lines["Firewall"]
    assert lines["Disk encryption"].split()[2] in {"yes", "no", "unknown"}


@pytest.mark.net
async def test_the_service_units_rights_are_enough(tmp_path):
    """With the capabilities that its unit leaves it, root sees rules and may ask as others."""
    unit = (Path(__file__).parents[2] / "deploy" / "gatescale.service").read_text()
    named = re.search(r"^CapabilityBoundingSet=(.*)$", unit, re.MULTILINE)[1].split()
    rights = ",".join(["-all", *(f"+{name.removeprefix('CAP_').lower()}" for name in named)])
    with Lab("gpc") as lab:
        namespace = lab.namespace("device")
        namespace.run("nft", "add table inet f")
        chain = "add chain inet f i { type filter hook input priority 0; policy drop; }"
        namespace.run("nft", chain)
        within = ("setpriv", "--bounding-set", rights, "--inh-caps", "-all", "--no-new-privs")
        said = namespace.run(*within, *command("posture", "--json", "--state-dir", tmp_path))
        assert json.loads(said)["signals"]["firewall"] is True
        assert namespace.run(*within, "setpriv", "--reuid", "65534", "id", "-u") == "65534\n"
