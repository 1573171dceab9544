"""What the window keeps from one run to the next: where things stand and how they look. Nothing about a scan.

A value that cannot be read is as good as none: a window always opens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from PySide6.QtCore import QByteArray, QSettings

from engine.data.addresses import without_password
from gui.theme.colours import PAIRS, PairName
from gui.theme.theme import THEME_CHOICES, ThemeChoice

MOST_RECENT = 10


class Remembered:
    """Typed access to one settings file; with None nothing is remembered.

    ``is_read_only`` says that another window writes there: this one starts as that one left off, and keeps nothing.
    """

    def __init__(self, store: QSettings | None, *, is_read_only: bool = False) -> None:
        self._store = store
        self.is_read_only = is_read_only

    def bytes_of(self, key: str) -> QByteArray | None:
        """Return what :meth:`keep_bytes` kept."""
        value = self._store.value(key) if self._store is not None else None
        return value if isinstance(value, QByteArray) else None

    def keep_bytes(self, key: str, value: QByteArray) -> None:
        """Keep a widget's own state."""
        if self._store is not None and not self.is_read_only:
            self._store.setValue(key, value)

    def table(self) -> dict[str, Any]:
        """Return widths, order and hidden columns of the results."""
        return self._mapping("table")

    def keep_table(self, state: Mapping[str, Any]) -> None:
        """Keep widths, order and hidden columns of the results."""
        self._keep_mapping("table", state)

    def watch_list(self) -> str:
        """Return the name of the current watch list, or nothing."""
        name = self._mapping("watch").get("list")
        return name if isinstance(name, str) else ""

    def keep_watch_list(self, name: str) -> None:
        """Keep which watch list is the current one."""
        self._keep_mapping("watch", {"list": name})

    def data(self) -> str:
        """Return the address of the data that was open last, or nothing for the demo."""
        address = self._mapping("data").get("address")
        return address if isinstance(address, str) else ""

    def keep_data(self, address: str) -> None:
        """Keep which data is open, without a password; nothing stands for the demo."""
        self._keep_mapping("data", {"address": without_password(address)})

    def theme(self, configured: ThemeChoice) -> ThemeChoice:
        """Return the choice made in the window, unless the settings have changed since."""
        kept = self._mapping("theme")
        if kept.get("configured") == configured and kept.get("chosen") in THEME_CHOICES:
            return cast("ThemeChoice", kept["chosen"])
        return configured

    def keep_theme(self, chosen: ThemeChoice, configured: ThemeChoice) -> None:
        """Keep a choice made in the window, and what the settings said then."""
        self._keep_mapping("theme", {"chosen": chosen, "configured": configured})

    def is_on(self, switch: str, *, usually: bool) -> bool:
        """Return whether a switch of the window was left on."""
        kept = self._mapping("switches").get(switch)
        return kept if isinstance(kept, bool) else usually

    def keep_on(self, switch: str, *, is_on: bool) -> None:
        """Keep whether a switch of the window is on."""
        self._keep_mapping("switches", {**self._mapping("switches"), switch: is_on})

    def recent_scans(self) -> tuple[str, ...]:
        """Return the scan files that were used last, the newest first."""
        kept = self._mapping("recent_scans").get("paths")
        return tuple(path for path in kept if isinstance(path, str)) if isinstance(kept, list) else ()

    def keep_recent_scan(self, path: str) -> None:
        """Keep that a scan file was used just now."""
        paths = [path, *(each for each in self.recent_scans() if each != path)]
        self._keep_mapping("recent_scans", {"paths": paths[:MOST_RECENT]})

    def pair(self, configured: PairName) -> PairName:
        """Return the colours of candles chosen in the window, unless the settings have changed since."""
        kept = self._mapping("candles")
        if kept.get("configured") == configured and kept.get("chosen") in PAIRS:
            return cast("PairName", kept["chosen"])
        return configured

    def keep_pair(self, chosen: PairName, configured: PairName) -> None:
        """Keep colours chosen in the window, and what the settings said then."""
        self._keep_mapping("candles", {"chosen": chosen, "configured": configured})

    def arrangement(self) -> str:
        """Return the name of the arrangement of panels, or nothing."""
        name = self._mapping("arrangement").get("name")
        return name if isinstance(name, str) else ""

    def keep_arrangement(self, name: str) -> None:
        """Keep which arrangement of panels was chosen."""
        self._keep_mapping("arrangement", {"name": name})

    def _mapping(self, key: str) -> dict[str, Any]:
        value = self._store.value(key) if self._store is not None else None
        try:
            found = json.loads(value) if isinstance(value, str) else None
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _keep_mapping(self, key: str, value: Mapping[str, Any]) -> None:
        if self._store is not None and not self.is_read_only:
            self._store.setValue(key, json.dumps(value))
