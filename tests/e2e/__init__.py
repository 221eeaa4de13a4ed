"""The whole system as its users meet it: all processes, HTTP only, nothing of ours imported but the tests' own."""
