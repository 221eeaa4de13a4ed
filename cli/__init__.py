"""`hemei …` on the command line: knows the HTTP API and nothing else, but for starting processes and migrating."""
