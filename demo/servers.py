"""The office's servers, with nothing but the standard library.

python servers.py web ADDRESS:PORT        a page at /, and a download without end at /backup
python servers.py database ADDRESS:PORT   answers every connection with a line
"""

import itertools
import socketserver
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_CHUNK = b"x" * 1200


class Web(BaseHTTPRequestHandler):
    """The wiki."""

    def do_GET(self) -> None:
        """Answer a page, or data until the other side is gone."""
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        if self.path != "/backup":
            self.wfile.write(b"Welcome to the wiki.\n")
            return
        with suppress(OSError):
            for _ in itertools.count():
                self.wfile.write(_CHUNK)


class Database(socketserver.BaseRequestHandler):
    """The database."""

    def handle(self) -> None:
        """Greet."""
        self.request.sendall(b"ready for queries\n")


def main(kind: str, endpoint: str) -> None:
    """Serve for ever."""
    address, _, port = endpoint.rpartition(":")
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = (
        ThreadingHTTPServer((address, int(port)), Web)
        if kind == "web"
        else socketserver.ThreadingTCPServer((address, int(port)), Database)
    )
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
