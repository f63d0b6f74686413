"""Gatescale: self-hosted zero trust network access on WireGuard.

``Client`` and ``AsyncClient`` are the REST API's; they are imported when they are asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatescale.admin.client import AsyncClient, Client

__version__ = "0.1.0"
__all__ = ["AsyncClient", "Client", "__version__"]


def __getattr__(name: str) -> object:
    if name in {"AsyncClient", "Client"}:
        from gatescale.admin import client

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
