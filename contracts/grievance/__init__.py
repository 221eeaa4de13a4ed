"""What the grievance service tells, answers and refuses."""
