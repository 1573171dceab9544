"""The journal of a scan: finished symbols go to the disk while the others are still being worked on.

1. :meth:`RunJournal.begin` makes the run's folder with manifest and plan; :meth:`RunJournal.resume` takes up an
   interrupted one, cuts off what its program has torn, and offers what had finished (:meth:`RunJournal.take_over`).
2. :func:`recorded` looks on as the events of the scan pass. Symbols are written together, as :class:`Rhythm` says, so
   that a scan of moments writes once. Each time the bytes are forced to the disk: what is written outlives the power.
3. With the result the manifest gets counts, times and checksum. A run that was over in moments is not forced to the
   disk: a power failure may cost its record, never its truth, since every byte is under a checksum.

Only this process writes, under the run's lock. A folder that cannot be used, or a disk that fills up, costs a note,
never a scan.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from engine.errors import OutputError
from engine.execution.backend import Outcome, Status
from engine.scan.assembly import versions
from engine.scan.events import ScanEvent, ScanFinished, ScanProgress, SymbolOutcome
from engine.scan.exporters.csv import checksum_of
from engine.scan.plan import ScanPlan
from engine.scan.results import ProcessingResult, ScanResult, SymbolStatus
from engine.scan.runs.manifest import RunManifest, RunStatus, formula_hash
from engine.scan.runs.run_folder import RunFolder
from engine.scan.runs.segments import (
    MAGIC,
    Finished,
    FrameKind,
    JournalContent,
    RunPlan,
    encode_plan,
    encode_segment,
    frame,
)

# What a resumed run does not try again.
KEPT_STATUSES = (SymbolStatus.OK, SymbolStatus.NOT_EVALUABLE, SymbolStatus.ERROR)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When finished symbols are written: so many together, but no more often than every ``rest`` seconds.

    After ``patience`` seconds fewer are written too.
    """

    symbols: int = 25
    rest: float = 0.5
    patience: float = 2.0


class Journal(Protocol):
    """What a scan asks of its journal."""

    run_id: str

    def take_over(self, unranked: Set[str]) -> Sequence[Outcome]:
        """Return the outcomes of earlier sessions that still hold when these symbols have no rank."""
        ...

    def instead_of(self, outcome: Outcome) -> Outcome:
        """Return what had finished in place of an outcome that a cancel has cut short."""
        ...

    def take(self, finished: Finished) -> None:
        """Note that a symbol has finished."""
        ...

    def tick(self) -> None:
        """Write what has waited for long."""
        ...

    def finish(self, result: ScanResult) -> ScanResult:
        """Close the run's books; return the result, with a warning where something could not be written."""
        ...

    def close(self) -> None:
        """Write what is left and let the run go; may be called twice."""
        ...


class NoJournal:
    """The journal of a scan that keeps none."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id

    def take_over(self, unranked: Set[str]) -> Sequence[Outcome]:  # noqa: ARG002  there were no sessions
        """Return nothing."""
        return ()

    def instead_of(self, outcome: Outcome) -> Outcome:
        """Return the outcome itself."""
        return outcome

    def take(self, finished: Finished) -> None:
        """Do nothing."""

    def tick(self) -> None:
        """Do nothing."""

    def finish(self, result: ScanResult) -> ScanResult:
        """Return the result itself."""
        return result

    def close(self) -> None:
        """Do nothing."""


class UnwritableJournal(NoJournal):
    """The journal of a scan whose runs folder cannot be used: the result says so."""

    def __init__(self, run_id: str, note: str) -> None:
        super().__init__(run_id)
        self._note = note

    def finish(self, result: ScanResult) -> ScanResult:
        """Return the result with the note."""
        return with_note(result, self._note)


class RunJournal:
    """The journal of one run; see the module."""

    def __init__(
        self,
        folder: RunFolder,
        lock: int,
        manifest: RunManifest,
        plan: RunPlan,
        content: JournalContent,
        *,
        rhythm: Rhythm,
        on_finished: Callable[[], object],
        ranks: bool,
    ) -> None:
        self.run_id = folder.id
        self._folder = folder
        self._lock: int | None = lock
        self._manifest = manifest
        self._plan = plan
        self._stored = content.finished
        self._frames = content.frames
        self._rhythm = rhythm
        self._on_finished = on_finished
        self._has_ranks = ranks
        self._began = self._last = time.monotonic()
        self._waiting: list[Finished] = []
        self._taken_over: set[str] = set()
        self._note: str | None = None
        self._file: int | None = None

    @classmethod
    def begin(
        cls,
        folder: RunFolder,
        plan: ScanPlan,
        address: str,
        rhythm: Rhythm,
        on_finished: Callable[[], object],
    ) -> RunJournal:
        """Open the journal of a new run over the bars at that address; raises OSError or OutputError."""
        folder.create()
        lock = folder.hold()
        if lock is None:
            message = f"{folder.path} is locked although it is new"
            raise OSError(message)
        manifest = RunManifest(
            id=folder.id,
            name=plan.job.name,
            job=plan.job.to_mapping(),
            job_hash=plan.job_hash,
            formula_hash=formula_hash(plan),
            data_address=address,
            data_version=plan.data_version,
            versions=dict(versions()),
            total=len(plan.symbols),
            started=datetime.now(UTC),
        )
        return cls._opened(
            folder, lock, manifest, plan, JournalContent(), rhythm=rhythm, on_finished=on_finished
        )

    @classmethod
    def resume(
        cls, folder: RunFolder, lock: int, plan: ScanPlan, rhythm: Rhythm, on_finished: Callable[[], object]
    ) -> RunJournal:
        """Take up the run of a folder that is held; raises RunError, OSError or OutputError."""
        before = folder.manifest()
        manifest = before.model_copy(update={"status": "running", "resumed": before.resumed + 1})
        content = folder.content()
        return cls._opened(folder, lock, manifest, plan, content, rhythm=rhythm, on_finished=on_finished)

    @classmethod
    def _opened(
        cls,
        folder: RunFolder,
        lock: int,
        manifest: RunManifest,
        plan: ScanPlan,
        content: JournalContent,
        *,
        rhythm: Rhythm,
        on_finished: Callable[[], object],
    ) -> RunJournal:
        wanted = RunPlan(plan.symbols, plan.columns, plan.formulas)
        if content.plan != wanted:
            content = JournalContent()
        ranks = bool(plan.compiled.rank_passes)
        journal = cls(
            folder, lock, manifest, wanted, content, rhythm=rhythm, on_finished=on_finished, ranks=ranks
        )
        try:
            journal._open(content)
            folder.write_manifest(manifest, durable=False)
        except BaseException:
            journal._let_go()
            raise
        return journal

    def take_over(self, unranked: Set[str]) -> Sequence[Outcome]:
        """Return the outcomes of earlier sessions that still hold when these symbols have no rank.

        Ranks depend on all symbols that take part: when others take part than before, nothing holds, and the journal
        begins anew.
        """
        had_no_rank = {symbol for symbol, each in self._stored.items() if each.is_unranked}
        if self._has_ranks and self._stored and had_no_rank != unranked:
            self._stored = {}
            self._append(FrameKind.PLAN, encode_plan(self._plan))
        outcomes = [
            outcome_of(each.result)
            for symbol, each in self._stored.items()
            if each.result.status in KEPT_STATUSES and symbol not in unranked
        ]
        self._taken_over = {outcome.key for outcome in outcomes}
        return outcomes

    def instead_of(self, outcome: Outcome) -> Outcome:
        """Return what had finished in place of an outcome that a cancel has cut short."""
        stored = self._stored.get(outcome.key) if outcome.status is Status.CANCELLED else None
        if stored is None or stored.result.status not in KEPT_STATUSES:
            return outcome
        self._taken_over.add(outcome.key)
        return outcome_of(stored.result)

    def take(self, finished: Finished) -> None:
        """Note that a symbol has finished; what was cancelled has not."""
        result = finished.result
        if result.status is not SymbolStatus.CANCELLED and result.symbol not in self._taken_over:
            self._waiting.append(finished)
            if len(self._waiting) >= self._rhythm.symbols:
                self._write_after(self._rhythm.rest)

    def tick(self) -> None:
        """Write what has waited for long."""
        if self._waiting:
            self._write_after(self._rhythm.patience)

    def finish(self, result: ScanResult) -> ScanResult:
        """Close the run's books; return the result, with a warning where something could not be written."""
        is_long = time.monotonic() - self._began >= self._rhythm.rest
        self._flush(durable=is_long)
        if self._note is None:
            self._close_books(result, durable=is_long)
        self.close()
        self._on_finished()
        return result if self._note is None else with_note(result, self._note)

    def close(self) -> None:
        """Write what is left and let the run go; may be called twice."""
        self._flush(durable=True)
        self._let_go()

    def _close_books(self, result: ScanResult, *, durable: bool) -> None:
        summary = result.summary
        is_cancelled = summary.symbols.get(SymbolStatus.CANCELLED.value, 0) > 0
        status: RunStatus = "complete" if summary.complete else "cancelled" if is_cancelled else "partial"
        manifest = self._manifest.model_copy(
            update={
                "finished": datetime.now(UTC),
                "seconds": self._manifest.seconds + time.monotonic() - self._began,
                "status": status,
                "symbols": dict(summary.symbols),
                "matches": summary.matches,
                "result_sha256": checksum_of(result),
                "warnings": summary.warnings,
            }
        )
        try:
            self._folder.write_manifest(manifest, durable=durable)
        except OutputError as error:
            self._give_up(error.reason)

    def _write_after(self, seconds: float) -> None:
        if time.monotonic() - self._last >= seconds:
            self._flush(durable=True)

    def _flush(self, *, durable: bool) -> None:
        if self._waiting and self._file is not None:
            self._append(FrameKind.SEGMENT, encode_segment(self._waiting, self._plan), durable=durable)
        self._waiting = []
        self._last = time.monotonic()

    def _open(self, content: JournalContent) -> None:
        self._file = os.open(self._folder.journal, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        os.ftruncate(self._file, content.end)
        os.lseek(self._file, 0, os.SEEK_END)
        if not content.end:
            self._write(MAGIC)
        if content.plan is None:
            self._write(frame(self.run_id, FrameKind.PLAN, 0, encode_plan(self._plan)))
            self._frames = 1

    def _append(self, kind: FrameKind, payload: bytes, *, durable: bool = False) -> None:
        if self._file is None:
            return
        try:
            self._write(frame(self.run_id, kind, self._frames, payload))
            self._frames += 1
            if durable:
                os.fsync(self._file)
        except OSError as error:
            self._give_up((error.strerror or str(error)).lower())

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def _give_up(self, reason: str) -> None:
        """Stop writing; what is written stays, and the half of a frame at its end will not be believed."""
        self._note = (
            f"The run could not be kept in {self._folder.path}: {reason}. The result is whole, but what is missing "
            "there can only be had by another scan."
        )
        self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _let_go(self) -> None:
        self._close_file()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def recorded(events: Iterator[ScanEvent], journal: Journal) -> Iterator[ScanEvent]:
    """Pass the events on and let the journal see them; the last one with the journal's word on it."""
    try:
        for event in events:
            if isinstance(event, ScanFinished):
                yield ScanFinished(event.run_id, journal.finish(event.result))
                continue
            if isinstance(event, SymbolOutcome):
                journal.take(Finished(event.result, event.is_unranked))
            elif isinstance(event, ScanProgress):
                journal.tick()
            yield event
    finally:
        journal.close()


def outcome_of(result: ProcessingResult) -> Outcome:
    """Return an outcome that says: it ended so in an earlier session."""
    return Outcome(result.symbol, 0, Status.OK, result, seconds=result.processing_time_ms / 1000.0)


def with_note(result: ScanResult, note: str) -> ScanResult:
    """Return the result with one more warning."""
    return replace(result, summary=replace(result.summary, warnings=(*result.summary.warnings, note)))
