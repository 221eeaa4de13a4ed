"""Whether anything that Hemei stands on has a known vulnerability that nobody here has looked at."""
