"""A plug-in in a worker: its file is checked, loaded and called there, and whatever it does becomes a report.

1. :func:`read_plugin` looks at a file without running it: its bytes' SHA-256 and its header.
2. :func:`open_plugin`, in a worker, loads exactly those bytes or refuses. The code has the user's rights: what keeps it
   from harming others is that its process does nothing else and ends when it is done.
3. :class:`PluginCall` hands it bars that cannot be written to, catches whatever it raises, ``sys.exit`` included, and
   takes what it prints, up to a limit. What it returns is checked as for every detector.

Not here: processes and time limits (``engine.execution``), and which files may be loaded at all (``engine.scan``).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.abc
import importlib.util
import io
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from engine.detectors.base import Declaration, Detect, sealed
from engine.detectors.events import Events, collect
from engine.detectors.header import read_header
from engine.errors import DetectorError
from engine.market.bars import Bars

# A detector is a page of code: what is larger is something else.
LARGEST_FILE = 1_000_000
LONGEST_PRINTED = 2_000
_LONGEST_DETAILS = 8_000


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plug-in's file as it was read: plain data that travels to workers.

    ``module`` is the name under which it is imported; that of a package's entry point has the package in front.
    """

    path: str
    sha256: str
    declaration: Declaration
    history: int
    memory: int | None
    module: str
    function: str = "detect"

    @property
    def name(self) -> str:
        """The detector's name."""
        return self.declaration.name


@dataclass(frozen=True, slots=True)
class PluginReport:
    """What became of one symbol: events, or the sentence in their place; ``details`` are traceback and prints."""

    events: Events | None
    problem: str | None = None
    details: str = ""


def read_plugin(path: Path, module: str | None = None, function: str = "detect") -> Plugin:
    """Return what can be known of a file without running it; raises DetectorError when it is no plug-in."""
    data = _read(path)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        sentence = f"The detector file {path.name} cannot be used: it is not text in UTF-8."
        raise DetectorError(path.name, sentence) from None
    header = read_header(text, path.name)
    name = module or f"candlewick_plugin_{header.declaration.name}"
    digest = hashlib.sha256(data).hexdigest()
    return Plugin(str(path), digest, header.declaration, header.history, header.memory, name, function)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            sentence = (
                f"The detector file {path.name} cannot be used: it is larger than {LARGEST_FILE:,} bytes."
            )
            raise DetectorError(path.name, sentence)
        return path.read_bytes()
    except OSError as error:
        sentence = f"The detector file {path} cannot be read: {error.strerror or error}."
        raise DetectorError(path.name, sentence) from None


def open_plugin(plugin: Plugin, values: Mapping[str, float]) -> PluginCall:
    """Prepare the calls of a plug-in in this process; its file is loaded on the first one."""
    return PluginCall(plugin, MappingProxyType(dict(values)))


@dataclass(slots=True)
class PluginCall:
    """Calls one plug-in for one symbol after another."""

    plugin: Plugin
    values: Mapping[str, float]
    _detect: Detect | None = None
    _refusal: PluginReport | None = None
    _prints: _Prints = field(default_factory=lambda: _Prints(LONGEST_PRINTED))

    def __call__(self, bars: Bars) -> PluginReport:
        """Return the plug-in's report on these bars; nothing is raised."""
        if self._refusal is not None:
            return self._refusal
        self._prints.clear()
        try:
            with self._prints.captured():
                if self._detect is None:
                    self._detect = self._loaded()
                found = self._detect(sealed(bars), self.values)
                events = collect(self.plugin.name, tuple(self.plugin.declaration.events), found, len(bars))
        except BaseException as error:  # noqa: BLE001  it may raise anything, and only its own symbol may suffer
            report = self._failure(error)
            if self._detect is None:
                self._refusal = report
            return report
        return PluginReport(events, None, self._prints.told())

    def _loaded(self) -> Detect:
        """Run the file and return its function; raises DetectorError when it is another file by now."""
        plugin = self.plugin
        data = _read(Path(plugin.path))
        if hashlib.sha256(data).hexdigest() != plugin.sha256:
            sentence = f"The detector file {plugin.path} has changed since the scan began: start it again."
            raise DetectorError(plugin.name, sentence)
        loader = _Verified(plugin.path, data)
        spec = importlib.util.spec_from_loader(plugin.module, loader)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        # Dataclasses and pickles in the file look their module up.
        sys.modules[plugin.module] = module
        loader.exec_module(module)
        return self._function(module)

    def _function(self, module: ModuleType) -> Detect:
        function: Any = module
        for part in self.plugin.function.split("."):
            function = getattr(function, part, None)
        if not callable(function):
            sentence = (
                f"The detector file {self.plugin.path} has no function {self.plugin.function}(bars, params)."
            )
            raise DetectorError(self.plugin.name, sentence)
        detect: Detect = function
        return detect

    def _failure(self, error: BaseException) -> PluginReport:
        details = "".join(traceback.format_exception(error))[-_LONGEST_DETAILS:] + self._prints.told()
        if isinstance(error, DetectorError):
            return PluginReport(None, error.sentence, details)
        line = _line_in(error, self.plugin.path)
        where = f" ({Path(self.plugin.path).name}, line {line})" if line is not None else ""
        return PluginReport(None, f"The detector {self.plugin.name} failed{where}: {_words(error)}.", details)


class _Verified(importlib.abc.SourceLoader):
    """Loads the bytes that were checked, not whatever the file holds a moment later; caches no bytecode."""

    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        self._data = data

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002  the base class asks so
        return self._path

    def get_data(self, path: str) -> bytes:
        if path != self._path:
            raise OSError(path)
        return self._data


class _Prints(io.TextIOBase):
    """Takes what is printed: the beginning is kept, the rest is counted."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._text = ""
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._text += text[: max(0, self._most - len(self._text))]
        self._length += len(text)
        return len(text)

    def clear(self) -> None:
        self._text, self._length = "", 0

    def told(self) -> str:
        """Return what was printed, with a word on what was left out."""
        if not self._length:
            return ""
        more = self._length - len(self._text)
        return f"\nPrinted: {self._text}" + (f"\n… and {more:,} more characters." if more else "")

    @contextlib.contextmanager
    def captured(self) -> Iterator[None]:
        with contextlib.redirect_stdout(self), contextlib.redirect_stderr(self):
            yield


def silence_descriptors() -> None:
    """Drop what is written to this process's output from below Python, for good: only for a plug-in's own process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _line_in(error: BaseException, path: str) -> int | None:
    """Return the last line of that file that the error went through."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else None


def _words(error: BaseException) -> str:
    try:
        message = " ".join(str(error).split())[:200].rstrip(".")
    except Exception:  # noqa: BLE001  any class may come with a broken __str__
        message = ""
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
