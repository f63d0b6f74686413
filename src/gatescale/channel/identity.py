"""Who an agent is: an Ed25519 key (RFC 8032) that it made itself and never gives away."""

import base64
import os
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gatescale.errors import GatescaleError

SEED_SIZE: Final = 32
"""Bytes of a private key (RFC 8032 section 5.1.5)."""


class IdentityFileError(GatescaleError):
    """A file that should hold an identity does not."""

    title = "Identity unusable"


class Identity:
    """An agent's signing key.

    Attributes:
        public_key: what the controller knows the agent by, base64.
    """

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Return the identity held in ``path``; the first time, make one there (mode 0600).

        Raises:
            IdentityFileError: the file is there but holds no identity.
        """
        try:
            text = path.read_text(encoding="ascii")
        except FileNotFoundError:
            seed = os.urandom(SEED_SIZE)
            write_private(path, base64.b64encode(seed) + b"\n")
            return cls(seed)
        except (OSError, UnicodeDecodeError) as error:
            raise IdentityFileError(f"the identity in {path} cannot be read: {error}") from None
        try:
            return cls(base64.b64decode(text.strip(), validate=True))
        except ValueError:
            raise IdentityFileError(f"{path} does not hold an identity") from None

    def sign(self, data: bytes) -> str:
        """Return the signature over ``data``, base64."""
        return base64.b64encode(self._key.sign(data)).decode()


def write_private(path: Path, content: bytes) -> None:
    """Make ``path`` hold ``content``, for its owner alone (mode 0600), or leave it as it was.

    On return the content survives a power failure.
    """
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
