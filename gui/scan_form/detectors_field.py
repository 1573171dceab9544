"""Which detectors' events are looked for, and their numbers.

Here: a menu whose choices stay open, and the number lines of those that are chosen. Not here: what a detector does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.detectors.base import Declaration
from gui.scan_form.number_fields import NumberFields, NumberSpec

_BETWEEN = " "


class StayingMenu(QMenu):
    """A menu that stays open while its entries are ticked with the mouse."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick the entry and stay."""
        active = self.activeAction()
        ticked = [each for each in self.actions() if each is active and each.isCheckable()]
        if ticked:
            event.accept()
            ticked[0].trigger()
        else:
            super().mouseReleaseEvent(event)


class ChoiceButton(QToolButton):
    """A button with a menu that looks like the choices beside it."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a combo box with the button's text."""
        option = QStyleOptionComboBox()
        option.initFrom(self)
        if self.isDown():
            option.state |= QStyle.StateFlag.State_On
        style, kind = self.style(), QStyle.ComplexControl.CC_ComboBox
        room = style.subControlRect(kind, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        elide = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.text(), elide, room.width() - 4)
        painter = QStylePainter(self)
        painter.drawComplexControl(kind, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class DetectorsField(QWidget):
    """The detectors that are ticked; without one the scan is the formula's alone."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._declarations: dict[str, Declaration] = {}
        # Ticked by a scan, but unknown here: the engine says what is wrong with them.
        self._strangers: tuple[str, ...] = ()
        self.button = ChoiceButton(self)
        self.menu = StayingMenu(self)
        self.button.setAccessibleName(self.tr("Detectors"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(self.menu)
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.menu.setToolTipsVisible(True)
        self.numbers = NumberFields(self.button, self)
        self.numbers.changed.connect(self.changed)
        self.numbers.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.button)
        layout.addWidget(self.numbers)
        self.setFocusProxy(self.button)
        self._refresh()

    def set_declarations(self, declarations: Sequence[Declaration]) -> None:
        """Offer these detectors."""
        self._declarations = {each.name: each for each in declarations}
        self.menu.clear()
        for each in declarations:
            action = self.menu.addAction(each.name)
            action.setCheckable(True)
            action.setToolTip(each.summary)
            action.toggled.connect(self._note)
        self._refresh()

    def chosen(self) -> tuple[str, ...]:
        """Return the names of those that are ticked."""
        ticked = (action.text() for action in self.menu.actions() if action.isChecked())
        return (*ticked, *self._strangers)

    def parameters(self) -> dict[str, dict[str, float]]:
        """Return the numbers that are typed, by detector and parameter."""
        found: dict[str, dict[str, float]] = {}
        for key, value in self.numbers.values().items():
            detector, _, name = key.partition(_BETWEEN)
            found.setdefault(detector, {})[name] = value
        return found

    def set_chosen(self, names: Sequence[str], parameters: Mapping[str, Mapping[str, float]]) -> None:
        """Tick these, with these numbers."""
        self._strangers = tuple(name for name in names if name not in self._declarations)
        self.numbers.set_values(
            {
                f"{name}{_BETWEEN}{key}": value
                for name, own in parameters.items()
                for key, value in own.items()
            }
        )
        for action in self.menu.actions():
            action.setChecked(action.text() in names)
        self._refresh()

    @Slot()
    def _note(self) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        chosen = self.chosen()
        words = ", ".join(chosen) or self.tr("none: matches of the formula")
        self.button.setText(words)
        self.button.setToolTip(self.tr("Events to look for. With a formula only those on its matches count."))
        self.numbers.set_specs([spec for name in chosen for spec in self._specs(name)])
        self.numbers.setVisible(bool(self.numbers.keys()))

    def _specs(self, name: str) -> list[NumberSpec]:
        declaration = self._declarations.get(name)
        return [
            NumberSpec(
                f"{name}{_BETWEEN}{each.name}",
                f"{name} {each.name}",
                self.tr("{help} From {least} to {greatest}.").format(
                    help=each.help, least=f"{each.least:g}", greatest=f"{each.greatest:g}"
                ),
                each.default,
            )
            for each in (declaration.parameters if declaration is not None else ())
        ]
