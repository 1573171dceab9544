"""The command line, a second front end on the engine: one file per command, each registering itself."""
