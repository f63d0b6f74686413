"""A bare agent that speaks the protocol by hand, so that tests can break every rule of it."""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gatescale.controller.vault import is_signature
from live import Answer, Api

PROTOCOL = {"gatescale-protocol": "1"}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class BareAgent:
    """An agent's keys, and what it says."""

    url: str
    id: str = ""
    controller_key: str = ""
    identity: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    public_key: str = field(default_factory=lambda: b64(os.urandom(32)))

    @property
    def identity_key(self) -> str:
        return b64(self.identity.public_key().public_bytes_raw())

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        sent = PROTOCOL | {name.replace("_", "-"): value for name, value in headers.items()}
        return Api(self.url, None).post(f"/agent/v1/{path}", json=body, headers=sent)

    def enrol(self, secret: str, kind: str = "device", **changed: str) -> Answer:
        """Enrol with an invitation, code or token; ``changed`` replaces fields."""
        proof = f"gatescale enrolment 1\n{secret}\n{self.public_key}".encode()
        body = {
            "identityKey": self.identity_key,
            "publicKey": self.public_key,
            "proof": b64(self.identity.sign(proof)),
            "appVersion": "1.0",
        }
        if kind == "device":
            body |= {"secret": secret, "name": "laptop", "hardwareId": "hw", "os": "Debian"}
        else:
            body |= {"token": secret}
        answer = self.post(f"enrolments/{kind}", body | changed)
        if answer.status == 201:
            self.id = answer.json()["agentId"]
            self.controller_key = answer.json()["controllerKey"]
        return answer

    def challenge(self) -> str:
        answer = self.post("challenges", {"agentId": self.id})
        return str(answer.json()["challenge"])

    def answered(self, challenge: str) -> dict[str, str]:
        """Return the body that answers a challenge."""
        signature = self.identity.sign(f"gatescale session 1\n{challenge}".encode())
        return {"agentId": self.id, "challenge": challenge, "signature": b64(signature)}

    def open_session(self) -> Answer:
        return self.post("sessions", self.answered(self.challenge()))

    def token(self) -> str:
        answer = self.open_session()
        assert answer.status == 200, answer.body
        return str(answer.json()["token"])

    def send(self, path: str, body: Any) -> Answer:
        return self.post(path, body, authorization=f"Bearer {self.token()}")

    @contextmanager
    def stream(self, held: int | None = None) -> Iterator["BareStream"]:
        """Open the stream; reading one event too many fails after ten seconds."""
        host = self.url.removeprefix("http://")
        connection = HTTPConnection(host, timeout=10)
        headers = PROTOCOL | {"authorization": f"Bearer {self.token()}"}
        if held is not None:
            headers["last-event-id"] = str(held)
        connection.request("GET", "/agent/v1/stream", headers=headers)
        response = connection.getresponse()
        assert response.status == 200, response.read()
        try:
            yield BareStream(response, self.controller_key)
        finally:
            response.close()
            connection.close()


class BareStream:
    """An open stream."""

    def __init__(self, response: HTTPResponse, controller_key: str) -> None:
        self._response = response
        self._key = controller_key

    def event(self) -> tuple[str, Any]:
        """Return the next event's kind and content; the signature, if any, is checked."""
        kind, data = "", b""
        while True:
            line = self._response.readline()
            assert line, "the stream ended"
            line = line.rstrip(b"\n")
            if line.startswith(b"event: "):
                kind = line[7:].decode()
            elif line.startswith(b"data: "):
                data = line[6:]
            elif not line and data:
                return kind, self._content(data)

    def next(self, kind: str) -> Any:
        """Return the content of the next event of a kind."""
        while True:
            got, content = self.event()
            if got == kind:
                return content

    def ended(self) -> bool:
        """Read to the end of the stream; true if it comes without more than leases."""
        rest = self._response.read()
        return rest.count(b"event:") == rest.count(b"event: lease")

    def _content(self, data: bytes) -> Any:
        content = json.loads(data)
        if "payload" not in content:
            return content
        payload = data[len(b'{"payload":') : data.rindex(b',"signature"')]
        assert is_signature(self._key, content["signature"], payload)
        return content["payload"]
