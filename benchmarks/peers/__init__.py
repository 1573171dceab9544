"""The systems that are measured, one file each: it is found by being here and holding ``SYSTEMS``."""
