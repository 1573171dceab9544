"""The results table: a column store, its order and filter, and the panel that shows it."""
