"""What scrolls when the window is low: rows keep their height instead of being pressed into each other.

1. A form goes into a :class:`ScrollingColumn` as it is.
2. Rows around a table go into a :func:`yielding_column`, whose table gives way before anything scrolls.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QTableView,
    QVBoxLayout,
    QWidget,
)

FEWEST_LINES = 7
FEWEST_TABLE_LINES = 8


class _Yielding(QWidget):
    """Rows around a table: asks only for the height that they need at least, so that the table shrinks first."""

    def heightForWidth(self, width: int) -> int:
        """Return the least height; Qt would ask for the table's whole wish."""
        layout = self.layout()
        return -1 if layout is None else layout.totalMinimumHeightForWidth(width)


class ScrollingColumn(QScrollArea):
    """As high as its content where there is room; never scrolls sideways."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        for kind in (QComboBox, QAbstractSpinBox):
            for field in content.findChildren(kind):
                field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                field.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def sizeHint(self) -> QSize:
        """Return the size of the content."""
        wished = self._content.sizeHint()
        return QSize(wished.width(), self._height_for(self.viewport().width(), wished.height()))

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest content beside a scroll bar, and a few of its lines."""
        least = self._content.minimumSizeHint()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        return QSize(
            least.width() + bar, min(least.height(), FEWEST_LINES * self.fontMetrics().lineSpacing())
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the content's height; leave the wheel to the scrolling where a field is not in use."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._content:
            self.updateGeometry()
        if event.type() == QEvent.Type.Wheel and watched is not self._content:
            assert isinstance(watched, QWidget)
            if not watched.hasFocus():
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _height_for(self, width: int, wished: int) -> int:
        layout = self._content.layout()
        if layout is None or not layout.hasHeightForWidth():
            return wished
        return layout.totalHeightForWidth(width)

    @Slot(QWidget, QWidget)
    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        # What was clicked is in sight already, and must not move away under the pointer.
        if now is not None and self._content.isAncestorOf(now) and now.visibleRegion().isEmpty():
            self.ensureWidgetVisible(now)


def yielding_column(panel: QWidget, table: QTableView) -> QVBoxLayout:
    """Fill a panel with a column for rows around a table; returns its layout.

    Where there is no room, the table gives way to its least height; then the column scrolls.
    """
    table.setMinimumHeight(FEWEST_TABLE_LINES * table.fontMetrics().lineSpacing())
    content = _Yielding(panel)
    column = QVBoxLayout(content)
    column.setContentsMargins(6, 6, 6, 4)
    column.setSpacing(4)
    whole = QVBoxLayout(panel)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(ScrollingColumn(content, panel))
    return column
