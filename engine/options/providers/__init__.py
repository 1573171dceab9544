"""Where chains come from: one file each, behind the one protocol of ``base``."""
