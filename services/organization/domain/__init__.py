"""The rules of the organization: places, people, posts, and who is responsible for what."""
