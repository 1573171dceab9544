"""The line above the editor: its heading, a tab for each of several formulas, and the button that adds one.

Here: which formula the editor shows. Not here: the editor itself, and the formulas' texts (``formula_set``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QTabBar, QToolButton, QWidget

from gui.scan_form.formula_set import FormulaSet


class FormulaTabs(QWidget):
    """One formula without a name, or several with theirs; a double click on a tab renames it."""

    changed = Signal()

    def __init__(
        self,
        editor: QWidget,
        text: Callable[[], str],
        set_text: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._text = text
        self._set_text = set_text
        self._set = FormulaSet()
        heading = QLabel(self.tr("F&ormula"), self)
        heading.setBuddy(editor)
        self.bar = QTabBar(self)
        self.bar.setAccessibleName(self.tr("Formulas of the scan"))
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setTabsClosable(True)
        self.bar.setToolTip(self.tr("Double click: rename"))
        self.add_button = QToolButton(self)
        self.add_button.setText("+")
        self.add_button.setAutoRaise(True)
        self.add_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.add_button.setAccessibleName(self.tr("Add a formula"))
        self.add_button.setToolTip(self.tr("Add a formula: several share one scan"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(heading)
        layout.addWidget(self.bar, 1)
        layout.addStretch()
        layout.addWidget(self.add_button)
        self.add_button.clicked.connect(self.add)
        self.bar.currentChanged.connect(self._show)
        self.bar.tabCloseRequested.connect(self.remove)
        self.bar.tabBarDoubleClicked.connect(self._ask_name)
        self._refresh()

    def formulas(self) -> dict[str, str]:
        """Return the several formulas, name to text; nothing when there is one."""
        self._set.keep(self._text())
        return self._set.mapping()

    def single(self) -> str:
        """Return the one formula; nothing when there are several."""
        return "" if self._set.is_several else self._text()

    def fill(self, formulas: Mapping[str, str], single: str) -> None:
        """Hold these formulas, or the single one where there are none."""
        self._set.fill(formulas, single)
        self._refresh()
        self._set_text(self._set.text)

    def go_to(self, text: str) -> bool:
        """Show the formula with that text; tell whether there is one."""
        texts = list(self.formulas().values()) or [self._text()]
        if text not in texts:
            return False
        self._show(texts.index(text))
        self._refresh()
        return True

    @Slot()
    def add(self) -> None:
        """Add an empty formula and go to it."""
        self._set.keep(self._text())
        self._set.add()
        self._take_over()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def remove(self, place: int) -> None:
        """Drop a formula."""
        self._set.keep(self._text())
        self._set.remove(place)
        self._take_over()

    def rename(self, place: int, name: str) -> None:
        """Call a formula otherwise, where the name is free."""
        if self._set.rename(place, name):
            self._refresh()
            self.changed.emit()

    @Slot(int)
    def _show(self, place: int) -> None:
        if place < 0 or place == self._set.shown:
            return
        self._set.keep(self._text())
        self._set.show(place)
        self._set_text(self._set.text)

    @Slot(int)
    def _ask_name(self, place: int) -> None:
        if place < 0:
            return
        name, is_given = QInputDialog.getText(
            self, self.tr("Rename"), self.tr("Name of the formula:"), text=self._set.names[place]
        )
        if is_given:
            self.rename(place, name)

    def _take_over(self) -> None:
        self._refresh()
        self._set_text(self._set.text)
        self.changed.emit()

    def _refresh(self) -> None:
        with QSignalBlocker(self.bar):
            while self.bar.count():
                self.bar.removeTab(0)
            if self._set.is_several:
                for name in self._set.names:
                    self.bar.addTab(name)
                self.bar.setCurrentIndex(self._set.shown)
        self.bar.setVisible(self._set.is_several)
        # Without tabs it has no name that a screen reader could speak.
        policy = Qt.FocusPolicy.TabFocus if self._set.is_several else Qt.FocusPolicy.NoFocus
        self.bar.setFocusPolicy(policy)
