"""Sends small numbered datagrams, one every so many seconds, until it is killed.

    python bench/sender.py ADDRESS PORT SECONDS

A process of its own, so that what it sends does not wait for what the benchmark does.
"""

import itertools
import socket
import sys
from contextlib import suppress
from time import sleep


def main(address: str, port: int, pause: float) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in itertools.count():
            # There are moments without an address or a session.
            with suppress(OSError):
                sender.sendto(number.to_bytes(8, "big"), (address, port))
            sleep(pause)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
