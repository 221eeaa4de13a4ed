"""How fast the whole chain is, in both forms, beside its immediate peers: `python -m benchmarks`."""
