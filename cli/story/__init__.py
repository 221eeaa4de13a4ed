"""`hemei demo`: three grievances told from filing to rating, through the HTTP API."""
