"""Rows: tables, migrations, and sessions that cannot leave their tenant. Raw SQL only in here."""
