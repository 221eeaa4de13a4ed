"""What the accounts service shows: a file for each thing it shows."""
