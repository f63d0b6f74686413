"""What the controller tells Prometheus."""

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest


class Metrics:
    """The gauges and histograms of one controller, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.enforcement = Histogram(
            "gatescale_enforcement_seconds",
            "From a change's commit to a gateway's acknowledgement that it enforces it.",
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self.registry,
        )
        self.agents = Gauge(
            "gatescale_connected_agents",
            "Agents with an open stream to this controller.",
            ["kind"],
            registry=self.registry,
        )
        self.behind = Gauge(
            "gatescale_gateway_revisions_behind",
            "Updates that a gateway has yet to enforce.",
            ["gateway"],
            registry=self.registry,
        )
        self.outbox = Gauge(
            "gatescale_outbox_depth", "Mails that wait to be sent.", registry=self.registry
        )

    def render(self) -> bytes:
        """Return the text exposition format."""
        return generate_latest(self.registry)
