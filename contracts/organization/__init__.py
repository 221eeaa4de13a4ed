"""What the organization service tells, answers and refuses."""
