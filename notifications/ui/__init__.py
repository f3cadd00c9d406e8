"""Pages of contacts and of what was sent to them."""
