"""The cheat sheet of all keys and the few words about the program; both from the same data as the menus."""

from __future__ import annotations

import html

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

from gui.actions import ACTIONS, MENUS, ActionSpec, plain_text

# Keys that belong to a panel while it has the focus; the window's own come from the actions.
PANEL_KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "In the table": (
        ("↑ ↓ PgUp PgDn", "flip through the matches"),
        ("Enter", "go to the chart"),
        ("Space", "mark the symbol as seen"),
        ("W", "put the symbol on the watch list, or take it off"),
        ("N P", "next, previous match of the same symbol"),
        ("Ctrl+C · Ctrl+Shift+C", "copy rows, without and with headers"),
        ("Menu, Shift+F10", "sort, move, hide and draw the column; copy"),
        ("click · Shift+click a header", "sort · add a second key"),
    ),
    "In the line for a new column": (
        ("Enter", "add it"),
        ("↓", "what the formula is made of"),
        ("Esc", "back to the table"),
    ),
    "In the filter": (
        ("↓", "into the table"),
        ("Esc", "clear it; once more, back to the table"),
        ("Del Backspace on a condition", "take it away"),
    ),
    "In the chart": (
        ("← → Home End", "move through time; with Ctrl by half a view"),
        ("Shift+← Shift+→", "move the crosshair bar by bar"),
        ("↑ ↓ + −, wheel", "zoom"),
        ("N P", "next, previous match of the symbol"),
        ("[ ]", "previous, next row of the table"),
        ("Enter, double click", "go to the row of the bar"),
        ("a symbol's letters", "go to it; Ctrl+G for one that begins with A, L, N or P"),
        ("A · L", "auto-scale · log scale"),
        ("Alt+R · Alt+L", "fit the prices again · log scale"),
    ),
    "In why matched": (
        ("a symbol, Enter", "why it does not match on its last bar"),
        ("Esc", "back to the chart's bar"),
    ),
    "In the formula": (
        ("Ctrl+Space", "complete a name"),
        ("↑ ↓, Enter Tab, Esc in the list", "choose a name, take it, close the list"),
        ("Ctrl+/ Ctrl+#", "comment lines out"),
        ("F1 on a name", "what it means"),
        ("F8", "next problem"),
        ("Ctrl+Enter", "run the scan"),
        ("Alt+Up Alt+Down", "turn the number at the cursor; with Shift ten steps"),
        ("Tab", "leave the editor"),
    ),
    "In the scan job": (
        ("↓ in a date", "open the calendar"),
        ("F5", "run the scan"),
        ("Enter", "run the scan"),
    ),
    "In the recent runs": (("Enter", "open the run"), ("Del", "remove it")),
    "In the problems and the log": (("Enter", "look at the symbol"), ("Ctrl+C", "copy the rows")),
    "In the list of commands": (
        ("↑ ↓ PgUp PgDn", "choose"),
        ("Enter · Esc", "do it · close the list"),
    ),
}


def shortcuts_html() -> str:
    """Return the cheat sheet as rich text: every action, its key or where it stands, then the keys of the panels."""
    sections = {plain_text(_said("actions", menu)): _actions_of(menu) for menu in MENUS}
    sections |= {
        _said("help", title): tuple((key, _said("help", text)) for key, text in keys)
        for title, keys in PANEL_KEYS.items()
    }
    rows = []
    for title, lines in sections.items():
        rows.append(f'<tr><td colspan="2" style="padding-top:12px"><b>{html.escape(title)}</b></td></tr>')
        rows += [
            f'<tr><td width="40%" style="padding-right:16px">{html.escape(key)}</td><td>{html.escape(text)}</td></tr>'
            for key, text in lines
            if key
        ]
        if keyless := [text for key, text in lines if not key]:
            also = html.escape(" · ".join(keyless))
            rows.append(f"<tr><td>{html.escape(_said('help', 'in the menu'))}</td><td>{also}</td></tr>")
    return f'<table width="100%">{"".join(rows)}</table>'


def _actions_of(menu: str) -> tuple[tuple[str, str], ...]:
    return tuple((_keys_of(spec), _text_of(spec)) for spec in ACTIONS if spec.menu == menu)


def _keys_of(spec: ActionSpec) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return " · ".join(QKeySequence(key).toString(native) for key in spec.keys)


def _text_of(spec: ActionSpec) -> str:
    text = plain_text(_said("actions", spec.text))
    return f"{plain_text(_said('actions', spec.submenu))}: {text}" if spec.submenu else text


def _said(context: str, text: str) -> str:
    return QCoreApplication.translate(context, text)


def show_shortcuts(parent: QWidget) -> None:
    """Open the cheat sheet."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(QCoreApplication.translate("help", "Keyboard shortcuts"))
    text = QLabel(shortcuts_html(), dialog)
    text.setTextFormat(Qt.TextFormat.RichText)
    text.setMargin(12)
    text.setWordWrap(True)
    text.setAlignment(Qt.AlignmentFlag.AlignTop)
    area = QScrollArea(dialog)
    area.setWidget(text)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(dialog.windowTitle())
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(area)
    layout.addWidget(buttons)
    dialog.resize(600, 680)
    dialog.open()


def show_name(parent: QWidget, word: str) -> bool:
    """Explain a name of the formula language; False when it is none."""
    from engine.formula.completion import language_names  # noqa: PLC0415  the window stands before it is loaded

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
    from importlib.metadata import version  # noqa: PLC0415  loads half of ``email``, for one number

    text = QCoreApplication.translate(
        "help", "<h3>Candlewick {version}</h3><p>A desktop market scanner.</p><p>MIT licence.</p>"
    )
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Candlewick")
    box.setText(text.format(version=version("candlewick")))
    box.open()
