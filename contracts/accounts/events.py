"""What the accounts service tells: nothing. Who may do what is asked with every request, and nobody keeps a copy."""
