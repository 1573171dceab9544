"""Finds option contracts in a thread of its own, with progress and a cancel that is heard at once.

A cancelled search answers what has no answer yet as skipped; one that a closing window leaves answers nothing.

Chains of one place are read once and kept while the place stays the same. Only the newest search counts.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from PySide6.QtCore import QObject, Signal, Slot

from gui.bridge.background import BackgroundWork, WindowClosingError

if TYPE_CHECKING:
    from engine.options.enrichment import Enrichment
    from engine.options.providers.files import FileProvider


class ContractsBridge(QObject):
    """The window's side: one search at a time."""

    progressed = Signal(int, int)
    found = Signal(object)
    failed = Signal(object)
    _told = Signal(int, int, int)

    def __init__(self, background: BackgroundWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._ticket = 0
        self._search = 0
        self._cancel = threading.Event()
        self._provider: FileProvider | None = None
        self._told.connect(self._on_told)
        background.done.connect(self._on_done)
        background.failed.connect(self._on_failed)

    def start(self, matches: pa.Table, chains: Path, rules: dict[str, Any]) -> None:
        """Search for the rows of ``matches``; an earlier search is given up."""
        self._cancel.set()
        self._cancel = cancel = threading.Event()
        self._search += 1
        search = self._search

        def work() -> Enrichment:
            # What asks for chains is loaded by those who do: a window opens without it.
            from engine.options.enrichment import enrich  # noqa: PLC0415
            from engine.options.rulebook import make_rules  # noqa: PLC0415
            from engine.options.signals import forward_returns_of  # noqa: PLC0415

            def show(completed: int, total: int) -> None:
                self._leave_when_closing()
                self._told.emit(search, completed, total)

            return enrich(
                matches,
                self._chains(chains),
                make_rules(rules),
                # Where the evidence has been measured, the rows bring their own past returns.
                forward=forward_returns_of(matches),
                progress=show,
                cancel=cancel,
            )

        self._ticket = self._background.submit(work)

    @Slot()
    def cancel(self) -> None:
        """Answer what has no answer yet as skipped."""
        self._cancel.set()

    def _chains(self, path: Path) -> FileProvider:
        """Return the chains of a place; called in the background's thread only."""
        from engine.options.providers.files import FileProvider  # noqa: PLC0415  as above

        if self._provider is None or self._provider.path != path:
            self._provider = FileProvider(path, look_up=self._leave_when_closing)
        return self._provider

    def _leave_when_closing(self) -> None:
        if self._background.stopping.is_set():
            raise WindowClosingError

    @Slot(int, int, int)
    def _on_told(self, search: int, completed: int, total: int) -> None:
        if search == self._search:
            self.progressed.emit(completed, total)

    @Slot(int, object)
    def _on_done(self, ticket: int, result: object) -> None:
        if ticket == self._ticket:
            self.found.emit(result)

    @Slot(int, object)
    def _on_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.failed.emit(error)
