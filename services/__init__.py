"""The services: each keeps its own data, tells events, answers calls, and calls nobody."""
