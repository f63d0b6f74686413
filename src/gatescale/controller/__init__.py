"""The controller: API, policy decision point, WireGuard control plane, agents' streams."""
