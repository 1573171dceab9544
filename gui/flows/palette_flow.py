"""What the command palette offers, and doing it: actions, ready-made and recent scans, kept runs, symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QKeySequence

from engine.scan.saved import ready_made_scans
from gui.actions import ACTIONS, ActionSpec, plain_text
from gui.flows.data_flow import DataFlow, Universe
from gui.flows.handlers import Handlers
from gui.flows.inspection_flow import InspectionFlow
from gui.flows.runs_flow import RunsFlow
from gui.flows.scan_file_flow import ScanFileFlow
from gui.flows.window_parts import WindowParts
from gui.palette.panel import CommandPalette
from gui.palette.state import Entry
from gui.remembered import Remembered

PALETTE = "palette"
# Actions that are of no use in the palette itself.
_LEFT_OUT = frozenset({PALETTE})
_SCAN_WORDS = "scan template formula"


class PaletteFlow(QObject):
    """Fills the palette whenever it opens, and carries out what was chosen."""

    def __init__(
        self,
        parts: WindowParts,
        remembered: Remembered,
        *,
        files: ScanFileFlow,
        runs: RunsFlow,
        inspection: InspectionFlow,
        data: DataFlow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._palette = palette = CommandPalette(parts.window)
        self._parts = parts
        self._remembered = remembered
        self._ready_made = {scan.name: scan for scan in ready_made_scans()}
        self._files = files
        self._do: Mapping[str, Callable[[str], object]] = {
            "action": self._trigger,
            "ready": self._take,
            "file": lambda path: files.open(Path(path)),
            "run": runs.open,
            "symbol": inspection.go_to,
        }
        palette.opening.connect(self.refresh)
        palette.chosen.connect(self.carry_out)
        parts.runs.scan_requested.connect(self._carry_out)
        files.used.connect(self._note_file)
        data.ready.connect(self._offer_symbols)

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {PALETTE: self._palette.begin}

    @Slot()
    def refresh(self) -> None:
        """Bring the entries up to date: what can be done now, which switches are on, which runs are kept."""
        self._palette.set_entries((*self._actions(), *self._scans(), *self._runs()))

    @Slot(object)
    def carry_out(self, entry: Entry) -> None:
        """Do what an entry says."""
        self._carry_out(entry.id)

    @Slot(str)
    def _carry_out(self, name: str) -> None:
        kind, _, what = name.partition(":")
        self._do[kind](what)

    def _actions(self) -> Iterator[Entry]:
        for spec in ACTIONS:
            if spec.id in _LEFT_OUT:
                continue
            action = self._parts.actions[spec.id]
            yield Entry(
                f"action:{spec.id}",
                _words_of(spec),
                kind=_translated(spec.menu),
                keys=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
                is_available=action.isEnabled(),
                is_on=action.isChecked() if action.isCheckable() else None,
            )

    def _scans(self) -> Iterator[Entry]:
        is_idle = self._parts.actions["open_scan"].isEnabled()
        for path in self._remembered.recent_scans():
            text = self.tr("Scan: {name}").format(name=Path(path).stem)
            kind = self.tr("Saved scan")
            yield Entry(f"file:{path}", text, kind, further=f"{_SCAN_WORDS} {path}", is_available=is_idle)
        for name, scan in self._ready_made.items():
            text, kind = self.tr("Scan: {name}").format(name=name), self.tr("Ready-made scan")
            words = f"{_SCAN_WORDS} {scan.description}"
            yield Entry(f"ready:{name}", text, kind, further=words, is_available=is_idle)

    def _runs(self) -> Iterator[Entry]:
        if self._parts.runs.model.is_catches:
            return
        is_idle = self._parts.actions["open_scan"].isEnabled()
        for row in self._parts.runs.model.rows:
            if row.can_open:
                when, title = row.cells[:2]
                text = self.tr("Open run of {when}: {title}").format(title=title, when=when)
                yield Entry(f"run:{row.run_id}", text, self.tr("Recent run"), is_available=is_idle)

    def _trigger(self, name: str) -> None:
        self._parts.actions[name].trigger()

    def _take(self, name: str) -> None:
        self._files.take(self._ready_made[name])
        self._parts.window.raise_panel("form")
        self._parts.form.focus_run()

    @Slot(object)
    def _note_file(self, path: Path) -> None:
        self._remembered.keep_recent_scan(str(path))

    @Slot(object)
    def _offer_symbols(self, universe: Universe) -> None:
        self._palette.state.set_symbols(universe.symbols)


def _words_of(spec: ActionSpec) -> str:
    """Return the action's text, after its submenu's title where it stands in one."""
    text = _translated(spec.text)
    return f"{_translated(spec.submenu)}: {text}" if spec.submenu else text


def _translated(text: str) -> str:
    return plain_text(QCoreApplication.translate("actions", text))
