"""The operations service: what went wrong, what was done about it, and how everything stands."""
