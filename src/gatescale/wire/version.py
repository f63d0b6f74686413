"""The protocol's version: one rising integer.

Rules of change: a field is never renamed or given another meaning; a new field needs a default
that means "as before"; anything else is a new message and a new number.

    1  2026-11-23  first version
    2  2026-11-24  Probe and ProbeReport; agents of version 1 ignore the event
"""

PROTOCOL = 2
SUPPORTED = frozenset({1, 2})

HEADER = "Gatescale-Protocol"
"""Request header in which an agent says the version it speaks."""
