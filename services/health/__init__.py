"""The health service: records of residents of sixty and over, and visits to their homes."""
