"""Prints HTML as PDF in a process of its own; every room may use it."""
