"""What the volunteer service tells, answers and refuses."""
