"""The demo consortium: invented firms and partners, made the same way for the same seed."""
