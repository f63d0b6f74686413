"""The gateway: ends tunnels and lets pass what its program allows, and nothing else."""
