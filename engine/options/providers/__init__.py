"""Where chains come from: one file each, behind the one protocol of ``base``; each registers itself here."""

from __future__ import annotations

from engine.options.providers.base import PROVIDERS
from engine.registry import discover

__all__ = ["PROVIDERS"]

discover(__name__)
