"""Where bars come from: repositories that a scan reads, and sources that ``ingest`` turns into one."""
