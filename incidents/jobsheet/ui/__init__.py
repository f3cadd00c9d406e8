"""Pages of a job's sheet: vendor, firm, office."""
