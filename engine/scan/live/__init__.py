"""A formula over a whole universe while it is typed: what changed is computed, and nothing else."""
