"""The administrators' web console: a build of ``console/``, and what serves it."""
