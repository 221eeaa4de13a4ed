"""What the accounts service is asked, answers and tells."""
