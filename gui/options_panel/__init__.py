"""Option contracts for the matches: what is asked for, and what was found."""
