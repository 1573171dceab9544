"""What came after a signal: forward returns, what the universe did meanwhile, and variants compared. Pure."""
