"""The agents' end of the controller's channel: who an agent is, how it asks, what it is told."""
