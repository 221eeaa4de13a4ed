"""The JSON API under /api/v1: one file of routes for each service."""
