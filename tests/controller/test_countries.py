"""The country that a device comes from, by a database of the operator's."""

import os
import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest

from agents import BareAgent
from controller import given
from controller.history import facts_of
from controller.people import device
from databases import free_port
from gatescale.controller.countries import Countries
from gatescale.errors import InvalidError
from live import Api, Live
from processes import GATESCALE


def text(value: str) -> bytes:
    return bytes([2 << 5 | len(value)]) + value.encode()


def mapping(**values: bytes) -> bytes:
    pairs = b"".join(text(name) + value for name, value in values.items())
    return bytes([7 << 5 | len(values)]) + pairs


def number(value: int, kind: int = 5, size: int = 2) -> bytes:
    head = bytes([kind << 5 | size]) if kind < 8 else bytes([size, kind - 7])
    return head + value.to_bytes(size, "big")


def database(countries: dict[str, bytes]) -> bytes:
    """Return a database of networks with these values (MaxMind DB File Format, version 2.0)."""
    nodes: list[list] = [[None, None]]
    data = b""
    for each, value in countries.items():
        network = ip_network(each)
        length = network.prefixlen + (96 if network.version == 4 else 0)
        bits = f"{int(network.network_address):0128b}"[:length]
        node = nodes[0]
        for bit in map(int, bits[:-1]):
            if node[bit] is None:
                nodes.append([None, None])
                node[bit] = len(nodes) - 1
            node = nodes[node[bit]]
        node[int(bits[-1])] = ("data", len(data))
        data += value

    def record(entry) -> bytes:
        if entry is None:
            return len(nodes).to_bytes(3, "big")
        found = entry if isinstance(entry, int) else len(nodes) + 16 + entry[1]
        return found.to_bytes(3, "big")

    metadata = mapping(
        node_count=number(len(nodes), 6, 4),
        record_size=number(24),
        ip_version=number(6),
        database_type=text("Test"),
        languages=bytes([0, 4]),
        binary_format_major_version=number(2),
        binary_format_minor_version=number(0),
        build_epoch=number(0, 9, 8),
        description=mapping(),
    )
    tree = b"".join(record(entry) for node in nodes for entry in node)
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + metadata


def country(code: str) -> bytes:
    return mapping(country=mapping(iso_code=text(code)))


def replace(path: Path, content: bytes) -> None:
    """Replace a file, at a time of its own however fast this is."""
    later = path.stat().st_mtime_ns + 10**9
    path.write_bytes(content)
    os.utime(path, ns=(later, later))


KNOWN = {
    "127.0.0.0/8": country("DE"),
    "2001:db8::/32": country("FR"),
    "192.0.2.0/24": mapping(country=mapping()),
    "198.51.100.0/24": text("no map"),
    "203.0.113.0/24": country("EUROPE"),
}


def test_an_address_is_in_the_country_that_the_database_says(tmp_path: Path):
    path = tmp_path / "countries.mmdb"
    path.write_bytes(database(KNOWN))
    countries = Countries(path)
    assert countries.of("127.0.0.1") == "DE"
    assert countries.of("2001:db8::1") == "FR"
    for address in ("10.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "::1", "nonsense"):
        assert countries.of(address) is None, address
    assert Countries(None).of("127.0.0.1") is None


def test_a_database_that_is_replaced_is_read_anew(tmp_path: Path):
    path = tmp_path / "countries.mmdb"
    path.write_bytes(database(KNOWN))
    countries = Countries(path)
    replace(path, database({"127.0.0.0/8": country("AT")}))
    assert countries.of("127.0.0.1") == "AT"
    replace(path, b"half a fi")
    assert countries.of("127.0.0.1") is None
    path.unlink()
    assert countries.of("127.0.0.1") is None


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_what_is_no_database_is_told_at_the_start(tmp_path: Path, content: bytes | None):
    path = tmp_path / "countries.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidError, match="--geoip"):
        Countries(path)
    free = f"127.0.0.1:{free_port()}"
    done = subprocess.run(
        [GATESCALE, "serve", "--data-dir", str(tmp_path), "--listen", free, "--geoip", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "--geoip" in done.stderr
    assert "Traceback" not in done.stderr


def origin(api: Api, agent: BareAgent, wanted: str):
    """Connect, and return the origin once it is in the wanted country."""
    with agent.stream() as stream:
        stream.next("program")
        for _ in range(1000):
            found = given.read(api, f"/tenants/devices/{agent.id}")["origin"]
            if found and found["country"] == wanted:
                return found
    raise AssertionError(found)


def test_a_device_comes_from_a_country(tmp_path: Path):
    path = tmp_path / "countries.mmdb"
    path.write_bytes(database(KNOWN))
    with Live(tmp_path / "data", geoip=path) as live:
        api = live.tenant()
        agent, _ = device(live, api, given.default_group(api)["id"])
        assert origin(api, agent, "DE") == {"ip": "127.0.0.1", "country": "DE"}
        assert facts_of(live, api)[agent.id]["origin.country"] == "DE"
        replace(path, database({"127.0.0.0/8": country("AT")}))
        assert origin(api, agent, "AT")
        assert facts_of(live, api)[agent.id]["origin.country"] == "AT"
        found = given.read(api, "/tenants/devices?filter[origin.country]=AT")
        assert found["total"] == 1
