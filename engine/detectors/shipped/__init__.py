"""The detectors that come with the program: one module each, or one for a family, each registering itself."""

from engine.registry import discover

discover(__name__)
