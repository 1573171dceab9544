"""A module that no worker can import."""

from __future__ import annotations

raise RuntimeError("this module is broken")
