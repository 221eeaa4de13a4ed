"""What the accounts service does: a file for each thing it does it to."""
