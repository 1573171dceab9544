"""The command line: one file per command, each registering itself; a second front end on the same engine as the window."""
