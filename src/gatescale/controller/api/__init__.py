"""The REST contract over HTTP: one module per noun, and the little that all of them share."""
