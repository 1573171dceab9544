"""What can be measured of a pair: one module per measure, each registering itself."""

from engine.pairs.measures.base import Column, Measure, measures
from engine.registry import discover

discover(__name__)

__all__ = ["Column", "Measure", "measures"]
