"""What firms answer to notices: recorded, watched, counted (OSK 表5-24)."""
