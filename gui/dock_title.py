"""A dock's title bar: its name and two buttons, with icons in the theme's colours.

Qt's own buttons take the style's pixmaps, which are hardly seen on a dark ground. Dragging and the double click stay
Qt's: what the title bar leaves alone goes to the dock.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QIcon, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

_ICON = QSize(14, 14)


class DockTitle(QWidget):
    """The title bar of one dock."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        self.name = QLabel(dock.windowTitle(), self)
        self.float_button = self._button()
        self.close_button = self._button()
        self.float_button.clicked.connect(self._toggle_floating)
        self.close_button.clicked.connect(dock.close)
        dock.windowTitleChanged.connect(self.name.setText)
        dock.topLevelChanged.connect(self._name_buttons)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 2, 2)
        layout.setSpacing(2)
        layout.addWidget(self.name, 1)
        layout.addWidget(self.float_button)
        layout.addWidget(self.close_button)
        self._name_buttons()

    def set_icons(self, floating: QIcon, closing: QIcon) -> None:
        """Take the theme's icons."""
        self.float_button.setIcon(floating)
        self.close_button.setIcon(closing)

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setIconSize(_ICON)
        # As Qt's own: the View menu and the keys do the same.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    @Slot()
    def _toggle_floating(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    @Slot()
    def _name_buttons(self) -> None:
        words = self.tr("Put back {panel}") if self._dock.isFloating() else self.tr("Detach {panel}")
        closing = self.tr("Close {panel}")
        for button, text in ((self.float_button, words), (self.close_button, closing)):
            sentence = text.format(panel=self._dock.windowTitle())
            button.setToolTip(sentence)
            button.setAccessibleName(sentence)
