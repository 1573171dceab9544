"""Runs that are kept: written as they go, resumed after an interruption, replayed, listed and compared."""
