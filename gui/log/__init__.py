"""The log panel: the program's own log lines, the newest 5,000."""
