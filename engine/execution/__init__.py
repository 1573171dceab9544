"""Running work: partitions, and backends that run a named task over items, each with exactly one outcome."""
