"""Brings a database's schema to the present version at start."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from gatescale.controller.store.walls import EVERYBODY, becoming

# Any number will do that nothing else in the database locks by.
_ADVISORY_LOCK = 0x6761_7465


def migrate_sqlite(path: Path) -> None:
    """Create or upgrade the database file."""
    engine = sa.create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # All or nothing: the driver by itself would commit before each change of the schema.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _upgrade(connection)
    engine.dispose()
    path.chmod(0o600)


async def migrate_postgres(url: str) -> None:
    """Create or upgrade the tables; replicas that start together wait for one another."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as connection:
        await connection.execute(sa.select(sa.func.pg_advisory_lock(_ADVISORY_LOCK)))
        # Migrations change the rows of all tenants.
        await connection.execute(sa.text(becoming(EVERYBODY, local=False)))
        await connection.run_sync(_upgrade)
    await engine.dispose()


def _upgrade(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
