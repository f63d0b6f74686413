"""The kernel's news of what posture is seen in, and the reports that follow."""

import asyncio
import signal
import subprocess
from contextlib import aclosing

import msgspec
import pytest
import structlog

from client.place import PATIENCE, Connect
from gatescale.channel.controller import DismissedError
from gatescale.client.folder import Folder
from gatescale.client.posture import watch
from gatescale.client.posture.reports import Reports
from gatescale.client.posture.watch import Watched, following, occasions, tables
from gatescale.errors import NotFoundError, UnavailableError
from gatescale.wire.messages import Bye
from gatescale.wire.posture import PostureReport
from net.lab import Lab


@pytest.fixture
def news():
    return asyncio.Event()


async def heard(news):
    await asyncio.wait_for(news.wait(), PATIENCE)
    news.clear()


async def all_read():
    """Let the loop read what the kernel has said by now: it is there before the change returns."""
    for _ in range(3):
        await asyncio.sleep(0)


# News


async def test_a_file_is_followed_through_all_that_can_become_of_it(tmp_path, news):
    file = tmp_path / "ufw.conf"
    with following(Watched((str(file),)), news):
        file.write_text("ENABLED=yes")
        await heard(news)
        (tmp_path / "new").write_text("ENABLED=no")
        await all_read()
        assert not news.is_set()
        (tmp_path / "new").rename(file)
        await heard(news)
        file.unlink()
        await heard(news)


async def test_any_file_of_a_folder_that_ends_in_a_slash_counts(tmp_path, news):
    with following(Watched((f"{tmp_path}/",)), news):
        (tmp_path / "20auto-upgrades").write_text("")
        await heard(news)


async def test_what_is_not_there_is_awaited_where_it_would_come(tmp_path, news):
    with following(Watched((str(tmp_path / "ufw" / "rules" / "ufw.conf"),)), news):
        (tmp_path / "other").mkdir()
        await all_read()
        assert not news.is_set()
        (tmp_path / "ufw").mkdir()
        await heard(news)


async def test_a_folder_that_goes_is_news_and_is_awaited_again(tmp_path, news):
    folder = tmp_path / "apt.conf.d"
    folder.mkdir()
    async with aclosing(occasions(lambda: Watched((f"{folder}/",)), news)) as due:
        await anext(due)
        folder.rmdir()
        await asyncio.wait_for(anext(due), PATIENCE)
        folder.mkdir()
        await asyncio.wait_for(anext(due), PATIENCE)
        (folder / "20auto-upgrades").write_text("")
        await asyncio.wait_for(anext(due), PATIENCE)


async def test_two_names_of_one_folder_are_both_followed(tmp_path, news):
    (tmp_path / "run").mkdir()
    (tmp_path / "var").symlink_to(tmp_path / "run")
    with following(Watched((f"{tmp_path}/run/a", f"{tmp_path}/var/b")), news):
        (tmp_path / "run" / "b").write_text("")
        await heard(news)
        (tmp_path / "run" / "a").write_text("")
        await heard(news)


@pytest.mark.net
async def test_rules_are_news_and_those_of_our_own_tables_are_not(news):
    with Lab("gpw") as lab:
        namespace = lab.namespace("device")
        with namespace.entered():
            # Sockets are of the namespace that they were made in.
            following_here = following(Watched(), news)
            following_here.__enter__()
        try:
            namespace.run("nft", "add table inet gatescale-gs0")
            namespace.run(
                "nft", "add chain inet gatescale-gs0 c { type filter hook input priority 0; }"
            )
            namespace.run("nft", "add set inet gatescale-gs0 s { type ipv4_addr; }")
            await all_read()
            assert not news.is_set()
            namespace.run("nft", "add table inet filter")
            await heard(news)
            namespace.run("nft", "add chain inet filter i { type filter hook input priority 0; }")
            await heard(news)
            namespace.run("nft", "add rule inet filter i drop")
            await heard(news)
            namespace.run("nft", "add set inet filter s { type ipv4_addr; }")
            namespace.run("nft", "add element inet filter s { 192.0.2.1 }")
            await all_read()
            assert not news.is_set()
            namespace.run("nft", "delete table inet filter")
            await heard(news)
        finally:
            following_here.__exit__(None, None, None)


@pytest.mark.parametrize(
    "damaged", [b"", b"\0" * 19, b"\0" * 64, b"\xff" * 64, b"\x40\0\0\0\0\x0a" * 9]
)
def test_news_that_cannot_be_read_end(damaged):
    assert list(tables(damaged)) in ([], [""])


async def test_the_end_of_a_process_is_news(news):
    running = subprocess.Popen(["sleep", "60"])
    with following(Watched(pids=(running.pid,)), news):
        await all_read()
        assert not news.is_set()
        running.kill()
        await heard(news)
    running.wait()
    with following(Watched(pids=(running.pid,)), news):
        assert news.is_set()


# Occasions


async def test_it_is_looked_at_once_and_again_after_what_changed_meanwhile(tmp_path, news):
    file = tmp_path / "file"
    async with aclosing(occasions(lambda: Watched((str(file),)), news)) as due:
        await anext(due)
        # While the caller looks.
        file.write_text("")
        await asyncio.wait_for(anext(due), PATIENCE)
        waiting = asyncio.ensure_future(anext(due))
        await all_read()
        assert not waiting.done()
        file.write_text("")
        await asyncio.wait_for(waiting, PATIENCE)


async def test_without_news_it_is_looked_all_the_same(news, monkeypatch):
    monkeypatch.setattr(watch, "FALLBACK", 0.01)
    async with aclosing(occasions(Watched, news)) as due:
        for _ in range(3):
            await asyncio.wait_for(anext(due), PATIENCE)


async def test_a_storm_of_changes_is_few_looks(tmp_path, news, monkeypatch):
    """As many changes as there is time for: each look waits twice as long as the one before."""
    pauses = []

    async def pause(seconds):
        pauses.append(seconds)
        (tmp_path / "file").write_text("")
        news.set()

    monkeypatch.setattr(watch, "sleep", pause)
    async with aclosing(occasions(lambda: Watched((f"{tmp_path}/",)), news)) as due:
        for _ in range(10):
            await anext(due)
            news.set()
    assert pauses[:4] == [watch.SETTLING * factor for factor in (2, 4, 8, 16)]
    assert pauses[-1] == watch.LONGEST


# Reports


class Told:
    """A controller's ear; ``refusals`` are raised before anything is taken."""

    def __init__(self, *refusals):
        self.reports = asyncio.Queue()
        self.refusals = list(refusals)
        self.asked = asyncio.Queue()

    async def send(self, report):
        self.asked.put_nowait(report)
        if self.refusals:
            raise self.refusals.pop(0)
        self.reports.put_nowait(report)

    async def next(self, queue=None):
        return await asyncio.wait_for((queue or self.reports).get(), PATIENCE)


@pytest.fixture
def override(tmp_path):
    (tmp_path / "posture.toml").write_text(f'override = "{tmp_path}/signals.json"\n')
    file = tmp_path / "signals.json"
    file.write_text('{"diskEncryption": true}')
    return file


async def running(told, tmp_path):
    reports = Reports(Folder(tmp_path), "device-1", told.send, clock=lambda: 1000.0)
    return reports, asyncio.ensure_future(reports.run())


async def ended(task):
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_change_is_told_at_once_and_what_stays_is_not_told_again(tmp_path, override):
    told = Told()
    reports, task = await running(told, tmp_path)
    reports.connected()
    first = await told.next()
    assert (first.device_id, first.collected_at) == ("device-1", 1000.0)
    assert first.signals.disk_encryption is True
    override.write_text('{"diskEncryption": true} ')
    override.write_text('{"serialNumber": "TEST-1"}')
    assert (await told.next()).signals.serial_number == "TEST-1"
    override.unlink()
    assert (await told.next()).signals.serial_number != "TEST-1"
    assert told.reports.empty()
    await ended(task)


async def test_nothing_is_told_until_the_controller_hears_and_all_when_it_hears_again(
    tmp_path, override
):
    told = Told()
    reports, task = await running(told, tmp_path)
    reports.connected()
    await told.next()
    reports.disconnected()
    override.write_text('{"diskEncryption": false}')
    reports.connected()
    assert (await told.next()).signals.disk_encryption is False
    reports.connected()
    assert (await told.next()).signals.disk_encryption is False
    await ended(task)


async def test_the_same_is_told_again_after_a_while(tmp_path, override, monkeypatch):
    monkeypatch.setattr(watch, "FALLBACK", 0.01)
    monkeypatch.setattr("gatescale.client.posture.reports.EVERY", 0.0)
    told = Told()
    reports, task = await running(told, tmp_path)
    reports.connected()
    assert await told.next() == await told.next()
    await ended(task)


async def test_an_older_controller_is_told_once_per_connection_and_complained_of_once(
    tmp_path, override
):
    told = Told(NotFoundError("no such path"), NotFoundError("no such path"))
    with structlog.testing.capture_logs() as logs:
        reports, task = await running(told, tmp_path)
        for _ in range(3):
            reports.connected()
            await told.next(told.asked)
        await told.next()
        await ended(task)
    assert [line["reason"] for line in logs] == [
        "the controller does not ask for posture yet: it is an older one"
    ]


async def test_what_was_not_taken_is_told_again(tmp_path, override, monkeypatch):
    monkeypatch.setattr(watch, "FALLBACK", 0.01)
    told = Told(UnavailableError("away"), UnavailableError("away"))
    reports, task = await running(told, tmp_path)
    reports.connected()
    assert (await told.next()).signals.disk_encryption is True
    assert told.asked.qsize() == 3
    await ended(task)


async def test_a_dismissal_is_left_to_the_stream_to_tell(tmp_path, override):
    told = Told(DismissedError(Bye("deactivated", "this device is deactivated")))
    with structlog.testing.capture_logs() as logs:
        reports, task = await running(told, tmp_path)
        reports.connected()
        await told.next(told.asked)
        reports.connected()
        await told.next()
        await ended(task)
    assert logs == []


async def test_a_configuration_that_becomes_wrong_leaves_what_it_was(tmp_path, override):
    told = Told()
    with structlog.testing.capture_logs() as logs:
        reports, task = await running(told, tmp_path)
        reports.connected()
        await told.next()
        (tmp_path / "posture.toml").write_text("overide = 3\n")
        override.write_text('{"diskEncryption": false}')
        assert (await told.next()).signals.disk_encryption is False
        await ended(task)
    assert any("overide" in line["reason"] for line in logs)


# connect


@pytest.mark.net
async def test_a_connected_device_reports_and_its_tunnels_are_not_held_up(place, enrolled):
    override = enrolled / "signals.json"
    (enrolled / "posture.toml").write_text(f'override = "{override}"\n')
    override.write_text('{"diskEncryption": true}')
    connect = await Connect.start(place, enrolled)
    try:
        assert (await posture(place)).signals.disk_encryption is True
        override.write_text('{"diskEncryption": false}')
        report = await posture(place)
        assert report.signals.disk_encryption is False
        assert report.device_id == "device-1"
        assert report.signals.firewall is False
        # Rules of the device's own namespace, as the client has it.
        place.inside("nft", "add table inet f")
        place.inside(
            "nft", "add chain inet f i { type filter hook input priority 0; policy drop; }"
        )
        place.inside("nft", "add rule inet f i iifname { lo, eth0 } accept")
        assert (await posture(place)).signals.firewall is True
        place.controller.end_streams()
        assert (await posture(place)).signals.firewall is True
    finally:
        assert await connect.end(signal.SIGTERM) == 0


async def posture(place):
    async with asyncio.timeout(PATIENCE):
        while True:
            path, body = await place.controller.posted.get()
            if path == "posture":
                return msgspec.json.decode(body, type=PostureReport)
