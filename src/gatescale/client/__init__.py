"""The device's agent: enrols it, keeps its tunnels, and is told what to do by the controller."""
