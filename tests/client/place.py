"""Where clients are tested: their commands as processes, and two namespaces with real tunnels.

namespace of the device              namespace of the office
┌───────────────────────┐            ┌──────────────────────────────────────┐
│ eth0 192.0.2.2/24 ────┼────veth────┼── eth0 192.0.2.1/24: controller,     │
│ default via 192.0.2.1 │            │      WireGuard gateways              │
│ the client's interface│            │ lo 10.20.0.5, 10.20.1.5, fd20::5:    │
└───────────────────────┘            │      web servers                     │
                                     └──────────────────────────────────────┘
"""

import asyncio
import ctypes
import json
import os
import secrets
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gatescale.policy.program import Route
from gatescale.wireguard import keys

PATIENCE = 30
COMMAND = (sys.executable, "-c", "from gatescale.client.cli import app; app()")
SOURCE = Path(__file__).parents[2] / "src"
CLONE_NEWNET = 0x40000000


def command(*arguments, namespace=None):
    inside = ("ip", "netns", "exec", namespace) if namespace else ()
    return (*inside, *COMMAND, *map(str, arguments))


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GATESCALE_")}
    return kept | {"PYTHONPATH": str(SOURCE), "COLUMNS": "200"} | more


async def cli(*arguments, namespace=None, **env):
    """Run a command of the client's to its end; return exit code, standard output and error."""
    process = await asyncio.create_subprocess_exec(
        *command(*arguments, namespace=namespace),
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, out.decode(), err.decode()


class Connect:
    """A ``gatescale connect`` that runs."""

    def __init__(self, process):
        self.process = process
        self.said = []

    @classmethod
    async def start(cls, place, state_dir, *through):
        """Start it in the device's namespace, by another program if one is named."""
        arguments = ("connect", "--state-dir", state_dir, "--interface", place.interface)
        process = await asyncio.create_subprocess_exec(
            *("ip", "netns", "exec", place.device),
            *through,
            *command(*arguments, "--insecure-http"),
            env=environment(),
            stderr=subprocess.PIPE,
        )
        return cls(process)

    async def says(self, *words):
        """Await a line on standard error with all these words."""
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stderr.readline()).decode():
                self.said.append(line)
                if all(word in line for word in words):
                    return line
        raise AssertionError(f"ended without saying {words}: {''.join(self.said)}")

    async def end(self, number=None):
        """Send a signal, unless it ends by itself; return the exit code."""
        if number and self.process.returncode is None:
            self.process.send_signal(number)
        rest = await asyncio.wait_for(self.process.stderr.read(), PATIENCE)
        self.said.append(rest.decode())
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


class Gateway:
    """A WireGuard interface in the office that takes every device's packets."""

    def __init__(self, office, port, table):
        self.name = f"gsc{secrets.token_hex(4)}"
        self.private_key = keys.generate()
        self.port = port
        self._office = office
        self._table = table

    def up(self):
        run("ip", "netns", "exec", self._office, "wireguard-go", self.name)
        run(
            *("ip", "netns", "exec", self._office, "wg", "set", self.name),
            *("listen-port", str(self.port), "private-key", "/dev/stdin"),
            stdin=self.private_key,
        )
        run("ip", "-n", self._office, "link", "set", self.name, "up")

    def expect(self, public_key, *addresses):
        run(
            *("ip", "netns", "exec", self._office, "wg", "set", self.name, "peer", public_key),
            *("allowed-ips", ",".join(addresses)),
        )
        for address in addresses:
            family = "-6" if ":" in address else "-4"
            back = ("route", "replace", address, "dev", self.name, "table", self._table)
            run("ip", family, "-n", self._office, *back)

    def route(self, *networks, host="192.0.2.1"):
        public = keys.public_key(self.private_key)
        endpoint = f"{host}:{self.port}"
        return Route(f"id-{self.port}", f"gateway-{self.port}", public, endpoint, networks)


class Place:
    def __init__(self):
        token = secrets.token_hex(3)
        self.device = f"gsc-{token}-d"
        self.office = f"gsc-{token}-o"
        self.interface = f"gsc{token}c"
        self.gateways = [
            Gateway(self.office, 51820, "main"),
            Gateway(self.office, 51821, "101"),
        ]

    def up(self):
        for name in (self.device, self.office):
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run(
            *("ip", "-n", self.device, "link", "add", "eth0", "type", "veth"),
            *("peer", "name", "eth0", "netns", self.office),
        )
        for name, host in ((self.device, 2), (self.office, 1)):
            run("ip", "-n", name, "address", "add", f"192.0.2.{host}/24", "dev", "eth0")
            run("ip", "-n", name, "link", "set", "eth0", "up")
        run("ip", "-n", self.device, "route", "add", "default", "via", "192.0.2.1")
        for address in ("10.20.0.5/32", "10.20.1.5/32", "fd20::5/128"):
            run("ip", "-n", self.office, "address", "add", address, "dev", "lo")
        # What the second gateway serves answers through it.
        run("ip", "-n", self.office, "rule", "add", "from", "10.20.1.0/24", "lookup", "101")
        for gateway in self.gateways:
            gateway.up()

    def down(self):
        for name in (self.device, self.office):
            shown = subprocess.run(
                ["ip", "netns", "exec", name, "wg", "show", "interfaces"],
                capture_output=True,
                text=True,
                check=False,
            )
            for interface in shown.stdout.split():
                subprocess.run(
                    ["ip", "-n", name, "link", "del", interface],
                    check=False,
                    stderr=subprocess.DEVNULL,  # those of other namespaces are shown too
                )
            subprocess.run(["ip", "netns", "del", name], check=False)

    def inside(self, *words):
        """Run a program in the device's namespace; return what it says."""
        return run("ip", "netns", "exec", self.device, *words)

    def routes(self, family="-4"):
        """Return the device's main table as {destination: interface}."""
        shown = json.loads(run("ip", "-j", "-n", self.device, family, "route", "show") or "[]")
        return {route["dst"]: route.get("dev") for route in shown}

    def way_to(self, address):
        """Return the interface that the device's packets to ``address`` leave by."""
        return json.loads(run("ip", "-j", "-n", self.device, "route", "get", address))[0]["dev"]

    def peers(self):
        """Return what the client's interface has: {public key: (endpoint, allowed IPs)}."""
        dump = self.inside("wg", "show", self.interface, "dump").splitlines()[1:]
        rows = [line.split("\t") for line in dump]
        return {row[0]: (row[2], frozenset(row[3].split(","))) for row in rows}

    def links(self):
        return {link["ifname"] for link in json.loads(run("ip", "-j", "-n", self.device, "link"))}

    def listener(self, namespace, address):
        """Return a TCP socket that listens in a namespace."""

        def listen():
            with Path("/var/run/netns", namespace).open() as handle:
                if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
            return socket.create_server(address, family=family)

        with ThreadPoolExecutor(1) as aside:
            return aside.submit(listen).result()

    async def reach(self, address, port=8080):
        """Return whether the device gets an answer from a web server."""
        host = f"[{address}]" if ":" in address else address
        process = await asyncio.create_subprocess_exec(
            *("ip", "netns", "exec", self.device, "curl", "-sS", "--max-time", "5"),
            f"http://{host}:{port}/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, _ = await process.communicate()
        return out == b"hello"


def run(*words, stdin=None):
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout
