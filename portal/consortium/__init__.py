"""Founding a consortium: what it is made of, what is missing before it opens, and how it is entered."""
