"""Posture: what the device sees of its own state, each signal a value that was seen, or unknown."""
