"""One file per command; importing the package registers them all."""

from engine.registry import discover

discover(__name__)
