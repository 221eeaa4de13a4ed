"""The rules of a grievance: categories, receipts, and what may happen to a case when."""
