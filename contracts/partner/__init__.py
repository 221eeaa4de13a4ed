"""What the partner service tells, answers and refuses."""
