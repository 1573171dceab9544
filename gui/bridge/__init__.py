"""The window's only threads: engine work runs here, its events cross to the widgets as queued signals."""
