"""Alembic's entry: the chassis knows how to run migrations."""

from chassis.migrate import run_migrations

run_migrations()
