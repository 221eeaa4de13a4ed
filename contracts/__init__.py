"""What the services and their callers say to each other: events, call shapes, errors; data only."""
