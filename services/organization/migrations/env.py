"""Runs the migrations of the organization service."""

from chassis.migrate import run_migrations

run_migrations()
