"""The part of the form that scrolls when the window is low: its rows keep their height instead of being pressed.

Not here: the rows themselves (``rows``).
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
    QWidget,
)

FEWEST_LINES = 7


class ScrollingColumn(QScrollArea):
    """As high as its content where there is room; never scrolls sideways."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
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
