"""PostgreSQL: its driver, its statements, its schema."""
