"""One truth in SQLite, two indexes that can always be rebuilt from it."""
