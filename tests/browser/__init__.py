"""Tests in a real browser: what each person meets on the pages made for them, from sign-in to the end."""
