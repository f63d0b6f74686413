"""When posture is to be collected again: upon the kernel's news of what it is seen in.

Files are followed by inotify, rules by nftables' own news, running protection by its pidfd.
What has no news is looked at every minute.
"""

import asyncio
import os
import socket
import struct
from asyncio import sleep
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from asyncinotify import Inotify, Mask

from gatescale.client.posture.linux.rules import OURS

FALLBACK: Final = 60.0
"""Seconds without news after which it is looked all the same."""
SETTLING: Final = 0.05
"""Seconds: one change is many events."""
QUIET: Final = 1.0
LONGEST: Final = 10.0
"""Seconds: changes that come faster than ``QUIET`` after each other are waited for twice as long
each time, up to this, so that a storm of them costs the device little."""
AT_ONCE: Final = 64
"""Pieces of news that are read at a time: there is other work in the loop."""
MASK: Final = (
    Mask.CREATE
    | Mask.CLOSE_WRITE
    | Mask.MOVED_TO
    | Mask.MOVED_FROM
    | Mask.DELETE
    | Mask.DELETE_SELF
    | Mask.MOVE_SELF
)
NETLINK_NETFILTER: Final = 12
NFTABLES_NEWS: Final = 1 << 6
"""Group NFNLGRP_NFTABLES, the seventh (linux/netfilter/nfnetlink.h)."""
NFTABLES: Final = 10
"""Number of the subsystem, the upper byte of a message's type."""
OF_RULES: Final = frozenset({0, 2, 3, 5, 6, 8})
"""NFT_MSG_NEWTABLE, DELTABLE, NEWCHAIN, DELCHAIN, NEWRULE, DELRULE: what is in sets does not count
(linux/netfilter/nf_tables.h)."""
NAME_OF_TABLE: Final = 1
"""NFTA_TABLE_NAME, NFTA_CHAIN_TABLE and NFTA_RULE_TABLE alike."""


class Watched(msgspec.Struct, frozen=True):
    """What tells of changes.

    Attributes:
        files: absolute paths, there or not; with a slash at the end any file of that folder.
        pids: processes whose end is news.
    """

    files: tuple[str, ...] = ()
    pids: tuple[int, ...] = ()


async def occasions(
    watched: Callable[[], Watched], news: asyncio.Event
) -> AsyncGenerator[None, None]:
    """Yield when it is to be looked: at once, after news, and when there was none for long.

    What changes while the caller looks is heard: it yields again.

    Args:
        watched: says what to follow; asked before each look, as what is there may be new.
        news: set by what is heard, and by who else wants it to be looked at.
    """
    clock = asyncio.get_running_loop().time
    pause = SETTLING
    while True:
        news.clear()
        with following(await asyncio.to_thread(watched), news):
            yield
            looked = clock()
            try:
                await asyncio.wait_for(news.wait(), FALLBACK)
            except TimeoutError:
                continue
            pause = min(pause * 2, LONGEST) if clock() - looked < QUIET else SETTLING
            await sleep(pause)


@contextmanager
def following(watched: Watched, news: asyncio.Event) -> Iterator[None]:
    """Set ``news`` whenever something of what is watched changes."""
    with ExitStack() as stack:
        follow: tuple[AbstractContextManager[None], ...] = (
            _files(watched.files, news),
            _rules(news),
            *(_end_of(pid, news) for pid in watched.pids),
        )
        for each in follow:
            stack.enter_context(each)
        yield


@contextmanager
def _files(paths: Iterable[str], news: asyncio.Event) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            inotify = stack.enter_context(Inotify(sync_timeout=0))
        except OSError:
            # The user has all the inotify instances that one may have; the minute remains.
            yield
            return
        wanted = {folder: names for folder, names in _folders(paths).items() if names}
        for folder in wanted:
            with suppress(OSError):
                inotify.add_watch(folder, MASK)

        def read() -> None:
            for _ in range(AT_ONCE):
                if (event := inotify.sync_get()) is None:
                    return
                names = wanted.get(event.watch.path, {"*"}) if event.watch else {"*"}
                # Without a name it is of the folder itself, or events were lost.
                if event.name is None or "*" in names or str(event.name) in names:
                    news.set()

        with _reading(inotify.fd, read):
            yield


def _folders(paths: Iterable[str]) -> dict[Path, set[str]]:
    """Return the folders to follow, each with names in it or ``*``.

    What is not there is awaited in the nearest folder that is.
    """
    folders: dict[Path, set[str]] = defaultdict(set)
    for path in paths:
        folder, name = Path(path).parent, Path(path).name
        if path.endswith("/"):
            folder, name = Path(path), "*"
        # Unlike pathlib's, it takes what may not be seen for what is not there.
        while not os.path.isdir(folder):  # noqa: PTH112
            folder, name = folder.parent, folder.name
        folders[folder.resolve()].add(name)
    return folders


@contextmanager
def _rules(news: asyncio.Event) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            heard = stack.enter_context(
                socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
            )
            heard.setblocking(False)  # noqa: FBT003 - the socket's own signature
            heard.bind((0, NFTABLES_NEWS))
        except OSError:
            # The kernel has no such news, or not for us: only who may configure networks hears it.
            yield
            return

        def read() -> None:
            try:
                for _ in range(AT_ONCE):
                    if any(not table.startswith(OURS) for table in tables(heard.recv(65536))):
                        news.set()
            except BlockingIOError:
                pass
            except OSError:
                # More news than fit (ENOBUFS): some of it may have counted.
                news.set()

        with _reading(heard.fileno(), read):
            yield


def tables(messages: bytes) -> Iterator[str]:
    """Yield the names of the tables of which tables, chains or rules came or went.

    Args:
        messages: of netlink, as received: header, ``nfgenmsg``, attributes.
    """
    while len(messages) >= 20:
        length, kind = struct.unpack_from("=IH", messages)
        body = messages[20:length]
        while kind >> 8 == NFTABLES and kind & 0xFF in OF_RULES and len(body) >= 4:
            size, attribute = struct.unpack_from("=HH", body)
            if attribute == NAME_OF_TABLE:
                yield body[4:size].rstrip(b"\x00").decode(errors="replace")
                break
            body = body[max(size + 3 & ~3, 4) :]
        messages = messages[max(length + 3 & ~3, 16) :]


@contextmanager
def _end_of(pid: int, news: asyncio.Event) -> Iterator[None]:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        # It ended before it could be followed.
        news.set()
        yield
        return
    except OSError:
        # An old kernel; the minute remains.
        yield
        return
    loop = asyncio.get_running_loop()

    def ended() -> None:
        # It stays readable.
        loop.remove_reader(descriptor)
        news.set()

    try:
        with _reading(descriptor, ended):
            yield
    finally:
        os.close(descriptor)


@contextmanager
def _reading(descriptor: int, read: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, partial(read))
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
