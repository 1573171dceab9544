"""One file per command, named as the command is; each registers itself when it is imported."""
