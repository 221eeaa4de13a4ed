"""The accounts service: who people are, what they hold where, and the sessions and keys that prove it."""
