"""The administrator's end of the REST API: a typed client, and the commands that use it."""
