"""Fragments other pages embed."""
