"""The rules about accounts, grants, passwords, tries, sessions and keys."""
