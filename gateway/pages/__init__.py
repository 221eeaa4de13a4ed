"""Pages for people, by the person who uses them."""
