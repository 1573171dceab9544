"""Evaluating signals: a scan finds them, a pass over the universe measures what came after, files keep it."""
