"""Files that a result can become: one module per format, each registering itself by file ending."""

from engine.registry import discover
from engine.scan.exporters.base import (
    Exporter,
    Progress,
    check_target,
    endings,
    export,
    exporters,
    partial_path,
)

discover(__name__)

__all__ = ["Exporter", "Progress", "check_target", "endings", "export", "exporters", "partial_path"]
