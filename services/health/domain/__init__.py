"""The rules of the health service."""
