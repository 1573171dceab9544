"""Detectors: named functions from one symbol's bars to events; those that are shipped, and plug-ins' files."""
