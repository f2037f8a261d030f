"""SQLite: its driver, its statements, its schema."""
