"""Tests, by what they need to run; inside each folder, the code's own tree."""
