"""The history of the volunteer service's tables."""
