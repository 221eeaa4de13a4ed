"""The tables on file that turn other people's words into our category codes."""
