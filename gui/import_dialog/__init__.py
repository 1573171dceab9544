"""Using one's own data: what to open, how its first rows are read, the import, and its report."""
