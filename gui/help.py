"""The cheat sheet of all keys and the few words about the program; both from the same data as the menus."""

from __future__ import annotations

import html
from importlib.metadata import version

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.formula.completion import language_names
from gui.actions import ACTIONS, MENUS

# Keys that belong to a panel while it has the focus; the window's own come from the actions.
PANEL_KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "In the table": (
        ("↑ ↓ PgUp PgDn", "flip through the matches"),
        ("Enter", "go to the chart"),
        ("Space", "mark the symbol as seen"),
        ("W", "put the symbol on the watch list, or take it off"),
        ("Ctrl+C · Ctrl+Shift+C", "copy rows, without and with headers"),
        ("click · Shift+click a header", "sort · add a second key"),
    ),
    "In the chart": (
        ("← → Home End", "move through time"),
        ("↑ ↓ + −, wheel", "zoom"),
        ("N P", "next, previous match of the symbol"),
        ("a symbol's letters", "go to it; Ctrl+G for one that begins with A, L, N or P"),
        ("A · L", "auto-scale · log scale"),
    ),
    "In why matched": (
        ("a symbol, Enter", "why it does not match on its last bar"),
        ("Esc", "back to the chart's bar"),
    ),
    "In the formula": (
        ("Ctrl+Space", "complete a name"),
        ("Ctrl+/", "comment lines out"),
        ("Tab", "leave the editor"),
    ),
}


def shortcuts_html() -> str:
    """Return the cheat sheet as rich text."""
    sections = {menu.replace("&", ""): _window_keys(menu) for menu in MENUS}
    sections |= PANEL_KEYS
    rows = []
    for title, keys in sections.items():
        if keys:
            rows.append(f'<tr><td colspan="2" style="padding-top:10px"><b>{html.escape(title)}</b></td></tr>')
        rows += [
            f'<tr><td style="padding-right:24px"><code>{html.escape(key)}</code></td><td>{html.escape(text)}</td></tr>'
            for key, text in keys
        ]
    return f"<table>{''.join(rows)}</table>"


def _window_keys(menu: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            " · ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in spec.keys
            ),
            QCoreApplication.translate("actions", spec.text).replace("&", "").rstrip("…"),
        )
        for spec in ACTIONS
        if spec.menu == menu and spec.keys
    )


def show_shortcuts(parent: QWidget) -> None:
    """Open the cheat sheet."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(QCoreApplication.translate("help", "Keyboard shortcuts"))
    text = QLabel(shortcuts_html(), dialog)
    text.setTextFormat(Qt.TextFormat.RichText)
    text.setMargin(12)
    area = QScrollArea(dialog)
    area.setWidget(text)
    area.setWidgetResizable(True)
    area.setAccessibleName(dialog.windowTitle())
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(area)
    layout.addWidget(buttons)
    dialog.resize(520, 640)
    dialog.open()


def show_name(parent: QWidget, word: str) -> bool:
    """Explain a name of the formula language; False when it is none."""
    known = {name: entry for entry in language_names() for name in (entry.name, *entry.aliases)}
    entry = known.get(word.casefold())
    if entry is None:
        return False
    outputs = "".join(
        f"<br><code>{html.escape(f'{entry.name}(…).{output}')}</code>" for output in entry.outputs
    )
    call = html.escape(entry.signature or entry.name)
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(entry.name)
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(f"<h3><code>{call}</code></h3><p>{html.escape(entry.summary)}{outputs}</p>")
    box.open()
    return True


def show_about(parent: QWidget) -> None:
    """Say what this is."""
    text = QCoreApplication.translate(
        "help", "<h3>Candlewick {version}</h3><p>A desktop market scanner.</p><p>MIT licence.</p>"
    )
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Candlewick")
    box.setText(text.format(version=version("candlewick")))
    box.open()
