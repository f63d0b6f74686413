"""WireGuard keys: Curve25519 (RFC 7748), 32 raw bytes written as base64."""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gatescale.errors import GatescaleError

SIZE = 32
"""Bytes of a key, private or public (RFC 7748 section 5)."""


class KeyFileError(GatescaleError):
    """A file that should hold a WireGuard private key does not."""

    title = "Key unusable"


def generate() -> str:
    """Return a new private key."""
    return base64.b64encode(X25519PrivateKey.generate().private_bytes_raw()).decode()


def public_key(private_key: str) -> str:
    """Return the public key that belongs to ``private_key``.

    RFC 7748 section 6.1:

    >>> alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    >>> base64.b64decode(public_key(base64.b64encode(alice).decode())).hex()[:16]
    '8520f0098930a754'
    """
    private = X25519PrivateKey.from_private_bytes(base64.b64decode(private_key, validate=True))
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def load_or_create(path: Path) -> str:
    """Return the private key held in ``path``; the first time, make one there (mode 0600).

    Raises:
        KeyFileError: the file is there but holds no key.
    """
    try:
        key = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _create(path)
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"the WireGuard key in {path} cannot be read: {error}") from None
    try:
        size = len(base64.b64decode(key, validate=True))
    except ValueError:
        size = 0
    if size != SIZE:
        raise KeyFileError(f"{path} does not hold a WireGuard private key")
    return key


def _create(path: Path) -> str:
    key = generate()
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return key
