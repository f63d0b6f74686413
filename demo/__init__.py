"""The product's main job, shown with real tunnels and real packets: ``make demo``."""
