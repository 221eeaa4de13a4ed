"""Processes killed on purpose, and what was lost or doubled counted afterwards."""
