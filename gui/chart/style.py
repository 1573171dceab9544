"""The colours and fonts that all parts of one chart share, so that a change of theme reaches all."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontMetricsF

from gui.theme.colours import ChartColours


class ChartStyle:
    """Colours and fonts of one chart. Items keep a reference and read it whenever they paint."""

    def __init__(self, colours: ChartColours, font: QFont) -> None:
        self.colours = colours
        self.text_font = _with_equal_digits(QFont(font))
        self.bold_font = QFont(self.text_font)
        self.bold_font.setWeight(QFont.Weight.DemiBold)
        self.axis_font = QFont(self.text_font)
        if font.pointSizeF() > 0:
            self.axis_font.setPointSizeF(font.pointSizeF() * 0.92)
        self.axis_bold_font = QFont(self.axis_font)
        self.axis_bold_font.setWeight(QFont.Weight.DemiBold)
        self.text_metrics = QFontMetricsF(self.text_font)
        self.bold_metrics = QFontMetricsF(self.bold_font)
        self.axis_metrics = QFontMetricsF(self.axis_font)
        self.axis_bold_metrics = QFontMetricsF(self.axis_bold_font)

    def line(self, position: int) -> QColor:
        """Return the colour of the indicator at that position."""
        return QColor(self.colours.line(position))

    def tint(self, colour: str, opacity: float) -> QColor:
        """Return a colour that lets the ground through."""
        result = QColor(colour)
        result.setAlphaF(opacity)
        return result


def _with_equal_digits(font: QFont) -> QFont:
    """Ask for digits of one width, so that prices do not dance under the pointer."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
