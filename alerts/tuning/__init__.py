"""What the SOC changes about grading: proposed, tried on the past, approved by a second person, ended (docs/soc.md)."""
