"""Pair scans: one measure over all pairs of a universe, from clean closes to one sorted table."""
