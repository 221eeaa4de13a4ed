"""`hemei import …`: files of other systems go in through the HTTP API."""
