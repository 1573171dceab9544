"""The problems panel: every symbol that could not be scanned, and unexpected errors with their details."""
