"""What the health service tells, answers and refuses."""
