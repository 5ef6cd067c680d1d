"""Pictures as people see them, and as files."""
