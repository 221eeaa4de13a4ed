"""Runs the migrations of the grievance service."""

from chassis.migrate import run_migrations

run_migrations()
