"""The recent runs: a list to open, resume and remove them, and the look-up of which scans caught a symbol."""
