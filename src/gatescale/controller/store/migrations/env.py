"""Alembic's entry: runs migrations on the connection that ``migrate`` hands over."""

from alembic import context

from gatescale.controller.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
