"""The rules of the operations service."""
