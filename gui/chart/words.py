"""The chart's words in the user's language, for those of its parts that are no widgets. Not here: any text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def chart_tr(text: str) -> str:
    """Return a text of the chart as the installed translation has it."""
    return QCoreApplication.translate("chart", text)
