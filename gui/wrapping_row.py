"""A row of widgets that goes on in the next line where there is no room, so that a narrow window stays usable."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_SPACING = 8


class WrappingRow(QLayout):
    """Places its widgets from left to right, each as wide as it wishes, and breaks the line before one does not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(_SPACING)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more, for ``addWidget``."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one, or None where there is none."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one back."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Return none: what is left over is nobody's."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Return that the height depends on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of as many lines as that width needs."""
        return self._arrange(QRect(0, 0, width, 0), is_test=True)

    def setGeometry(self, rect: QRect) -> None:
        """Place everything."""
        super().setGeometry(rect)
        self._arrange(rect, is_test=False)

    def sizeHint(self) -> QSize:
        """Return the size of a single line."""
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """Return the size of the widest widget."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        """Return those whose widgets are not hidden."""
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, is_test: bool) -> int:
        left, top, height = rect.x(), rect.y(), 0
        for item in self._shown():
            hint = item.sizeHint()
            if left > rect.x() and left + hint.width() > rect.x() + rect.width():
                left, top, height = rect.x(), top + height + self.spacing() // 2, 0
            if not is_test:
                item.setGeometry(QRect(QPoint(left, top), hint))
            left += hint.width() + self.spacing()
            height = max(height, hint.height())
        return top + height - rect.y()
