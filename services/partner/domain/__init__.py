"""The rules of the partner service."""
