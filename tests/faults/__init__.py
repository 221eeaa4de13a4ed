"""Processes, brokers, databases and networks broken on purpose, and what was lost or doubled counted afterwards."""
