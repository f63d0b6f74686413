"""Email addresses: one form for each mailbox."""

import idna

from gatescale.controller.store.folding import key
from gatescale.errors import InvalidError

_MAX_LENGTH = 254
"""Characters of an address (RFC 5321, section 4.5.3.1, less its angle brackets)."""


def canonical(email: str) -> str:
    """Return an address with its domain in ASCII and lower case (RFC 5891).

    So a domain that only looks like another one shows that it is none.

    Raises:
        InvalidError: there can be no such domain, or the address is too long.

    >>> canonical("Ann@B\u00fccher.Example")
    'Ann@xn--bcher-kva.example'
    """
    local, _, domain = email.rpartition("@")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode().lower()
    except idna.IDNAError:
        raise InvalidError(f"The domain of the email {email} is none.") from None
    if len(local) + 1 + len(ascii_domain) > _MAX_LENGTH:
        raise InvalidError(f"The domain of the email {email} is too long in its xn-- form.")
    return f"{local}@{ascii_domain}"


def mailbox(email: str) -> str:
    """Return what the addresses of one mailbox have in common; for comparing.

    Raises:
        InvalidError: as ``canonical``.
    """
    return key(canonical(email))
