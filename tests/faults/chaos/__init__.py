"""Chaos: the whole distributed system under load while everything around it fails, drawn by a seed."""
