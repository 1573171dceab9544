"""All kept runs of a user: begin and resume one, list, open and remove them.

Here: :class:`RunStore`, which front ends build from the settings and give to the engine. Any number of programs may use
one folder at once: a run is written only by who holds its lock, and nobody removes what is held.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

import platformdirs

from engine.errors import CandlewickError, OutputError, RunError, UnknownNameError
from engine.scan.assembly import versions
from engine.scan.plan import ScanPlan
from engine.scan.results import ScanResult
from engine.scan.runs.journal import Journal, Rhythm, RunJournal, UnwritableJournal
from engine.scan.runs.manifest import RunManifest
from engine.scan.runs.reading import stored_result
from engine.scan.runs.run_folder import REMOVED_PREFIX, RUN_ID, RunFolder, new_run_id
from engine.scan.runs.segments import RunPlan
from engine.settings import Settings

logger = logging.getLogger(__name__)

DEFAULT_KEPT = 50
# An unfinished run is younger than this for as long as somebody may still want to resume it.
UNFINISHED_DAYS = 7
LAST = "last"

RunState: TypeAlias = Literal["running", "interrupted", "complete", "partial", "cancelled", "damaged"]


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One run in a list; ``manifest`` is None when it is damaged."""

    id: str
    state: RunState
    begun: datetime
    manifest: RunManifest | None

    @property
    def can_resume(self) -> bool:
        """Whether symbols are left that a resumed run would scan."""
        return self.state in ("interrupted", "cancelled", "partial")


class RunStore:
    """The runs in one folder, the usual one by default.

    ``keep`` is how many runs stay; ``rhythm`` says when a run under way is written.
    """

    def __init__(
        self, folder: Path | None = None, keep: int = DEFAULT_KEPT, rhythm: Rhythm | None = None
    ) -> None:
        self.folder = folder or default_runs_folder()
        self.keep = keep
        self.rhythm = rhythm or Rhythm()

    @classmethod
    def of(cls, settings: Settings) -> RunStore:
        """Return the store that the settings describe."""
        return cls(settings.runs_folder, settings.keep_runs, Rhythm(settings.flush_every))

    # ------------------------------------------------------------------ writing

    def begin(self, plan: ScanPlan, address: str) -> Journal:
        """Return the journal of a new run; where none can be kept, one that only says so."""
        folder = RunFolder(self.folder / new_run_id())
        try:
            return RunJournal.begin(folder, plan, address, self.rhythm, self.prune)
        except (OSError, OutputError) as error:
            reason = (
                error.reason if isinstance(error, OutputError) else (error.strerror or str(error)).lower()
            )
            note = (
                f"This run is not kept: {self.folder} cannot be written ({reason}). Choose another place with the "
                "setting 'runs_folder', or scan with --no-journal."
            )
            logger.warning(note)
            return UnwritableJournal(folder.id, note)

    def resume(self, run: str, plan: ScanPlan) -> Journal:
        """Take up an interrupted run of this very job; raises RunError, or UnknownNameError for no such run."""
        folder = self.folder_of(run)
        try:
            lock = folder.hold()
            if lock is None:
                sentence = f"Run {folder.id} is still under way in another program: wait for its end."
                raise RunError(folder.id, sentence)
            try:
                _refuse_what_changed(folder, plan)
                return RunJournal.resume(folder, lock, plan, self.rhythm, self.prune)
            except RunError:
                os.close(lock)
                raise
        except (OSError, OutputError) as error:
            sentence = (
                f"Run {folder.id} cannot be resumed: its folder {folder.path} cannot be written ({error})."
            )
            raise RunError(folder.id, sentence) from error

    def prune(self) -> None:
        """Remove all but the ``keep`` newest runs; an unfinished one only when it is a week old."""
        try:
            self._sweep()
            for each in self._ids()[self.keep :]:
                folder = RunFolder(self.folder / each)
                if not _is_still_wanted(folder):
                    folder.remove()
        except (OSError, RunError) as error:
            logger.warning("Old runs in %s cannot be removed: %s.", self.folder, error)

    # ------------------------------------------------------------------ reading

    def list_runs(self) -> tuple[KeptRun, ...]:
        """Return all runs, the newest first."""
        return tuple(_kept_run(RunFolder(self.folder / each)) for each in self._ids())

    def find(self, run: str) -> KeptRun:
        """Return the run of that id, of an id that begins so, or the ``last`` one; raises RunError."""
        return _kept_run(self.folder_of(run))

    def manifest(self, run: str) -> RunManifest:
        """Return what a run says about itself; raises RunError."""
        return self.folder_of(run).manifest()

    def open_run(self, run: str, progress: Callable[[int, int], object] | None = None) -> ScanResult:
        """Return the result that a run has kept, without any scan; raises RunError.

        ``progress`` hears how far the reading is, of a total that it is told; what it raises ends the reading.
        """
        folder = self.folder_of(run)
        return stored_result(folder.manifest(), folder.content(progress))

    def finished_count(self, run: str) -> int:
        """Return how many symbols of a run have an outcome that is kept."""
        return len(self.folder_of(run).content().finished)

    # ------------------------------------------------------------------ removing

    def remove(self, runs: Iterable[str]) -> tuple[str, ...]:
        """Remove these runs and return their ids; raises RunError before anything is removed."""
        folders = {folder.id: folder for folder in map(self.folder_of, runs)}
        for folder in folders.values():
            if folder.is_held():
                raise RunError(folder.id, f"Run {folder.id} is under way: cancel it before you remove it.")
        return tuple(self._removed(folders.values()))

    def remove_older_than(self, days: float, now: datetime | None = None) -> tuple[str, ...]:
        """Remove the runs that began longer ago and are not under way; return their ids."""
        limit = (now or datetime.now(UTC)) - timedelta(days=days)
        folders = (RunFolder(self.folder / each) for each in self._ids())
        return tuple(self._removed(folder for folder in folders if folder.begun() < limit))

    def _removed(self, folders: Iterable[RunFolder]) -> Iterator[str]:
        for folder in folders:
            try:
                if folder.remove():
                    yield folder.id
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise RunError(folder.id, f"Run {folder.id} cannot be removed: {reason}.") from error

    def _ids(self) -> list[str]:
        """Return the ids, the newest first."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise RunError("", f"The runs in {self.folder} cannot be read: {reason}.") from error
        return sorted(filter(RUN_ID.fullmatch, names), reverse=True)

    def folder_of(self, run: str) -> RunFolder:
        """Return the folder of a run, as :meth:`find` finds it."""
        ids = self._ids()
        if run == LAST and ids:
            return RunFolder(self.folder / ids[0])
        found = [each for each in ids if each.startswith(run)] if run else []
        if len(found) > 1 and run not in found:
            sentence = f"{len(found)} runs begin with '{run}': {', '.join(found[:5])}. Write more of the id."
            raise RunError(run, sentence)
        if not found:
            raise UnknownNameError("run", run, tuple(ids))
        return RunFolder(self.folder / found[0])

    def _sweep(self) -> None:
        """Remove what a program that died has left half removed."""
        for path in self.folder.glob(f"{REMOVED_PREFIX}*"):
            shutil.rmtree(path, ignore_errors=True)


def default_runs_folder() -> Path:
    """Return where runs are kept unless the settings name another place."""
    return platformdirs.user_data_path("candlewick", appauthor=False) / "runs"


def _kept_run(folder: RunFolder) -> KeptRun:
    state: RunState = "damaged"
    manifest: RunManifest | None = None
    try:
        manifest = folder.manifest()
        state = "interrupted" if manifest.status == "running" else manifest.status
    except CandlewickError as error:
        logger.info("%s", error)
    if state in ("interrupted", "damaged") and folder.is_held():
        state = "running"
    return KeptRun(folder.id, state, manifest.started if manifest is not None else folder.begun(), manifest)


def _is_still_wanted(folder: RunFolder) -> bool:
    """Tell whether a run must stay although there are too many: it is unfinished and young."""
    if datetime.now(UTC) - folder.begun() > timedelta(days=UNFINISHED_DAYS):
        return False
    return _kept_run(folder).state in ("running", "interrupted", "cancelled")


def _refuse_what_changed(folder: RunFolder, plan: ScanPlan) -> None:
    """Raise RunError unless the plan would give, symbol by symbol, what the run has kept."""
    manifest = folder.manifest()
    run = folder.id
    stored = folder.content().plan
    wanted = RunPlan(plan.symbols, plan.columns, plan.formulas)
    nothing_lost = f"what it had finished is still there ('candlewick runs open {run}')"
    if manifest.data_version != plan.data_version:
        sentence = f"The bars have changed since run {run}: start a new scan; {nothing_lost}."
    elif manifest.job_hash != plan.job_hash or (stored is not None and stored != wanted):
        sentence = (
            f"Run {run} was another job: resume it without a formula, dates, symbols or columns of your own, or start "
            f"a new scan; {nothing_lost}."
        )
    elif changed := changed_versions(manifest):
        sentence = (
            f"Run {run} was made with {changed}, and its numbers need not be the same: start a new scan; "
            f"{nothing_lost}."
        )
    else:
        return
    raise RunError(run, sentence)


def changed_versions(manifest: RunManifest) -> str:
    """Return in words which versions are not those that the run was made with; empty when all are."""
    now = versions()
    return " and ".join(
        f"{name} {version} (now {now.get(name, 'missing')})"
        for name, version in manifest.versions.items()
        if now.get(name) != version
    )
