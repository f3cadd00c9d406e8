"""A year in the life of the demo consortium: what happened, as data, and how it goes through the real services."""
