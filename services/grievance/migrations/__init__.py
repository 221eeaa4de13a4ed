"""The history of the grievance service's tables."""
