"""Gatescale: self-hosted zero trust network access on WireGuard."""

__version__ = "0.1.0"
