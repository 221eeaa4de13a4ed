"""The organization service: the place tree, people and their posts, and who is responsible for what."""
