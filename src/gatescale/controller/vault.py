"""The controller's one secret, and everything that is derived from it.

The secret is 32 random bytes in a file of mode 0600, shared by the replicas of one installation.
From it come, by HKDF (RFC 5869): the Ed25519 key that signs programs, the AES-256-GCM key that
seals what must be kept and read again, and the HMAC keys of the agents' sessions and of the
audit chain.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gatescale.errors import InvalidError

_SECRET_BYTES = 32
_NONCE_BYTES = 12


class Vault:
    """Signs, seals and authenticates with keys derived from the controller's secret."""

    def __init__(self, secret: bytes) -> None:
        self._signer = Ed25519PrivateKey.from_private_bytes(_derive(secret, "program signatures"))
        self._sealer = AESGCM(_derive(secret, "sealed columns"))
        self._mac_key = _derive(secret, "agents' sessions")
        self._audit_key = _derive(secret, "audit chain")
        self.public_key = base64.b64encode(self._signer.public_key().public_bytes_raw()).decode()

    @classmethod
    def load_or_create(cls, path: Path) -> "Vault":
        """Read the secret from its file; make one where there is none.

        Raises:
            InvalidError: the file holds something else.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(_SECRET_BYTES)) + b"\n")
        try:
            secret = base64.b64decode(path.read_bytes().strip(), validate=True)
        except ValueError:
            secret = b""
        if len(secret) != _SECRET_BYTES:
            raise InvalidError(f"{path} does not hold a controller's secret: 32 bytes in base64.")
        return cls(secret)

    def sign(self, payload: bytes) -> str:
        """Return the Ed25519 signature of a payload, base64."""
        return base64.b64encode(self._signer.sign(payload)).decode()

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt for a column; it opens only under the same purpose."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._sealer.encrypt(nonce, plain, purpose.encode())

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt what ``seal`` made.

        Raises:
            InvalidError: it was sealed with another secret or for another purpose.
        """
        nonce, text = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
        try:
            return self._sealer.decrypt(nonce, text, purpose.encode())
        except InvalidTag:
            raise InvalidError(
                "A sealed value does not open: the controller's secret is not the one it was"
                " sealed with."
            ) from None

    def mac(self, message: str) -> str:
        """Return the HMAC-SHA256 of a message, base64url without padding."""
        digest = hmac.digest(self._mac_key, message.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def audit_mac(self, event: bytes) -> str:
        """Return the HMAC-SHA256 of an audit event, hex."""
        return hmac.digest(self._audit_key, event, "sha256").hex()

    def is_mac(self, mac: str, message: str) -> bool:
        """Tell whether ``mac`` is the message's, in constant time."""
        return hmac.compare_digest(mac.encode(), self.mac(message).encode())


def _derive(secret: bytes, purpose: str) -> bytes:
    kdf = HKDF(hashes.SHA256(), 32, salt=None, info=f"gatescale 1 {purpose}".encode())
    return kdf.derive(secret)


def new_secret(prefix: str = "") -> str:
    """Return a fresh secret of 256 random bits behind a prefix that scanners recognise."""
    return prefix + secrets.token_urlsafe(_SECRET_BYTES)


def hashed(secret: str) -> str:
    """Return the form in which a random 256-bit secret is stored and looked up: SHA-256, hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_signature(public_key: str, signature: str, data: bytes) -> bool:
    """Tell whether an Ed25519 signature (base64) over ``data`` is by ``public_key`` (base64)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), data)
    except (ValueError, InvalidSignature):
        return False
    return True
