"""When nobody answers the phone, and when several firms are hit at once (docs/crisis.md)."""
