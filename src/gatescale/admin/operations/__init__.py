"""The API's operations as methods, one module per noun.

``make client`` writes the modules from ``docs/openapi.json``; only ``sending`` is written by hand.
"""
