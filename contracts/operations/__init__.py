"""What the operations service is asked, answers and tells."""
