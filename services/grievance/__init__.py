"""The grievance service keeps every case, its clocks and its story, from filing to closing."""
