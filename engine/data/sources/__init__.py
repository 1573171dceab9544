"""Where bars are imported from: each module registers one kind of source that ``ingest`` can read."""
