"""The rules of volunteering, in plain Python."""
