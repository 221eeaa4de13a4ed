"""What the operations service does: a file for each thing it does it to."""
