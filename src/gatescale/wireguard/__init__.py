"""WireGuard as both agents need it: keys, and an interface brought to a desired state."""
